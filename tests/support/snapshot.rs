//! Everything that a keyspace holds, read with the server's own commands, and what two of them differ in.
//!
//! Values are read by type (`HGETALL`, `ZRANGE`, `XINFO STREAM FULL` …) and put in an order of their own: the bytes
//! of DUMP change without any write. It shares no code with Remold, and so can judge it.

mod contents;
mod difference;

use std::collections::BTreeMap;

use redis::{Connection, Pipeline, cmd, pipe};

pub use contents::Contents;
pub use difference::{Difference, Differences};

/// Keys per pipeline.
const BATCH: usize = 200;

/// What a database held at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// By key.
    pub keys: BTreeMap<Vec<u8>, KeyState>,
    /// How exact expiries are, in milliseconds: before Redis 7.0 there is no command for the absolute time.
    pub tolerance: u64,
}

/// One key.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyState {
    /// What `TYPE` says.
    pub kind: String,
    /// What `OBJECT ENCODING` says; no part of a comparison.
    pub encoding: String,
    /// The value.
    pub contents: Contents,
    /// What `DUMP` says; no part of a comparison.
    pub payload: Vec<u8>,
    /// When the key expires, Unix milliseconds.
    pub expires_at: Option<u64>,
}

impl Snapshot {
    /// Reads the database that the connection is in.
    pub fn take(connection: &mut Connection) -> Self {
        let names = all_keys(connection);
        Self::of(connection, &names)
    }

    /// Reads these keys alone; those that are not there are left out.
    pub fn of(connection: &mut Connection, names: &[Vec<u8>]) -> Self {
        let server = Abilities::of(connection);
        let mut keys = BTreeMap::new();
        for batch in names.chunks(BATCH) {
            for (key, state) in batch.iter().zip(read(connection, batch, &server)) {
                // A key that expires between SCAN and DUMP is not there.
                if let Some(state) = state {
                    keys.insert(key.clone(), state);
                }
            }
        }
        Self { keys, tolerance: 0 }
    }

    /// Leaves out the keys with a prefix: bookkeeping that no application sees.
    #[must_use]
    pub fn without_prefix(mut self, prefix: &[u8]) -> Self {
        self.keys.retain(|key, _| !key.starts_with(prefix));
        self
    }

    /// The key of this name.
    pub fn key(&self, key: &str) -> &KeyState {
        self.keys
            .get(key.as_bytes())
            .unwrap_or_else(|| panic!("there is no key {key}"))
    }

    /// What `other` has otherwise than this one.
    pub fn diff(&self, other: &Self) -> Differences {
        Differences::between(self, other)
    }

    /// Fails with a readable list if `other` differs.
    #[track_caller]
    pub fn assert_same(&self, other: &Self) {
        let differences = self.diff(other);
        assert!(
            differences.is_empty(),
            "the keyspaces differ:\n{differences}"
        );
    }
}

/// Which of the newer commands a server has.
struct Abilities {
    expire_time: bool,
    field_expire_time: bool,
}

impl Abilities {
    fn of(connection: &mut Connection) -> Self {
        let known: Vec<redis::Value> = cmd("COMMAND")
            .arg(&["INFO", "PEXPIRETIME", "HPEXPIRETIME"])
            .query(connection)
            .expect("COMMAND INFO");
        let has = |index: usize| known.get(index).is_some_and(|is| *is != redis::Value::Nil);
        Self {
            expire_time: has(0),
            field_expire_time: has(1),
        }
    }
}

fn all_keys(connection: &mut Connection) -> Vec<Vec<u8>> {
    let mut names = std::collections::BTreeSet::new();
    let mut cursor = 0_u64;
    loop {
        let (next, found): (u64, Vec<Vec<u8>>) = cmd("SCAN")
            .arg(cursor)
            .arg("COUNT")
            .arg(1000)
            .query(connection)
            .expect("SCAN");
        names.extend(found);
        if next == 0 {
            return names.into_iter().collect();
        }
        cursor = next;
    }
}

fn read(
    connection: &mut Connection,
    keys: &[Vec<u8>],
    server: &Abilities,
) -> Vec<Option<KeyState>> {
    let kinds: Vec<String> = each(keys, |pipeline, key| pipeline.cmd("TYPE").arg(key))
        .query(connection)
        .expect("TYPE");
    let payloads: Vec<Option<Vec<u8>>> = each(keys, |pipeline, key| pipeline.cmd("DUMP").arg(key))
        .query(connection)
        .expect("DUMP");
    let encodings: Vec<Option<String>> = each(keys, |pipeline, key| {
        pipeline.cmd("OBJECT").arg("ENCODING").arg(key)
    })
    .query(connection)
    .expect("OBJECT ENCODING");
    let expiries = expiries(connection, keys, server);
    let contents = contents::read(connection, keys, &kinds, server.field_expire_time);
    let states = kinds
        .into_iter()
        .zip(encodings)
        .zip(contents)
        .zip(payloads)
        .zip(expiries);
    states
        .map(|((((kind, encoding), contents), payload), expires_at)| {
            let payload = payload?;
            let contents = contents.unwrap_or_else(|| Contents::Payload(payload.clone()));
            Some(KeyState {
                kind,
                encoding: encoding?,
                contents,
                payload,
                expires_at,
            })
        })
        .collect()
}

fn expiries(connection: &mut Connection, keys: &[Vec<u8>], server: &Abilities) -> Vec<Option<u64>> {
    if !server.expire_time {
        return keys.iter().map(|key| expiry(connection, key)).collect();
    }
    let replies: Vec<i64> = each(keys, |pipeline, key| pipeline.cmd("PEXPIRETIME").arg(key))
        .query(connection)
        .expect("the time of expiry");
    replies
        .into_iter()
        .map(|reply| u64::try_from(reply).ok())
        .collect()
}

/// The time of expiry where only the time left can be asked for: it is exact if the clock stood still meanwhile.
fn expiry(connection: &mut Connection, key: &[u8]) -> Option<u64> {
    loop {
        let (before, left, after): ((u64, u64), i64, (u64, u64)) = pipe()
            .cmd("TIME")
            .cmd("PTTL")
            .arg(key)
            .cmd("TIME")
            .query(connection)
            .expect("the time left");
        let milliseconds =
            |(seconds, microseconds): (u64, u64)| seconds * 1000 + microseconds / 1000;
        let left = u64::try_from(left).ok()?;
        if milliseconds(before) == milliseconds(after) {
            return Some(milliseconds(before) + left);
        }
    }
}

fn each(
    keys: &[Vec<u8>],
    add: impl for<'pipeline> Fn(&'pipeline mut Pipeline, &Vec<u8>) -> &'pipeline mut Pipeline,
) -> Pipeline {
    let mut pipeline = pipe();
    for key in keys {
        add(&mut pipeline, key);
    }
    pipeline
}

//! Puts the keys into a server, and looks whether every one of them came out right.

use bytes::Bytes;
use remold::host_api::Value;
use remold_rdb::{Target, Version, decode, encode};

use super::Keys;
use crate::change;
use crate::error::Error;
use crate::wire::{Reply, Wire};

/// What all keys match.
pub(crate) const PATTERN: &str = "item:*";

/// How many keys are sent or asked for at once.
const BATCH: u64 = 1000;

/// The version of payloads that the server of the contest reads.
const VERSION: Version = Version(10);

/// A server's database while it is filled and checked.
pub(crate) struct Store {
    wire: Wire,
}

impl Store {
    /// Connects.
    pub(crate) fn connect(port: u16) -> Result<Self, Error> {
        Ok(Self {
            wire: Wire::connect(port)?,
        })
    }

    /// Empties the database and fills it.
    pub(crate) fn fill(&mut self, keys: &Keys) -> Result<(), Error> {
        self.wire.ask("FLUSHALL", &[b"FLUSHALL", b"SYNC"])?;
        let target = Target::new(VERSION);
        self.each_batch(
            keys,
            |wire, number| {
                let entry = keys.entry(number);
                let expiry = entry.expires_at.unwrap_or_default().to_string();
                let payload = encode(&entry.value, &target)?;
                wire.put(&[
                    b"RESTORE",
                    &entry.key,
                    expiry.as_bytes(),
                    &payload,
                    b"ABSTTL",
                ]);
                Ok(1)
            },
            |_, replies| match replies {
                [Reply::Line(_)] => Ok(()),
                _ => Err(unexpected("RESTORE", replies)),
            },
        )
    }

    /// Looks at every key: its value must be what the change makes of it, its expiry what it was.
    pub(crate) fn check(&mut self, keys: &Keys) -> Result<(), Error> {
        let (mut wrong, mut example) = (0, None);
        self.each_batch(
            keys,
            |wire, number| {
                let key = keys.entry(number).key;
                wire.put(&[b"DUMP", &key]);
                wire.put(&[b"PEXPIRETIME", &key]);
                Ok(2)
            },
            |number, replies| {
                if !is_right(keys, number, replies)? {
                    wrong += 1;
                    example.get_or_insert_with(|| {
                        String::from_utf8_lossy(&keys.entry(number).key).into_owned()
                    });
                }
                Ok(())
            },
        )?;
        match example {
            None => Ok(()),
            Some(example) => Err(Error::Wrong {
                wrong,
                keys: keys.count,
                example,
            }),
        }
    }

    /// Writes the database to the server's RDB file.
    pub(crate) fn save(&mut self) -> Result<(), Error> {
        self.wire.ask("SAVE", &[b"SAVE"]).map(drop)
    }

    /// Returns the seconds of processor time that the server has used.
    pub(crate) fn cpu_seconds(&mut self) -> Result<f64, Error> {
        let reply = self.wire.ask("INFO", &[b"INFO", b"cpu"])?;
        let Reply::Bulk(text) = reply else {
            return Err(unexpected("INFO", &[reply]));
        };
        let text = String::from_utf8_lossy(&text);
        let figure = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|figure| figure.trim().parse::<f64>().ok())
        };
        let figures = figure("used_cpu_sys:").zip(figure("used_cpu_user:"));
        figures
            .map(|(system, user)| system + user)
            .ok_or_else(|| Error::Server {
                command: "INFO",
                answer: text.into_owned(),
            })
    }

    /// Sends for each key what `ask` packs, in batches, and hands `answer` the replies of each key.
    fn each_batch(
        &mut self,
        keys: &Keys,
        mut ask: impl FnMut(&mut Wire, u64) -> Result<usize, Error>,
        mut answer: impl FnMut(u64, &[Reply]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut first = 0;
        while first < keys.count {
            let batch = first..keys.count.min(first + BATCH);
            let mut asked = Vec::new();
            for number in batch.clone() {
                asked.push(ask(&mut self.wire, number)?);
            }
            self.wire.send()?;
            for (number, commands) in batch.clone().zip(asked) {
                let replies: Result<Vec<Reply>, Error> =
                    (0..commands).map(|_| self.wire.take()).collect();
                answer(number, &replies?)?;
            }
            first = batch.end;
        }
        Ok(())
    }
}

/// Says whether a key is as it should be after the change.
fn is_right(keys: &Keys, number: u64, replies: &[Reply]) -> Result<bool, Error> {
    let [Reply::Bulk(payload), Reply::Integer(expiry)] = replies else {
        return Ok(false);
    };
    let entry = keys.entry(number);
    let mut expected = entry.value;
    change::apply(&mut expected)?;
    let found = decode(payload)?.value;
    Ok(same(&found, &expected) && u64::try_from(*expiry).ok() == entry.expires_at)
}

/// Compares values; JSON documents by what they mean, for each language prints them in its own way.
pub(crate) fn same(found: &Value, expected: &Value) -> bool {
    let document = |text: &Bytes| serde_json::from_slice::<serde_json::Value>(text).ok();
    match (found, expected) {
        (Value::Text(found), Value::Text(expected)) if expected.first() == Some(&b'{') => {
            document(found).is_some_and(|found| Some(found) == document(expected))
        }
        _ => found.same(expected),
    }
}

fn unexpected(command: &'static str, replies: &[Reply]) -> Error {
    Error::Server {
        command,
        answer: format!("{replies:?}"),
    }
}

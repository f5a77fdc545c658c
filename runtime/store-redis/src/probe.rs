//! Asks a server who it is and what it can do, by commands that change nothing; what writing would need is asked by
//! queueing commands in a transaction that is discarded.

mod permissions;
mod reading;
mod target;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use remold_engine::port::{Guard, ShardFacts, StoreError};
use remold_rdb::Version;

use self::permissions::Permitted;
use super::abilities::{Abilities, EvictedBy};
use super::connection::Connection;
use super::endpoint::Endpoint;
use super::fault::CLUSTER;
use super::guard;
use super::info::Info;
use super::names::Names;
use super::options::Access;
use super::reply::{self, Reply};
use super::request::{Request, Sink as _};
use super::write::LONGEST_ARGUMENT;

const DOING: &str = "asking the server who it is";

/// What was found.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) facts: ShardFacts,
    pub(crate) abilities: Abilities,
}

/// When a server is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// Before anything is begun.
    Start,
    /// In the middle, where a server that took writes before may do so again.
    Again,
}

impl Occasion {
    const fn fault_of_a_replica(self) -> remold_engine::port::Fault {
        match self {
            Self::Start => remold_engine::port::Fault::Refused,
            Self::Again => remold_engine::port::Fault::Unavailable,
        }
    }
}

/// Asks. Errors say what this version or this user cannot work with.
pub(crate) fn probe(
    endpoint: &Endpoint,
    names: &Names,
    occasion: Occasion,
) -> Result<Probe, StoreError> {
    let mut connection = endpoint.open()?;
    let options = endpoint.options();
    let read_only = options.access == Access::ReadOnly;
    let info = sections(&mut connection)?;
    check_state(&connection, &info, read_only, occasion)?;
    let mut notes = Vec::new();
    if info.history().is_none() {
        notes.push(
            "INFO is not permitted: a restart of the server cannot be told from a cut connection, so that every lost \
             connection means to list the keys again"
                .to_owned(),
        );
    }
    if info.get("role") == Some("slave") {
        notes.push(
            "the server is a replica: what is read may be older than the primary's data".to_owned(),
        );
    }
    let answers = ask(&mut connection, names, &info, &mut notes)?;
    let target = target::find(
        &mut connection,
        names,
        &info,
        answers.memory_usage,
        &mut notes,
    )?;
    let rung = guard::choose(&mut connection, names, options.guard)?;
    note_guard(rung.guard, &mut notes);
    let reading = reading::choose(
        &mut connection,
        names,
        options,
        rung.mechanism,
        target.version,
        &answers.dump,
        &mut notes,
    )?;
    let permitted = if read_only {
        Permitted {
            unlink: true,
            written_as: permissions::would_write(&mut connection, names, rung.mechanism)?,
        }
    } else {
        permissions::check(
            &mut connection,
            names,
            rung.mechanism,
            target.version,
            &mut notes,
        )?
    };
    let stream_counters = target.version >= Version(10);
    let (product, version) = info.product();
    let (lanes, batch) = match rung.guard {
        Guard::Watch => (8, 64),
        Guard::Lua | Guard::None | Guard::Exclusive => (8, 128),
    };
    Ok(Probe {
        facts: ShardFacts {
            name: options.name(),
            product: product.to_owned(),
            version,
            history: info.history().unwrap_or_default(),
            guard: rung.guard,
            guard_reason: rung.reason,
            target,
            written_as: permitted.written_as,
            longest: Some(LONGEST_ARGUMENT),
            keys: answers.keys,
            lanes,
            batch,
            evicts_any_key: answers.evicts_any_key,
            notes,
        },
        abilities: Abilities {
            mechanism: rung.mechanism,
            guard: rung.guard,
            expire_time: answers.expire_time,
            evicted_by: answers.evicted_by,
            unlink: permitted.unlink,
            memory_usage: answers.memory_usage,
            read_only,
            dump: reading.dump,
            in_parts_above: options.in_parts_above,
            field_expiry: reading.field_expiry,
            written_as: permitted.written_as,
            stream_counters,
        },
    })
}

fn note_guard(guard: Guard, notes: &mut Vec<String>) {
    match guard {
        Guard::Lua => notes.push(
            "scripts guard the writes: the server answers nobody else while one runs, and one that fails after its \
             first write is not undone"
                .to_owned(),
        ),
        Guard::None => {
            notes.push("keys are not guarded: what anybody else writes during the run may be lost".to_owned());
        }
        Guard::Watch | Guard::Exclusive => {}
    }
}

/// What the connection learnt when it was opened, and what else is of interest.
fn sections(connection: &mut Connection) -> Result<Info, StoreError> {
    let mut request = Request::default();
    request.command(&[b"INFO", b"memory"]);
    request.command(&[b"INFO", b"persistence"]);
    let replies = connection.exchange(DOING, &request)?;
    let mut info = connection.info().clone();
    for text in replies.iter().filter_map(reply::text) {
        info.add(&text);
    }
    Ok(info)
}

/// Refuses what this version does not work on, and waits for what passes.
fn check_state(
    connection: &Connection,
    info: &Info,
    read_only: bool,
    occasion: Occasion,
) -> Result<(), StoreError> {
    let peer = connection.peer();
    if info.is_on("loading") {
        let seconds = info.number("loading_eta_seconds").unwrap_or(1).clamp(1, 60);
        return Err(
            match peer.server(DOING, "LOADING", "the server is loading its data") {
                StoreError::Server {
                    fault,
                    doing,
                    message,
                    hint,
                    ..
                } => {
                    let retry_after = Some(Duration::from_secs(seconds));
                    StoreError::Server {
                        fault,
                        doing,
                        message,
                        hint,
                        retry_after,
                    }
                }
                other => other,
            },
        );
    }
    match info.get("redis_mode") {
        Some("cluster") => {
            let hint = format!("{CLUSTER}; name a server without cluster-enabled");
            return Err(peer.refused(DOING, "the server is a node of a cluster", &hint));
        }
        Some("sentinel") => {
            let hint =
                "SENTINEL GET-MASTER-ADDR-BY-NAME says where the primary is: give that address";
            return Err(peer.refused(DOING, "this is a Sentinel, not a server with data", hint));
        }
        _ => {}
    }
    if info.get("role") == Some("slave") && !read_only {
        let primary = format!(
            "connect to its primary, {}:{}",
            info.get("master_host").unwrap_or("?"),
            info.get("master_port").unwrap_or("?")
        );
        let message = "the server is a replica, which takes no writes";
        return Err(peer.error(occasion.fault_of_a_replica(), DOING, message, Some(primary)));
    }
    Ok(())
}

/// From how many seconds on two clocks differ: an exchange takes less.
const CLOCKS_AGREE: u64 = 5;

/// Says by how much our clock and the server's, in Unix milliseconds, differ, if that is much.
fn wrong_clock(server: u64) -> Option<String> {
    let ours = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let ahead = ours.as_secs().cast_signed() - (server / 1000).cast_signed();
    let seconds = ahead.unsigned_abs();
    (seconds >= CLOCKS_AGREE).then(|| {
        let way = if ahead > 0 { "ahead of" } else { "behind" };
        format!(
            "this machine's clock is {seconds} s {way} the server's: expiries that the transform reckons from the time \
             of the run are off by as much"
        )
    })
}

/// Answers to harmless questions.
#[derive(Debug)]
struct Answers {
    dump: Reply,
    expire_time: bool,
    memory_usage: bool,
    evicted_by: Option<EvictedBy>,
    evicts_any_key: Option<String>,
    keys: Option<u64>,
}

/// Asks about a key that does not exist: a server that lacks a command or denies it says so all the same.
fn ask(
    connection: &mut Connection,
    names: &Names,
    info: &Info,
    notes: &mut Vec<String>,
) -> Result<Answers, StoreError> {
    let name = names.probe();
    let key = name.as_bytes();
    let policy = info.get("maxmemory_policy").unwrap_or_default();
    // Nothing is assumed of a server that does not say.
    let evicts = info.number("maxmemory").is_some_and(|limit| limit > 0) && policy != "noeviction";
    // Under `volatile-` policies only what has an expiry is evicted: of the bookkeeping that is the lock, without which
    // another run may begin beside this one. The epoch, which never has an expiry, fences all but the newest of them.
    let evicts_any = evicts && policy.starts_with("allkeys-");
    let evicted_by = match policy {
        _ if !evicts => None,
        policy if policy.ends_with("-lru") => Some(EvictedBy::Idle),
        policy if policy.ends_with("-lfu") => Some(EvictedBy::Frequency),
        _ => None,
    };
    let mut request = Request::default();
    request.command(&[b"DUMP", key]);
    request.command(&[b"PEXPIRETIME", key]);
    request.command(&[b"PTTL", key]);
    request.command(&[b"MEMORY", b"USAGE", key]);
    request.command(&[b"DBSIZE"]);
    let state: &[u8] = if evicted_by == Some(EvictedBy::Frequency) {
        b"FREQ"
    } else {
        b"IDLETIME"
    };
    request.command(&[b"OBJECT", state, key]);
    request.command(&[b"TIME"]);
    let replies = connection.exchange(DOING, &request)?;
    let [dump, expire_time, ttl, memory, keys, object, time] = replies.as_slice() else {
        return Err(connection
            .peer()
            .unexpected(DOING, "a pipeline", &Reply::Nil));
    };
    let permitted = |value: &Reply| reply::refusal(value).is_none();
    let (expire_time, memory_usage) = (permitted(expire_time), permitted(memory));
    if !expire_time {
        if let Some((code, rest)) = reply::refusal(ttl) {
            return Err(connection.peer().server(DOING, code, rest));
        }
        notes.push(
            "PEXPIRETIME is missing: expiries are read by PTTL and TIME within one millisecond"
                .to_owned(),
        );
    }
    if !memory_usage {
        notes.push(
            "MEMORY USAGE is not permitted: a big key is known to be one only after it was read"
                .to_owned(),
        );
    }
    notes.extend(reply::time(time.clone()).and_then(wrong_clock));
    if evicts {
        notes.push(format!(
            "the server evicts keys when its memory is full ({policy}): keys may vanish at any time{}",
            if evicts_any {
                ", and if the run's own bookkeeping is among them, keys may be migrated twice: set maxmemory-policy to \
                 noeviction or a volatile- one for the time of the run"
            } else {
                ""
            }
        ));
    }
    if evicted_by.is_some() && !permitted(object) {
        notes.push(
            "OBJECT is not permitted: written keys count as just accessed for eviction".to_owned(),
        );
    }
    Ok(Answers {
        dump: dump.clone(),
        expire_time,
        memory_usage,
        evicted_by: evicted_by.filter(|_| permitted(object)),
        evicts_any_key: evicts_any.then(|| policy.to_owned()),
        keys: reply::integer(keys).and_then(|keys| u64::try_from(keys).ok()),
    })
}

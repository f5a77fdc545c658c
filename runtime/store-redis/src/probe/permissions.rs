//! What a run will have to write, asked before anything is written: every command is queued in a transaction that is
//! discarded. A queued command is checked for existence, permission and the server's state, and does nothing.

use remold_engine::port::{Fault, StoreError, WrittenAs};
use remold_rdb::Version;

use super::super::abilities::Mechanism;
use super::super::connection::Connection;
use super::super::names::Names;
use super::super::reply::{self, Reply};
use super::super::request::{Request, Sink as _};
use super::reading::has_field_expiry;

const DOING: &str = "checking the permissions";

/// Stands for the key that is asked about.
const KEY: &str = "KEY";

/// A command with words enough to be accepted.
type Command = &'static [&'static str];

const RESTORE: Command = &["RESTORE", KEY, "0", "", "REPLACE", "ABSTTL"];

const NEEDED: [Command; 14] = [
    &["PEXPIREAT", KEY, "1"],
    &["PERSIST", KEY],
    &["RENAME", KEY, KEY],
    &["DEL", KEY],
    &["SET", KEY, ""],
    &["HSET", KEY, "f", "v"],
    &["HDEL", KEY, "f"],
    &["SADD", KEY, "m"],
    &["SREM", KEY, "m"],
    &["ZADD", KEY, "0", "m"],
    &["ZREM", KEY, "m"],
    &["ZREMRANGEBYSCORE", KEY, "0", "0"],
    &["XADD", KEY, "*", "f", "v"],
    &["PEXPIRE", KEY, "1"],
];

/// What it takes to do without `RESTORE`.
const INSTEAD: [Command; 4] = [
    &["RPUSH", KEY, "i"],
    &["XSETID", KEY, "1-1"],
    &["XGROUP", "CREATE", KEY, "g", "0"],
    &["XGROUP", "DESTROY", KEY, "g"],
];

const FIELD_EXPIRY: Command = &["HPEXPIREAT", KEY, "1", "FIELDS", "1", "f"];

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Permitted {
    /// Whether `UNLINK` may be used in place of `DEL`.
    pub(super) unlink: bool,
    /// How whole values are written.
    pub(super) written_as: WrittenAs,
}

/// Checks all of them.
pub(super) fn check(
    connection: &mut Connection,
    names: &Names,
    mechanism: Mechanism,
    version: Version,
    notes: &mut Vec<String>,
) -> Result<Permitted, StoreError> {
    if mechanism != Mechanism::Watch && !permits_multi(connection)? {
        let unchecked = "MULTI is not permitted: whether this user may write is seen when it does";
        notes.push(unchecked.to_owned());
        return Ok(Permitted {
            unlink: false,
            written_as: WrittenAs::Payloads,
        });
    }
    let instead: Vec<Command> = INSTEAD
        .into_iter()
        .chain(has_field_expiry(version).then_some(FIELD_EXPIRY))
        .collect();
    let asked: Vec<Command> = [&["UNLINK", KEY], RESTORE]
        .into_iter()
        .chain(NEEDED)
        .chain(instead.iter().copied())
        .collect();
    let answers = queue(connection, names, &asked)?;
    let refusals: Vec<Option<(&str, &str)>> = answers.iter().map(reply::refusal).collect();
    let (unlink, restore) = (refusals[0], refusals[1]);
    let (needed, others) = refusals[2..].split_at(NEEDED.len());
    let mut refused: Vec<Refused<'_>> = refused_of(&NEEDED, needed);
    let mut permitted = Permitted {
        unlink: unlink.is_none(),
        written_as: WrittenAs::Payloads,
    };
    if let Some((code, rest)) = restore {
        let without = refused_of(&instead, others);
        match connection.peer().server(DOING, code, rest) {
            StoreError::Server {
                fault: Fault::Refused,
                message,
                ..
            } if without.is_empty() => {
                permitted.written_as = WrittenAs::Commands;
                notes.push(format!(
                    "RESTORE is not permitted ({message}): values are written by the commands of their types; values \
                     of modules and streams with consumers are rejected, and eviction starts anew for what is written"
                ));
            }
            _ => refused.insert(0, (RESTORE, code, rest)),
        }
    }
    match refused.first() {
        None => Ok(permitted),
        Some((_, code, rest)) => Err(explain(connection, code, rest, &refused)),
    }
}

/// How whole values would be written, asked on behalf of a dry run: it rejects what the run would reject. A user who may
/// not write at all is taken for one who lets another write.
pub(super) fn would_write(
    connection: &mut Connection,
    names: &Names,
    mechanism: Mechanism,
) -> Result<WrittenAs, StoreError> {
    if mechanism != Mechanism::Watch {
        return Ok(WrittenAs::Payloads);
    }
    let answers = queue(connection, names, &[RESTORE, &["HSET", KEY, "f", "v"]])?;
    let refused = |answer: &Reply| {
        let (code, rest) = reply::refusal(answer)?;
        connection.peer().server(DOING, code, rest).fault()
    };
    match (refused(&answers[0]), refused(&answers[1])) {
        (Some(Fault::Refused), None) => Ok(WrittenAs::Commands),
        _ => Ok(WrittenAs::Payloads),
    }
}

/// A command with the server's refusal.
type Refused<'a> = (Command, &'a str, &'a str);

fn refused_of<'a>(
    commands: &[Command],
    refusals: &[Option<(&'a str, &'a str)>],
) -> Vec<Refused<'a>> {
    let refused = commands.iter().zip(refusals);
    refused
        .filter_map(|(command, refusal)| refusal.map(|(code, rest)| (*command, code, rest)))
        .collect()
}

/// Queues commands and discards them; returns an answer for each.
fn queue(
    connection: &mut Connection,
    names: &Names,
    commands: &[Command],
) -> Result<Vec<Reply>, StoreError> {
    let probe = names.probe();
    let mut request = Request::default();
    request.command(&[b"MULTI"]);
    for words in commands {
        request.begin(words.len());
        for word in *words {
            request.word(if *word == KEY {
                probe.as_bytes()
            } else {
                word.as_bytes()
            });
        }
    }
    request.command(&[b"DISCARD"]);
    let replies = connection.exchange(DOING, &request)?;
    Ok(replies.into_iter().skip(1).take(commands.len()).collect())
}

/// Names every command that is missing in one hint, so that an administrator is asked once.
fn explain(connection: &Connection, code: &str, rest: &str, refused: &[Refused<'_>]) -> StoreError {
    let peer = connection.peer();
    let missing: Vec<String> = refused
        .iter()
        .filter(|(_, code, rest)| *code == "NOPERM" && rest.contains('\''))
        .map(|(command, ..)| format!("+{}", command[0].to_lowercase()))
        .collect();
    match peer.server(DOING, code, rest) {
        StoreError::Server {
            fault: Fault::Refused,
            doing,
            message,
            ..
        } if !missing.is_empty() => StoreError::Server {
            fault: Fault::Refused,
            doing,
            message,
            hint: Some(format!(
                "as an administrator: ACL SETUSER {} {}",
                peer.user,
                missing.join(" ")
            )),
            retry_after: None,
        },
        other => other,
    }
}

fn permits_multi(connection: &mut Connection) -> Result<bool, StoreError> {
    let mut request = Request::default();
    request.command(&[b"MULTI"]);
    request.command(&[b"DISCARD"]);
    let replies = connection.exchange(DOING, &request)?;
    Ok(replies.iter().all(|reply| reply::refusal(reply).is_none()))
}

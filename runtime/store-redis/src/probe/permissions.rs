//! What a run will have to write, asked before anything is written: every command is queued in a transaction that is
//! discarded. A queued command is checked for existence, permission and the server's state, and does nothing.

use remold_engine::port::{Fault, StoreError};

use super::super::abilities::Mechanism;
use super::super::connection::Connection;
use super::super::names::Names;
use super::super::reply;
use super::super::request::{Request, Sink as _};

const DOING: &str = "checking the permissions";

/// The commands, with words enough to be accepted; the key comes second.
const NEEDED: [&[&str]; 15] = [
    &["RESTORE", "", "0", "", "REPLACE", "ABSTTL"],
    &["PEXPIREAT", "", "1"],
    &["PERSIST", ""],
    &["RENAME", "", ""],
    &["DEL", ""],
    &["SET", "", ""],
    &["HSET", "", "f", "v"],
    &["HDEL", "", "f"],
    &["SADD", "", "m"],
    &["SREM", "", "m"],
    &["ZADD", "", "0", "m"],
    &["ZREM", "", "m"],
    &["ZREMRANGEBYSCORE", "", "0", "0"],
    &["XADD", "", "*", "f", "v"],
    &["PEXPIRE", "", "1"],
];

/// Checks all of them and returns whether `UNLINK` may be used in place of `DEL`.
pub(super) fn check(
    connection: &mut Connection,
    names: &Names,
    mechanism: Mechanism,
    notes: &mut Vec<String>,
) -> Result<bool, StoreError> {
    let probe = names.probe();
    let mut request = Request::default();
    request.command(&[b"MULTI"]);
    request.command(&[b"UNLINK", probe.as_bytes()]);
    for words in NEEDED {
        request.begin(words.len());
        for (place, word) in words.iter().enumerate() {
            let is_key = place == 1 || (words[0] == "RENAME" && place == 2);
            request.word(if is_key {
                probe.as_bytes()
            } else {
                word.as_bytes()
            });
        }
    }
    request.command(&[b"DISCARD"]);
    let unchecked = "MULTI is not permitted: whether this user may write is seen when it does";
    if mechanism != Mechanism::Watch && !permits_multi(connection)? {
        notes.push(unchecked.to_owned());
        return Ok(false);
    }
    let replies = connection.exchange(DOING, &request)?;
    let unlink = replies
        .get(1)
        .is_some_and(|answer| reply::refusal(answer).is_none());
    let answers = replies.iter().skip(2).take(NEEDED.len());
    let refused: Vec<(&str, &str, &str)> = NEEDED
        .iter()
        .zip(answers)
        .filter_map(|(words, answer)| {
            reply::refusal(answer).map(|(code, rest)| (words[0], code, rest))
        })
        .collect();
    let Some((_, code, rest)) = refused.first() else {
        return Ok(unlink);
    };
    Err(explain(connection, code, rest, &refused))
}

/// Names every command that is missing in one hint, so that an administrator is asked once.
fn explain(
    connection: &Connection,
    code: &str,
    rest: &str,
    refused: &[(&str, &str, &str)],
) -> StoreError {
    let peer = connection.peer();
    let missing: Vec<String> = refused
        .iter()
        .filter(|(_, code, rest)| *code == "NOPERM" && rest.contains('\''))
        .map(|(command, _, _)| format!("+{}", command.to_lowercase()))
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
                "as an administrator: ACL SETUSER {} {} (values are read by DUMP and written by RESTORE; this \
                     version has no other way)",
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

//! How values are read: by `DUMP`, or by the commands of their types; and whether those are permitted where they are needed.

use remold_engine::port::{Fault, StoreError};
use remold_rdb::{Family, Version};

use super::super::abilities::Mechanism;
use super::super::connection::Connection;
use super::super::names::Names;
use super::super::options::Options;
use super::super::reply::{self, Reply};
use super::super::request::{Request, Sink as _};

const DOING: &str = "asking how values can be read";

/// Stands for the key that is asked about.
const KEY: &str = "KEY";

/// What reads each type in parts; the key does not exist.
const NEEDED: [&[&str]; 8] = [
    &["TYPE", KEY],
    &["GETRANGE", KEY, "0", "0"],
    &["LRANGE", KEY, "0", "0"],
    &["SSCAN", KEY, "0"],
    &["ZSCAN", KEY, "0"],
    &["HSCAN", KEY, "0"],
    &["XRANGE", KEY, "-", "+", "COUNT", "1"],
    &["XINFO", "STREAM", KEY, "FULL"],
];

/// How values are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// Whether `DUMP` reads them.
    pub(super) dump: bool,
    /// Whether fields have expiries, as far as that was asked for.
    pub(super) field_expiry: bool,
}

/// Chooses. `dump` is the server's answer to a `DUMP` of a key that does not exist.
pub(super) fn choose(
    connection: &mut Connection,
    names: &Names,
    options: &Options,
    mechanism: Mechanism,
    version: Version,
    dump: &Reply,
    notes: &mut Vec<String>,
) -> Result<Reading, StoreError> {
    let denied = match reply::refusal(dump) {
        None => None,
        Some((code, rest)) => match connection.peer().server(DOING, code, rest) {
            StoreError::Server {
                fault: Fault::Refused,
                message,
                ..
            } => Some(message),
            temporary => return Err(temporary),
        },
    };
    let reading = Reading {
        dump: denied.is_none(),
        field_expiry: false,
    };
    if denied.is_none() && options.in_parts_above.is_none() {
        return Ok(reading);
    }
    if mechanism != Mechanism::Watch {
        return Err(needs_watch(connection, denied.as_deref()));
    }
    if let Some(why) = denied {
        notes.push(format!(
            "DUMP is not permitted ({why}): values are read by the commands of their types, in several steps under \
             WATCH, and values of modules are rejected"
        ));
    } else if options.in_parts_above.is_some() {
        notes.push(
            "large keys are read in parts: one that never holds still is rejected, a module's value is read in one step"
                .to_owned(),
        );
    }
    Ok(Reading {
        field_expiry: check(connection, names, version)?,
        ..reading
    })
}

/// Checks the commands, and returns whether fields of hashes have expiries.
fn check(connection: &mut Connection, names: &Names, version: Version) -> Result<bool, StoreError> {
    let probe = names.probe();
    let mut request = Request::default();
    for words in NEEDED {
        request.begin(words.len());
        for word in words {
            request.word(if *word == KEY {
                probe.as_bytes()
            } else {
                word.as_bytes()
            });
        }
    }
    request.command(&[b"HPEXPIRETIME", probe.as_bytes(), b"FIELDS", b"1", b"f"]);
    let mut replies = connection.exchange(DOING, &request)?;
    let expiries = replies.pop().unwrap_or(Reply::Nil);
    let peer = connection.peer();
    for (words, answer) in NEEDED.iter().zip(&replies) {
        match reply::refusal(answer) {
            // There is no such stream, which is right.
            Some((_, rest)) if rest.contains("no such key") => {}
            Some((code, rest)) => {
                return Err(peer.server(&format!("{DOING} ({})", words[0]), code, rest));
            }
            None => {}
        }
    }
    match reply::refusal(&expiries) {
        None => Ok(true),
        // Without it, expiries of fields would be lost silently.
        Some((code, rest)) if code == "NOPERM" || has_field_expiry(version) => {
            Err(peer.server(&format!("{DOING} (HPEXPIRETIME)"), code, rest))
        }
        Some(_) => Ok(false),
    }
}

/// Whether a server that writes this version knows expiries of fields.
pub(super) fn has_field_expiry(version: Version) -> bool {
    match version.family() {
        Family::Redis => version.0 >= 12,
        Family::Valkey => true,
    }
}

fn needs_watch(connection: &Connection, denied: Option<&str>) -> StoreError {
    let peer = connection.peer();
    let user = &peer.user;
    let watch = format!(
        "let the guard be `watch`, and where it is not permitted, as an administrator: ACL SETUSER {user} +watch \
         +unwatch +multi +exec +discard"
    );
    match denied {
        Some(why) => peer.refused(
            DOING,
            &format!(
                "{why}; without DUMP, values are read under WATCH, and a script cannot compare them"
            ),
            &format!("ACL SETUSER {user} +dump; or {watch}"),
        ),
        None => peer.refused(
            DOING,
            "large keys are to be read in parts, which only WATCH can tell to belong together",
            &format!("{watch}; or choose `skip` or `reject` as spec.limits.oversized"),
        ),
    }
}

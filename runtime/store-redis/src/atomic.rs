//! One atomic step: commands that all happen if nothing changed that they rely on, and none of them otherwise. By
//! `MULTI` … `EXEC` on a connection that watches, or by a script that compares first.

use std::fmt::Write as _;
use std::sync::LazyLock;

use remold_engine::port::StoreError;
use remold_host_api::Bytes;
use sha1::{Digest as _, Sha1};

use super::abilities::{Abilities, Mechanism};
use super::connection::Connection;
use super::reply::{self, Reply};
use super::request::{Request, ScriptArguments, Sink};

/// What a script compares; a connection that watches needs no word of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) key: Bytes,
    pub(crate) expected: Expected,
}

/// What a key is expected to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// There is no such key.
    Absent,
    /// A string of this text.
    Text(String),
    /// A value whose `DUMP` has this digest, with this expiry.
    Value {
        /// SHA-1, hexadecimal.
        digest: String,
        /// Its expiry.
        expiry: Expiry,
    },
}

/// What a key's expiry is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// It does not matter.
    Any,
    /// Unix milliseconds, or none.
    Exactly(Option<u64>),
}

impl Condition {
    /// Expects a key to stay what a `DUMP` of it has shown.
    pub(crate) fn unchanged(key: Bytes, payload: Option<&[u8]>, expiry: Expiry) -> Self {
        let expected = payload.map_or(Expected::Absent, |payload| Expected::Value {
            digest: hexadecimal(payload),
            expiry,
        });
        Self { key, expected }
    }
}

/// What became of a step.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    /// All commands were applied; their replies.
    Applied(Vec<Reply>),
    /// None was; the numbers of the conditions that did not hold, if they are known.
    Changed(Vec<usize>),
}

/// A step to be made.
pub(crate) struct Step<'a> {
    /// For messages.
    pub(crate) doing: &'a str,
    /// What a script compares.
    pub(crate) conditions: &'a [Condition],
    /// Every key that the commands name, which a script has to be told.
    pub(crate) keys: &'a [&'a [u8]],
    /// Writes the commands.
    pub(crate) commands: &'a dyn Fn(&mut dyn Sink),
}

/// Makes the step.
pub(crate) fn apply(
    connection: &mut Connection,
    abilities: &Abilities,
    request: &mut Request,
    step: &Step<'_>,
) -> Result<Outcome, StoreError> {
    begin(connection, abilities, request, step)?;
    finish(connection, abilities, request, step)
}

/// Sends the step, without waiting for what becomes of it.
pub(crate) fn begin(
    connection: &mut Connection,
    abilities: &Abilities,
    request: &mut Request,
    step: &Step<'_>,
) -> Result<(), StoreError> {
    match abilities.mechanism {
        Mechanism::Watch => {
            request.clear();
            request.command(&[b"MULTI"]);
            (step.commands)(request);
            request.command(&[b"EXEC"]);
        }
        Mechanism::Lua { by_digest } => {
            let (name, script): (&[u8], _) = if by_digest {
                (b"EVALSHA", SCRIPT_DIGEST.as_bytes())
            } else {
                (b"EVAL", SCRIPT.as_bytes())
            };
            call(request, name, script, abilities, step);
        }
    }
    connection.send(step.doing, request)
}

/// Waits for what becomes of the same step, which was [begun](begin).
pub(crate) fn finish(
    connection: &mut Connection,
    abilities: &Abilities,
    request: &mut Request,
    step: &Step<'_>,
) -> Result<Outcome, StoreError> {
    let replies = connection.receive(step.doing)?;
    match abilities.mechanism {
        Mechanism::Watch => read_transaction(connection, request, step, replies),
        Mechanism::Lua { by_digest } => {
            let mut reply = only(replies);
            let unknown = reply::refusal(&reply).is_some_and(|(code, _)| code == "NOSCRIPT");
            if by_digest && unknown {
                call(request, b"EVAL", SCRIPT.as_bytes(), abilities, step);
                reply = only(connection.exchange(step.doing, request)?);
            }
            read_script(connection, step, reply)
        }
    }
}

fn read_transaction(
    connection: &Connection,
    request: &Request,
    step: &Step<'_>,
    mut replies: Vec<Reply>,
) -> Result<Outcome, StoreError> {
    let peer = connection.peer();
    let last = replies.pop().unwrap_or(Reply::Nil);
    if let Some((number, code, rest)) = first_refusal(&replies) {
        let command = request.describe(number);
        // Without a transaction, what follows MULTI is executed at once.
        if number == 0 && replies.iter().any(|reply| reply::refusal(reply).is_none()) {
            return Err(partially(
                step,
                command,
                &format!("{code} {rest}"),
                Vec::new(),
            ));
        }
        return Err(peer.server(&format!("{} ({command})", step.doing), code, rest));
    }
    match last {
        Reply::Nil => Ok(Outcome::Changed(Vec::new())),
        Reply::Array(results) => match first_refusal(&results) {
            Some((number, code, rest)) => Err(partially(
                step,
                request.describe(number + 1),
                &format!("{code} {rest}"),
                refusals(&results).map(|(number, ..)| number).collect(),
            )),
            None => Ok(Outcome::Applied(results)),
        },
        other => Err(peer.unexpected(step.doing, "EXEC", &other)),
    }
}

fn refusals(replies: &[Reply]) -> impl Iterator<Item = (usize, &str, &str)> {
    replies.iter().enumerate().filter_map(|(number, value)| {
        let (code, rest) = reply::refusal(value)?;
        Some((number, code, rest))
    })
}

fn first_refusal(replies: &[Reply]) -> Option<(usize, &str, &str)> {
    refusals(replies).next()
}

/// `refused` counts commands, from 0.
fn partially(step: &Step<'_>, command: String, message: &str, refused: Vec<usize>) -> StoreError {
    StoreError::PartiallyApplied {
        doing: step.doing.to_owned(),
        command,
        message: message.to_owned(),
        refused,
    }
}

const SCRIPT: &str = include_str!("atomic/guarded.lua");
static SCRIPT_DIGEST: LazyLock<String> = LazyLock::new(|| hexadecimal(SCRIPT.as_bytes()));

fn only(mut replies: Vec<Reply>) -> Reply {
    replies.pop().unwrap_or(Reply::Nil)
}

fn script_arguments(abilities: &Abilities, step: &Step<'_>) -> ScriptArguments {
    let mut arguments = ScriptArguments::default();
    arguments.number(step.conditions.len() as u64);
    arguments.word(if abilities.expire_time {
        b"PEXPIRETIME"
    } else {
        b"PTTL"
    });
    for condition in step.conditions {
        match &condition.expected {
            Expected::Absent => {
                arguments.word(b"");
                arguments.word(b"");
            }
            Expected::Text(text) => {
                arguments.word(format!("={text}").as_bytes());
                arguments.word(b"");
            }
            Expected::Value { digest, expiry } => {
                arguments.word(digest.as_bytes());
                match expiry {
                    Expiry::Any => arguments.word(b""),
                    Expiry::Exactly(None) => arguments.word(b"-1"),
                    Expiry::Exactly(Some(at)) => arguments.number(*at),
                }
            }
        }
    }
    (step.commands)(&mut arguments);
    arguments
}

fn call(request: &mut Request, name: &[u8], script: &[u8], abilities: &Abilities, step: &Step<'_>) {
    let arguments = script_arguments(abilities, step);
    let keys = step.conditions.len() + step.keys.len();
    request.clear();
    request.begin(3 + keys + arguments.words());
    request.word(name);
    request.word(script);
    request.number(keys as u64);
    for condition in step.conditions {
        request.word(&condition.key);
    }
    for key in step.keys {
        request.word(key);
    }
    request.words_of(&arguments);
}

fn read_script(
    connection: &Connection,
    step: &Step<'_>,
    answer: Reply,
) -> Result<Outcome, StoreError> {
    let peer = connection.peer();
    let unexpected = |answer: &Reply| peer.unexpected(step.doing, "the script", answer);
    let Reply::Array(mut parts) = answer else {
        return Err(unexpected(&answer));
    };
    let from_one = |value: &Reply| usize::try_from(reply::integer(value)?).ok()?.checked_sub(1);
    let status = parts.first().and_then(reply::text).unwrap_or_default();
    match (status.as_str(), parts.len()) {
        ("applied", 2) => Ok(Outcome::Applied(
            reply::array(parts.remove(1)).unwrap_or_default(),
        )),
        ("changed", 2) => {
            let numbers = reply::array(parts.remove(1)).unwrap_or_default();
            Ok(Outcome::Changed(
                numbers.iter().filter_map(from_one).collect(),
            ))
        }
        ("failed", 2) => {
            let message = reply::text(&parts[1]).unwrap_or_default();
            let command = described(step, 0);
            Err(peer.script(&format!("{} ({command})", step.doing), &message))
        }
        ("partly", 3) => {
            let message = reply::text(&parts[2]).unwrap_or_default();
            let numbers = reply::array(parts.swap_remove(1)).unwrap_or_default();
            let refused: Vec<usize> = numbers.iter().filter_map(from_one).collect();
            let command = described(step, refused.first().copied().unwrap_or_default());
            Err(partially(step, command, &message, refused))
        }
        _ => Err(unexpected(&Reply::Array(parts))),
    }
}

/// The name and key of one of a step's commands.
fn described(step: &Step<'_>, number: usize) -> String {
    let mut commands = Request::default();
    (step.commands)(&mut commands);
    commands.describe(number)
}

/// The digest that a script's `redis.sha1hex` makes.
fn hexadecimal(bytes: &[u8]) -> String {
    Sha1::digest(bytes)
        .iter()
        .fold(String::with_capacity(40), |mut text, byte| {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

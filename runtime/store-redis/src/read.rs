//! Reads keys whole: eviction state, `DUMP`, expiry. One pipeline for a batch; one more where the server cannot tell an
//! absolute expiry and a key has one.

use redis::Value;
use remold_engine::port::{Eviction, Fault, Image, StoreError};
use remold_host_api::Bytes;

use super::abilities::{Abilities, EvictedBy};
use super::connection::Connection;
use super::reply;
use super::request::{Request, Sink as _};

/// Writes the commands that read the keys.
pub(crate) fn write(request: &mut Request, keys: &[&Bytes], abilities: &Abilities) {
    for key in keys {
        // Before DUMP, which counts as an access where NO-TOUCH is not known.
        match abilities.evicted_by {
            Some(EvictedBy::Idle) => request.command(&[b"OBJECT", b"IDLETIME", key]),
            Some(EvictedBy::Frequency) => request.command(&[b"OBJECT", b"FREQ", key]),
            None => {}
        }
        request.command(&[b"DUMP", key]);
        if abilities.expire_time {
            request.command(&[b"PEXPIRETIME", key]);
        }
    }
    if !abilities.expire_time {
        write_expiries(request, keys);
    }
}

/// Takes the replies to what [`write`] wrote and returns the images in the order of the keys.
pub(crate) fn take(
    connection: &mut Connection,
    doing: &str,
    replies: &mut std::vec::IntoIter<Value>,
    keys: &[&Bytes],
    abilities: &Abilities,
) -> Result<Vec<Option<Image>>, StoreError> {
    let mut images = Vec::with_capacity(keys.len());
    for key in keys {
        let eviction = match abilities.evicted_by {
            Some(by) => replies.next().and_then(|value| eviction(by, &value)),
            None => None,
        };
        let payload = replies.next().unwrap_or(Value::Nil);
        if let Some((code, rest)) = reply::refusal(&payload) {
            let doing = format!("{doing} (DUMP {})", String::from_utf8_lossy(key));
            return Err(connection.peer().server(&doing, code, rest));
        }
        let expires_at = if abilities.expire_time {
            expire_time(&replies.next().unwrap_or(Value::Nil))
        } else {
            Expiry::Never
        };
        images.push(match (reply::bytes(payload), expires_at) {
            (Some(payload), Expiry::Never) => Some(Image {
                payload,
                expires_at: None,
                eviction,
            }),
            (Some(payload), Expiry::At(at)) => Some(Image {
                payload,
                expires_at: Some(at),
                eviction,
            }),
            // It expired or was deleted between the two commands: under guard, the commit will say so.
            (Some(_), Expiry::NoKey) | (None, _) => None,
        });
    }
    if !abilities.expire_time {
        take_expiries(connection, doing, replies, keys, &mut images)?;
    }
    Ok(images)
}

/// Negative numbers and refusals are no state that can be written back.
fn eviction(by: EvictedBy, value: &Value) -> Option<Eviction> {
    let state = reply::integer(value)?;
    match by {
        EvictedBy::Idle => u64::try_from(state).ok().map(Eviction::Idle),
        EvictedBy::Frequency => u8::try_from(state).ok().map(Eviction::Frequency),
    }
}

enum Expiry {
    NoKey,
    Never,
    At(u64),
}

/// `PEXPIRETIME`: -2 for no key, -1 for no expiry.
fn expire_time(value: &Value) -> Expiry {
    match reply::integer(value) {
        Some(-1) => Expiry::Never,
        Some(at) => u64::try_from(at).map_or(Expiry::NoKey, Expiry::At),
        None => Expiry::NoKey,
    }
}

/// What is left of the keys' lives, between two looks at the server's clock.
fn write_expiries(request: &mut Request, keys: &[&Bytes]) {
    request.command(&[b"TIME"]);
    for key in keys {
        request.command(&[b"PTTL", key]);
    }
    request.command(&[b"TIME"]);
}

/// What is left is exact only if both looks saw the same millisecond: then the expiry is that plus what is left.
/// `None` if they did not.
fn read_expiries(replies: &mut std::vec::IntoIter<Value>, keys: usize) -> Option<Vec<Expiry>> {
    let before = replies.next().and_then(reply::time);
    let left: Vec<Value> = replies.by_ref().take(keys).collect();
    let after = replies.next().and_then(reply::time);
    let now = before.filter(|_| before == after)?;
    let expiry = |value: &Value| match reply::integer(value) {
        Some(-1) => Expiry::Never,
        Some(left) => u64::try_from(left).map_or(Expiry::NoKey, |left| Expiry::At(now + left)),
        None => Expiry::NoKey,
    };
    Some(left.iter().map(expiry).collect())
}

/// How often the clock may tick in between before the server is called too slow.
const ATTEMPTS: usize = 200;

fn take_expiries(
    connection: &mut Connection,
    doing: &str,
    replies: &mut std::vec::IntoIter<Value>,
    keys: &[&Bytes],
    images: &mut [Option<Image>],
) -> Result<(), StoreError> {
    if let Some(expiries) = read_expiries(replies, keys.len()) {
        for (image, expiry) in images.iter_mut().zip(expiries) {
            set(image, &expiry);
        }
        return Ok(());
    }
    // The clock ticked: again, in ever smaller portions, which it ticks in less often.
    let mut portion = keys.len().div_ceil(2).max(1);
    let mut done = 0;
    let mut request = Request::default();
    for _ in 0..ATTEMPTS {
        if done == keys.len() {
            return Ok(());
        }
        let some = &keys[done..keys.len().min(done + portion)];
        request.clear();
        write_expiries(&mut request, some);
        let mut replies = connection.ask(doing, &request)?.into_iter();
        match read_expiries(&mut replies, some.len()) {
            Some(expiries) => {
                for (image, expiry) in images[done..].iter_mut().zip(expiries) {
                    set(image, &expiry);
                }
                done += some.len();
            }
            None => portion = portion.div_ceil(2),
        }
    }
    if done == keys.len() {
        return Ok(());
    }
    let hint =
        "is the server overloaded? Redis 7.0 and newer tell an expiry in one step".to_owned();
    Err(connection.peer().error(
        Fault::Unavailable,
        doing,
        "the server's clock ticks faster than it answers, so that expiries cannot be read exactly",
        Some(hint),
    ))
}

fn set(image: &mut Option<Image>, expiry: &Expiry) {
    match (image.as_mut(), expiry) {
        (Some(image), Expiry::At(at)) => image.expires_at = Some(*at),
        (Some(_), Expiry::NoKey) => *image = None,
        (Some(_), Expiry::Never) | (None, _) => {}
    }
}

//! Looks at keys: eviction state, `DUMP` or only `TYPE`, expiry. One pipeline for a batch; one more where the server
//! cannot tell an absolute expiry and a key has one.

use remold_engine::port::{Eviction, Fault, Image, StoreError};
use remold_host_api::Bytes;

use super::abilities::{Abilities, EvictedBy};
use super::connection::Connection;
use super::reply::{self, Reply};
use super::request::{Request, Sink as _};

/// What is asked about a key, beside its expiry and eviction state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// Its whole value: `DUMP`.
    Payload,
    /// The type of its value: `TYPE`.
    Type,
}

impl Question {
    const fn command(self) -> &'static str {
        match self {
            Self::Payload => "DUMP",
            Self::Type => "TYPE",
        }
    }
}

/// What was seen of a key.
#[derive(Debug)]
pub(crate) struct Look {
    /// The answer to the question.
    pub(crate) answer: Bytes,
    /// When the key expires, Unix milliseconds.
    pub(crate) expires_at: Option<u64>,
    /// Eviction state, if the server evicts by it.
    pub(crate) eviction: Option<Eviction>,
}

impl From<Look> for Image {
    /// Makes an image of a look whose question was [`Question::Payload`].
    fn from(look: Look) -> Self {
        Self {
            payload: look.answer,
            expires_at: look.expires_at,
            eviction: look.eviction,
        }
    }
}

/// Writes the commands that look at the keys.
pub(crate) fn write(
    request: &mut Request,
    keys: &[&Bytes],
    question: Question,
    abilities: &Abilities,
) {
    for key in keys {
        // Before the question, which counts as an access where NO-TOUCH is not known.
        match abilities.evicted_by {
            Some(EvictedBy::Idle) => request.command(&[b"OBJECT", b"IDLETIME", key]),
            Some(EvictedBy::Frequency) => request.command(&[b"OBJECT", b"FREQ", key]),
            None => {}
        }
        request.command(&[question.command().as_bytes(), key]);
        if abilities.expire_time {
            request.command(&[b"PEXPIRETIME", key]);
        }
    }
    if !abilities.expire_time {
        write_expiries(request, keys);
    }
}

/// Takes the replies to what [`write`] wrote and returns what was seen in the order of the keys.
pub(crate) fn take(
    connection: &mut Connection,
    doing: &str,
    replies: &mut std::vec::IntoIter<Reply>,
    keys: &[&Bytes],
    question: Question,
    abilities: &Abilities,
) -> Result<Vec<Option<Look>>, StoreError> {
    let mut looks = Vec::with_capacity(keys.len());
    for key in keys {
        let eviction = match abilities.evicted_by {
            Some(by) => replies.next().and_then(|value| eviction(by, &value)),
            None => None,
        };
        let answer = replies.next().unwrap_or(Reply::Nil);
        if let Some((code, rest)) = reply::refusal(&answer) {
            let command = question.command();
            let doing = format!("{doing} ({command} {})", String::from_utf8_lossy(key));
            return Err(connection.peer().server(&doing, code, rest));
        }
        let expires_at = if abilities.expire_time {
            expire_time(&replies.next().unwrap_or(Reply::Nil))
        } else {
            Expiry::Never
        };
        let answer =
            reply::bytes(answer).filter(|answer| question != Question::Type || answer != "none");
        let expires_at = match expires_at {
            Expiry::Never => Some(None),
            Expiry::At(at) => Some(Some(at)),
            Expiry::NoKey => None,
        };
        // It may have expired or been deleted between the two commands: under guard, the commit will say so.
        looks.push(answer.zip(expires_at).map(|(answer, expires_at)| Look {
            answer,
            expires_at,
            eviction,
        }));
    }
    if !abilities.expire_time {
        take_expiries(connection, doing, replies, keys, &mut looks)?;
    }
    Ok(looks)
}

/// Negative numbers and refusals are no state that can be written back.
fn eviction(by: EvictedBy, value: &Reply) -> Option<Eviction> {
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
fn expire_time(value: &Reply) -> Expiry {
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
/// `None` if they did not and a key expires. That one does not is known at any time.
fn read_expiries(replies: &mut std::vec::IntoIter<Reply>, keys: usize) -> Option<Vec<Expiry>> {
    let before = replies.next().and_then(reply::time);
    let left: Vec<Reply> = replies.by_ref().take(keys).collect();
    let after = replies.next().and_then(reply::time);
    let now = before.filter(|_| before == after);
    let expiry = |value: &Reply| match reply::integer(value) {
        Some(-1) => Some(Expiry::Never),
        Some(left) => match u64::try_from(left) {
            Ok(left) => now.map(|now| Expiry::At(now + left)),
            Err(_) => Some(Expiry::NoKey),
        },
        None => Some(Expiry::NoKey),
    };
    left.iter().map(expiry).collect()
}

/// How often the clock may tick in between before the server is called too slow.
const ATTEMPTS: usize = 200;

fn take_expiries(
    connection: &mut Connection,
    doing: &str,
    replies: &mut std::vec::IntoIter<Reply>,
    keys: &[&Bytes],
    looks: &mut [Option<Look>],
) -> Result<(), StoreError> {
    if let Some(expiries) = read_expiries(replies, keys.len()) {
        for (look, expiry) in looks.iter_mut().zip(expiries) {
            set(look, &expiry);
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
                for (look, expiry) in looks[done..].iter_mut().zip(expiries) {
                    set(look, &expiry);
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

fn set(look: &mut Option<Look>, expiry: &Expiry) {
    match (look.as_mut(), expiry) {
        (Some(look), Expiry::At(at)) => look.expires_at = Some(*at),
        (Some(_), Expiry::NoKey) => *look = None,
        (Some(_), Expiry::Never) | (None, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(before: i64, left: &[i64], after: i64) -> Option<Vec<Option<u64>>> {
        let time = |ms: i64| {
            Reply::Array(vec![
                Reply::Integer(ms / 1000),
                Reply::Integer(ms % 1000 * 1000),
            ])
        };
        let mut replies = vec![time(before)];
        replies.extend(left.iter().map(|left| Reply::Integer(*left)));
        replies.push(time(after));
        let expiries = read_expiries(&mut replies.into_iter(), left.len())?;
        let at = |expiry: Expiry| match expiry {
            Expiry::At(at) => Some(at),
            Expiry::Never | Expiry::NoKey => None,
        };
        Some(expiries.into_iter().map(at).collect())
    }

    #[test]
    fn an_expiry_is_read_within_a_millisecond_and_none_at_any_time() {
        assert_eq!(
            read(5000, &[70, -1, -2], 5000),
            Some(vec![Some(5070), None, None])
        );
        assert_eq!(read(5000, &[70, -1], 5001), None);
        // A name of a mebibyte takes longer than that to arrive.
        assert_eq!(read(5000, &[-1, -2], 5009), Some(vec![None, None]));
    }
}

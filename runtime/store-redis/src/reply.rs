//! What the server answered, and what can be read out of it. A reply of an unexpected shape is read as nothing: the
//! caller says what that means.

use remold_host_api::Bytes;

/// One answer, in the protocol's second version: no other was asked for.
///
/// Bytes are slices of what was received together and keep all of that in memory: what outlives its batch is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A short text: `OK`, `QUEUED`, a type.
    Status(Bytes),
    /// A refusal.
    Error {
        /// Its first word: `NOPERM`.
        code: Box<str>,
        /// What follows.
        rest: Box<str>,
    },
    /// A number.
    Integer(i64),
    /// Bytes.
    Bulk(Bytes),
    /// No such thing: no key, a transaction that was aborted.
    Nil,
    /// Several answers in one.
    Array(Vec<Self>),
}

/// Reads the text of a refusal, behind its `-`.
pub(crate) fn error(text: &[u8]) -> Reply {
    let text = String::from_utf8_lossy(text);
    let (code, rest) = text.split_once(' ').unwrap_or((&text, ""));
    Reply::Error {
        code: code.into(),
        rest: rest.into(),
    }
}

/// A reply that is the server's refusal, as its code (`NOPERM`) and the rest.
pub(crate) fn refusal(reply: &Reply) -> Option<(&str, &str)> {
    match reply {
        Reply::Error { code, rest } => Some((code, rest)),
        _ => None,
    }
}

/// Whether a reply says that a command was done.
pub(crate) fn is_ok(reply: &Reply) -> bool {
    matches!(reply, Reply::Status(text) if text.as_ref() == b"OK")
}

/// Bytes; `None` for no such thing.
pub(crate) fn bytes(reply: Reply) -> Option<Bytes> {
    match reply {
        Reply::Bulk(bytes) | Reply::Status(bytes) => Some(bytes),
        Reply::Integer(number) => Some(Bytes::from(number.to_string())),
        Reply::Error { .. } | Reply::Nil | Reply::Array(_) => None,
    }
}

pub(crate) fn text(reply: &Reply) -> Option<String> {
    match reply {
        Reply::Bulk(bytes) | Reply::Status(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        Reply::Integer(number) => Some(number.to_string()),
        Reply::Error { .. } | Reply::Nil | Reply::Array(_) => None,
    }
}

pub(crate) fn integer(reply: &Reply) -> Option<i64> {
    match reply {
        Reply::Integer(number) => Some(*number),
        Reply::Bulk(bytes) | Reply::Status(bytes) => std::str::from_utf8(bytes).ok()?.parse().ok(),
        Reply::Error { .. } | Reply::Nil | Reply::Array(_) => None,
    }
}

/// A score that holds a number.
pub(crate) fn whole_score(reply: &Reply) -> Option<u64> {
    let score: f64 = text(reply)?.parse().ok()?;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a whole number that a double holds exactly"
    )]
    ((0.0..=9_007_199_254_740_992.0).contains(&score) && score.fract() == 0.0)
        .then_some(score as u64)
}

/// The elements of an array.
pub(crate) fn array(reply: Reply) -> Option<Vec<Reply>> {
    match reply {
        Reply::Array(replies) => Some(replies),
        _ => None,
    }
}

/// Pairs out of an array of names and values.
pub(crate) fn pairs(reply: Reply) -> Vec<(String, String)> {
    let mut replies = array(reply).unwrap_or_default().into_iter();
    let mut pairs = Vec::with_capacity(replies.len() / 2);
    while let (Some(name), Some(value)) = (replies.next(), replies.next()) {
        if let (Some(name), Some(value)) = (text(&name), text(&value)) {
            pairs.push((name, value));
        }
    }
    pairs
}

/// The server's clock out of the reply to `TIME`, Unix milliseconds.
pub(crate) fn time(reply: Reply) -> Option<u64> {
    micros(reply).map(|micros| micros / 1000)
}

/// The same in microseconds.
pub(crate) fn micros(reply: Reply) -> Option<u64> {
    let parts = array(reply)?;
    let seconds = u64::try_from(integer(parts.first()?)?).ok()?;
    let micros = u64::try_from(integer(parts.get(1)?)?).ok()?;
    seconds.checked_mul(1_000_000)?.checked_add(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulk(text: &'static str) -> Reply {
        Reply::Bulk(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn numbers_are_read_from_every_form_in_which_servers_write_them() {
        assert_eq!(integer(&Reply::Integer(-2)), Some(-2));
        assert_eq!(integer(&bulk("17")), Some(17));
        assert_eq!(integer(&bulk("17x")), None);
        assert_eq!(integer(&Reply::Nil), None);
        assert_eq!(whole_score(&bulk("9007199254740992")), Some(1 << 53));
        assert_eq!(whole_score(&bulk("1.5")), None);
        assert_eq!(whole_score(&bulk("-1")), None);
        let clock = Reply::Array(vec![bulk("1700000000"), bulk("999999")]);
        assert_eq!(time(clock), Some(1_700_000_000_999));
    }

    #[test]
    fn only_ok_means_done() {
        assert!(is_ok(&Reply::Status(Bytes::from_static(b"OK"))));
        assert!(!is_ok(&Reply::Status(Bytes::from_static(b"QUEUED"))));
        assert!(!is_ok(&bulk("OK")));
    }

    #[test]
    fn a_name_without_a_value_is_no_pair() {
        let names = Reply::Array(vec![bulk("a"), bulk("1"), bulk("b"), Reply::Nil, bulk("c")]);
        assert_eq!(pairs(names), [("a".to_owned(), "1".to_owned())]);
        assert_eq!(pairs(Reply::Nil), []);
    }
}

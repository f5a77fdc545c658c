//! The refusals, in the host's words.

use crate::refusal::{Code, Refusal};
use crate::value::Kind;

fn refusal(code: Code, message: String) -> Refusal {
    Refusal { code, message }
}

/// The record holds another kind than the function works on.
pub(super) fn wrong_kind(expected: Kind, found: Kind) -> Refusal {
    let message = format!("this needs a {expected}, the record holds a {found}");
    refusal(Code::WrongKind, message)
}

/// There is no item of this index.
pub(super) fn out_of_range(index: i64, size: usize) -> Refusal {
    let message = format!("item {index} does not exist, there are {size}");
    refusal(Code::OutOfRange, message)
}

/// An argument makes no sense.
pub(super) fn invalid(what: &str, problem: &str) -> Refusal {
    refusal(Code::InvalidArgument, format!("{what}: {problem}"))
}

/// The key was not asked for.
pub(super) fn not_looked_up(key: &[u8]) -> Refusal {
    let message = format!("key {} was not asked for in lookups", shown(key));
    refusal(Code::NotLookedUp, message)
}

/// Reads bytes as text.
pub(super) fn text(bytes: &[u8], what: impl FnOnce() -> String) -> Result<String, Refusal> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => {
            let message = format!("{} is not UTF-8 text; read it as bytes", what());
            Err(refusal(Code::NotText, message))
        }
    }
}

/// Checks an expiry: Unix milliseconds or milliseconds from now, not zero.
pub(super) fn expiry(at: Option<u64>) -> Result<Option<u64>, Refusal> {
    if at == Some(0) {
        let problem = "Unix milliseconds above zero are needed, or nothing for none";
        return Err(invalid("expiry", problem));
    }
    Ok(at)
}

/// Shows bytes in a message.
pub(super) fn shown(bytes: &[u8]) -> String {
    format!("{:?}", bytes.escape_ascii().to_string())
}

//! Between Redis' bytes and a script's values.
//!
//! Text, blobs, characters, integers and decimals are written as they print. A float is not: its
//! digits depend on how it is printed, and money in floats is the mistake that migrations repair. A
//! bool is not either: there is no one way to write it. Both are refused with what to do instead.

use bytes::Bytes;
use remold_host_api::HostError;
use rhai::{Blob, Dynamic, ImmutableString};

use crate::fault::{invalid, refuse};
use crate::meter::Fallible;

/// Reads bytes as text.
pub(crate) fn text(bytes: &[u8], what: impl Fn() -> String) -> Fallible<ImmutableString> {
    as_text(bytes, what).map(Into::into)
}

/// Looks at bytes as text.
pub(crate) fn as_text(bytes: &[u8], what: impl Fn() -> String) -> Fallible<&str> {
    str::from_utf8(bytes).map_err(|_| refuse(HostError::NotText { what: what() }))
}

/// Reads bytes as a text value.
pub(crate) fn text_value(bytes: &[u8], what: impl Fn() -> String) -> Fallible<Dynamic> {
    text(bytes, what).map(Dynamic::from)
}

/// Makes a blob of bytes.
pub(crate) fn blob_value(bytes: &[u8]) -> Dynamic {
    Dynamic::from_blob(Blob::from(bytes))
}

/// Turns a script's value into the bytes that are written.
pub(crate) fn to_bytes(value: &Dynamic, what: &str) -> Fallible<Bytes> {
    if let Ok(text) = value.as_immutable_string_ref() {
        return Ok(Bytes::copy_from_slice(text.as_bytes()));
    }
    if let Ok(integer) = value.as_int() {
        return Ok(digits(integer));
    }
    if let Ok(blob) = value.as_blob_ref() {
        return Ok(Bytes::copy_from_slice(&blob));
    }
    if let Ok(decimal) = value.as_decimal() {
        return Ok(Bytes::from(decimal.to_string()));
    }
    if let Ok(character) = value.as_char() {
        return Ok(Bytes::from(character.to_string()));
    }
    Err(unwritable(value, what))
}

/// Writes an integer.
pub(crate) fn digits(integer: i64) -> Bytes {
    let mut digits = [0; 20];
    let mut first = digits.len();
    let mut left = integer.unsigned_abs();
    loop {
        first -= 1;
        digits[first] = u8::try_from(left % 10).map_or(b'?', |digit| b'0' + digit);
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if integer < 0 {
        first -= 1;
        digits[first] = b'-';
    }
    Bytes::copy_from_slice(&digits[first..])
}

fn unwritable(value: &Dynamic, what: &str) -> Box<rhai::EvalAltResult> {
    const ACCEPTED: &str = "a text, blob, integer or decimal is written";
    let problem = match value.type_name() {
        "f64" => format!(
            "{ACCEPTED}; a float is not, as its digits depend on how it is printed: \
             use a decimal, or to_string() if that is what you want"
        ),
        "bool" => {
            format!("{ACCEPTED}; a bool is not: say which, as in `if x {{ 1 }} else {{ 0 }}`")
        }
        "()" => format!("{ACCEPTED}; there is no value here: remove it, or give a default"),
        "array" | "map" => format!("{ACCEPTED}; turn data into text with to_json()"),
        other => format!("{ACCEPTED}; this is a {other}"),
    };
    invalid(what, problem)
}

/// Shows bytes in a message.
pub(crate) fn shown(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_written_as_they_print() {
        for integer in [0, 7, -7, 10, 99, 100, 1_234_567_890, i64::MAX, i64::MIN] {
            assert_eq!(digits(integer), integer.to_string());
        }
    }
}

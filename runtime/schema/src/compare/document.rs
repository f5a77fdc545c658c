//! A schema made ready for comparison: one document of draft 2020-12, every reference a pointer into it.
//!
//! Drafts 4, 6, 7 and 2019-09 are written in the words of 2020-12. Documents that are referred to are taken from the caller's
//! map and put under `$defs`; nothing is fetched. Identifiers and anchors are gone afterwards: pointers say the same.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::{CompareError, Side};

mod draft;
mod resolve;

/// How deep a schema's text may be nested.
const DEEPEST: usize = 128;

/// How many values a schema's text may have, those of the documents it refers to included.
const MOST_VALUES: usize = 500_000;

/// A schema that is ready.
#[derive(Debug)]
pub(crate) struct Document {
    /// The text.
    pub(crate) root: Value,
    /// What in it keeps its meaning from being known.
    pub(crate) doubt: Option<String>,
}

impl Document {
    /// Makes a schema ready.
    pub(crate) fn prepare(
        schema: &Value,
        references: &BTreeMap<String, Value>,
        side: Side,
    ) -> Result<Self, CompareError> {
        resolve::bundle(schema, references, side)
    }
}

/// Refuses texts that are too deep or too large, without going deep itself.
fn bounded(schema: &Value, side: Side, values: &mut usize) -> Result<(), CompareError> {
    let mut open = vec![(schema, 0)];
    while let Some((value, depth)) = open.pop() {
        *values += 1;
        if depth > DEEPEST {
            return Err(CompareError::TooDeep {
                side,
                limit: DEEPEST,
            });
        }
        if *values > MOST_VALUES {
            return Err(CompareError::TooLarge {
                side,
                limit: MOST_VALUES,
            });
        }
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(members) => {
                open.extend(members.values().map(|member| (member, depth + 1)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Appends a name to a JSON Pointer (RFC 6901).
pub(crate) fn child(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Writes a pointer as a URI fragment (RFC 3986).
pub(crate) fn encoded(pointer: &str) -> String {
    let mut text = String::new();
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
            text.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    text
}

/// Reads a URI fragment.
pub(crate) fn decoded(fragment: &str) -> String {
    let bytes = fragment.as_bytes();
    let mut text = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let escaped = fragment
            .get(at + 1..at + 3)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (bytes[at], escaped) {
            (b'%', Some(byte)) => {
                text.push(byte);
                at += 3;
            }
            (byte, _) => {
                text.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

//! Texts and values as a script has them.

use serde_json::Value as Json;

use crate::generate::{Held, as_field, words};

/// Writes a value as the script has it.
pub(super) fn literal(value: &Json, held: Held) -> String {
    let value = if held == Held::Fields {
        as_field(value)
    } else {
        value.clone()
    };
    match value {
        Json::String(text) => quoted(&text),
        Json::Bool(value) => value.to_string(),
        Json::Null => "()".to_owned(),
        Json::Number(number) if number.as_i64().is_some() => number.to_string(),
        other => format!("parse_json({})", quoted(&other.to_string())),
    }
}

/// Writes a text in quotes, as Rhai reads it.
pub(super) fn quoted(text: &str) -> String {
    words::quoted(text, false)
}

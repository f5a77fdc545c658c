//! Texts and values as a script has them.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::generate::{Held, as_field};

/// Escapes what a regular expression would take for something else.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(
            character,
            '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$'
        ) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

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
    let mut quoted = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Makes a code of a name: small letters, figures and hyphens.
pub(super) fn word(name: &str) -> String {
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() {
            character.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let word: String = name.chars().take(40).map(plain).collect();
    word.trim_matches('-').to_owned()
}

/// A comment ends with its line.
pub(super) fn one_line(text: &str) -> String {
    let shown = |character: char| {
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            ' '
        } else {
            character
        }
    };
    text.chars().map(shown).collect()
}

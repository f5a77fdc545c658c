//! Differences of two JSON texts, by path.

use serde_json::Value;

use super::elements::{Step, steps};
use super::lines::{Line, Lines};
use super::quote::quote;

/// JSON beyond this many bytes is compared as text.
const LARGEST: usize = 1 << 20;

/// Reads both texts as JSON objects or arrays; `None` if one is something else.
pub(super) fn read(before: &[u8], after: &[u8]) -> Option<(Value, Value)> {
    let structured = |text: &[u8]| -> Option<Value> {
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace())?;
        if !matches!(first, b'{' | b'[') || text.len() > LARGEST {
            return None;
        }
        serde_json::from_slice(text).ok()
    };
    Some((structured(before)?, structured(after)?))
}

/// Compares two values and adds what is different.
pub(super) fn compare(path: &str, before: &Value, after: &Value, lines: &mut Lines) {
    match (before, after) {
        (before, after) if before == after => lines.unchanged(1),
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in old {
                let path = member(path, name);
                match new.get(name) {
                    Some(other) => compare(&path, value, other, lines),
                    None => lines.push(Line::removed(path, shown(value))),
                }
            }
            for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                lines.push(Line::added(member(path, name), shown(value)));
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (place, (old, new)) in old.iter().zip(new).enumerate() {
                compare(&format!("{path}[{place}]"), old, new, lines);
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            let texts = |values: &[Value]| values.iter().map(Value::to_string).collect::<Vec<_>>();
            for step in steps(&texts(old), &texts(new)) {
                match step {
                    Step::Same(parts) => lines.unchanged(parts as u64),
                    Step::Removed(place) => lines.push(Line::removed(
                        format!("{path}[{place}]"),
                        shown(&old[place]),
                    )),
                    Step::Added(place) => {
                        lines.push(Line::added(format!("{path}[{place}]"), shown(&new[place])));
                    }
                }
            }
        }
        (before, after) => lines.push(Line::changed(path, shown(before), &shown(after))),
    }
}

fn member(path: &str, name: &str) -> String {
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if plain {
        format!("{path}.{name}")
    } else {
        format!("{path}[{}]", quote(name.as_bytes()))
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text.as_bytes()),
        other => {
            let quoted = quote(other.to_string().as_bytes());
            match quoted
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'))
            {
                Some(text) => text.to_owned(),
                None => quoted,
            }
        }
    }
}

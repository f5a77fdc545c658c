//! What PHP's `serialize` and its session handler write, to JSON and back.
//!
//! | PHP | JSON |
//! |---|---|
//! | `null`, `bool`, `int`, `string` | the same; a text must be UTF-8 |
//! | `float` | a number with a point or an exponent, so that it is a float again; `INF` and `NAN` are refused |
//! | `array` with the keys 0, 1, 2 … in this order | array |
//! | any other `array` | object, in its order, integer keys as their digits, which PHP reads as integers again |
//! | objects, references, enums | refused: JSON could not give them back |
//!
//! Source: PHP's `ext/standard/var.c` and `ext/session/session.c`.

mod parse;
mod print;

use std::sync::Arc;

use rhai::{Dynamic, Engine};

use super::{helper, input, made_text};
use crate::fault::invalid;
use crate::meter::Fallible;
use crate::session::Session;

/// A value of PHP.
#[derive(Debug, Clone, PartialEq)]
enum Php {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Array(Vec<(Key, Self)>),
}

/// A key of an array.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Int(i64),
    Text(String),
}

impl Key {
    /// Makes a key of a text, as PHP does: a text that is how an integer prints is that integer.
    fn of(text: String) -> Self {
        match text.parse::<i64>() {
            Ok(integer) if integer.to_string() == text => Self::Int(integer),
            _ => Self::Text(text),
        }
    }
}

/// What is wrong, and at which byte.
struct Wrong {
    at: usize,
    problem: String,
}

fn refused(wrong: &Wrong) -> Box<rhai::EvalAltResult> {
    let Wrong { at, problem } = wrong;
    invalid("PHP data", format!("{problem}, at byte {at}"))
}

/// Charges the tree that a text is made into, an element of which may come from a few bytes.
fn read(session: &Session, value: &Dynamic, what: &str) -> Fallible<remold_host_api::Bytes> {
    let bytes = input(session, value, what, 1)?;
    let nodes = (bytes.len() / 4).saturating_mul(size_of::<(Key, Php)>());
    session.meter.allocate(nodes)?;
    Ok(bytes)
}

/// Registers both forms, both ways.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(engine, session, "php_to_json", |s, value: Dynamic| {
        let bytes = read(s, &value, "php_to_json")?;
        let php = parse::value(&bytes).map_err(|wrong| refused(&wrong))?;
        made_text(s, print::to_json(&php))
    });
    helper!(
        engine,
        session,
        "php_session_to_json",
        |s, value: Dynamic| {
            let bytes = read(s, &value, "php_session_to_json")?;
            let variables = parse::session(&bytes).map_err(|wrong| refused(&wrong))?;
            made_text(s, print::object(&variables))
        }
    );
    helper!(engine, session, "json_to_php", |s, value: Dynamic| {
        let bytes = read(s, &value, "json_to_php")?;
        made_text(s, print::of_json(&json(s, &bytes)?)?)
    });
    helper!(
        engine,
        session,
        "json_to_php_session",
        |s, value: Dynamic| {
            let bytes = read(s, &value, "json_to_php_session")?;
            made_text(s, print::session_of_json(&json(s, &bytes)?)?)
        }
    );
}

/// Reads JSON as a tree that keeps the order of members.
fn json(session: &Session, text: &[u8]) -> Fallible<serde_json::Value> {
    // Duplicates would be lost in a tree: the reader of scripts refuses them.
    drop(crate::json::parse(&session.meter, text)?);
    serde_json::from_slice(text).map_err(|error| invalid("JSON", error.to_string()))
}

#[cfg(test)]
mod tests;

//! JSONPath (RFC 9535): crate `serde_json_path`.
//!
//! A short path can find very much: `$..*..*` visits what is below each value once more for each of them. So a query is charged
//! by the worst that its path can do to its document, before it is carried out.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine};
use serde_json::Value;
use serde_json_path::JsonPath;

use super::helper;
use crate::fault::invalid;
use crate::json::exchange::{from_value, to_value};
use crate::meter::Fallible;
use crate::record::value::ITEM;
use crate::session::Session;

/// How long a path may be, bytes.
const PATH_SIZE: usize = 4096;

/// What a regular expression of a filter costs at each value, bytes of work: it is compiled there.
const REGEX: usize = 16 << 10;

/// How many values a document has, and how deep it is.
#[derive(Debug, Clone, Copy)]
struct Extent {
    values: usize,
    depth: usize,
}

impl Extent {
    fn of(value: &Value) -> Self {
        let inner: Vec<Self> = match value {
            Value::Array(items) => items.iter().map(Self::of).collect(),
            Value::Object(members) => members.values().map(Self::of).collect(),
            _ => Vec::new(),
        };
        Self {
            values: 1 + inner.iter().map(|inner| inner.values).sum::<usize>(),
            depth: 1 + inner.iter().map(|inner| inner.depth).max().unwrap_or(0),
        }
    }
}

/// What a path can do at most, for each value of a document.
fn worst(path: &str, extent: Extent) -> usize {
    let mut factor: usize = 1;
    let (mut quote, mut selectors) = (None, 1_usize);
    let mut characters = path.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => {
                characters.next();
            }
            (Some(end), other) if end == other => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '[') => selectors = 1,
            (None, ',') => selectors += 1,
            (None, ']') => {
                factor = factor.saturating_mul(selectors);
                selectors = 1;
            }
            (None, '.') if path[at..].starts_with("..") => {
                factor = factor.saturating_mul(extent.depth);
                characters.next();
            }
            // A filter that begins at the root again may look at the whole document, for each value that it filters.
            (None, '$') if at > 0 => factor = factor.saturating_mul(extent.values),
            (None, '(') if path[..at].ends_with("match") || path[..at].ends_with("search") => {
                factor = factor.saturating_mul(REGEX / ITEM);
            }
            _ => {}
        }
    }
    factor
}

fn compiled(path: &str) -> Result<JsonPath, String> {
    if path.len() > PATH_SIZE {
        return Err(format!("it is longer than {PATH_SIZE} bytes"));
    }
    JsonPath::parse(path)
        .map_err(|error| format!("{} at character {}", error.message(), error.position()))
}

/// Says what is wrong with a JSONPath; nothing if it is one.
pub(crate) fn problem(path: &str) -> Option<String> {
    compiled(path).err()
}

/// Compiles a path and charges what it may find.
fn prepare(session: &Session, data: &Dynamic, path: &str) -> Fallible<(JsonPath, Value)> {
    session.meter.work(path.len().saturating_mul(64))?;
    let compiled = compiled(path).map_err(|problem| invalid("JSONPath", problem))?;
    let value = to_value(&session.meter, data)?;
    let extent = Extent::of(&value);
    let worst = worst(path, extent).saturating_mul(extent.values);
    session.meter.work(worst.saturating_mul(ITEM))?;
    Ok((compiled, value))
}

fn find(session: &Session, data: &Dynamic, path: &str) -> Fallible<Array> {
    let (path, value) = prepare(session, data, path)?;
    let found = path.query(&value);
    let found = found.iter().map(|value| from_value(&session.meter, value));
    found.collect()
}

fn places(session: &Session, data: &Dynamic, path: &str) -> Fallible<Array> {
    let (path, value) = prepare(session, data, path)?;
    let found = path.query_located(&value).dedup();
    let mut places = Array::new();
    for place in found.locations() {
        let pointer = place.to_json_pointer();
        session.meter.allocate(pointer.len() + ITEM)?;
        places.push(pointer.into());
    }
    Ok(places)
}

/// Registers JSONPath.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(
        engine,
        session,
        "json_path",
        |s, data: Dynamic, path: &str| find(s, &data, path)
    );
    helper!(
        engine,
        session,
        "json_places",
        |s, data: Dynamic, path: &str| places(s, &data, path)
    );
}

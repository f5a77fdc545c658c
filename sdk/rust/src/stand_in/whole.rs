//! Checks whole values that a transform writes.

use std::collections::HashSet;

use super::Answer;
use super::refusals::{invalid, shown};
use crate::value::{StreamId, StreamValue, Value};

/// Copies a value, or refuses: names that occur twice, scores that are no numbers, entries out of order.
pub(super) fn checked(value: &Value) -> Answer<Value> {
    match value {
        Value::Set(members) => unique(members.iter())?,
        Value::SortedSet(members) => {
            for scored in members {
                check_score(scored.score)?;
            }
            unique(members.iter().map(|scored| &scored.member))?;
        }
        Value::Hash(fields) => unique(fields.iter().map(|field| &field.name))?,
        Value::Stream(stream) => check_stream(stream)?,
        Value::Text(_) | Value::List(_) | Value::Opaque(_) => (),
    }
    Ok(value.clone())
}

/// Refuses a score that is no number.
pub(super) fn check_score(score: f64) -> Answer {
    if score.is_nan() {
        return Err(invalid("score", "it is not a number"));
    }
    Ok(())
}

fn unique<'v>(names: impl Iterator<Item = &'v Vec<u8>>) -> Answer {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            let problem = format!("the name {} occurs twice", shown(name));
            return Err(invalid("a whole value", &problem));
        }
    }
    Ok(())
}

fn check_stream(stream: &StreamValue) -> Answer {
    let mut last = StreamId::default();
    for entry in &stream.entries {
        let id = entry.id;
        if id <= last {
            let problem = format!("the id {id} is not larger than the one before, {last}");
            return Err(invalid("the entries of a stream", &problem));
        }
        if entry.fields.is_empty() {
            return Err(invalid("an entry", "it has at least one field"));
        }
        last = id;
    }
    if stream.last_id < last {
        let id = stream.last_id;
        let problem = format!("the last id {id} is smaller than that of an entry, {last}");
        return Err(invalid("a stream", &problem));
    }
    Ok(())
}

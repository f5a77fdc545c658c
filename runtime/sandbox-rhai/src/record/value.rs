//! Whole values: for a change of type, and for keys that are emitted.
//!
//! `hash(#{…})`, `list([…])`, `set([…])`, `sorted_set(#{member: score})`, `stream([…])` and `text(…)` make
//! one; `rec.value` reads one.

use remold_host_api::{Bytes, Collection, HashField, Scored, StreamEntry, StreamValue, Value};
use rhai::{Array, Dynamic, Engine, Map};

use super::sorted_set::score_from_script;
use super::stream::{fields_of, parse_id};
use crate::bytes::to_bytes;
use crate::fault::invalid;
use crate::meter::Fallible;

/// What an element costs beside its bytes.
pub(crate) const ITEM: usize = 32;

/// A whole value in a script's hands.
#[derive(Debug, Clone)]
pub(crate) struct NewValue(pub(crate) Value);

/// Turns a count into a script's integer.
pub(crate) fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Reads what `rec.value = …` or `rec.emit(…)` was given.
pub(crate) fn value_from_script(value: &Dynamic, what: &str) -> Fallible<Value> {
    if let Some(value) = value.read_lock::<NewValue>() {
        return Ok(value.0.clone());
    }
    if value.is_map() || value.is_array() {
        return Err(invalid(
            what,
            "say which type it is to be: hash(…), list(…), set(…), sorted_set(…), stream(…) or text(to_json(…))",
        ));
    }
    to_bytes(value, what).map(Value::Text)
}

fn text(value: Dynamic) -> Fallible<NewValue> {
    to_bytes(&value, "text").map(Value::Text).map(NewValue)
}

fn hash(fields: Map) -> Fallible<NewValue> {
    let mut collection = Collection::default();
    for (name, value) in &fields {
        collection.insert(HashField {
            name: Bytes::copy_from_slice(name.as_bytes()),
            value: to_bytes(value, &format!("the field {name:?}"))?,
            expires_at: None,
        });
    }
    Ok(NewValue(Value::Hash(collection)))
}

fn items(items: &Array, what: &str) -> Fallible<Vec<Bytes>> {
    items.iter().map(|item| to_bytes(item, what)).collect()
}

fn list(array: Array) -> Fallible<NewValue> {
    items(&array, "list").map(Value::List).map(NewValue)
}

fn set(array: Array) -> Fallible<NewValue> {
    let members = items(&array, "set")?;
    Ok(NewValue(Value::Set(members.into_iter().collect())))
}

fn sorted_set(members: Map) -> Fallible<NewValue> {
    let mut collection = Collection::default();
    for (member, score) in &members {
        collection.insert(Scored {
            member: Bytes::copy_from_slice(member.as_bytes()),
            score: score_from_script(score)?,
        });
    }
    Ok(NewValue(Value::SortedSet(collection)))
}

fn sorted_set_of_pairs(pairs: Array) -> Fallible<NewValue> {
    let mut collection = Collection::default();
    for pair in &pairs {
        let pair = pair.as_array_ref().ok();
        let Some([member, score]) = pair.as_deref().map(Vec::as_slice) else {
            return Err(invalid(
                "sorted_set",
                "a list of [member, score] pairs is needed",
            ));
        };
        collection.insert(Scored {
            member: to_bytes(member, "sorted_set")?,
            score: score_from_script(score)?,
        });
    }
    Ok(NewValue(Value::SortedSet(collection)))
}

fn stream(entries: Array) -> Fallible<NewValue> {
    let mut made = StreamValue::default();
    for entry in &entries {
        let entry = entry.as_map_ref().ok();
        let part = |name: &str| entry.as_ref().and_then(|entry| entry.get(name));
        let (Some(id), Some(fields)) = (part("id"), part("fields")) else {
            let needed = "a list of #{ id: …, fields: … } is needed, as entries() gives them";
            return Err(invalid("stream", needed));
        };
        let id = id.as_immutable_string_ref().ok();
        let id = parse_id(id.as_deref().map_or("", |id| id.as_str()))?;
        if id <= made.last_id {
            let problem = format!(
                "the id {id} is not larger than the one before, {}",
                made.last_id
            );
            return Err(invalid("stream", problem));
        }
        let fields = fields_of(fields)?;
        made.entries.push(StreamEntry { id, fields });
        made.last_id = id;
        made.entries_added += 1;
    }
    Ok(NewValue(Value::Stream(Box::new(made))))
}

/// Registers the constructors and what can be asked of a value.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_fn("text", text)
        .register_fn("hash", hash)
        .register_fn("list", list)
        .register_fn("set", set)
        .register_fn("sorted_set", sorted_set)
        .register_fn("sorted_set", sorted_set_of_pairs)
        .register_fn("stream", stream)
        .register_get("kind", |value: &mut NewValue| value.0.kind().name())
        .register_get("size", |value: &mut NewValue| count(value.0.size()));
}

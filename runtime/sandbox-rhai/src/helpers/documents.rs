//! Places in data: JSON Pointer (RFC 6901) by hand, JSON Patch (RFC 6902) by the crate `json-patch`.

use std::sync::Arc;

use json_patch::PatchOperation;
use rhai::{Array, Dynamic, Engine, Map};
use serde_json::Value;

use super::helper;
use crate::fault::invalid;
use crate::json::MAX_DEPTH;
use crate::json::exchange::{from_value, to_value, weight};
use crate::meter::Fallible;
use crate::record::value::ITEM;
use crate::session::Session;
use crate::size::size;

/// Splits a pointer into its steps.
fn steps(pointer: &str) -> Fallible<Vec<String>> {
    if pointer.is_empty() {
        return Ok(Vec::new());
    }
    let Some(steps) = pointer.strip_prefix('/') else {
        let problem = format!("{pointer:?} does not begin with /");
        return Err(invalid("JSON Pointer", problem));
    };
    let unescaped = |step: &str| step.replace("~1", "/").replace("~0", "~");
    Ok(steps.split('/').map(unescaped).collect())
}

/// Reads a step into a list: digits without a zero before them.
fn index(step: &str) -> Option<usize> {
    let plain = step == "0" || !step.starts_with('0');
    let digits = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    (plain && digits).then(|| step.parse().ok())?
}

/// Charges a copy of data.
fn charge(session: &Session, data: &Dynamic) -> Fallible<()> {
    let left = session.meter.memory_left();
    session.meter.allocate(size(data, left).unwrap_or(left + 1))
}

fn at(session: &Session, data: &Dynamic, steps: &[String]) -> Fallible<Dynamic> {
    session.meter.work(ITEM)?;
    let [step, rest @ ..] = steps else {
        charge(session, data)?;
        return Ok(data.clone());
    };
    if let Ok(map) = data.as_map_ref() {
        let member = map.get(step.as_str());
        return member.map_or(Ok(Dynamic::UNIT), |member| at(session, member, rest));
    }
    if let Ok(array) = data.as_array_ref() {
        let item = index(step).and_then(|index| array.get(index));
        return item.map_or(Ok(Dynamic::UNIT), |item| at(session, item, rest));
    }
    Ok(Dynamic::UNIT)
}

fn put(data: &mut Dynamic, steps: &[String], value: Dynamic) -> Result<(), String> {
    let [step, rest @ ..] = steps else {
        *data = value;
        return Ok(());
    };
    if let Some(mut map) = data.write_lock::<Map>() {
        return match map.get_mut(step.as_str()) {
            Some(member) => put(member, rest, value),
            None if rest.is_empty() => {
                map.insert(step.as_str().into(), value);
                Ok(())
            }
            None => Err(format!("there is no member {step:?}")),
        };
    }
    if let Some(mut array) = data.write_lock::<Array>() {
        let end = array.len();
        let place = if step == "-" { Some(end) } else { index(step) };
        return match place {
            Some(index) if index < end => put(&mut array[index], rest, value),
            Some(index) if index == end && rest.is_empty() => {
                array.push(value);
                Ok(())
            }
            _ => Err(format!("there is no item {step:?} in a list of {end}")),
        };
    }
    Err(format!(
        "what {step:?} is looked for in is neither a map nor a list"
    ))
}

fn with(session: &Session, mut data: Dynamic, pointer: &str, value: Dynamic) -> Fallible<Dynamic> {
    charge(session, &data)?;
    charge(session, &value)?;
    let placed = put(&mut data, &steps(pointer)?, value);
    placed.map_err(|problem| invalid(format!("JSON Pointer {pointer:?}"), problem))?;
    Ok(data)
}

fn patch(session: &Session, data: &Dynamic, operations: &Dynamic) -> Fallible<Dynamic> {
    let mut document = to_value(&session.meter, data)?;
    let operations = to_value(&session.meter, operations)?;
    let operations: Vec<PatchOperation> = serde_json::from_value(operations)
        .map_err(|error| invalid("JSON Patch", error.to_string()))?;
    let mut size = weight(&document);
    for (place, operation) in operations.iter().enumerate() {
        // An operation may walk a whole list, and a copy may double the document.
        session.meter.work(size)?;
        if let PatchOperation::Copy(copy) = operation {
            let copied = document.pointer(copy.from.as_str()).map_or(0, weight);
            session.meter.allocate(copied)?;
            size = size.saturating_add(copied);
        }
        let refused = |problem: String| {
            let name = operation_name(operation);
            let path = operation.path();
            let problem = format!("operation {place}, {name} at \"{path}\": {problem}");
            invalid("JSON Patch", problem)
        };
        json_patch::patch_unsafe(&mut document, std::slice::from_ref(operation))
            .map_err(|error| refused(error.kind.to_string()))?;
        // What is nested deeper could not be dropped, let alone printed.
        if depth(&document) > MAX_DEPTH {
            let problem = format!("it would be nested deeper than {MAX_DEPTH} levels");
            return Err(refused(problem));
        }
    }
    from_value(&session.meter, &document)
}

fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        _ => return 0,
    };
    1 + deepest.unwrap_or(0)
}

const fn operation_name(operation: &PatchOperation) -> &'static str {
    match operation {
        PatchOperation::Add(_) => "add",
        PatchOperation::Remove(_) => "remove",
        PatchOperation::Replace(_) => "replace",
        PatchOperation::Move(_) => "move",
        PatchOperation::Copy(_) => "copy",
        PatchOperation::Test(_) => "test",
    }
}

/// Registers what finds and changes places.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(
        engine,
        session,
        "json_at",
        |s, data: Dynamic, pointer: &str| at(s, &data, &steps(pointer)?)
    );
    helper!(
        engine,
        session,
        "json_with",
        |s, data: Dynamic, pointer: &str, value: Dynamic| with(s, data, pointer, value)
    );
    helper!(
        engine,
        session,
        "json_patch",
        |s, data: Dynamic, operations: Dynamic| patch(s, &data, &operations)
    );
}

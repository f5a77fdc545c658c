//! Between a script's data and `serde_json`'s values, for the crates that work on those; charged as it is made.

use rhai::{Dynamic, Map};
use serde_json::Value;

use super::{MAX_DEPTH, number};
use crate::fault::invalid;
use crate::meter::{Fallible, Meter};
use crate::record::value::ITEM;

/// What a value takes beside its text.
const NODE: usize = size_of::<Value>();

/// Makes a value of data. What JSON has no form for is refused, as where data is printed.
pub(crate) fn to_value(meter: &Meter, data: &Dynamic) -> Fallible<Value> {
    value_of(meter, data, 0)
}

fn value_of(meter: &Meter, data: &Dynamic, depth: usize) -> Fallible<Value> {
    if depth > MAX_DEPTH {
        let problem = format!("it is nested deeper than {MAX_DEPTH} levels");
        return Err(invalid("JSON", problem));
    }
    meter.allocate(NODE)?;
    if let Ok(map) = data.as_map_ref() {
        let mut members = serde_json::Map::with_capacity(map.len());
        for (name, member) in map.iter() {
            meter.allocate(name.len() + NODE)?;
            members.insert(name.to_string(), value_of(meter, member, depth + 1)?);
        }
        return Ok(Value::Object(members));
    }
    if let Ok(array) = data.as_array_ref() {
        let items = array.iter().map(|item| value_of(meter, item, depth + 1));
        return items.collect::<Fallible<Vec<_>>>().map(Value::Array);
    }
    if let Ok(text) = data.as_immutable_string_ref() {
        meter.allocate(text.len())?;
        return Ok(Value::String(text.to_string()));
    }
    if data.is_unit() {
        return Ok(Value::Null);
    }
    if let Ok(boolean) = data.as_bool() {
        return Ok(Value::Bool(boolean));
    }
    if let Ok(integer) = data.as_int() {
        return Ok(Value::Number(integer.into()));
    }
    // Everything else is a number, or has no form: the printer knows.
    let text = super::print(meter, data)?;
    serde_json::from_str(&text).map_err(|error| invalid("JSON", error.to_string()))
}

/// Makes data of a value.
pub(crate) fn from_value(meter: &Meter, value: &Value) -> Fallible<Dynamic> {
    meter.allocate(ITEM)?;
    Ok(match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(value) => (*value).into(),
        Value::Number(text) => number(text.as_str()),
        Value::String(text) => {
            meter.allocate(text.len())?;
            text.as_str().into()
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| from_value(meter, item));
            Dynamic::from_array(items.collect::<Fallible<_>>()?)
        }
        Value::Object(members) => {
            let mut map = Map::new();
            for (name, member) in members {
                meter.allocate(name.len() + ITEM)?;
                map.insert(name.as_str().into(), from_value(meter, member)?);
            }
            Dynamic::from_map(map)
        }
    })
}

/// Adds up what a value takes.
pub(crate) fn weight(value: &Value) -> usize {
    NODE + match value {
        Value::Null | Value::Bool(_) => 0,
        Value::Number(number) => number.as_str().len(),
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| name.len() + NODE + weight(member))
            .sum(),
    }
}

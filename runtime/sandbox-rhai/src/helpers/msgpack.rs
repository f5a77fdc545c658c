//! MessagePack: crate `rmpv`.
//!
//! Integers that need 64 bits without a sign become decimals, as in JSON. Floats stay floats, since
//! that is what they are here. Binary is a blob. Extension types and names of members that are no
//! text are refused, because a script could not write them back.

mod transcode;

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, Map};
use rmpv::Value;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{helper, made};
use crate::bytes::to_bytes;
use crate::fault::invalid;
use crate::json::MAX_DEPTH;
use crate::meter::Fallible;
use crate::record::value::ITEM;
use crate::session::Session;

fn bad(problem: impl Into<String>) -> Box<rhai::EvalAltResult> {
    invalid("MessagePack", problem)
}

fn parse(session: &Session, bytes: &[u8]) -> Fallible<Dynamic> {
    // The reader makes its own tree, an element of which may come from a single byte.
    session
        .meter
        .allocate(bytes.len().saturating_mul(size_of::<Value>()))?;
    let mut rest = bytes;
    let value = rmpv::decode::read_value_with_max_depth(&mut rest, MAX_DEPTH)
        .map_err(|error| bad(error.to_string()))?;
    if !rest.is_empty() {
        return Err(bad(format!("{} bytes follow the value", rest.len())));
    }
    to_script(session, value)
}

fn to_script(session: &Session, value: Value) -> Fallible<Dynamic> {
    session.meter.allocate(ITEM)?;
    Ok(match value {
        Value::Nil => Dynamic::UNIT,
        Value::Boolean(value) => value.into(),
        Value::Integer(integer) => match (integer.as_i64(), integer.as_u64()) {
            (Some(integer), _) => Dynamic::from_int(integer),
            (None, Some(integer)) => Dynamic::from_decimal(Decimal::from(integer)),
            (None, None) => return Err(bad("an integer is too large")),
        },
        Value::F32(float) => Dynamic::from_float(f64::from(float)),
        Value::F64(float) => Dynamic::from_float(float),
        Value::String(text) => match text.into_str() {
            Some(text) => text.into(),
            None => return Err(bad("a text is not UTF-8")),
        },
        Value::Binary(bytes) => Dynamic::from_blob(bytes),
        Value::Array(items) => {
            let items: Fallible<Array> = items
                .into_iter()
                .map(|item| to_script(session, item))
                .collect();
            items?.into()
        }
        Value::Map(members) => {
            let mut map = Map::new();
            for (name, value) in members {
                let Some(name) = name.as_str() else {
                    return Err(bad("the name of a member is not a text"));
                };
                session.meter.allocate(name.len() + ITEM)?;
                if map
                    .insert(name.into(), to_script(session, value)?)
                    .is_some()
                {
                    return Err(bad(format!("the member {name:?} occurs twice")));
                }
            }
            map.into()
        }
        Value::Ext(kind, _) => return Err(bad(format!("the extension type {kind} is not known"))),
    })
}

fn from_script(session: &Session, value: &Dynamic, depth: usize) -> Fallible<Value> {
    if depth > MAX_DEPTH {
        return Err(bad(format!("it is nested deeper than {MAX_DEPTH} levels")));
    }
    session.meter.allocate(size_of::<Value>())?;
    if value.is_unit() {
        return Ok(Value::Nil);
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        session.meter.allocate(text.len())?;
        return Ok(Value::from(text.as_str()));
    }
    if let Ok(items) = value.as_array_ref() {
        let items: Fallible<Vec<_>> = items
            .iter()
            .map(|item| from_script(session, item, depth + 1))
            .collect();
        return Ok(Value::Array(items?));
    }
    if let Ok(map) = value.as_map_ref() {
        let members = map.iter().map(|(name, value)| {
            session.meter.allocate(name.len())?;
            Ok((
                Value::from(name.as_str()),
                from_script(session, value, depth + 1)?,
            ))
        });
        return members.collect::<Fallible<Vec<_>>>().map(Value::Map);
    }
    if let Ok(bytes) = value.as_blob_ref() {
        session.meter.allocate(bytes.len())?;
        return Ok(Value::Binary(bytes.clone()));
    }
    if let Ok(integer) = value.as_int() {
        return Ok(Value::from(integer));
    }
    if let Ok(boolean) = value.as_bool() {
        return Ok(Value::from(boolean));
    }
    if let Ok(float) = value.as_float() {
        return Ok(Value::F64(float));
    }
    if let Ok(character) = value.as_char() {
        return Ok(Value::from(character.to_string()));
    }
    if let Ok(decimal) = value.as_decimal()
        && decimal.fract().is_zero()
        && let Some(integer) = decimal.to_u64()
    {
        return Ok(Value::from(integer));
    }
    Err(bad(format!(
        "it has no exact form for {} {value}; say to_string() or to_float()",
        value.type_name()
    )))
}

/// Registers MessagePack.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    transcode::register(engine, session);
    helper!(engine, session, "parse_msgpack", |s, value: Dynamic| {
        parse(s, &to_bytes(&value, "parse_msgpack")?)
    });
    helper!(engine, session, "to_msgpack", |s, data: Dynamic| {
        let value = from_script(s, &data, 0)?;
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &value).map_err(|error| bad(error.to_string()))?;
        made(s, bytes)
    });
}

//! JSON and MessagePack directly, without a script's data between them, so that members keep their order.
//!
//! Neither way loses anything in silence: a number whose value MessagePack cannot hold is refused, and what JSON has no form
//! for is.

use std::sync::Arc;

use rhai::{Dynamic, Engine};
use rmpv::Value;
use serde_json::{Map, Number, Value as Json};

use super::super::{helper, input, made, made_text};
use super::bad;
use crate::bytes::to_bytes;
use crate::fault::invalid;
use crate::json::MAX_DEPTH;
use crate::meter::Fallible;
use crate::session::Session;

fn to_msgpack(session: &Session, text: &Dynamic, inexact: bool) -> Fallible<Dynamic> {
    // Trees of both kinds are made, an element of which may come from two bytes.
    let text = input(session, text, "json_to_msgpack", 1)?;
    let nodes = size_of::<Json>() + size_of::<Value>();
    session
        .meter
        .allocate((text.len() / 2).saturating_mul(nodes))?;
    // Duplicates would be lost in a tree: the reader of scripts refuses them.
    drop(crate::json::parse(&session.meter, &text)?);
    let json: Json =
        serde_json::from_slice(&text).map_err(|error| invalid("JSON", error.to_string()))?;
    let value = from_json(json, inexact)?;
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &value).map_err(|error| bad(error.to_string()))?;
    made(session, bytes)
}

fn from_json(json: Json, inexact: bool) -> Fallible<Value> {
    Ok(match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => Value::Boolean(value),
        Json::Number(number) => from_number(&number, inexact)?,
        Json::String(text) => Value::from(text),
        Json::Array(items) => {
            let items = items.into_iter().map(|item| from_json(item, inexact));
            Value::Array(items.collect::<Fallible<_>>()?)
        }
        Json::Object(members) => {
            let members = members
                .into_iter()
                .map(|(name, member)| Ok((Value::from(name), from_json(member, inexact)?)));
            Value::Map(members.collect::<Fallible<_>>()?)
        }
    })
}

fn from_number(number: &Number, inexact: bool) -> Fallible<Value> {
    let text = number.as_str();
    // Only a double can be a negative zero.
    if text != "-0" {
        if let Ok(integer) = text.parse::<i64>() {
            return Ok(Value::from(integer));
        }
        if let Ok(integer) = text.parse::<u64>() {
            return Ok(Value::from(integer));
        }
    }
    let float = text.parse::<f64>().unwrap_or(f64::INFINITY);
    if float.is_finite() && (inexact || same_value(text, &float.to_string())) {
        return Ok(Value::F64(float));
    }
    Err(bad(format!("the number {text} does not fit a double")))
}

/// Says whether two texts of numbers mean the same: digits and exponent, without zeros at either end.
fn same_value(a: &str, b: &str) -> bool {
    scientific(a) == scientific(b)
}

/// Reads the text of a number as its sign, its digits without zeros at either end, and the power of ten of the last of them.
fn scientific(text: &str) -> (bool, String, i64) {
    let lower = text.to_ascii_lowercase();
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(i64::MAX / 4);
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_end_matches('0');
    let zeros = i64::try_from(all.len() - digits.len()).unwrap_or(0);
    let places = i64::try_from(fraction.len()).unwrap_or(0);
    let digits = digits.trim_start_matches('0').to_owned();
    if digits.is_empty() {
        return (negative, digits, 0);
    }
    (negative, digits, exponent - places + zeros)
}

fn to_json(session: &Session, bytes: &Dynamic) -> Fallible<Dynamic> {
    let bytes = to_bytes(bytes, "msgpack_to_json")?;
    let nodes = size_of::<Json>() + size_of::<Value>();
    session.meter.allocate(bytes.len().saturating_mul(nodes))?;
    let mut rest = &*bytes;
    let value = rmpv::decode::read_value_with_max_depth(&mut rest, MAX_DEPTH)
        .map_err(|error| bad(error.to_string()))?;
    if !rest.is_empty() {
        return Err(bad(format!("{} bytes follow the value", rest.len())));
    }
    made_text(session, into_json(value)?.to_string())
}

fn into_json(value: Value) -> Fallible<Json> {
    let float = |float: f64| {
        let number = Number::from_f64(float);
        number.ok_or_else(|| bad(format!("JSON has no number for {float}")))
    };
    Ok(match value {
        Value::Nil => Json::Null,
        Value::Boolean(value) => Json::Bool(value),
        Value::Integer(integer) => match (integer.as_i64(), integer.as_u64()) {
            (Some(integer), _) => Json::from(integer),
            (None, Some(integer)) => Json::from(integer),
            (None, None) => return Err(bad("an integer is too large")),
        },
        Value::F32(value) => Json::Number(float(f64::from(value))?),
        Value::F64(value) => Json::Number(float(value)?),
        Value::String(text) => match text.into_str() {
            Some(text) => Json::String(text),
            None => return Err(bad("a text is not UTF-8")),
        },
        Value::Binary(_) => return Err(bad("JSON has no form for binary")),
        Value::Ext(kind, _) => return Err(bad(format!("the extension type {kind} is not known"))),
        Value::Array(items) => {
            Json::Array(items.into_iter().map(into_json).collect::<Fallible<_>>()?)
        }
        Value::Map(members) => {
            let mut object = Map::new();
            for (name, member) in members {
                let Some(name) = name.as_str().map(str::to_owned) else {
                    return Err(bad("the name of a member is not a text"));
                };
                if object.contains_key(&name) {
                    return Err(bad(format!("the member {name:?} occurs twice")));
                }
                object.insert(name, into_json(member)?);
            }
            Json::Object(object)
        }
    })
}

/// Registers both ways.
pub(super) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(engine, session, "json_to_msgpack", |s, text: Dynamic| {
        to_msgpack(s, &text, false)
    });
    helper!(
        engine,
        session,
        "json_to_msgpack",
        |s, text: Dynamic, inexact: bool| to_msgpack(s, &text, inexact)
    );
    helper!(engine, session, "msgpack_to_json", |s, bytes: Dynamic| {
        to_json(s, &bytes)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_by_value_and_not_by_spelling() {
        for (a, b, same) in [
            ("12.30", "12.3", true),
            ("1e2", "100", true),
            ("100", "1E+2", true),
            ("0.0", "0", true),
            ("-0.0", "0", false),
            ("0.1", "0.10000000000000001", false),
            ("9007199254740993.0", "9007199254740992", false),
            ("-5e-1", "-0.5", true),
        ] {
            assert_eq!(same_value(a, b), same, "{a} {b}");
        }
    }
}

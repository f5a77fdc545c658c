//! Writes PHP's values as JSON, and JSON as PHP writes it.

use std::fmt::Write as _;

use serde_json::{Number, Value};

use super::{Key, Php};
use crate::fault::invalid;
use crate::meter::Fallible;

/// Writes a value as JSON.
pub(super) fn to_json(value: &Php) -> String {
    match value {
        Php::Null => "null".to_owned(),
        Php::Bool(value) => value.to_string(),
        Php::Int(value) => value.to_string(),
        // With a point or an exponent, so that it is a float again.
        Php::Float(value) => format!("{value:?}"),
        Php::Text(text) => quoted(text),
        Php::Array(items) if is_list(items) => {
            let items: Vec<String> = items.iter().map(|(_, item)| to_json(item)).collect();
            format!("[{}]", items.join(","))
        }
        Php::Array(items) => object(items),
    }
}

/// Writes an array as an object, in its order.
pub(super) fn object(items: &[(Key, Php)]) -> String {
    let member = |(key, item): &(Key, Php)| {
        let name = match key {
            Key::Int(key) => quoted(&key.to_string()),
            Key::Text(key) => quoted(key),
        };
        format!("{name}:{}", to_json(item))
    };
    let members: Vec<String> = items.iter().map(member).collect();
    format!("{{{}}}", members.join(","))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn is_list(items: &[(Key, Php)]) -> bool {
    (0..)
        .zip(items)
        .all(|(place, (key, _))| *key == Key::Int(place))
}

/// Writes JSON as PHP serialises it.
pub(super) fn of_json(json: &Value) -> Fallible<String> {
    let mut text = String::new();
    write_value(&mut text, json)?;
    Ok(text)
}

/// Writes a JSON object as PHP's session handler stores a session.
pub(super) fn session_of_json(json: &Value) -> Fallible<String> {
    let Value::Object(variables) = json else {
        return Err(invalid("PHP session", "it is no JSON object"));
    };
    let mut text = String::new();
    for (name, value) in variables {
        if name.contains('|') || name.starts_with('!') {
            let problem = format!("a variable cannot be called {name:?}");
            return Err(invalid("PHP session", problem));
        }
        let _ = write!(text, "{name}|");
        write_value(&mut text, value)?;
    }
    Ok(text)
}

// Writing into a String cannot fail.
fn write_value(text: &mut String, json: &Value) -> Fallible<()> {
    let _ = match json {
        Value::Null => write!(text, "N;"),
        Value::Bool(value) => write!(text, "b:{};", u8::from(*value)),
        Value::Number(number) => return write_number(text, number),
        Value::String(value) => write!(text, "s:{}:\"{value}\";", value.len()),
        Value::Array(items) => {
            let _ = write!(text, "a:{}:{{", items.len());
            for (place, item) in items.iter().enumerate() {
                let _ = write!(text, "i:{place};");
                write_value(text, item)?;
            }
            write!(text, "}}")
        }
        Value::Object(members) => {
            let _ = write!(text, "a:{}:{{", members.len());
            for (name, member) in members {
                let _ = match Key::of(name.clone()) {
                    Key::Int(key) => write!(text, "i:{key};"),
                    Key::Text(key) => write!(text, "s:{}:\"{key}\";", key.len()),
                };
                write_value(text, member)?;
            }
            write!(text, "}}")
        }
    };
    Ok(())
}

fn write_number(text: &mut String, number: &Number) -> Fallible<()> {
    let digits = number.as_str();
    if let Ok(integer) = digits.parse::<i64>()
        && digits != "-0"
    {
        let _ = write!(text, "i:{integer};");
        return Ok(());
    }
    let whole = !digits.contains(['.', 'e', 'E']);
    match digits.parse::<f64>() {
        Ok(float) if float.is_finite() && !whole => {
            // As PHP prints it: the fewest digits that give the same double, no point where none is needed.
            let _ = write!(text, "d:{float};");
            Ok(())
        }
        _ => {
            let problem = format!("PHP has no number for {digits}");
            Err(invalid("PHP data", problem))
        }
    }
}

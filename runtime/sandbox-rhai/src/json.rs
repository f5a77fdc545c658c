//! JSON without loss: between text and a script's data.
//!
//! | JSON | script |
//! |---|---|
//! | object, array, text, bool, null | map, array, text, bool, `()` |
//! | integer within 64 bits | integer |
//! | other number without an exponent, up to 28 digits | decimal, with its trailing zeros |
//! | any other number | `Number`, which keeps its digits (an exponent gets a sign) |
//!
//! No number ever becomes a float on its own. A map has no order, so a document that is written back
//! takes the order of its members from the text that it replaces; members that are new follow, by
//! name. What did not change keeps its spelling.

pub(crate) mod exchange;
mod parse;
mod print;

use rhai::{Dynamic, Engine};
use rust_decimal::Decimal;

use crate::fault::invalid;
use crate::meter::Fallible;

pub(crate) use parse::parse;
pub(crate) use print::{print, print_like};

/// How deep JSON and any other data may be nested.
pub(crate) const MAX_DEPTH: usize = 100;

/// A number that no integer and no decimal holds exactly; its JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) String);

/// Turns the text of a JSON number into a script's value.
pub(crate) fn number(text: &str) -> Dynamic {
    // Only its text tells that this zero is negative.
    if text == "-0" {
        return Dynamic::from(Number(text.to_owned()));
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Dynamic::from_int(integer);
    }
    match Decimal::from_str_exact(text) {
        Ok(decimal) => Dynamic::from_decimal(decimal),
        Err(_) => Dynamic::from(Number(text.to_owned())),
    }
}

/// Says whether two pieces of data are the same, numbers by value and spelling.
pub(crate) fn same(a: &Dynamic, b: &Dynamic) -> bool {
    if let (Ok(a), Ok(b)) = (a.as_map_ref(), b.as_map_ref()) {
        return a.len() == b.len()
            && a.iter()
                .zip(b.iter())
                .all(|((x, a), (y, b))| x == y && same(a, b));
    }
    if let (Ok(a), Ok(b)) = (a.as_array_ref(), b.as_array_ref()) {
        return a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b));
    }
    if let (Ok(a), Ok(b)) = (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        return a.as_str() == b.as_str();
    }
    if let (Ok(a), Ok(b)) = (a.as_decimal(), b.as_decimal()) {
        return a == b && a.scale() == b.scale();
    }
    if let (Some(a), Some(b)) = (a.read_lock::<Number>(), b.read_lock::<Number>()) {
        return *a == *b;
    }
    match (a.as_int(), b.as_int(), a.as_bool(), b.as_bool()) {
        (Ok(a), Ok(b), _, _) => a == b,
        (_, _, Ok(a), Ok(b)) => a == b,
        _ => a.is_unit() && b.is_unit(),
    }
}

fn to_float(number: &mut Number) -> Fallible<f64> {
    let float = number
        .0
        .parse::<f64>()
        .ok()
        .filter(|float| float.is_finite());
    float.ok_or_else(|| invalid("number", format!("{} is too large for a float", number.0)))
}

/// Registers the number type.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_type_with_name::<Number>("Number")
        .register_fn("to_string", |number: &mut Number| number.0.clone())
        .register_fn("to_debug", |number: &mut Number| number.0.clone())
        .register_fn("to_float", to_float)
        .register_fn("==", |a: Number, b: Number| a == b)
        .register_fn("!=", |a: Number, b: Number| a != b);
}

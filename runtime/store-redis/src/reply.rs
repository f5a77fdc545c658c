//! Reads what the server answered. A reply of an unexpected shape is read as nothing: the caller says what that means.

use redis::Value;
use remold_host_api::Bytes;

/// A reply that is the server's refusal, as its code (`NOPERM`) and the rest.
pub(crate) fn refusal(value: &Value) -> Option<(&str, &str)> {
    match value {
        Value::ServerError(error) => Some((error.code(), error.details().unwrap_or_default())),
        _ => None,
    }
}

/// Bytes; `None` for no such thing.
pub(crate) fn bytes(value: Value) -> Option<Bytes> {
    match value {
        Value::BulkString(bytes) => Some(Bytes::from(bytes)),
        Value::SimpleString(text) => Some(Bytes::from(text)),
        Value::Int(number) => Some(Bytes::from(number.to_string())),
        _ => None,
    }
}

pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => Some(text.clone()),
        Value::Int(number) => Some(number.to_string()),
        Value::Okay => Some("OK".to_owned()),
        _ => None,
    }
}

pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::BulkString(_) | Value::SimpleString(_) => text(value)?.parse().ok(),
        _ => None,
    }
}

/// A score that holds a number.
pub(crate) fn whole_score(value: &Value) -> Option<u64> {
    let score = match value {
        Value::Double(score) => *score,
        _ => text(value)?.parse().ok()?,
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a whole number that a double holds exactly"
    )]
    ((0.0..=9_007_199_254_740_992.0).contains(&score) && score.fract() == 0.0)
        .then_some(score as u64)
}

/// The elements of an array.
pub(crate) fn array(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(values) | Value::Set(values) => Some(values),
        Value::Map(pairs) => Some(
            pairs
                .into_iter()
                .flat_map(|(name, value)| [name, value])
                .collect(),
        ),
        _ => None,
    }
}

/// Pairs out of an array of names and values.
pub(crate) fn pairs(value: Value) -> Vec<(String, String)> {
    let mut values = array(value).unwrap_or_default().into_iter();
    let mut pairs = Vec::with_capacity(values.len() / 2);
    while let (Some(name), Some(value)) = (values.next(), values.next()) {
        if let (Some(name), Some(value)) = (text(&name), text(&value)) {
            pairs.push((name, value));
        }
    }
    pairs
}

/// The server's clock out of the reply to `TIME`, Unix milliseconds.
pub(crate) fn time(value: Value) -> Option<u64> {
    let parts = array(value)?;
    let seconds = u64::try_from(integer(parts.first()?)?).ok()?;
    let micros = u64::try_from(integer(parts.get(1)?)?).ok()?;
    Some(seconds * 1000 + micros / 1000)
}

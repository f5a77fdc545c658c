//! The change that everybody makes: a hash's or document's `name` becomes `first` and `last`, its `price` of `12.50`
//! becomes `price_cents` of `1250`, and `legacy` goes. A price alone becomes cents; the scores of a sorted set become a
//! hundred times what they were.
//!
//! Here it is in Rust; `transforms/` has it in Rhai, `guests/` in the languages of components, and each contestant in
//! another language brings its own.

mod component;
mod native;
mod script;

use bytes::Bytes;
use remold::host_api::{Collection, HashField, Scored, Value};

use crate::error::Error;

pub(crate) use component::{Style, component, migration_of_component};
pub(crate) use native::NATIVE;
pub(crate) use script::migration;

/// Makes the change in place. Says whether there was anything to change; it may have been made before.
pub(crate) fn apply(value: &mut Value) -> Result<bool, Error> {
    match value {
        Value::Hash(fields) => change_hash(fields),
        Value::Text(text) if text.first() == Some(&b'{') => change_document(text),
        Value::Text(text) => change_price(text),
        Value::SortedSet(members) => Ok(change_scores(members)),
        _ => Err(Error::Unexpected),
    }
}

fn change_hash(fields: &mut Collection<HashField>) -> Result<bool, Error> {
    let Some(name) = fields.remove(b"name") else {
        return Ok(false);
    };
    let price = fields.remove(b"price").ok_or(Error::Unexpected)?;
    fields.remove(b"legacy");
    let space = name.value.iter().position(|byte| *byte == b' ');
    let space = space.ok_or(Error::Unexpected)?;
    let mut put = |name: &'static [u8], value| {
        fields.insert(HashField {
            name: Bytes::from_static(name),
            value,
            expires_at: None,
        });
    };
    put(b"first", name.value.slice(..space));
    put(b"last", name.value.slice(space + 1..));
    put(
        b"price_cents",
        Bytes::from(cents(&price.value)?.to_string()),
    );
    Ok(true)
}

fn change_document(text: &mut Bytes) -> Result<bool, Error> {
    let document: serde_json::Value =
        serde_json::from_slice(text).map_err(|_| Error::Unexpected)?;
    let serde_json::Value::Object(mut document) = document else {
        return Err(Error::Unexpected);
    };
    let Some(name) = document.shift_remove("name") else {
        return Ok(false);
    };
    let price = document.shift_remove("price");
    document.shift_remove("legacy");
    let name = name.as_str().and_then(|name| name.split_once(' '));
    let (first, last) = name.ok_or(Error::Unexpected)?;
    let price = price.as_ref().and_then(serde_json::Value::as_str);
    let cents = cents(price.ok_or(Error::Unexpected)?.as_bytes())?;
    document.insert("first".to_owned(), first.into());
    document.insert("last".to_owned(), last.into());
    document.insert("price_cents".to_owned(), cents.into());
    *text = Bytes::from(serde_json::Value::from(document).to_string());
    Ok(true)
}

fn change_price(text: &mut Bytes) -> Result<bool, Error> {
    if !text.contains(&b'.') {
        return Ok(false);
    }
    *text = Bytes::from(cents(text)?.to_string());
    Ok(true)
}

fn change_scores(members: &mut Collection<Scored>) -> bool {
    if members.iter().any(|member| member.score > 99.0) {
        return false;
    }
    let changed = members.iter().map(|member| Scored {
        member: member.member.clone(),
        score: member.score * 100.0,
    });
    *members = changed.collect();
    true
}

/// Reads `12.50` as 1250.
fn cents(price: &[u8]) -> Result<u64, Error> {
    let text = std::str::from_utf8(price).map_err(|_| Error::Unexpected)?;
    let (whole, part) = text.split_once('.').ok_or(Error::Unexpected)?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| Error::Unexpected);
    if part.len() != 2 {
        return Err(Error::Unexpected);
    }
    Ok(number(whole)? * 100 + number(part)?)
}

#[cfg(test)]
mod tests;

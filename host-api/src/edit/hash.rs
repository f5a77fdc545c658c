//! Edits of a hash.

use bytes::Bytes;

use crate::collection::Collection;
use crate::error::HostError;
use crate::record::Record;
use crate::value::HashField;

super::access!(Hash, Collection<HashField>);
super::removals!("a field", "fields");

/// Sets a field, which keeps its own expiry. `written` gives the bytes of the name if the field is new.
pub fn set(
    record: &mut Record,
    name: &[u8],
    written: impl FnOnce() -> Bytes,
    value: Bytes,
) -> Result<(), HostError> {
    let fields = of(record)?;
    let Some(position) = fields.position(name) else {
        let field = HashField {
            name: written(),
            value,
            expires_at: None,
        };
        of_mut(record)?.push(field);
        return Ok(());
    };
    let field = &fields.as_slice()[position];
    if field.value == value {
        return Ok(());
    }
    let field = HashField {
        name: field.name.clone(),
        value,
        expires_at: field.expires_at,
    };
    of_mut(record)?.insert(field);
    Ok(())
}

/// Renames a field, which keeps its value, its expiry and its place. A field that has the new name is
/// replaced; a field that is not there is left alone.
pub fn rename(record: &mut Record, from: &[u8], to: &[u8]) -> Result<(), HostError> {
    let Some(field) = of(record)?.get(from).filter(|_| from != to) else {
        return Ok(());
    };
    let field = HashField {
        name: Bytes::copy_from_slice(to),
        value: field.value.clone(),
        expires_at: field.expires_at,
    };
    of_mut(record)?.replace(from, field);
    Ok(())
}

/// Sets when a field expires, Unix milliseconds. Refuses if there is no such field.
pub fn set_expires_at(record: &mut Record, name: &[u8], at: Option<u64>) -> Result<(), HostError> {
    let at = super::expiry(at)?;
    let Some(field) = of(record)?.get(name) else {
        let problem = format!("there is no field {:?}", name.escape_ascii().to_string());
        return Err(super::invalid("expiry of a field", problem));
    };
    if field.expires_at != at {
        let field = HashField {
            expires_at: at,
            ..field.clone()
        };
        of_mut(record)?.insert(field);
    }
    Ok(())
}

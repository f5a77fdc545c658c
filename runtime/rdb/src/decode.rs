//! From serialised objects to values.
//!
//! Texts share the memory of the payload wherever it holds them as they are. Nothing that the bytes claim
//! is trusted: a count is checked against the bytes that are left before memory is reserved.

mod hash;
mod list;
mod module;
mod set;
mod sorted_set;
mod stream;

use bytes::Bytes;
use remold_host_api::{Collection, Named, Opaque, Value};

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::kinds::Form;
use crate::length::read_string;
use crate::payload;
use crate::target::Version;

/// A decoded payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The value.
    pub value: Value,
    /// The version of the format that it was written in.
    pub version: Version,
    /// The type byte that it was written as.
    pub type_id: u8,
}

/// Decodes what `DUMP` returned. A type that is not known becomes [`Value::Opaque`].
///
/// # Errors
/// What is wrong with the bytes, and where, counted from the start of the payload.
pub fn decode(payload: &Bytes) -> Result<Decoded, DecodeError> {
    let (type_id, object, version) = payload::open(payload)?;
    let value = object_at(type_id, &object, version, 1)?;
    Ok(Decoded {
        value,
        version,
        type_id,
    })
}

/// Decodes an object that was cut out of a file: what follows its type byte and key. A type that is not
/// known becomes [`Value::Opaque`].
///
/// # Errors
/// What is wrong with the bytes, and where, counted from the start of the object.
pub fn decode_object(type_id: u8, object: &Bytes, version: Version) -> Result<Value, DecodeError> {
    object_at(type_id, object, version, 0)
}

fn object_at(
    type_id: u8,
    object: &Bytes,
    version: Version,
    base: u64,
) -> Result<Value, DecodeError> {
    let opaque = |module| {
        Ok(Value::Opaque(Opaque {
            type_id,
            module,
            bytes: object.clone(),
        }))
    };
    let Some(form) = Form::of(type_id, version) else {
        return opaque(None);
    };
    let mut cursor = Cursor::of(object).with_base(base);
    let source = Source { object, base };
    let cursor_mut = &mut cursor;
    let value = match form {
        Form::String => Value::Text(read_string(cursor_mut, "a string")?),
        Form::ModulePreGa | Form::Module => return opaque(Some(module::name(cursor_mut)?)),
        Form::List => Value::List(list::plain(cursor_mut)?),
        Form::ListZiplist => Value::List(list::ziplist(cursor_mut)?),
        Form::ListZiplists => Value::List(list::ziplists(cursor_mut)?),
        Form::ListNodes => Value::List(list::nodes(cursor_mut)?),
        Form::Set => Value::Set(source.unique(set::table(cursor_mut)?)?),
        Form::SetIntset => Value::Set(source.unique(set::intset(cursor_mut)?)?),
        Form::SetListpack => Value::Set(source.unique(set::listpack(cursor_mut)?)?),
        Form::SortedSetText => {
            Value::SortedSet(source.unique(sorted_set::with_text_scores(cursor_mut)?)?)
        }
        Form::SortedSetBinary => {
            Value::SortedSet(source.unique(sorted_set::with_binary_scores(cursor_mut)?)?)
        }
        Form::SortedSetZiplist => {
            Value::SortedSet(source.unique(sorted_set::ziplist(cursor_mut)?)?)
        }
        Form::SortedSetListpack => {
            Value::SortedSet(source.unique(sorted_set::listpack(cursor_mut)?)?)
        }
        Form::Hash => Value::Hash(source.unique(hash::table(cursor_mut)?)?),
        Form::HashZipmap => Value::Hash(source.unique(hash::zipmap(cursor_mut)?)?),
        Form::HashZiplist => Value::Hash(source.unique(hash::ziplist(cursor_mut)?)?),
        Form::HashListpack => Value::Hash(source.unique(hash::listpack(cursor_mut)?)?),
        Form::HashExpiryPreGa => {
            Value::Hash(source.unique(hash::expiring(cursor_mut, hash::Expiry::Absolute)?)?)
        }
        Form::HashExpiry => {
            Value::Hash(source.unique(hash::expiring(cursor_mut, hash::Expiry::Relative)?)?)
        }
        Form::HashExpiryValkey => Value::Hash(source.unique(hash::expiring_valkey(cursor_mut)?)?),
        Form::HashListpackExpiryPreGa => {
            Value::Hash(source.unique(hash::expiring_listpack(cursor_mut)?)?)
        }
        Form::HashListpackExpiry => {
            cursor_mut.u64_le("the earliest expiry of a hash's fields")?;
            Value::Hash(source.unique(hash::expiring_listpack(cursor_mut)?)?)
        }
        Form::Stream(generation) => {
            Value::Stream(Box::new(stream::stream(cursor_mut, generation)?))
        }
    };
    cursor.end()?;
    Ok(value)
}

/// What is decoded, to say where a name stands.
struct Source<'a> {
    object: &'a Bytes,
    base: u64,
}

impl Source<'_> {
    /// Collects items whose names must be unique.
    fn unique<T: Named>(&self, items: Vec<T>) -> Result<Collection<T>, DecodeError> {
        Collection::try_from_items(items).map_err(|duplicate| {
            // Where the second one stands, if it stands there as it is; otherwise the object's start.
            let distance = duplicate
                .name
                .as_ptr()
                .addr()
                .wrapping_sub(self.object.as_ptr().addr());
            let inside = Some(distance).filter(|distance| *distance < self.object.len());
            DecodeError::Duplicate {
                offset: self.base + inside.unwrap_or_default() as u64,
                name: duplicate.name,
            }
        })
    }
}

/// Reads a string that holds a nested encoding, and returns it with the offset that errors within it
/// count from: its own in the bytes around it, or zero if it was compressed.
fn blob(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<(Bytes, u64), DecodeError> {
    let contiguous = cursor.peek().is_some_and(|first| first < 0xc0);
    let blob = read_string(cursor, expected)?;
    let base = if contiguous {
        cursor.offset() - blob.len() as u64
    } else {
        0
    };
    Ok((blob, base))
}

#[cfg(test)]
mod tests;

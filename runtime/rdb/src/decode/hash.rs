//! Hashes: field by field or packed, and each of the ways in which the expiry of fields is kept.

use bytes::Bytes;
use remold_host_api::HashField;

use super::blob;
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::length::{read_count, read_string};
use crate::listpack::Listpack;
use crate::packed::{Element, Unpack};
use crate::ziplist::Ziplist;

const SIZE: &str = "the size of a hash";
const FIELD: &str = "a hash's field";
const VALUE: &str = "the value of a hash's field";
const EXPIRY: &str = "the expiry of a hash's field";

/// What the expiry of a field says before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expiry {
    /// Unix milliseconds; 0 for none.
    Absolute,
    /// Milliseconds after the earliest expiry, which stands before the count, plus one; 0 for none.
    Relative,
}

/// Reads a count and as many names and values.
pub(super) fn table(cursor: &mut Cursor<'_>) -> Result<Vec<HashField>, DecodeError> {
    fields(cursor, 2, |cursor| {
        Ok(HashField {
            name: read_string(cursor, FIELD)?,
            value: read_string(cursor, VALUE)?,
            expires_at: None,
        })
    })
}

/// Reads a count and as many expiries, names and values.
pub(super) fn expiring(
    cursor: &mut Cursor<'_>,
    expiry: Expiry,
) -> Result<Vec<HashField>, DecodeError> {
    let earliest = match expiry {
        Expiry::Absolute => 0,
        Expiry::Relative => cursor.u64_le("the earliest expiry of a hash's fields")?,
    };
    fields(cursor, 3, |cursor| {
        let malformed = cursor.malformed(EXPIRY);
        let expires_at = match (read_count(cursor, EXPIRY)?, expiry) {
            (0, _) => None,
            (at, Expiry::Absolute) => Some(at),
            (after, Expiry::Relative) => Some(earliest.checked_add(after - 1).ok_or(malformed)?),
        };
        Ok(HashField {
            name: read_string(cursor, FIELD)?,
            value: read_string(cursor, VALUE)?,
            expires_at,
        })
    })
}

/// Reads a count and as many names, values and expiries, of which -1 is none.
pub(super) fn expiring_valkey(cursor: &mut Cursor<'_>) -> Result<Vec<HashField>, DecodeError> {
    fields(cursor, 10, |cursor| {
        let name = read_string(cursor, FIELD)?;
        let value = read_string(cursor, VALUE)?;
        let malformed = cursor.malformed(EXPIRY);
        let expires_at = match cursor.i64_le(EXPIRY)? {
            -1 => None,
            at => Some(u64::try_from(at).map_err(|_| malformed)?),
        };
        Ok(HashField {
            name,
            value,
            expires_at,
        })
    })
}

/// Reads a zipmap.
pub(super) fn zipmap(cursor: &mut Cursor<'_>) -> Result<Vec<HashField>, DecodeError> {
    let (zipmap, base) = blob(cursor, "a zipmap")?;
    let fields = crate::zipmap::read(&zipmap, base)?;
    let lasting = |(name, value)| HashField {
        name,
        value,
        expires_at: None,
    };
    Ok(fields.into_iter().map(lasting).collect())
}

/// Reads a ziplist of names and values.
pub(super) fn ziplist(cursor: &mut Cursor<'_>) -> Result<Vec<HashField>, DecodeError> {
    let (owner, base) = blob(cursor, Ziplist::NAME)?;
    unpack::<Ziplist<'_>>(&owner, base)
}

/// Reads a listpack of names and values.
pub(super) fn listpack(cursor: &mut Cursor<'_>) -> Result<Vec<HashField>, DecodeError> {
    let (owner, base) = blob(cursor, Listpack::NAME)?;
    unpack::<Listpack<'_>>(&owner, base)
}

/// Reads a listpack of names, values and expiries.
pub(super) fn expiring_listpack(cursor: &mut Cursor<'_>) -> Result<Vec<HashField>, DecodeError> {
    let (owner, base) = blob(cursor, Listpack::NAME)?;
    let mut list = Listpack::open(&owner, base)?;
    let mut fields = Vec::with_capacity(list.capacity() / 3);
    while let Some(name) = list.next()? {
        let value = list.require(VALUE)?;
        let at = list.require(EXPIRY)?.to_number();
        let Some(at) = at.and_then(|at| u64::try_from(at).ok()) else {
            return Err(list.malformed(EXPIRY));
        };
        fields.push(HashField {
            name: name.to_bytes(&owner),
            value: value.to_bytes(&owner),
            expires_at: Some(at).filter(|at| *at > 0),
        });
    }
    Ok(fields)
}

fn fields(
    cursor: &mut Cursor<'_>,
    least: usize,
    mut field: impl FnMut(&mut Cursor<'_>) -> Result<HashField, DecodeError>,
) -> Result<Vec<HashField>, DecodeError> {
    let claimed = read_count(cursor, SIZE)?;
    let count = cursor.count(claimed, least, SIZE)?;
    let mut fields = Vec::with_capacity(count);
    for _ in 0..count {
        fields.push(field(cursor)?);
    }
    Ok(fields)
}

fn unpack<'a, L: Unpack<'a>>(owner: &'a Bytes, base: u64) -> Result<Vec<HashField>, DecodeError> {
    let mut list = L::open(owner, base)?;
    let mut fields = Vec::with_capacity(list.capacity() / 2);
    while let Some(name) = list.next()? {
        let value: Element<'_> = list.require(VALUE)?;
        fields.push(HashField {
            name: name.to_bytes(owner),
            value: value.to_bytes(owner),
            expires_at: None,
        });
    }
    Ok(fields)
}

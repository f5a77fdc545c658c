//! Sets: member by member, in an intset, or in a listpack.

use bytes::Bytes;

use super::blob;
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::intset;
use crate::length::{read_count, read_string};
use crate::listpack::Listpack;
use crate::packed::Unpack;

/// Reads a count and as many members.
pub(super) fn table(cursor: &mut Cursor<'_>) -> Result<Vec<Bytes>, DecodeError> {
    let claimed = read_count(cursor, "the size of a set")?;
    let count = cursor.count(claimed, 1, "the size of a set")?;
    let mut members = Vec::with_capacity(count);
    for _ in 0..count {
        members.push(read_string(cursor, "a set's member")?);
    }
    Ok(members)
}

/// Reads an intset.
pub(super) fn intset(cursor: &mut Cursor<'_>) -> Result<Vec<Bytes>, DecodeError> {
    let (intset, base) = blob(cursor, "an intset")?;
    intset::read(&intset, base)
}

/// Reads a listpack of members.
pub(super) fn listpack(cursor: &mut Cursor<'_>) -> Result<Vec<Bytes>, DecodeError> {
    let (owner, base) = blob(cursor, Listpack::NAME)?;
    let mut list = Listpack::open(&owner, base)?;
    let mut members = Vec::with_capacity(list.capacity());
    while let Some(member) = list.next()? {
        members.push(member.to_bytes(&owner));
    }
    Ok(members)
}

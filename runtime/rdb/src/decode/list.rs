//! Lists: element by element, in one ziplist, or in nodes.

use bytes::Bytes;

use super::blob;
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::length::{read_count, read_string};
use crate::listpack::Listpack;
use crate::packed::Unpack;
use crate::ziplist::Ziplist;

const ELEMENT: &str = "a list's element";
const NODE: &str = "a list's node";
/// A node that is one element as it is.
const PLAIN: u64 = 1;
/// A node that is a listpack of elements.
const PACKED: u64 = 2;

/// Reads a count and as many elements.
pub(super) fn plain(cursor: &mut Cursor<'_>) -> Result<Vec<Bytes>, DecodeError> {
    let claimed = read_count(cursor, "the length of a list")?;
    let count = cursor.count(claimed, 1, "the length of a list")?;
    let mut elements = Vec::with_capacity(count);
    for _ in 0..count {
        elements.push(read_string(cursor, ELEMENT)?);
    }
    Ok(elements)
}

/// Reads one ziplist.
pub(super) fn ziplist(cursor: &mut Cursor<'_>) -> Result<Vec<Bytes>, DecodeError> {
    let mut elements = Vec::new();
    let (ziplist, base) = blob(cursor, Ziplist::NAME)?;
    unpack::<Ziplist<'_>>(&ziplist, base, &mut elements)?;
    Ok(elements)
}

/// Reads a count and as many ziplists.
pub(super) fn ziplists(cursor: &mut Cursor<'_>) -> Result<Vec<Bytes>, DecodeError> {
    let mut elements = Vec::new();
    for _ in 0..nodes_claimed(cursor)? {
        let (ziplist, base) = blob(cursor, NODE)?;
        unpack::<Ziplist<'_>>(&ziplist, base, &mut elements)?;
    }
    Ok(elements)
}

/// Reads a count and as many nodes, each a listpack or one plain element.
pub(super) fn nodes(cursor: &mut Cursor<'_>) -> Result<Vec<Bytes>, DecodeError> {
    let mut elements = Vec::new();
    for _ in 0..nodes_claimed(cursor)? {
        let offset = cursor.offset();
        match read_count(cursor, NODE)? {
            PLAIN => elements.push(read_string(cursor, ELEMENT)?),
            PACKED => {
                let (listpack, base) = blob(cursor, NODE)?;
                unpack::<Listpack<'_>>(&listpack, base, &mut elements)?;
            }
            found => {
                return Err(DecodeError::Unexpected {
                    offset,
                    expected: "the container of a list's node",
                    found,
                });
            }
        }
    }
    Ok(elements)
}

fn nodes_claimed(cursor: &mut Cursor<'_>) -> Result<usize, DecodeError> {
    let claimed = read_count(cursor, "the number of a list's nodes")?;
    cursor.count(claimed, 1, "the number of a list's nodes")
}

fn unpack<'a, L: Unpack<'a>>(
    owner: &'a Bytes,
    base: u64,
    elements: &mut Vec<Bytes>,
) -> Result<(), DecodeError> {
    let mut list = L::open(owner, base)?;
    elements.reserve(list.capacity());
    while let Some(element) = list.next()? {
        elements.push(element.to_bytes(owner));
    }
    Ok(())
}

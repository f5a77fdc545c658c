//! Streams: nodes of entries in listpacks, counters, groups with their pending lists and consumers.
//!
//! A node is a listpack under the id of its first entry, the master. It begins with the number of live
//! and deleted entries, and the master's field names; then each entry has flags, its id relative to the
//! master's, its fields (only values if the names are the master's), and the number of its elements.

mod groups;
mod node;

use bytes::Bytes;
use remold_host_api::{StreamId, StreamValue};

use super::blob;
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::length::{read_count, skip_string};

/// What keeps the idempotent producers of a stream, as bytes.
const PRODUCERS: &str = "a stream's idempotent producers";

/// Reads a stream of a generation from 1 (Redis 5.0) to 4 (with idempotent producers).
pub(super) fn stream(cursor: &mut Cursor<'_>, generation: u8) -> Result<StreamValue, DecodeError> {
    let mut entries = Vec::new();
    let claimed = read_count(cursor, "the number of a stream's nodes")?;
    for _ in 0..cursor.count(claimed, 2, "the number of a stream's nodes")? {
        let (key, base) = blob(cursor, "the id of a stream's node")?;
        let mut key = Cursor::new(&key).with_base(base);
        let master = raw_id(&mut key, "the id of a stream's node")?;
        key.end()?;
        let (listpack, base) = blob(cursor, "a stream's node")?;
        node::read(&listpack, base, master, &mut entries)?;
    }
    let malformed = cursor.malformed("the length of a stream");
    if read_count(cursor, "the length of a stream")? != entries.len() as u64 {
        return Err(malformed);
    }
    let mut stream = StreamValue {
        last_id: id(cursor, "the last id of a stream")?,
        entries_added: entries.len() as u64,
        entries,
        ..StreamValue::default()
    };
    if generation >= 2 {
        id(cursor, "the first id of a stream")?;
        stream.max_deleted_id = id(cursor, "the greatest deleted id of a stream")?;
        stream.entries_added = read_count(cursor, "the number of entries added to a stream")?;
    }
    stream.groups = groups::read(cursor, generation)?;
    if generation >= 4 {
        stream.extension = Some(producers(cursor)?);
    }
    Ok(stream)
}

/// Reads the two halves of an id as lengths.
fn id(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<StreamId, DecodeError> {
    Ok(StreamId {
        ms: read_count(cursor, expected)?,
        seq: read_count(cursor, expected)?,
    })
}

/// Reads the two halves of an id as big-endian numbers.
fn raw_id(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<StreamId, DecodeError> {
    Ok(StreamId {
        ms: cursor.u64_be(expected)?,
        seq: cursor.u64_be(expected)?,
    })
}

/// Checks what is kept of idempotent producers, and returns it as it is: how long and how many ids are
/// kept, each producer's name and ids with the entries that they led to, and two counters.
fn producers(cursor: &mut Cursor<'_>) -> Result<Bytes, DecodeError> {
    let mut ahead = cursor.clone();
    for _ in 0..2 {
        read_count(&mut ahead, PRODUCERS)?;
    }
    for _ in 0..read_count(&mut ahead, PRODUCERS)? {
        skip_string(&mut ahead, PRODUCERS)?;
        for _ in 0..read_count(&mut ahead, PRODUCERS)? {
            skip_string(&mut ahead, PRODUCERS)?;
            id(&mut ahead, PRODUCERS)?;
        }
    }
    for _ in 0..2 {
        read_count(&mut ahead, PRODUCERS)?;
    }
    let size = ahead.position() - cursor.position();
    cursor.bytes(size as u64, PRODUCERS)
}

//! Streams: nodes that are as full as the server would fill them, counters, groups.

mod groups;
mod node;

use remold_host_api::{StreamId, StreamValue};

use super::{invalid, unsupported};
use crate::cursor::Cursor;
use crate::error::EncodeError;
use crate::kinds::{STREAM_LISTPACKS, STREAM_LISTPACKS_2, STREAM_LISTPACKS_3, STREAM_LISTPACKS_4};
use crate::length::{read_count, write_length};
use crate::target::{Family, Target};

/// How long, in seconds, and how many ids of idempotent producers a server keeps unless told otherwise.
const DEFAULT_PRODUCERS: [u64; 2] = [100, 100];

/// Writes a stream and returns its type byte.
pub(super) fn write(
    stream: &StreamValue,
    target: &Target,
    out: &mut Vec<u8>,
) -> Result<u8, EncodeError> {
    let (generation, type_id) = generation(stream, target)?;
    let ascending = stream
        .entries
        .windows(2)
        .all(|pair| pair[0].id < pair[1].id);
    if !ascending {
        return Err(invalid("a stream whose entries are out of order"));
    }
    if stream
        .entries
        .last()
        .is_some_and(|last| last.id > stream.last_id)
    {
        return Err(invalid("a stream whose last id is before its last entry"));
    }
    let start = out.len();
    out.push(0);
    let nodes = node::write(&stream.entries, target, out)?;
    let mut count = Vec::with_capacity(9);
    write_length(&mut count, nodes);
    out.splice(start..=start, count);
    write_length(out, stream.entries.len() as u64);
    write_id(out, stream.last_id);
    if generation >= 2 {
        write_id(
            out,
            stream
                .entries
                .first()
                .map(|entry| entry.id)
                .unwrap_or_default(),
        );
        write_id(out, stream.max_deleted_id);
        write_length(out, stream.entries_added);
    }
    groups::write(&stream.groups, generation, target, out)?;
    if let Some(extension) = stream.extension.as_ref().filter(|_| generation >= 4) {
        out.extend_from_slice(extension);
    }
    Ok(type_id)
}

/// Chooses the form: the newest that the version knows, and the fourth only if there is a need for it.
fn generation(stream: &StreamValue, target: &Target) -> Result<(u8, u8), EncodeError> {
    let extension = stream.extension.as_ref();
    if extension.is_some() && target.version.family() == Family::Redis && target.version.0 >= 13 {
        return Ok((4, STREAM_LISTPACKS_4));
    }
    if extension.is_some_and(|extension| !says_nothing(extension)) {
        return Err(unsupported("a stream's idempotent producers", target));
    }
    match target.version.0 {
        0..=8 => Err(unsupported("a stream", target)),
        9 => Ok((1, STREAM_LISTPACKS)),
        10 => Ok((2, STREAM_LISTPACKS_2)),
        _ => Ok((3, STREAM_LISTPACKS_3)),
    }
}

/// Says whether there is nothing but the server's defaults in what is kept of idempotent producers: no
/// producer, and nothing counted.
fn says_nothing(extension: &[u8]) -> bool {
    let mut cursor = Cursor::new(extension);
    let [duration, entries] = DEFAULT_PRODUCERS;
    let defaults = [duration, entries, 0, 0, 0];
    defaults
        .iter()
        .all(|default| read_count(&mut cursor, "a setting") == Ok(*default))
        && cursor.is_empty()
}

fn write_id(out: &mut Vec<u8>, id: StreamId) {
    write_length(out, id.ms);
    write_length(out, id.seq);
}

fn write_raw_id(out: &mut Vec<u8>, id: StreamId) {
    out.extend(id.ms.to_be_bytes());
    out.extend(id.seq.to_be_bytes());
}

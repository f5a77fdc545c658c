//! Consumer groups of a stream.

use remold_host_api::{Consumer, ConsumerGroup, Pending, StreamId};

use super::{id, raw_id};
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::length::{read_count, read_string};
use crate::streams::{NEVER, UNKNOWN_READS};

const GROUP: &str = "a consumer group";
const PENDING: &str = "the pending list of a consumer group";
const CONSUMER: &str = "a consumer";
const CONSUMERS_PENDING: &str = "the pending list of a consumer";
const RAW_ID: usize = 16;

/// Reads a count and as many groups.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    generation: u8,
) -> Result<Vec<ConsumerGroup>, DecodeError> {
    let mut groups = Vec::new();
    let claimed = read_count(cursor, "the number of consumer groups")?;
    for _ in 0..cursor.count(claimed, 5, "the number of consumer groups")? {
        groups.push(group(cursor, generation)?);
    }
    Ok(groups)
}

fn group(cursor: &mut Cursor<'_>, generation: u8) -> Result<ConsumerGroup, DecodeError> {
    let name = read_string(cursor, GROUP)?;
    let last_id = id(cursor, GROUP)?;
    let entries_read = if generation >= 2 {
        Some(read_count(cursor, GROUP)?).filter(|read| *read != UNKNOWN_READS)
    } else {
        None
    };
    let pending = pending(cursor)?;
    let mut consumers = Vec::new();
    let claimed = read_count(cursor, "the number of consumers")?;
    for _ in 0..cursor.count(claimed, 10, "the number of consumers")? {
        consumers.push(consumer(cursor, generation, &pending)?);
    }
    Ok(ConsumerGroup {
        name,
        last_id,
        entries_read,
        pending,
        consumers,
    })
}

fn pending(cursor: &mut Cursor<'_>) -> Result<Vec<Pending>, DecodeError> {
    let claimed = read_count(cursor, PENDING)?;
    let count = cursor.count(claimed, RAW_ID + 9, PENDING)?;
    let mut pending: Vec<Pending> = Vec::with_capacity(count);
    for _ in 0..count {
        let malformed = cursor.malformed(PENDING);
        let id = raw_id(cursor, PENDING)?;
        if pending.last().is_some_and(|last| last.id >= id) {
            return Err(malformed);
        }
        pending.push(Pending {
            id,
            delivered_at: cursor.u64_le(PENDING)?,
            deliveries: read_count(cursor, PENDING)?,
        });
    }
    Ok(pending)
}

fn consumer(
    cursor: &mut Cursor<'_>,
    generation: u8,
    pending: &[Pending],
) -> Result<Consumer, DecodeError> {
    let name = read_string(cursor, CONSUMER)?;
    let seen_at = cursor.u64_le(CONSUMER)?;
    let active_at = if generation >= 3 {
        Some(cursor.u64_le(CONSUMER)?).filter(|at| *at != NEVER)
    } else {
        None
    };
    let claimed = read_count(cursor, CONSUMERS_PENDING)?;
    let count = cursor.count(claimed, RAW_ID, CONSUMERS_PENDING)?;
    let mut own: Vec<StreamId> = Vec::with_capacity(count);
    for _ in 0..count {
        let malformed = cursor.malformed(CONSUMERS_PENDING);
        let id = raw_id(cursor, CONSUMERS_PENDING)?;
        let known = pending
            .binary_search_by_key(&id, |pending| pending.id)
            .is_ok();
        if !known || own.last().is_some_and(|last| *last >= id) {
            return Err(malformed);
        }
        own.push(id);
    }
    Ok(Consumer {
        name,
        seen_at,
        active_at,
        pending: own,
    })
}

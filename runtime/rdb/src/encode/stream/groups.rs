//! Consumer groups of a stream.

use bytes::Bytes;
use remold_host_api::{Consumer, ConsumerGroup, StreamId};

use super::super::invalid;
use super::{write_id, write_raw_id};
use crate::error::EncodeError;
use crate::length::{write_length, write_string};
use crate::streams::{NEVER, UNKNOWN_READS};
use crate::target::Target;

/// Writes a count and as many groups.
pub(super) fn write(
    groups: &[ConsumerGroup],
    generation: u8,
    target: &Target,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    if twice(groups.iter().map(|group| &group.name)) {
        return Err(invalid("a stream with two groups of the same name"));
    }
    write_length(out, groups.len() as u64);
    for group in groups {
        check(group)?;
        write_string(out, &group.name, target.compress);
        write_id(out, group.last_id);
        if generation >= 2 {
            write_length(out, group.entries_read.unwrap_or(UNKNOWN_READS));
        }
        write_length(out, group.pending.len() as u64);
        for pending in &group.pending {
            write_raw_id(out, pending.id);
            out.extend(pending.delivered_at.to_le_bytes());
            write_length(out, pending.deliveries);
        }
        write_length(out, group.consumers.len() as u64);
        for consumer in &group.consumers {
            write_consumer(consumer, generation, target, out);
        }
    }
    Ok(())
}

fn write_consumer(consumer: &Consumer, generation: u8, target: &Target, out: &mut Vec<u8>) {
    write_string(out, &consumer.name, target.compress);
    out.extend(consumer.seen_at.to_le_bytes());
    if generation >= 3 {
        out.extend(consumer.active_at.unwrap_or(NEVER).to_le_bytes());
    }
    write_length(out, consumer.pending.len() as u64);
    for id in &consumer.pending {
        write_raw_id(out, *id);
    }
}

/// Checks what the server relies on: every pending entry belongs to exactly one consumer.
fn check(group: &ConsumerGroup) -> Result<(), EncodeError> {
    if twice(group.consumers.iter().map(|consumer| &consumer.name)) {
        return Err(invalid("a group with two consumers of the same name"));
    }
    let ids: Vec<StreamId> = group.pending.iter().map(|pending| pending.id).collect();
    let ascending = |ids: &[StreamId]| ids.windows(2).all(|pair| pair[0] < pair[1]);
    if !ascending(&ids)
        || !group
            .consumers
            .iter()
            .all(|consumer| ascending(&consumer.pending))
    {
        return Err(invalid("a pending list that is out of order"));
    }
    let mut owned: Vec<StreamId> = Vec::with_capacity(ids.len());
    for consumer in &group.consumers {
        owned.extend_from_slice(&consumer.pending);
    }
    owned.sort_unstable();
    if owned != ids {
        return Err(invalid(
            "a group whose pending entries do not belong to one consumer each",
        ));
    }
    Ok(())
}

fn twice<'a>(names: impl Iterator<Item = &'a Bytes>) -> bool {
    let mut names: Vec<&Bytes> = names.collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

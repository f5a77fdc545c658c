//! Edits of a set.

use bytes::Bytes;

use crate::collection::Collection;
use crate::error::HostError;
use crate::record::Record;

super::access!(Set, Collection<Bytes>);
super::removals!("a member", "members");

/// Adds a member, if it is not there.
pub fn add(record: &mut Record, member: Bytes) -> Result<(), HostError> {
    if !of(record)?.contains(&member) {
        of_mut(record)?.push(member);
    }
    Ok(())
}

/// Replaces a member by another one, if it is there.
pub fn rename(record: &mut Record, from: &[u8], to: Bytes) -> Result<(), HostError> {
    if from != to && of(record)?.contains(from) {
        of_mut(record)?.replace(from, to);
    }
    Ok(())
}

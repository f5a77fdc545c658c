//! Edits of a stream. Groups, consumers and what is pending stay as they are.

use bytes::Bytes;

use crate::error::HostError;
use crate::record::Record;
use crate::stream::{StreamEntry, StreamId, StreamValue};

super::access!(Stream, StreamValue);

/// Names and values of an entry, in order.
pub type Fields = Vec<(Bytes, Bytes)>;

/// Finds an entry.
pub fn find(record: &Record, id: StreamId) -> Result<Option<&StreamEntry>, HostError> {
    let stream = of(record)?;
    Ok(index(stream, id).map(|index| &stream.entries[index]))
}

/// Replaces the fields of an entry. Refuses if there is no such entry, and without a field.
pub fn set(record: &mut Record, id: StreamId, fields: Fields) -> Result<(), HostError> {
    check_fields(&fields)?;
    edit(record, id, |entry| entry.fields = fields)
}

/// Sets a field of an entry, at the end if it is new.
pub fn set_field(
    record: &mut Record,
    id: StreamId,
    name: Bytes,
    value: Bytes,
) -> Result<(), HostError> {
    edit(record, id, |entry| {
        match entry.fields.iter_mut().find(|(found, _)| *found == name) {
            Some((_, old)) => *old = value,
            None => entry.fields.push((name, value)),
        }
    })
}

/// Renames the fields of this name of an entry.
pub fn rename_field(
    record: &mut Record,
    id: StreamId,
    from: &[u8],
    to: &Bytes,
) -> Result<(), HostError> {
    edit(record, id, |entry| {
        for (name, _) in &mut entry.fields {
            if name == from {
                *name = to.clone();
            }
        }
    })
}

/// Removes the fields of this name of an entry. Refuses if none would be left.
pub fn remove_field(record: &mut Record, id: StreamId, name: &[u8]) -> Result<(), HostError> {
    let entry = find(record, id)?.ok_or_else(|| missing(id))?;
    if entry.fields.iter().all(|(found, _)| found == name) {
        return Err(without_fields());
    }
    if entry.fields.iter().any(|(found, _)| found == name) {
        edit(record, id, |entry| {
            entry.fields.retain(|(found, _)| found != name);
        })?;
    }
    Ok(())
}

/// Adds an entry at the end. Refuses unless its id is larger than the last one.
pub fn add(record: &mut Record, id: StreamId, fields: Fields) -> Result<(), HostError> {
    check_fields(&fields)?;
    let last = of(record)?.last_id;
    if id <= last {
        let problem = format!("the id {id} is not larger than the stream's last id {last}");
        return Err(super::invalid("a new entry", problem));
    }
    let stream = of_mut(record)?;
    stream.entries.push(StreamEntry { id, fields });
    stream.last_id = id;
    stream.entries_added += 1;
    Ok(())
}

/// Removes an entry, if it is there. Groups keep what is pending of it, as with XDEL.
pub fn remove(record: &mut Record, id: StreamId) -> Result<(), HostError> {
    if let Some(index) = index(of(record)?, id) {
        let stream = of_mut(record)?;
        stream.entries.remove(index);
        stream.max_deleted_id = stream.max_deleted_id.max(id);
    }
    Ok(())
}

fn index(stream: &StreamValue, id: StreamId) -> Option<usize> {
    let found = stream.entries.binary_search_by_key(&id, |entry| entry.id);
    found.ok()
}

fn edit(
    record: &mut Record,
    id: StreamId,
    edit: impl FnOnce(&mut StreamEntry),
) -> Result<(), HostError> {
    let index = index(of(record)?, id).ok_or_else(|| missing(id))?;
    edit(&mut of_mut(record)?.entries[index]);
    Ok(())
}

/// Refuses an entry without fields.
pub fn check_fields(fields: &Fields) -> Result<(), HostError> {
    if fields.is_empty() {
        return Err(without_fields());
    }
    Ok(())
}

fn without_fields() -> HostError {
    super::invalid("an entry", "it has at least one field")
}

fn missing(id: StreamId) -> HostError {
    super::invalid("stream id", format!("there is no entry {id}"))
}

//! Records that hold a stream.

use super::refusals::{invalid, shown, text};
use super::state::access;
use super::{Answer, List, State, count, page, with};
use crate::value::{StreamEntry, StreamField, StreamGroup, StreamId, StreamValue};

access!(Stream, StreamValue);

fn find(stream: &StreamValue, id: StreamId) -> Option<&StreamEntry> {
    stream.entries.iter().find(|entry| entry.id == id)
}

fn edit_entry(state: &mut State, i: u32, id: StreamId) -> Answer<&mut StreamEntry> {
    let stream = edit(state, i)?;
    let found = stream.entries.iter_mut().find(|entry| entry.id == id);
    found.ok_or_else(|| invalid("stream id", &format!("there is no entry {id}")))
}

fn copied(fields: List<&StreamField>) -> Answer<Vec<StreamField>> {
    if fields.0.is_empty() {
        return Err(without_fields());
    }
    Ok(fields.0.into_iter().cloned().collect())
}

fn without_fields() -> crate::refusal::Refusal {
    invalid("an entry", "it has at least one field")
}

pub(crate) fn len(i: u32) -> Answer<u32> {
    with(|state| Ok(count(of(state, i)?.entries.len())))
}

pub(crate) fn last_id(i: u32) -> Answer<StreamId> {
    with(|state| Ok(of(state, i)?.last_id))
}

pub(crate) fn ids(i: u32, start: u32, limit: u32) -> Answer<Vec<StreamId>> {
    let entries = entries(i, start, limit)?;
    Ok(entries.iter().map(|entry| entry.id).collect())
}

pub(crate) fn entries(i: u32, start: u32, limit: u32) -> Answer<Vec<StreamEntry>> {
    with(|state| Ok(page(&of(state, i)?.entries, start, limit).to_vec()))
}

pub(crate) fn get(i: u32, id: StreamId) -> Answer<Option<Vec<StreamField>>> {
    with(|state| Ok(find(of(state, i)?, id).map(|entry| entry.fields.clone())))
}

pub(crate) fn field(i: u32, id: StreamId, name: &[u8]) -> Answer<Option<Vec<u8>>> {
    let fields = get(i, id)?.unwrap_or_default();
    let found = fields.into_iter().find(|field| field.name == name);
    Ok(found.map(|field| field.value))
}

pub(crate) fn field_text(i: u32, id: StreamId, name: &str) -> Answer<Option<String>> {
    let what = || format!("the field {} of the entry {id}", shown(name.as_bytes()));
    field(i, id, name.as_bytes())?
        .map(|value| text(&value, what))
        .transpose()
}

pub(crate) fn set(i: u32, id: StreamId, fields: List<&StreamField>) -> Answer {
    let fields = copied(fields)?;
    with(|state| {
        edit_entry(state, i, id)?.fields = fields;
        Ok(())
    })
}

pub(crate) fn set_field(i: u32, id: StreamId, name: &[u8], value: &[u8]) -> Answer {
    with(|state| {
        let fields = &mut edit_entry(state, i, id)?.fields;
        match fields.iter_mut().find(|field| field.name == name) {
            Some(field) => field.value = value.to_vec(),
            None => fields.push(StreamField::new(name, value)),
        }
        Ok(())
    })
}

pub(crate) fn rename_field(i: u32, id: StreamId, from: &[u8], to: &[u8]) -> Answer {
    with(|state| {
        let fields = &mut edit_entry(state, i, id)?.fields;
        for field in fields.iter_mut().filter(|field| field.name == from) {
            field.name = to.to_vec();
        }
        Ok(())
    })
}

pub(crate) fn remove_field(i: u32, id: StreamId, name: &[u8]) -> Answer {
    with(|state| {
        let fields = &mut edit_entry(state, i, id)?.fields;
        if fields.iter().all(|field| field.name == name) {
            return Err(without_fields());
        }
        fields.retain(|field| field.name != name);
        Ok(())
    })
}

pub(crate) fn add(i: u32, id: StreamId, fields: List<&StreamField>) -> Answer {
    let fields = copied(fields)?;
    with(|state| {
        let stream = edit(state, i)?;
        let last = stream.last_id;
        if id <= last {
            let problem = format!("the id {id} is not larger than the stream's last id {last}");
            return Err(invalid("a new entry", &problem));
        }
        stream.entries.push(StreamEntry { id, fields });
        stream.last_id = id;
        Ok(())
    })
}

pub(crate) fn remove(i: u32, id: StreamId) -> Answer {
    with(|state| {
        edit(state, i)?.entries.retain(|entry| entry.id != id);
        Ok(())
    })
}

pub(crate) fn groups(i: u32) -> Answer<Vec<StreamGroup>> {
    with(|state| {
        of(state, i)?;
        Ok(state.slot(i).groups.clone())
    })
}

//! Records that hold a stream.

use remold_host_api::{Bytes, HostError, Record, StreamEntry, edit};

use super::{copied, count, shown, text};
use crate::bindings::streams::Host;
use crate::bindings::types;
use crate::fault::Answer;
use crate::session::{ITEM, Session};
use crate::values::{
    entry_to_guest, fields_from_guest, fields_to_guest, id_from_guest, id_to_guest,
    weight_of_fields,
};

fn weight(entry: &StreamEntry) -> usize {
    let fields = entry.fields.iter();
    let weigh = |(name, value): &(Bytes, Bytes)| name.len() + value.len() + 2 * ITEM;
    fields.map(weigh).sum::<usize>() + ITEM
}

fn entries(record: &Record) -> Result<&[StreamEntry], HostError> {
    Ok(&edit::stream::of(record)?.entries)
}

impl Session {
    /// Reads the first field of a name of an entry.
    fn stream_field(&mut self, i: u32, id: types::StreamId, name: &[u8]) -> Answer<Option<Bytes>> {
        let entry = edit::stream::find(self.record(i)?, id_from_guest(id))?;
        let scanned = entry.map_or(0, |entry| entry.fields.len());
        let mut fields = entry.map(|entry| &entry.fields).into_iter().flatten();
        let found = fields.find(|(found, _)| found == name);
        let value = found.map(|(_, value)| value.clone());
        self.charge(scanned * ITEM)?;
        Ok(value)
    }
}

impl Host for Session {
    fn len(&mut self, i: u32) -> Answer<u32> {
        Ok(count(edit::stream::of(self.record(i)?)?.entries.len()))
    }

    fn last_id(&mut self, i: u32) -> Answer<types::StreamId> {
        Ok(id_to_guest(edit::stream::of(self.record(i)?)?.last_id))
    }

    fn ids(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<types::StreamId>> {
        self.page(
            i,
            (start, limit),
            entries,
            |_| ITEM,
            |_, entry| Ok(id_to_guest(entry.id)),
        )
    }

    fn entries(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<types::StreamEntry>> {
        self.page(i, (start, limit), entries, weight, |_, entry| {
            Ok(entry_to_guest(entry))
        })
    }

    fn get(&mut self, i: u32, id: types::StreamId) -> Answer<Option<Vec<types::StreamField>>> {
        let entry = edit::stream::find(self.record(i)?, id_from_guest(id))?;
        let fields = entry.map(|entry| fields_to_guest(&entry.fields));
        self.charge(fields.as_ref().map_or(0, |fields| weight_of_fields(fields)))?;
        Ok(fields)
    }

    fn field(&mut self, i: u32, id: types::StreamId, name: Vec<u8>) -> Answer<Option<Vec<u8>>> {
        Ok(self.stream_field(i, id, &name)?.as_ref().map(copied))
    }

    fn field_text(&mut self, i: u32, id: types::StreamId, name: String) -> Answer<Option<String>> {
        let found = self.stream_field(i, id, name.as_bytes())?;
        let what = || {
            let id = id_from_guest(id);
            format!("the field {} of the entry {id}", shown(name.as_bytes()))
        };
        Ok(found.map(|value| text(&value, what)).transpose()?)
    }

    fn set(&mut self, i: u32, id: types::StreamId, fields: Vec<types::StreamField>) -> Answer<()> {
        let record = self.edit(i, weight_of_fields(&fields))?;
        let fields = fields_from_guest(fields);
        Ok(edit::stream::set(record, id_from_guest(id), fields)?)
    }

    fn set_field(
        &mut self,
        i: u32,
        id: types::StreamId,
        name: Vec<u8>,
        value: Vec<u8>,
    ) -> Answer<()> {
        let record = self.edit(i, name.len() + value.len())?;
        let (name, value) = (Bytes::from(name), Bytes::from(value));
        Ok(edit::stream::set_field(
            record,
            id_from_guest(id),
            name,
            value,
        )?)
    }

    fn set_field_text(
        &mut self,
        i: u32,
        id: types::StreamId,
        name: String,
        value: String,
    ) -> Answer<()> {
        Host::set_field(self, i, id, name.into_bytes(), value.into_bytes())
    }

    fn rename_field(
        &mut self,
        i: u32,
        id: types::StreamId,
        from: Vec<u8>,
        to: Vec<u8>,
    ) -> Answer<()> {
        let record = self.edit(i, to.len())?;
        let to = Bytes::from(to);
        Ok(edit::stream::rename_field(
            record,
            id_from_guest(id),
            &from,
            &to,
        )?)
    }

    fn remove_field(&mut self, i: u32, id: types::StreamId, name: Vec<u8>) -> Answer<()> {
        Ok(edit::stream::remove_field(
            self.edit(i, 0)?,
            id_from_guest(id),
            &name,
        )?)
    }

    fn add(&mut self, i: u32, id: types::StreamId, fields: Vec<types::StreamField>) -> Answer<()> {
        let record = self.edit(i, weight_of_fields(&fields) + ITEM)?;
        let fields = fields_from_guest(fields);
        Ok(edit::stream::add(record, id_from_guest(id), fields)?)
    }

    fn remove(&mut self, i: u32, id: types::StreamId) -> Answer<()> {
        // Moving the entries behind costs time in proportion to them.
        let entries = edit::stream::of(self.record(i)?)?.entries.len();
        self.charge(entries * size_of::<StreamEntry>())?;
        Ok(edit::stream::remove(self.edit(i, 0)?, id_from_guest(id))?)
    }

    fn groups(&mut self, i: u32) -> Answer<Vec<types::StreamGroup>> {
        let groups = &edit::stream::of(self.record(i)?)?.groups;
        let group = |group: &remold_host_api::ConsumerGroup| types::StreamGroup {
            name: copied(&group.name),
            last_id: id_to_guest(group.last_id),
            pending: group.pending.len() as u64,
            consumers: group.consumers.len() as u64,
        };
        let groups: Vec<_> = groups.iter().map(group).collect();
        self.charge(groups.iter().map(|group| group.name.len() + 2 * ITEM).sum())?;
        Ok(groups)
    }
}

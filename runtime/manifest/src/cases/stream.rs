//! From the tree to streams.
//!
//! A stream is given by its `entries`; the counters default to those of a stream that these entries were
//! added to and nothing was removed from.

use bytes::Bytes;
use remold_host_api::{Consumer, ConsumerGroup, Pending, StreamEntry, StreamId, StreamValue};

use super::fields::{At, Reader};
use crate::yaml::Content;

impl Reader<'_> {
    pub(super) fn stream(&mut self, at: &At<'_>) -> Option<StreamValue> {
        let fields = self.fields(
            at,
            &[
                "entries",
                "lastId",
                "maxDeletedId",
                "entriesAdded",
                "groups",
                "extension",
            ],
        )?;
        let entries = fields.required("entries", self)?;
        let entries = self.each(Some(entries), Self::stream_entry)?;
        self.ascending(at, entries.iter().map(|entry| entry.id))?;
        let last_id = entries.last().map_or(StreamId::default(), |entry| entry.id);
        let given_last = self.optional(&fields, "lastId", Self::stream_id)?;
        if given_last.is_some_and(|given| given < last_id) {
            self.form(at, "lastId", "at or after the last entry");
            return None;
        }
        let added = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        Some(StreamValue {
            last_id: given_last.unwrap_or(last_id),
            max_deleted_id: self
                .optional(&fields, "maxDeletedId", Self::stream_id)?
                .unwrap_or_default(),
            entries_added: self
                .optional(&fields, "entriesAdded", Self::whole)?
                .unwrap_or(added),
            groups: self.each(fields.get("groups"), Self::group)?,
            extension: self.optional(&fields, "extension", Self::bytes)?,
            entries,
        })
    }

    fn stream_entry(&mut self, at: &At<'_>) -> Option<StreamEntry> {
        let fields = self.fields(at, &["id", "fields"])?;
        let id = fields.required("id", self)?;
        let id = self.stream_id(&id)?;
        let fields = fields.required("fields", self)?;
        // A list of pairs is for names that occur twice.
        if matches!(fields.node.content, Content::Sequence(_)) {
            let fields = self.each(Some(fields), Self::pair)?;
            return Some(StreamEntry { id, fields });
        }
        let mut read = Vec::new();
        for (pair, value) in fields.entries(self.mapping(&fields)?) {
            let name = self.name(&pair.key, &value.path)?;
            read.push((name, self.bytes(&value)?));
        }
        let fields = read;
        Some(StreamEntry { id, fields })
    }

    fn pair(&mut self, at: &At<'_>) -> Option<(Bytes, Bytes)> {
        if let [name, value] = self.list(at)?.as_slice() {
            return Some((self.bytes(name)?, self.bytes(value)?));
        }
        self.wrong_type(at, "a pair `[name, value]`", None);
        None
    }

    fn stream_id(&mut self, at: &At<'_>) -> Option<StreamId> {
        let text = self.words(at)?;
        let id = text.parse().ok();
        if id.is_none() {
            self.form(at, text, "a stream id of the form `milliseconds-sequence`");
        }
        id
    }

    fn group(&mut self, at: &At<'_>) -> Option<ConsumerGroup> {
        let fields = self.fields(
            at,
            &["name", "lastId", "entriesRead", "pending", "consumers"],
        )?;
        let name = fields.required("name", self)?;
        let last_id = fields.required("lastId", self)?;
        let pending = self.each(fields.get("pending"), Self::pending)?;
        self.ascending(at, pending.iter().map(|pending| pending.id))?;
        Some(ConsumerGroup {
            name: self.bytes(&name)?,
            last_id: self.stream_id(&last_id)?,
            entries_read: self.optional(&fields, "entriesRead", Self::whole)?,
            pending,
            consumers: self.each(fields.get("consumers"), Self::consumer)?,
        })
    }

    fn pending(&mut self, at: &At<'_>) -> Option<Pending> {
        let fields = self.fields(at, &["id", "deliveredAt", "deliveries"])?;
        let id = fields.required("id", self)?;
        let delivered_at = fields.required("deliveredAt", self)?;
        Some(Pending {
            id: self.stream_id(&id)?,
            delivered_at: self.timestamp(&delivered_at)?,
            deliveries: self
                .optional(&fields, "deliveries", Self::whole)?
                .unwrap_or(1),
        })
    }

    fn consumer(&mut self, at: &At<'_>) -> Option<Consumer> {
        let fields = self.fields(at, &["name", "seenAt", "activeAt", "pending"])?;
        let name = fields.required("name", self)?;
        let seen_at = fields.required("seenAt", self)?;
        let pending = self.each(fields.get("pending"), Self::stream_id)?;
        self.ascending(at, pending.iter().copied())?;
        Some(Consumer {
            name: self.bytes(&name)?,
            seen_at: self.timestamp(&seen_at)?,
            active_at: self.optional(&fields, "activeAt", Self::timestamp)?,
            pending,
        })
    }

    /// Reads a list item by item; a list that is not there is empty.
    fn each<T>(
        &mut self,
        at: Option<At<'_>>,
        read: impl Fn(&mut Self, &At<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(at) = at else {
            return Some(Vec::new());
        };
        let items = self.list(&at)?;
        let read: Vec<_> = items.iter().map(|item| read(self, item)).collect();
        read.into_iter().collect()
    }

    fn ascending(&mut self, at: &At<'_>, ids: impl Iterator<Item = StreamId>) -> Option<()> {
        let mut previous: Option<StreamId> = None;
        for id in ids {
            if previous.is_some_and(|previous| previous >= id) {
                self.form(at, &id.to_string(), "greater than the id before it");
                return None;
            }
            previous = Some(id);
        }
        Some(())
    }
}

//! A record: a key with its typed value and expiry, and the edits that a transform made to it.

use bytes::Bytes;

use crate::value::Value;

mod onward;

/// A key with its value and expiry, as it is read or to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Bytes,
    /// The value.
    pub value: Value,
    /// When the key expires, Unix milliseconds; `None` if it does not.
    pub expires_at: Option<u64>,
}

/// A selected key while a transform works on it.
///
/// The record remembers what was asked for and applies nothing: the host compares it with what it had
/// read and derives the operations. A value that was never borrowed mutably keeps its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    key: Bytes,
    value: Value,
    expires_at: Option<u64>,
    value_touched: bool,
    expiry_touched: bool,
    deleted: bool,
    /// Behind a pointer, for most records concern no other key.
    others: Option<Box<Others>>,
}

/// What a record's transform says of other keys, and what was read of them for it.
#[derive(Debug, Clone, PartialEq, Default)]
struct Others {
    renamed: Option<Bytes>,
    emitted: Vec<Entry>,
    removed: Vec<Bytes>,
    lookups: Vec<(Bytes, Option<Entry>)>,
    origin: Option<Box<Entry>>,
}

impl Record {
    /// Makes a record of an entry that was read.
    pub fn new(entry: Entry) -> Self {
        Self {
            key: entry.key,
            value: entry.value,
            expires_at: entry.expires_at,
            value_touched: false,
            expiry_touched: false,
            deleted: false,
            others: None,
        }
    }

    /// Takes all edits back: the record is as it was read, and keeps what was looked up for it.
    pub fn restore(&mut self, entry: Entry) {
        let others = self.others.take();
        *self = Self::new(entry);
        if let Some(others) = others {
            let Others {
                lookups, origin, ..
            } = *others;
            if !lookups.is_empty() || origin.is_some() {
                let others = self.others_mut();
                (others.lookups, others.origin) = (lookups, origin);
            }
        }
    }

    /// Returns the key under which the record was read.
    pub fn key(&self) -> &Bytes {
        &self.key
    }

    /// Returns the value with the edits made so far.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Borrows the value for an edit. From now on the host compares it with what it had read.
    pub fn value_mut(&mut self) -> &mut Value {
        self.value_touched = true;
        &mut self.value
    }

    /// Returns when the key expires, Unix milliseconds, with the edits made so far.
    pub fn expires_at(&self) -> Option<u64> {
        self.expires_at
    }

    /// Sets when the key expires, Unix milliseconds; `None` makes it persistent.
    pub fn set_expires_at(&mut self, at: Option<u64>) {
        self.expiry_touched = true;
        self.expires_at = at;
    }

    /// Asks for the key to be renamed, together with all other edits. The last call counts.
    pub fn rename(&mut self, to: Bytes) {
        let to = (to != self.key).then_some(to);
        if to.is_some() || self.others.is_some() {
            self.others_mut().renamed = to;
        }
    }

    /// Asks for the key to be deleted. Edits of its value are then without effect.
    pub fn delete(&mut self) {
        self.deleted = true;
    }

    /// Asks for another key to be written.
    pub fn emit(&mut self, entry: Entry) {
        self.others_mut().emitted.push(entry);
    }

    /// Asks for another key to be deleted.
    pub fn remove(&mut self, key: Bytes) {
        self.others_mut().removed.push(key);
    }

    /// Gives the transform the keys that it had asked for through its `lookups` export.
    pub fn set_lookups(&mut self, lookups: Vec<(Bytes, Option<Entry>)>) {
        self.others_mut().lookups = lookups;
    }

    /// Finds what was read for a key that the transform had asked for. `None`: it had not asked;
    /// `Some(None)`: there is no such key.
    pub fn lookup(&self, key: &[u8]) -> Option<Option<&Entry>> {
        let mut lookups = self.others.iter().flat_map(|others| &others.lookups);
        let found = lookups.find(|(name, _)| name == key);
        found.map(|(_, entry)| entry.as_ref())
    }

    /// Returns everything that was read for the transform's `lookups`, in the order in which it asked; `None` for a key that
    /// does not exist.
    pub fn lookups(&self) -> &[(Bytes, Option<Entry>)] {
        self.others.as_ref().map_or(&[], |others| &others.lookups)
    }

    /// Says whether the value may have been edited.
    pub fn value_touched(&self) -> bool {
        self.value_touched
    }

    /// Says whether the expiry was set.
    pub fn expiry_touched(&self) -> bool {
        self.expiry_touched
    }

    /// Says whether the key is to be deleted.
    pub fn is_deleted(&self) -> bool {
        self.deleted
    }

    /// Returns the key that this one is to be renamed to.
    pub fn renamed(&self) -> Option<&Bytes> {
        self.others.as_ref()?.renamed.as_ref()
    }

    /// Returns the other keys to be written, in the order of the calls.
    pub fn emitted(&self) -> &[Entry] {
        self.others.as_ref().map_or(&[], |others| &others.emitted)
    }

    /// Returns the other keys to be deleted, in the order of the calls.
    pub fn removed(&self) -> &[Bytes] {
        self.others.as_ref().map_or(&[], |others| &others.removed)
    }

    /// Says whether the transform asked for anything at all.
    pub fn is_touched(&self) -> bool {
        self.value_touched
            || self.expiry_touched
            || self.deleted
            || self.renamed().is_some()
            || !self.emitted().is_empty()
            || !self.removed().is_empty()
    }

    fn others_mut(&mut self) -> &mut Others {
        self.others.get_or_insert_default()
    }
}

//! Records that hold a stream.

use super::{Pages, Record, length};
use crate::host::{List, streams};
use crate::refusal::Refusal;
use crate::value::{StreamEntry, StreamField, StreamGroup, StreamId};

/// A record that holds a stream. Groups, consumers and what is pending stay as they are. Every function fails on another
/// kind, with [`Code::WrongKind`](crate::Code::WrongKind).
#[derive(Debug, Clone, Copy)]
pub struct Stream<'r>(pub(super) &'r Record);

impl<'r> Stream<'r> {
    /// Returns the number of entries.
    pub fn len(self) -> Result<usize, Refusal> {
        streams::len(self.0.number()).map(length)
    }

    /// Says whether there is no entry.
    pub fn is_empty(self) -> Result<bool, Refusal> {
        Ok(self.len()? == 0)
    }

    /// Returns the last id that was given out.
    pub fn last_id(self) -> Result<StreamId, Refusal> {
        streams::last_id(self.0.number())
    }

    /// Walks the ids of the entries.
    pub fn ids(self) -> Pages<'r, StreamId> {
        Pages::of(self.0, streams::ids)
    }

    /// Walks the entries.
    pub fn entries(self) -> Pages<'r, StreamEntry> {
        Pages::of(self.0, streams::entries)
    }

    /// Returns the fields of an entry; `None` if there is no such entry.
    pub fn get(self, id: StreamId) -> Result<Option<Vec<StreamField>>, Refusal> {
        streams::get(self.0.number(), id)
    }

    /// Returns the first field of this name of an entry; `None` if there is none.
    pub fn field(self, id: StreamId, name: impl AsRef<[u8]>) -> Result<Option<Vec<u8>>, Refusal> {
        streams::field(self.0.number(), id, name.as_ref())
    }

    /// Returns the first field of this name of an entry as text; `None` if there is none. Fails if it is not UTF-8.
    pub fn field_text(
        self,
        id: StreamId,
        name: impl AsRef<str>,
    ) -> Result<Option<String>, Refusal> {
        streams::field_text(self.0.number(), id, name.as_ref())
    }

    /// Replaces the fields of an entry, which keeps its id and what is pending of it. Fails if there is no such entry, and
    /// without a field.
    pub fn set(self, id: StreamId, fields: &[StreamField]) -> Result<(), Refusal> {
        streams::set(self.0.number(), id, List::of(fields.iter()))
    }

    /// Sets a field of an entry, at the end if it is new. Fails if there is no such entry.
    pub fn set_field(
        self,
        id: StreamId,
        name: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
    ) -> Result<(), Refusal> {
        streams::set_field(self.0.number(), id, name.as_ref(), value.as_ref())
    }

    /// Renames the fields of this name of an entry. Fails if there is no such entry.
    pub fn rename_field(
        self,
        id: StreamId,
        from: impl AsRef<[u8]>,
        to: impl AsRef<[u8]>,
    ) -> Result<(), Refusal> {
        streams::rename_field(self.0.number(), id, from.as_ref(), to.as_ref())
    }

    /// Removes the fields of this name of an entry. Fails if there is no such entry, or no field would be left.
    pub fn remove_field(self, id: StreamId, name: impl AsRef<[u8]>) -> Result<(), Refusal> {
        streams::remove_field(self.0.number(), id, name.as_ref())
    }

    /// Adds an entry at the end. Fails unless its id is larger than the last one, and without a field.
    pub fn add(self, id: StreamId, fields: &[StreamField]) -> Result<(), Refusal> {
        streams::add(self.0.number(), id, List::of(fields.iter()))
    }

    /// Removes an entry, if it is there. Groups keep what is pending of it, as with `XDEL`.
    pub fn remove(self, id: StreamId) -> Result<(), Refusal> {
        streams::remove(self.0.number(), id)
    }

    /// Returns the consumer groups.
    pub fn groups(self) -> Result<Vec<StreamGroup>, Refusal> {
        streams::groups(self.0.number())
    }
}

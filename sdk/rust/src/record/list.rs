//! Records that hold a list.

use super::{Pages, Record, length};
use crate::host::lists;
use crate::refusal::Refusal;

/// A record that holds a list. An index from -1 downwards counts from the end, as in Redis. Every function fails on another
/// kind, with [`Code::WrongKind`](crate::Code::WrongKind).
#[derive(Debug, Clone, Copy)]
pub struct List<'r>(pub(super) &'r Record);

impl<'r> List<'r> {
    /// Returns the number of items.
    pub fn len(self) -> Result<usize, Refusal> {
        lists::len(self.0.number()).map(length)
    }

    /// Says whether there is no item.
    pub fn is_empty(self) -> Result<bool, Refusal> {
        Ok(self.len()? == 0)
    }

    /// Returns an item. Fails if there is none.
    pub fn get(self, index: i64) -> Result<Vec<u8>, Refusal> {
        lists::get(self.0.number(), index)
    }

    /// Returns an item as text. Fails if there is none, or it is not UTF-8.
    pub fn get_text(self, index: i64) -> Result<String, Refusal> {
        lists::get_text(self.0.number(), index)
    }

    /// Replaces an item. Fails if there is none.
    pub fn set(self, index: i64, value: impl AsRef<[u8]>) -> Result<(), Refusal> {
        lists::set(self.0.number(), index, value.as_ref())
    }

    /// Adds an item at the end.
    pub fn push(self, value: impl AsRef<[u8]>) -> Result<(), Refusal> {
        lists::push(self.0.number(), value.as_ref())
    }

    /// Adds an item at the beginning.
    pub fn push_front(self, value: impl AsRef<[u8]>) -> Result<(), Refusal> {
        lists::push_front(self.0.number(), value.as_ref())
    }

    /// Inserts an item before the one at an index, which may be the number of items. Fails beyond that.
    pub fn insert(self, index: i64, value: impl AsRef<[u8]>) -> Result<(), Refusal> {
        lists::insert(self.0.number(), index, value.as_ref())
    }

    /// Removes an item. Fails if there is none.
    pub fn remove(self, index: i64) -> Result<(), Refusal> {
        lists::remove(self.0.number(), index)
    }

    /// Removes all items.
    pub fn clear(self) -> Result<(), Refusal> {
        lists::clear(self.0.number())
    }

    /// Walks the items.
    pub fn items(self) -> Pages<'r, Vec<u8>> {
        Pages::of(self.0, lists::items)
    }

    /// Walks the items as texts. Fails at one that is not UTF-8.
    pub fn items_text(self) -> Pages<'r, String> {
        Pages::of(self.0, lists::items_text)
    }
}

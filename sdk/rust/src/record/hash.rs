//! Records that hold a hash.

use super::{Pages, Record, length};
use crate::host::hashes;
use crate::refusal::Refusal;
use crate::value::HashField;

/// A record that holds a hash. Every function fails on another kind, with [`Code::WrongKind`](crate::Code::WrongKind).
#[derive(Debug, Clone, Copy)]
pub struct Hash<'r>(pub(super) &'r Record);

impl<'r> Hash<'r> {
    /// Returns the value of a field; `None` if there is no such field.
    pub fn get(self, name: impl AsRef<[u8]>) -> Result<Option<Vec<u8>>, Refusal> {
        hashes::get(self.0.number(), name.as_ref())
    }

    /// Returns the value of a field as text; `None` if there is no such field. Fails if it is not UTF-8.
    pub fn get_text(self, name: impl AsRef<str>) -> Result<Option<String>, Refusal> {
        hashes::get_text(self.0.number(), name.as_ref())
    }

    /// Sets a field, which keeps its own expiry, unlike with `HSET`.
    pub fn set(self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Result<(), Refusal> {
        hashes::set(self.0.number(), name.as_ref(), value.as_ref())
    }

    /// Renames a field, which keeps its value, its expiry and its place. A field that has the new name is replaced; a field
    /// that is not there is left alone.
    pub fn rename(self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Result<(), Refusal> {
        hashes::rename(self.0.number(), from.as_ref(), to.as_ref())
    }

    /// Removes a field, if it is there.
    pub fn remove(self, name: impl AsRef<[u8]>) -> Result<(), Refusal> {
        hashes::remove(self.0.number(), name.as_ref())
    }

    /// Says whether there is a field of this name.
    pub fn contains(self, name: impl AsRef<[u8]>) -> Result<bool, Refusal> {
        hashes::contains(self.0.number(), name.as_ref())
    }

    /// Returns the number of fields.
    pub fn len(self) -> Result<usize, Refusal> {
        hashes::len(self.0.number()).map(length)
    }

    /// Says whether there is no field.
    pub fn is_empty(self) -> Result<bool, Refusal> {
        Ok(self.len()? == 0)
    }

    /// Removes all fields.
    pub fn clear(self) -> Result<(), Refusal> {
        hashes::clear(self.0.number())
    }

    /// Walks the names of the fields.
    pub fn names(self) -> Pages<'r, Vec<u8>> {
        Pages::of(self.0, hashes::names)
    }

    /// Walks the names of the fields as texts. Fails at one that is not UTF-8.
    pub fn names_text(self) -> Pages<'r, String> {
        Pages::of(self.0, hashes::names_text)
    }

    /// Walks the fields with their values and expiries.
    pub fn fields(self) -> Pages<'r, HashField> {
        Pages::of(self.0, hashes::fields)
    }

    /// Walks the names and values of the fields as texts. Fails at one that is not UTF-8.
    pub fn fields_text(self) -> Pages<'r, (String, String)> {
        Pages::of(self.0, hashes::fields_text)
    }

    /// Returns when a field expires, Unix milliseconds; `None` if it does not.
    pub fn expires_at(self, name: impl AsRef<[u8]>) -> Result<Option<u64>, Refusal> {
        hashes::expires_at(self.0.number(), name.as_ref())
    }

    /// Sets when a field expires, Unix milliseconds; `None` makes it persistent. Fails if there is no such field.
    pub fn set_expires_at(self, name: impl AsRef<[u8]>, at: Option<u64>) -> Result<(), Refusal> {
        hashes::set_expires_at(self.0.number(), name.as_ref(), at)
    }
}

//! A record: a key with its value, which stay in the host.

mod hash;
mod json;
mod list;
mod pages;
mod set;
mod sorted_set;
mod stream;
mod text;

use std::time::Duration;

use crate::host::{Whole, records};
use crate::refusal::Refusal;
use crate::value::{Kind, Value};

pub use hash::Hash;
pub use json::Json;
pub use list::List;
pub use pages::Pages;
pub use set::Set;
pub use sorted_set::SortedSet;
pub use stream::Stream;
pub use text::Text;

/// A key with its value and expiry, while a transform works on it.
///
/// The record stays in the host; this is a handle to it, which is valid until the transform returns. Edits are made with
/// `&self`, and nothing is written while the transform runs: the host compares the record with what it had read, and writes
/// what changed. What was not touched keeps its bytes.
///
/// Names, members and values are anything that is bytes: `&str`, `String`, `&[u8]`, `Vec<u8>`. What is read comes as bytes,
/// as Redis has it, or as text from the functions whose names end in `_text`; they refuse what is not UTF-8.
#[derive(Debug)]
pub struct Record {
    number: u32,
}

impl Record {
    pub(crate) const fn of(number: u32) -> Self {
        Self { number }
    }

    pub(crate) const fn number(&self) -> u32 {
        self.number
    }

    /// Returns the key under which the record was read.
    pub fn key(&self) -> Vec<u8> {
        records::key(self.number)
    }

    /// Returns the key as text. Fails if it is not UTF-8.
    pub fn key_text(&self) -> Result<String, Refusal> {
        records::key_text(self.number)
    }

    /// Returns the kind of the value.
    pub fn kind(&self) -> Kind {
        records::kind(self.number)
    }

    /// Returns the size of the value: bytes of a text or opaque value, otherwise the number of elements.
    pub fn size(&self) -> u64 {
        records::size(self.number)
    }

    /// Returns the seed of the record's own random numbers, which depends on the run's seed and the key alone: the same in a
    /// dry run, the run and a replay.
    pub fn seed(&self) -> u64 {
        records::seed(self.number)
    }

    /// Returns when the key expires, Unix milliseconds; `None` if it does not.
    pub fn expires_at(&self) -> Option<u64> {
        records::expires_at(self.number)
    }

    /// Sets when the key expires, Unix milliseconds; `None` makes it persistent. Fails if it is zero, or the record was
    /// looked up.
    pub fn set_expires_at(&self, at: Option<u64>) -> Result<(), Refusal> {
        records::set_expires_at(self.number, at)
    }

    /// Returns how long the key has left at the run's frozen clock; `None` if it does not expire.
    pub fn ttl(&self) -> Option<Duration> {
        records::ttl(self.number).map(Duration::from_millis)
    }

    /// Sets how long the key has left at the run's frozen clock, in whole milliseconds; `None` makes it persistent. Fails
    /// if it is less than one, or the record was looked up.
    pub fn set_ttl(&self, ttl: Option<Duration>) -> Result<(), Refusal> {
        let ms = ttl.map(|ttl| u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX));
        records::set_ttl(self.number, ms)
    }

    /// Returns the whole value with the edits made so far, copied into the transform's memory.
    pub fn value(&self) -> Value {
        records::get_value(self.number)
    }

    /// Sets the whole value, of the same or another kind; the key keeps its expiry. Fails if a name occurs twice, a score is
    /// NaN, or a stream's entries are out of order.
    pub fn set_value(&self, value: &Value) -> Result<(), Refusal> {
        records::set_value(self.number, Whole::of(value))
    }

    /// Asks for the key to be renamed, together with all other edits. The last call counts. Needs the capability `write` on
    /// the new key; a key that is there already is not replaced, the record is then rejected.
    pub fn rename(&self, key: impl AsRef<[u8]>) -> Result<(), Refusal> {
        records::rename(self.number, key.as_ref())
    }

    /// Asks for the key to be deleted. Edits of its value are then without effect.
    pub fn delete(&self) -> Result<(), Refusal> {
        records::delete(self.number)
    }

    /// Asks for another key to be written, with its expiry in Unix milliseconds. Needs the capability `write` on it.
    pub fn emit(
        &self,
        key: impl AsRef<[u8]>,
        value: &Value,
        expires_at: Option<u64>,
    ) -> Result<(), Refusal> {
        records::emit(self.number, key.as_ref(), Whole::of(value), expires_at)
    }

    /// Asks for another key to be deleted. Needs the capability `write` on it.
    pub fn remove(&self, key: impl AsRef<[u8]>) -> Result<(), Refusal> {
        records::remove(self.number, key.as_ref())
    }

    /// Asks for a key that the transform of this record will look up. For `lookups` only. Needs the capability `read` on it.
    pub fn ask(&self, key: impl AsRef<[u8]>) -> Result<(), Refusal> {
        records::ask(self.number, key.as_ref())
    }

    /// Returns another key, for which `lookups` had asked; `None` if there is no such key. It can be read and not be edited,
    /// until the transform returns. Fails for a key that was not asked for.
    ///
    /// ```
    /// use remold_transform::{Record, Result, export, reject};
    ///
    /// export!(migrate, lookups);
    ///
    /// fn lookups(record: &Record) -> Result {
    ///     if let Some(plan) = record.hash().get_text("plan")? {
    ///         record.ask(format!("plan:{plan}"))?;
    ///     }
    ///     Ok(())
    /// }
    ///
    /// fn migrate(record: &Record) -> Result {
    ///     let plan = record.hash().get_text("plan")?.unwrap_or_default();
    ///     let Some(plan) = record.lookup(format!("plan:{plan}"))? else {
    ///         return reject("no-plan", plan);
    ///     };
    ///     record.hash().set("price", plan.hash().get("price")?.unwrap_or_default())?;
    ///     Ok(())
    /// }
    /// ```
    pub fn lookup(&self, key: impl AsRef<[u8]>) -> Result<Option<Self>, Refusal> {
        let found = records::lookup(self.number, key.as_ref())?;
        Ok(found.map(Self::of))
    }

    /// Returns the record as a text, Redis's string.
    pub const fn text(&self) -> Text<'_> {
        Text(self)
    }

    /// Returns the record as a JSON document in a text.
    pub const fn json(&self) -> Json<'_> {
        Json(self)
    }

    /// Returns the record as a hash.
    pub const fn hash(&self) -> Hash<'_> {
        Hash(self)
    }

    /// Returns the record as a list.
    pub const fn list(&self) -> List<'_> {
        List(self)
    }

    /// Returns the record as a set.
    pub const fn set(&self) -> Set<'_> {
        Set(self)
    }

    /// Returns the record as a sorted set.
    pub const fn sorted_set(&self) -> SortedSet<'_> {
        SortedSet(self)
    }

    /// Returns the record as a stream.
    pub const fn stream(&self) -> Stream<'_> {
        Stream(self)
    }
}

/// Turns the host's number of elements into that of the language, which is as wide or wider.
fn length(length: u32) -> usize {
    length as usize
}

//! What a program can reach. Every key is checked against what was granted.
//!
//! ```
//! use remold_transform::{Kind, Result, export, keyspace};
//!
//! export!(run);
//!
//! fn run() -> Result {
//!     let mut scan = keyspace::scan("user:*", Kind::Hash);
//!     while let Some(keys) = scan.next_page()? {
//!         let users: Vec<_> = keyspace::get(&keys)?.into_iter().flatten().collect();
//!         for user in &users {
//!             user.hash().remove("legacy")?;
//!         }
//!         keyspace::apply(users)?; // a conflict is a key that changed since: get it again
//!     }
//!     Ok(())
//! }
//! ```
//!
//! A program that is resumed starts anew, and [`apply`] answers [`Applied::Already`] where it had been.

use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::vec::IntoIter;

use crate::host::{List, keyspace};
use crate::record::Record;
use crate::refusal::Refusal;
use crate::value::Kind;

/// What became of a record that was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// The edits were written.
    Applied,
    /// There was nothing to write.
    Unchanged,
    /// The key changed since it was read: get it again.
    Conflict,
    /// This run has migrated the key before.
    Already,
}

/// A record that a program has read. It is used as a [`Record`], and given back to [`apply`] with its edits, or dropped
/// without. Those that are held count as memory.
#[derive(Debug)]
pub struct Held {
    record: Record,
}

impl Held {
    /// Takes the number out, for the host to let go of the record.
    fn into_number(self) -> u32 {
        ManuallyDrop::new(self).record.number()
    }
}

impl Deref for Held {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.record
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        keyspace::release(List::of([self.record.number()].into_iter()));
    }
}

/// Lists the keys that match a pattern of Redis (`user:*`), of one kind if one is given. Needs the capability `scan` on the
/// pattern.
pub fn scan(pattern: impl Into<Vec<u8>>, kind: impl Into<Option<Kind>>) -> Scan {
    Scan {
        pattern: pattern.into(),
        kind: kind.into(),
        page: Vec::new().into_iter(),
        ended: false,
    }
}

/// Keys that match a pattern, listed page by page. As an iterator it gives one key after the other; after an error it is
/// over.
#[derive(Debug)]
pub struct Scan {
    pattern: Vec<u8>,
    kind: Option<Kind>,
    page: IntoIter<Vec<u8>>,
    ended: bool,
}

impl Scan {
    /// Returns the next keys, as many as the host lists at a time, or what the iterator has left of them; `None` at the end.
    pub fn next_page(&mut self) -> Result<Option<Vec<Vec<u8>>>, Refusal> {
        if self.page.len() == 0 {
            self.fill()?;
        }
        let page: Vec<Vec<u8>> = std::mem::take(&mut self.page).collect();
        Ok(Some(page).filter(|page| !page.is_empty()))
    }

    fn fill(&mut self) -> Result<(), Refusal> {
        if self.ended {
            return Ok(());
        }
        let page = keyspace::scan(&self.pattern, self.kind);
        self.ended = page.as_ref().map_or(true, Vec::is_empty);
        self.page = page?.into_iter();
        Ok(())
    }
}

impl Iterator for Scan {
    type Item = Result<Vec<u8>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0 {
            if let Err(refusal) = self.fill() {
                return Some(Err(refusal));
            }
        }
        self.page.next().map(Ok)
    }
}

/// Reads keys, in order; `None` for a key that is not there. Needs the capability `read` or `write` on each.
pub fn get(keys: &[impl AsRef<[u8]>]) -> Result<Vec<Option<Held>>, Refusal> {
    let numbers = keyspace::get(List::of(keys.iter().map(AsRef::as_ref)))?;
    let held = |number| Held {
        record: Record::of(number),
    };
    Ok(numbers.into_iter().map(|number| number.map(held)).collect())
}

/// Writes the edits of records, each exactly once per run, and says in order what became of them. Needs the capability
/// `write` on each.
pub fn apply(records: impl IntoIterator<Item = Held>) -> Result<Vec<Applied>, Refusal> {
    let numbers: Vec<u32> = records.into_iter().map(Held::into_number).collect();
    keyspace::apply(List::of(numbers.into_iter()))
}

/// Tells the operator how far the program is; `total` if it is known.
pub fn progress(done: u64, total: impl Into<Option<u64>>) {
    keyspace::progress(done, total.into());
}

/// Remembers how far the program is, for a run that is resumed: everything that was applied before counts as done.
pub fn checkpoint(state: impl AsRef<[u8]>) -> Result<(), Refusal> {
    keyspace::checkpoint(state.as_ref())
}

/// Returns the last checkpoint of the run that is resumed; `None` if there is none.
pub fn resumed_from() -> Option<Vec<u8>> {
    keyspace::resumed_from()
}

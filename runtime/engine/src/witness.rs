//! What a transform was given and what came of it, told to whoever records a run.
//!
//! A testimony borrows: what it speaks of is decoded and copied only when it is asked for, so that the records nobody wants
//! cost a call of the witness and no more.

use std::collections::HashMap;
use std::sync::Arc;

use remold_host_api::link::{Reply, Request};
use remold_host_api::{Bytes, Entry, Failure, Outcome, Record};

use crate::derive::Original;
use crate::migrate::{change_of, entry_of};
use crate::port::Fetched;
use crate::record::Rejected;
use crate::report::Change;

/// Is told of each record that was planned, and of each answer to a program, on the thread that works on it.
pub type Witness = Arc<dyn Fn(&Testimony<'_>) + Send + Sync>;

/// What a witness is told.
pub enum Testimony<'a> {
    /// A record was planned. Of two of one key the later counts: the key had changed, or was in the way of another.
    Record(RecordTestimony<'a>),
    /// A program begins, perhaps over: what it had asked before counts no more.
    Begun,
    /// A program asked its host for something and was answered.
    Answered(&'a Request, &'a Reply),
    /// The program ended.
    Ended(&'a Result<Outcome, Failure>),
}

/// What is planned for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding<'a> {
    /// It changes.
    Changed,
    /// It stays as it is.
    Unchanged,
    /// The transform skipped it.
    Skipped(&'a str),
    /// The transform or the host rejected it.
    Rejected(&'a Rejected),
}

/// A record that was planned.
pub struct RecordTestimony<'a> {
    /// Its key.
    pub key: &'a Bytes,
    /// What is planned for it.
    pub finding: Finding<'a>,
    pub(crate) given: Option<(&'a Record, &'a Original)>,
    pub(crate) others: Option<&'a HashMap<Bytes, Fetched>>,
}

impl RecordTestimony<'_> {
    /// Returns the record as it was read; `None` if it never came to the transform.
    pub fn entry(&self) -> Option<Entry> {
        let (_, original) = self.given?;
        Some(original.entry(self.key))
    }

    /// Returns what the host read beside the record: the keys that `lookups` asked for, and those that its edits name. `None`
    /// for a key that does not exist.
    pub fn beside(&self) -> Vec<(Bytes, Option<Entry>)> {
        let lookups = self.given.map_or(&[][..], |(record, _)| record.lookups());
        let mut beside = lookups.to_vec();
        let others = self.others.into_iter().flatten();
        beside.extend(others.map(|(key, fetched)| (key.clone(), entry_of(key, fetched.clone()))));
        beside.sort_by(|(one, _), (other, _)| one.cmp(other));
        beside.dedup_by(|(one, _), (other, _)| one == other);
        beside
    }

    /// Returns the change, if the record changes.
    pub fn change(&self) -> Option<Change> {
        let (record, original) = self.given.filter(|_| self.finding == Finding::Changed)?;
        Some(change_of(original.entry(self.key), record))
    }
}

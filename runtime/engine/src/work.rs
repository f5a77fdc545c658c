//! What goes through a lane: units of work, and what is planned for each.

use remold_host_api::Bytes;

use crate::derive::Planned;
use crate::port::Candidate;
use crate::record::{Group, Rejected};
use crate::report::{Change, KeptReason};

/// One record's way through a lane.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) work: Work,
    /// How often the record's keys had changed when it was to be written.
    pub(crate) attempts: u32,
}

/// What is to be done with a record.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    /// Transform the key.
    Migrate(Candidate),
    /// Undo what was done to a group of keys.
    Undo(Group),
}

impl Unit {
    pub(crate) fn new(work: Work) -> Self {
        Self { work, attempts: 0 }
    }

    /// Returns the record's own key.
    pub(crate) fn key(&self) -> &Bytes {
        match &self.work {
            Work::Migrate(candidate) => &candidate.key,
            Work::Undo(group) => &group[0].key,
        }
    }

    /// Returns how many keys are read for the unit.
    pub(crate) fn width(&self) -> usize {
        match &self.work {
            Work::Migrate(_) => 1,
            Work::Undo(group) => group.len(),
        }
    }

    /// Lists the keys to be read.
    pub(crate) fn candidates(&self, into: &mut Vec<Candidate>) {
        match &self.work {
            Work::Migrate(candidate) => into.push(candidate.clone()),
            Work::Undo(group) => {
                into.extend(group.iter().map(|image| Candidate::new(image.key.clone())));
            }
        }
    }
}

/// What is planned for a unit after it was read and transformed.
#[derive(Debug)]
pub(crate) enum Plan {
    /// To be journalled and written.
    Write {
        planned: Planned,
        /// By the way back of a transform, not by restoring what was.
        reverted: bool,
        /// For the observer, if it wants to see changes.
        change: Option<Box<Change>>,
    },
    /// Nothing to be written.
    Left(Left),
    /// It names a key that another unit of the batch is about: alone, next.
    Defer,
}

/// Why nothing is written for a unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Left {
    Unchanged,
    Vanished,
    TooLarge,
    Duplicate,
    Skipped(String),
    Rejected(Rejected),
    Already,
    Expired,
    Kept(Bytes, KeptReason),
}

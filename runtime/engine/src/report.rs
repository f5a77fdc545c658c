//! What a run tells while it is on and when it ends.

use std::collections::BTreeMap;

use remold_host_api::{Bytes, Entry, LogLine};
use serde::{Deserialize, Serialize};

use crate::breaches::Breaches;
use crate::phase::{Identity, Phase};
use crate::port::{JournalError, LockHolder, ShardFacts, StoreError};
use crate::progress::ActiveLimit;
use crate::record::Rejected;

/// What was done, counted in keys. All but `scanned`, `duplicates`, `conflicts` and `lost` add up to the keys
/// that were looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tally {
    /// Keys that the scan listed.
    pub scanned: u64,
    /// Of these, keys that were listed or handled before.
    pub duplicates: u64,
    /// Records whose change was written (or, for a rollback, undone).
    pub changed: u64,
    /// Keys that these changes wrote, created or deleted, their own included.
    pub keys_written: u64,
    /// Records that the transform left as they were.
    pub unchanged: u64,
    /// Records that the transform skipped, by its reason.
    pub skipped: BTreeMap<String, u64>,
    /// Records in quarantine, by code.
    pub rejected: BTreeMap<String, u64>,
    /// Keys that were gone, or of another type, when they were read.
    pub vanished: u64,
    /// Keys above the size limit that were left out.
    pub oversized: u64,
    /// Attempts that found a key changed and were made again.
    pub conflicts: u64,
    /// Changes that the server had acknowledged and no longer has, since it restarted or failed over without them;
    /// their keys, where they are still there, were done again.
    pub lost: u64,
    /// Rollback: keys that were as before already.
    pub already: u64,
    /// Rollback: keys that were written since and kept.
    pub kept: u64,
    /// Rollback: keys that were written since and migrated back by `revert`.
    pub reverted: u64,
    /// Rollback: keys that have expired since.
    pub expired: u64,
    /// Bytes of the values that were read.
    pub bytes_read: u64,
    /// Bytes of the values before, of those that were changed.
    pub bytes_before: u64,
    /// Bytes of the values after.
    pub bytes_after: u64,
    /// Of the changed records, how many took each way between versions: `1.0.0 → 2.0.0 → 3.0.0`.
    pub ways: BTreeMap<String, u64>,
}

impl Tally {
    /// Returns how many records are in quarantine.
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Returns how many records were skipped by the transform.
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Adds what another worker did on other keys.
    pub fn add(&mut self, other: &Self) {
        let Self {
            scanned,
            duplicates,
            changed,
            keys_written,
            unchanged,
            skipped,
            rejected,
            vanished,
            oversized,
            conflicts,
            lost,
            already,
            kept,
            reverted,
            expired,
            bytes_read,
            bytes_before,
            bytes_after,
            ways,
        } = self;
        for (own, theirs) in [
            (scanned, other.scanned),
            (duplicates, other.duplicates),
            (changed, other.changed),
            (keys_written, other.keys_written),
            (unchanged, other.unchanged),
            (vanished, other.vanished),
            (oversized, other.oversized),
            (conflicts, other.conflicts),
            (lost, other.lost),
            (already, other.already),
            (kept, other.kept),
            (reverted, other.reverted),
            (expired, other.expired),
            (bytes_read, other.bytes_read),
            (bytes_before, other.bytes_before),
            (bytes_after, other.bytes_after),
        ] {
            *own += theirs;
        }
        for (own, theirs) in [
            (skipped, &other.skipped),
            (rejected, &other.rejected),
            (ways, &other.ways),
        ] {
            for (word, count) in theirs {
                *own.entry(word.clone()).or_default() += count;
            }
        }
    }

    /// Counts a record that took a way.
    pub(crate) fn count_way(&mut self, way: &str) {
        match self.ways.get_mut(way) {
            Some(count) => *count += 1,
            None => drop(self.ways.insert(way.to_owned(), 1)),
        }
    }

    /// Returns how many records were looked at.
    pub fn handled(&self) -> u64 {
        let left = self.unchanged
            + self.vanished
            + self.oversized
            + self.already
            + self.kept
            + self.expired;
        self.changed + self.reverted + left + self.skipped_total() + self.rejected_total()
    }
}

/// Why a key was left alone by a rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptReason {
    /// Its value was changed after the run.
    WrittenSince,
    /// It was deleted after the run.
    DeletedSince,
    /// The run had deleted it and it was created again.
    CreatedSince,
}

impl KeptReason {
    /// Returns the word for reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WrittenSince => "written-since",
            Self::DeletedSince => "deleted-since",
            Self::CreatedSince => "created-since",
        }
    }
}

/// A change of one record, with values, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The key's own entry before.
    pub before: Entry,
    /// What it becomes, perhaps under another key; `None` if it is deleted.
    pub after: Option<Entry>,
    /// Other keys that are written.
    pub emitted: Vec<Entry>,
    /// Other keys that are deleted.
    pub removed: Vec<Bytes>,
}

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// It is known which run the command is about.
    Identified(Box<Identity>),
    /// Another phase begins; the one before has ended.
    Phase(Phase),
    /// The pace is held back, by another limit than it was last.
    HeldBack(ActiveLimit),
    /// A shard was probed.
    Probed(ShardFacts),
    /// An epoch was entered: at the start and after each recovery.
    EpochEntered {
        /// The epoch.
        epoch: u64,
        /// How many batches of earlier epochs turned out to be applied.
        applied: u64,
        /// How many turned out not to be, and are done again.
        not_applied: u64,
    },
    /// The run waits for the server.
    Waiting {
        /// What the server said.
        error: StoreError,
        /// For how long until the next attempt, milliseconds.
        delay_ms: u64,
    },
    /// A record was changed. Only if the spec asks for changes.
    Changed(Box<Change>),
    /// A record was left as it is. Only if the spec asks for changes.
    Left {
        /// The key.
        key: Bytes,
        /// The reason, if the transform skipped it.
        skipped: Option<String>,
    },
    /// A record was rejected.
    Rejected(Rejected),
    /// A rollback left a key alone.
    Kept {
        /// The key.
        key: Bytes,
        /// Why.
        reason: KeptReason,
    },
    /// The transform logged something.
    Log(LogLine),
    /// A program told how far it is.
    Program {
        /// Done.
        done: u64,
        /// Of so many, if it knows.
        total: Option<u64>,
    },
    /// A canary stage was done and verified.
    Stage {
        /// The share of the keys, in 1/10000.
        share: u32,
    },
}

/// Is told what happens in a run, from several threads. What it does delays the run.
pub trait Observer: Send + Sync {
    /// Takes an event.
    fn event(&self, event: Event);
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEnd {
    /// Every shard was scanned to its end and every selected key was handled.
    Completed,
    /// The operator stopped it; it can be resumed.
    Interrupted,
    /// More keys were rejected than the policy allows; it can be resumed.
    TooManyRejected,
    /// The server was unavailable for longer than the policy allows; it can be resumed.
    Unavailable(StoreError),
    /// The server refuses what the run needs; nothing more was written.
    Refused(StoreError),
    /// The journal cannot be written; nothing more was written to the server.
    Journal(JournalError),
    /// Another worker took over.
    Superseded {
        /// Its epoch.
        by: u64,
    },
    /// Another run holds the keyspace's lock.
    Locked(LockHolder),
    /// The program failed, or rejected.
    ProgramFailed(String),
    /// A verification of a canary stage found keys that are not as they should be.
    CanaryFailed {
        /// The share of the keys, in 1/10000.
        share: u32,
        /// How many keys.
        unexplained: u64,
    },
    /// A worker of the run itself failed: a defect; it can be resumed.
    Defect(String),
}

impl RunEnd {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Interrupted => "interrupted",
            Self::TooManyRejected => "too-many-rejected",
            Self::Unavailable(_) => "unavailable",
            Self::Refused(_) => "refused",
            Self::Journal(_) => "journal",
            Self::Superseded { .. } => "superseded",
            Self::Locked(_) => "locked",
            Self::ProgramFailed(_) => "program-failed",
            Self::CanaryFailed { .. } => "canary-failed",
            Self::Defect(_) => "defect",
        }
    }
}

/// How a run ended and what it did.
#[derive(Debug, Clone, PartialEq)]
pub struct RunOutcome {
    /// How it ended.
    pub end: RunEnd,
    /// What it did.
    pub tally: Tally,
    /// The first rejected keys, up to a bound; all are in the journal.
    pub rejected: Vec<Rejected>,
    /// The first kept keys of a rollback, up to a bound.
    pub kept: Vec<(Bytes, KeptReason)>,
    /// What breaks schemas in the rejected records, counted.
    pub breaches: Breaches,
}

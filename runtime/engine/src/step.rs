//! The steps of a run, named, so that a test can stop at each of them.

use std::sync::Arc;

/// A moment in a run, a resume or a rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Before the keyspace's lock is asked for.
    BeforeLock,
    /// Before the journal is sealed with a new epoch.
    BeforeSeal,
    /// Before the epoch is raised in the keyspace.
    BeforeRaise,
    /// Before base, watermark and receipts are read.
    BeforeProgress,
    /// Before what is not applied is voided.
    BeforeSettle,
    /// Before base is set.
    BeforeMark,
    /// The epoch is entered: recovery is done.
    EpochEntered,
    /// Before a batch is read under guard.
    BeforeRead,
    /// After a batch was read, before it is transformed.
    AfterRead,
    /// Before a batch is journalled.
    BeforeJournal,
    /// After a batch is durable in the journal, before its transaction is sent.
    AfterJournal,
    /// After a transaction was answered with success, before it is acknowledged in memory.
    AfterApply,
    /// After a transaction was refused, before it is voided.
    AfterConflict,
    /// After a batch was acknowledged.
    AfterAcknowledge,
    /// Before the lock is renewed.
    BeforeRenew,
    /// Before the end of the run is written to the history.
    BeforeRecord,
    /// Before the end of the run is written to the journal.
    BeforeComplete,
    /// Before the lock is given up.
    BeforeUnlock,
}

impl Step {
    /// Every step, in the order of a run.
    pub const ALL: [Self; 18] = [
        Self::BeforeLock,
        Self::BeforeSeal,
        Self::BeforeRaise,
        Self::BeforeProgress,
        Self::BeforeSettle,
        Self::BeforeMark,
        Self::EpochEntered,
        Self::BeforeRead,
        Self::AfterRead,
        Self::BeforeJournal,
        Self::AfterJournal,
        Self::AfterApply,
        Self::AfterConflict,
        Self::AfterAcknowledge,
        Self::BeforeRenew,
        Self::BeforeRecord,
        Self::BeforeComplete,
        Self::BeforeUnlock,
    ];
}

/// What a step's watcher wants to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Continue,
    /// Drop everything at once, as if the process had died here.
    Die,
}

/// Is told of each step, on the thread that takes it.
pub type StepWatcher = Arc<dyn Fn(Step) -> Verdict + Send + Sync>;

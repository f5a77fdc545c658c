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
    /// Before the history is told that the run is under way.
    BeforeBegin,
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
    /// After a refused batch was voided, before it is done again.
    AfterVoid,
    /// After a batch was acknowledged.
    AfterAcknowledge,
    /// Before the lock is renewed.
    BeforeRenew,
    /// After the lock was renewed.
    AfterRenew,
    /// Before a canary's share is marked as done in the journal.
    BeforeStage,
    /// Before the end of the run is written to the history.
    BeforeRecord,
    /// Before the end of the run is written to the journal.
    BeforeComplete,
    /// Before what the keyspace knows of an aborted run's batches is dropped.
    BeforeForget,
    /// Before the lock is given up.
    BeforeUnlock,
    /// After a rollback, before the history is told of the run that it undid.
    BeforeNote,
    /// Before the journal of the run that was undone is told.
    BeforeUndone,
}

impl Step {
    /// Every step, in the order of a run.
    pub const ALL: [Self; 25] = [
        Self::BeforeLock,
        Self::BeforeSeal,
        Self::BeforeRaise,
        Self::BeforeProgress,
        Self::BeforeSettle,
        Self::BeforeMark,
        Self::EpochEntered,
        Self::BeforeBegin,
        Self::BeforeRead,
        Self::AfterRead,
        Self::BeforeJournal,
        Self::AfterJournal,
        Self::AfterApply,
        Self::AfterConflict,
        Self::AfterVoid,
        Self::AfterAcknowledge,
        Self::BeforeRenew,
        Self::AfterRenew,
        Self::BeforeStage,
        Self::BeforeRecord,
        Self::BeforeComplete,
        Self::BeforeForget,
        Self::BeforeUnlock,
        Self::BeforeNote,
        Self::BeforeUndone,
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

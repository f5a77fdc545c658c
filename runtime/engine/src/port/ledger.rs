//! The bookkeeping port: lock, epoch, receipts and history, kept beside the data, with the registry and the change stream.
//!
//! All of it lives under one reserved prefix in the keyspace itself, so that it moves back and forth in
//! time together with the data. Names, relative to the prefix:
//!
//! | key | type | holds |
//! |---|---|---|
//! | `epoch` | string | the fencing epoch of the keyspace, a decimal number |
//! | `lock` | hash with expiry | `run`, `owner`, `since` (Unix ms); `shares`, how many, if it is held by a run of shares |
//! | `run:ID:receipts` | sorted set | batch id by batch id |
//! | `run:ID:progress` | sorted set | `watermark` and `base`, as scores |
//! | `history` | hash | run id to [`HistoryEntry`] as JSON |
//! | `run:ID:group` | hash | of a run of shares: `shares`, `digest`, `now`, `seed`; `epoch`, the keyspace's epoch that it has raised |
//! | `run:ID-I-of-N:epoch` | string | of a share: its fencing epoch, and behind an `@` the keyspace's epoch in which it holds |
//! | `run:ID-I-of-N:lock` | hash with expiry | of a share: `owner`, `since` |
//! | `registry` | hash | name to what was registered under it, and `revision` ([`crate::registry`]) |
//! | `changes` | stream | one entry for each event ([`crate::changes`]) |
//!
//! A ledger is opened for a whole run or for one [share](crate::share) of a run. To a share, `epoch` is its own, which holds only
//! as long as the keyspace's is the one that its run has raised; and its lock is two: the keyspace's, which the run's shares hold
//! together, and its own. Both are taken, renewed and given up in one step.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::changes::{ChangeStream, RunEvent};
use super::error::StoreError;
use super::registry::Registry;
use crate::share::ShareOf;

/// A request for the keyspace's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockRequest {
    /// The run that asks.
    pub run: String,
    /// Who asks, for people: host and process id.
    pub owner: String,
    /// How long the lock holds without renewal.
    pub ttl: Duration,
    /// Takes it from another owner of the same run too: whoever asks holds the run's journal, so that
    /// owner is gone, and if it is not, the epoch fences it. Otherwise what is held already is renewed.
    pub take_over: bool,
    /// Whether this process has held it before. A share goes on with what it knows only if no other run has worked on the
    /// keyspace since.
    pub again: bool,
}

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// The run.
    pub run: String,
    /// Host and process id.
    pub owner: String,
    /// Since when, Unix milliseconds by the server's clock.
    pub since: u64,
    /// Milliseconds until it lapses without renewal.
    pub expires_in: u64,
    /// How many shares hold it together; `None` if it is a run without shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shares: Option<u32>,
}

/// The answer to a [`LockRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockAttempt {
    /// The lock is ours: it was free, or ours already and is renewed, or taken over.
    Acquired,
    /// Somebody else has it.
    Held(LockHolder),
    /// It is free, but another run has worked on the keyspace since the share had it, with this epoch: what the share knows
    /// of the keyspace is worth nothing any more.
    Superseded(u64),
}

/// The answer to an attempt to raise the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raise {
    /// The server now has our epoch.
    Raised,
    /// The server has this epoch, which is not below ours: we are the stale one.
    Stale(u64),
    /// Another run has taken the lock since we had it.
    Locked(LockHolder),
}

/// What the server knows of a run's batches, read in one atomic step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// The newest epoch whose settlement this history has seen.
    pub base: u64,
    /// Batches at or below it are applied unless they were void in the journal at the end of epoch `base`.
    pub watermark: u64,
    /// Batches above it that are applied.
    pub receipts: Vec<u64>,
}

impl Progress {
    /// Says whether everything that `expected` names is known here: see [`Ledger::complete`].
    pub fn holds(&self, expected: &Self) -> bool {
        let has = |batch: &u64| *batch <= self.watermark || self.receipts.contains(batch);
        self.base == expected.base
            && self.watermark >= expected.watermark
            && expected.receipts.iter().all(has)
    }
}

/// What the shares of a run have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The id of the run.
    pub run: String,
    /// How many shares it has.
    pub shares: u32,
    /// The digest of manifest and transform.
    pub digest: String,
    /// The run's frozen clock, Unix milliseconds.
    pub now_ms: u64,
    /// The run's seed.
    pub seed: u64,
}

/// Where a run stands, for history and people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// It was begun and has not ended: running, or interrupted and to be resumed.
    Running,
    /// It was carried to its end.
    Completed,
    /// It was ended before its end by its operator; what was applied stays applied.
    Aborted,
    /// It was undone.
    RolledBack,
    /// It was undone but for keys that were written since, which were kept.
    PartlyRolledBack,
}

/// A run as the keyspace remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The run's id.
    pub run: String,
    /// The migration's name, or the run that a rollback undoes.
    pub migration: String,
    /// The digest of manifest and transform.
    pub digest: String,
    /// Where it stands.
    pub state: RunState,
    /// The run that this one undoes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    /// When it began, Unix milliseconds.
    pub started_at: u64,
    /// When it ended, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<u64>,
    /// Keys written.
    pub written: u64,
    /// Keys rejected.
    pub rejected: u64,
    /// Of a rollback: keys that were kept because they were written since.
    #[serde(default, skip_serializing_if = "is_none")]
    pub kept: u64,
    /// The run that it is a share of, and which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<ShareOf>,
    /// The version of Remold.
    pub remold: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

impl HistoryEntry {
    /// Says whether this is the entry of `run`, and the keyspace knows of no end of it. Of a run whose journal has an end
    /// it means that the keyspace has gone back to before that: the end is noted there first.
    pub fn is_without_end(&self, run: &str) -> bool {
        self.run == run && self.state == RunState::Running
    }
}

/// A run's bookkeeping on one shard: a connection of its own.
pub trait Ledger: Registry + ChangeStream + Send {
    /// Takes or renews the lock.
    fn lock(&mut self, request: &LockRequest) -> Result<LockAttempt, StoreError>;

    /// Gives the lock up if `run` and `owner` hold it.
    fn unlock(&mut self, run: &str, owner: &str) -> Result<(), StoreError>;

    /// Returns who holds the lock.
    fn lock_holder(&mut self) -> Result<Option<LockHolder>, StoreError>;

    /// Breaks the lock, whoever holds it, and returns who did.
    fn break_lock(&mut self) -> Result<Option<LockHolder>, StoreError>;

    /// Returns the keyspace's epoch; 0 if there was never one.
    fn epoch(&mut self) -> Result<u64, StoreError>;

    /// Raises the epoch of `run` to `to` if it is below and no other run holds the lock, atomically.
    fn raise_epoch(&mut self, run: &str, to: u64) -> Result<Raise, StoreError>;

    /// Reads what is known of a run's batches, atomically.
    fn progress(&mut self, run: &str) -> Result<Progress, StoreError>;

    /// Sets `base` to `epoch` if the keyspace's epoch is still `epoch`, atomically; the watermark may be
    /// raised in the same step. [`StoreError::Fenced`] if it is newer, fault `HistoryChanged` if it is older.
    fn settle(&mut self, run: &str, epoch: u64, watermark: u64) -> Result<(), StoreError>;

    /// Writes a history entry (by its run id) and appends an event to the change stream, atomically.
    ///
    /// Of a share, the events of its beginning and end are those of its run: the first share to begin tells that the run has
    /// started, the last one to end that the run has ended. Whether it is that one is decided in the same step.
    fn record(&mut self, entry: &HistoryEntry, event: RunEvent) -> Result<(), StoreError>;

    /// Writes the history entry of a run that was carried to its end, if the keyspace still has all of it, in one atomic step:
    /// it is the replication history that was probed (what it was asked for was true of no other), its epoch and the
    /// run's base are `expected.base`, the run's watermark is at least `expected.watermark`, and each of `expected.receipts` is
    /// there or at or below the watermark. [`StoreError::Fenced`] if the epoch is newer, fault `HistoryChanged` if it
    /// is another history or something is missing: the data may have gone back since, and is to be recovered.
    fn complete(
        &mut self,
        entry: &HistoryEntry,
        history: &str,
        expected: &Progress,
    ) -> Result<(), StoreError>;

    /// Agrees with the other shares of a run on what they must have in common: who comes first says it, and everybody is
    /// told what that is.
    fn agree(&mut self, terms: &Terms) -> Result<Terms, StoreError>;

    /// Returns all history entries, oldest first.
    fn history(&mut self) -> Result<Vec<HistoryEntry>, StoreError>;

    /// Drops receipts and progress of a run that needs them no more.
    fn forget(&mut self, run: &str) -> Result<(), StoreError>;
}

//! The keyspace port: shards, scanners that list keys, sessions that read and write under a guard.

use remold_host_api::{Bytes, Kind, Pattern};
use remold_rdb::Target;

use super::by_commands::{Unreadable, WrittenAs};
use super::error::StoreError;
use super::ledger::Ledger;

/// Where records come from and go to.
pub trait Keyspace: Send + Sync {
    /// Returns the shards: one primary, or one file, each. Their order is stable while the run lasts.
    fn shards(&self) -> &[Box<dyn Shard>];
}

/// One shard of a keyspace: what one primary, or one file, holds.
pub trait Shard: Send + Sync {
    /// Returns what is known of the shard since it was last [probed](Self::probe).
    fn facts(&self) -> ShardFacts;

    /// Asks the server again who it is and what it can do. Called at the start of every epoch.
    fn probe(&self) -> Result<ShardFacts, StoreError>;

    /// Begins to list the selected keys.
    fn scan(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError>;

    /// Opens a session: a connection of its own.
    fn session(&self) -> Result<Box<dyn Session>, StoreError>;

    /// Opens the run's bookkeeping.
    fn ledger(&self) -> Result<Box<dyn Ledger>, StoreError>;
}

/// The mechanism that makes a write conditional on the value not having changed since it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guard {
    /// `WATCH`, then `MULTI` … `EXEC`.
    Watch,
    /// A script that compares a digest of every key's `DUMP` before its first write.
    Lua,
    /// No guard on keys: the operator says that the application is stopped. The epoch is guarded still.
    None,
    /// Nobody else can write: a file, a fixture, or an overlay.
    Exclusive,
}

impl Guard {
    /// Returns the word for reports and the manifest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Lua => "lua",
            Self::None => "none",
            Self::Exclusive => "exclusive",
        }
    }
}

/// What is known of a shard.
#[derive(Debug, Clone, PartialEq)]
pub struct ShardFacts {
    /// A name for reports: `redis://localhost:6379/0`, a path.
    pub name: String,
    /// The product: `redis`, `valkey`, `file`, `fixture`.
    pub product: String,
    /// Its version as it says itself.
    pub version: String,
    /// Identifies the history: another value means that what was written before may be gone
    /// (`run_id` and `master_replid`).
    pub history: String,
    /// The guard in force.
    pub guard: Guard,
    /// Why it is this one: `WATCH is permitted`.
    pub guard_reason: String,
    /// How values are to be encoded for this shard.
    pub target: Target,
    /// How whole values are written there.
    pub written_as: WrittenAs,
    /// The longest payload that is taken in one piece, bytes; `None` if any is.
    pub longest: Option<usize>,
    /// How many keys there are, if it is known.
    pub keys: Option<u64>,
    /// How many lanes and how many keys a batch serve this shard best.
    pub lanes: usize,
    /// See `lanes`.
    pub batch: usize,
    /// The policy by which the server may evict any key when its memory is full, the bookkeeping too: `allkeys-lru`.
    /// `None` where it may not, or does not say.
    pub evicts_any_key: Option<String>,
    /// Limits and notes that a person should see before the run.
    pub notes: Vec<String>,
}

/// Which keys are selected.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The pattern that keys match.
    pub pattern: Pattern,
    /// Patterns of keys that are left out.
    pub exclude: Vec<Pattern>,
    /// The kind of their values; `None` for all. A shard that cannot ask cheaply may ignore it: the
    /// engine checks again after decoding.
    pub kind: Option<Kind>,
    /// Explicit keys; with them nothing is scanned.
    pub keys: Option<Vec<Bytes>>,
    /// Keys above this many bytes are not fetched: [`Fetched::TooLarge`].
    pub max_bytes: u64,
}

/// A key that a scanner found.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The key.
    pub key: Bytes,
    /// Its image, where listing a key yields it anyway (a file); the session may use it instead of reading.
    pub image: Option<Image>,
    /// Its size in bytes, where a look-ahead was made.
    pub size: Option<u64>,
}

impl Candidate {
    /// Makes a candidate of which only the key is known.
    pub fn new(key: Bytes) -> Self {
        Self {
            key,
            image: None,
            size: None,
        }
    }
}

/// Lists the keys of a shard: each at least once if it exists all the time, some perhaps twice.
pub trait Scanner: Send {
    /// Returns the next page, possibly empty; `None` only when the shard was listed to its end by the
    /// same history that began it. An error is not the end: after [`StoreError`] of fault `Lost` or
    /// `Unavailable` the next call goes on where the last one was; `HistoryChanged` means to begin again.
    fn next_page(&mut self) -> Result<Option<Vec<Candidate>>, StoreError>;

    /// Returns how much of the shard was listed, 0 to 1, as far as it can be told.
    fn fraction(&self) -> Option<f64>;
}

/// What the server keeps about a key for eviction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eviction {
    /// Seconds since the last access (`OBJECT IDLETIME`).
    Idle(u64),
    /// The logarithmic access counter (`OBJECT FREQ`).
    Frequency(u8),
}

/// A key's whole state as it was read: what undo needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// The value as a `DUMP` payload.
    pub payload: Bytes,
    /// When the key expires, Unix milliseconds; `None` if it does not.
    pub expires_at: Option<u64>,
    /// Eviction state, if the server evicts by it.
    pub eviction: Option<Eviction>,
}

/// What was found at a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Fetched {
    /// The key's image.
    Found(Image),
    /// There is no such key (any more).
    Absent,
    /// The key was not read because it takes this many bytes.
    TooLarge {
        /// Its size as the server estimates it.
        bytes: u64,
    },
    /// There is a value, and it could not be had whole.
    Unreadable(Unreadable),
}

/// A change of part of a big value, by the commands that make it.
#[derive(Debug, Clone, PartialEq)]
pub enum CommandEdit {
    /// Changes of a hash: `HSET`, `HPEXPIREAT`, `HDEL`.
    Hash(Vec<FieldEdit>),
    /// Changes of a set: `SADD`, `SREM`.
    Set {
        /// Members to add.
        add: Vec<Bytes>,
        /// Members to remove.
        remove: Vec<Bytes>,
    },
    /// Changes of a sorted set: `ZADD`, `ZREM`.
    SortedSet {
        /// Members to add, or whose score to set.
        add: Vec<(Bytes, f64)>,
        /// Members to remove.
        remove: Vec<Bytes>,
    },
}

/// A change of one field of a hash.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldEdit {
    /// Sets value and expiry.
    Set {
        /// The field.
        name: Bytes,
        /// Its new value.
        value: Bytes,
        /// When it expires, Unix milliseconds; `None` makes it persistent.
        expires_at: Option<u64>,
    },
    /// Removes the field.
    Remove {
        /// The field.
        name: Bytes,
    },
}

/// An operation, derived by the engine and applied by a session.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Writes the whole value, replacing what is there.
    Put {
        /// The key.
        key: Bytes,
        /// What it shall be.
        image: Image,
    },
    /// Changes part of the value; expiry and eviction state stay.
    Edit {
        /// The key.
        key: Bytes,
        /// The change.
        edit: CommandEdit,
    },
    /// Sets the expiry alone.
    Expire {
        /// The key.
        key: Bytes,
        /// Unix milliseconds; `None` makes it persistent.
        at: Option<u64>,
    },
    /// Renames, value and expiry and all. The target does not exist.
    Rename {
        /// The key.
        from: Bytes,
        /// Its new name.
        to: Bytes,
    },
    /// Deletes the key.
    Delete {
        /// The key.
        key: Bytes,
    },
}

/// A batch to be applied in one atomic step together with its receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct CommitBatch<'a> {
    /// The run, as in [`Ledger`].
    pub run: &'a str,
    /// The batch's id, which is its receipt.
    pub batch: u64,
    /// The operations, in order.
    pub writes: &'a [Write],
    /// Raise the watermark to this batch id and drop the receipts at or below it; `None` to leave it.
    pub watermark: Option<u64>,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commit {
    /// Every operation and the receipt were applied, atomically.
    Applied,
    /// Nothing was applied: a key changed since it was read, or the epoch did. Where the guard can tell,
    /// the keys that changed.
    Conflict {
        /// The changed keys; empty if the guard cannot tell.
        keys: Vec<Bytes>,
    },
}

/// A connection of its own to one shard. Between [`ask_guarded`](Self::ask_guarded) and the
/// [`outcome`](Self::outcome) of a batch or [`release`](Self::release) it guards the keys that were asked for.
///
/// Reading and committing are in two halves each, so that one thread can have something under way on several
/// sessions. Where there is nothing to wait for, the second half does it all.
pub trait Session: Send {
    /// Puts the keys under guard and asks for them, with the epoch, without waiting for the answer.
    fn ask_guarded(
        &mut self,
        _epoch: u64,
        _candidates: &[Candidate],
        _max_bytes: u64,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    /// Waits for what was asked with the same arguments. Results are in the order of the candidates.
    /// [`StoreError::Fenced`] if the keyspace has a newer epoch than `epoch`; fault `HistoryChanged` if it has an
    /// older one, which only data that went back in time has.
    fn take_guarded(
        &mut self,
        epoch: u64,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError>;

    /// Asks for keys under guard and waits for the answer.
    fn read_guarded(
        &mut self,
        epoch: u64,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        self.ask_guarded(epoch, candidates, max_bytes)?;
        self.take_guarded(epoch, candidates, max_bytes)
    }

    /// Puts more keys under the guard of the same batch and reads them.
    fn extend_guard(&mut self, keys: &[Bytes]) -> Result<Vec<Fetched>, StoreError>;

    /// Reads keys without a guard and without a size limit.
    fn read(&mut self, keys: &[Bytes]) -> Result<Vec<Fetched>, StoreError>;

    /// Sends a batch that is to be applied only if nothing has changed of what was read under guard, nor the epoch.
    fn submit(&mut self, _batch: &CommitBatch<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    /// Waits for what became of the batch that was submitted. The guard is gone afterwards, whatever the answer.
    fn outcome(&mut self, batch: &CommitBatch<'_>) -> Result<Commit, StoreError>;

    /// Submits a batch and waits for what becomes of it.
    fn commit(&mut self, batch: &CommitBatch<'_>) -> Result<Commit, StoreError> {
        self.submit(batch)?;
        self.outcome(batch)
    }

    /// Drops the guard without writing.
    fn release(&mut self) -> Result<(), StoreError>;
}

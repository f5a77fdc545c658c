//! The journal port: an append-only log of records with group commit and a seal.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::record::JournalRecord;
use crate::spans::{SpanCounts, Spans};

/// Where in a journal a record ended: positions grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position(pub u64);

/// How safe a record must be before [`Journal::append`] returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It survives the loss of power.
    Durable,
    /// It is in order with the others and becomes durable with the next durable one, or when somebody
    /// [waits](Journal::wait) for it.
    Eventual,
}

/// What journals have written.
#[derive(Debug, Default)]
pub struct JournalFigures {
    bytes: AtomicU64,
    syncs: Spans,
}

impl JournalFigures {
    /// Counts a group of records that became durable, and how long that took.
    pub fn count(&self, bytes: u64, took: Duration) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.syncs.count(took);
    }

    /// Returns how many bytes were written.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Returns how long groups of records took to become durable.
    pub fn syncs(&self) -> SpanCounts {
        self.syncs.counts()
    }
}

/// A journal's refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// A newer epoch sealed the journal: this worker is the stale one.
    #[error("the journal was sealed by epoch {by}, this worker has epoch {ours}")]
    Sealed {
        /// The epoch that sealed it.
        by: u64,
        /// The epoch that tried to append.
        ours: u64,
    },
    /// The run was gone on with elsewhere: this journal is an older copy, and does not know all that was applied.
    #[error(
        "the run was gone on with elsewhere: epoch {settled} is not in this journal, which is an older copy"
    )]
    Outdated {
        /// The epoch whose settlement the keyspace has seen.
        settled: u64,
    },
    /// Another process has the journal open for writing.
    #[error("{path} is in use by another process")]
    InUse {
        /// The journal.
        path: String,
    },
    /// Nothing more can be written: the disk is full, read-only or broken. What was durable before is safe.
    #[error("{path}: {message}")]
    NotWritable {
        /// The file.
        path: String,
        /// The system's own words.
        message: String,
    },
    /// A record that was durable cannot be read back.
    #[error("{path}, offset {offset}: {message}")]
    Corrupt {
        /// The file.
        path: String,
        /// Bytes from the start of the file.
        offset: u64,
        /// What is wrong.
        message: String,
    },
    /// The journal was written by another version of Remold.
    #[error("{path} has journal format {found}, this version of Remold reads format {known}")]
    Format {
        /// The file.
        path: String,
        /// The format that it says it has.
        found: u32,
        /// The format that is known here.
        known: u32,
    },
    /// There is no such journal, or it could not be opened.
    #[error("{path}: {message}")]
    NotFound {
        /// The path.
        path: String,
        /// The system's own words.
        message: String,
    },
}

impl JournalError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Sealed { .. } => "journal-sealed",
            Self::Outdated { .. } => "journal-outdated",
            Self::InUse { .. } => "journal-in-use",
            Self::NotWritable { .. } => "journal-not-writable",
            Self::Corrupt { .. } => "journal-corrupt",
            Self::Format { .. } => "journal-format",
            Self::NotFound { .. } => "journal-not-found",
        }
    }
}

/// A walk over a journal's records, in memory that does not grow with the journal. It ends at its first error.
pub type Records<'a> = Box<dyn Iterator<Item = Result<JournalRecord, JournalError>> + Send + 'a>;

/// The durable undo log of a run. Shared by all lanes; many appends share one sync.
pub trait Journal: Send + Sync {
    /// Appends the `Epoch` record, durable. From now on every append under an older epoch is refused,
    /// also one of another process.
    fn seal(&self, epoch: u64) -> Result<Position, JournalError>;

    /// Appends records in order, all under `epoch`, and returns where they ended.
    fn append(
        &self,
        epoch: u64,
        records: &[JournalRecord],
        durability: Durability,
    ) -> Result<Position, JournalError>;

    /// Says whether what is appended is forgotten: then nothing has to be made only to be kept.
    fn forgets(&self) -> bool {
        false
    }

    /// Waits until everything up to `position`, where an append has ended, survives the loss of power.
    fn wait(&self, position: Position) -> Result<(), JournalError>;

    /// Returns the newest epoch that sealed the journal; 0 if none has.
    fn epoch(&self) -> u64;

    /// Returns up to where the journal is durable.
    fn durable(&self) -> Position;

    /// Counts what is written from now on. One that keeps nothing counts nothing.
    fn measure(&self, _figures: &Arc<JournalFigures>) {}

    /// Walks all records from the first, as of the call. A torn tail that never was durable is not an error.
    fn replay(&self) -> Result<Records<'_>, JournalError>;

    /// Walks the same records from the newest to the first.
    fn replay_backwards(&self) -> Result<Records<'_>, JournalError>;
}

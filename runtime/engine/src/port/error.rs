//! How a keyspace fails, sorted by what the engine has to do about it.

use std::time::Duration;

/// What a fault means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The connection is gone, or an answer never came: what was sent may or may not have happened.
    /// The engine recovers, and so finds out.
    Lost,
    /// The server will answer later (starting, loading, busy, read-only for the moment, failing over, out
    /// of memory or connections). The engine waits, shows why, and recovers.
    Unavailable,
    /// The data is not the history that the run was working on: the server restarted, was replaced or
    /// was flushed. The engine recovers and scans again from the start.
    HistoryChanged,
    /// The server refuses this for good: permission, authentication, an unknown command, a wrong
    /// address or certificate. The engine stops.
    Refused,
}

/// A keyspace's refusal or silence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another owner has raised the epoch: this worker is the stale one, and nothing was written.
    #[error("the run's epoch is {ours}, the server has {found}: another worker took over")]
    Fenced {
        /// The epoch that this worker holds.
        ours: u64,
        /// The epoch that the server has.
        found: u64,
    },
    /// The server or the connection failed.
    #[error("{doing}: {message}")]
    Server {
        /// What it means for the run.
        fault: Fault,
        /// What was being done, for a person: `connecting to localhost:6379`.
        doing: String,
        /// The server's or the system's own words.
        message: String,
        /// What a person can do about it.
        hint: Option<String>,
        /// How long the server asked to be left alone, if it did.
        retry_after: Option<Duration>,
    },
    /// The server took a batch but refused commands of it, which atomicity does not undo: everything else
    /// of the batch, and its receipt, was applied. The checks before a commit exist so that this cannot
    /// happen; where it does (a permission that is taken away at that moment), the run notes the keys and stops.
    #[error(
        "{doing}: {command} was refused after the batch had begun: {message}; the batch's other commands were applied"
    )]
    PartiallyApplied {
        /// What was being done, for a person.
        doing: String,
        /// The first refused command with its key: `RESTORE user:1`.
        command: String,
        /// The server's own words.
        message: String,
        /// Places of the refused writes among the batch's; empty if it cannot be told, which means any of them.
        refused: Vec<usize>,
    },
    /// A file or payload could not be read as what it claims to be.
    #[error("{place}: {message}")]
    Corrupt {
        /// The key, or the file with its offset.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// What is stored is of a newer format than this version reads.
    #[error(
        "{place}: it has format {found}, and this version of Remold reads up to format {known}"
    )]
    NewerFormat {
        /// The key and the name in it.
        place: String,
        /// The format that it says it has.
        found: u64,
        /// The newest format that is read.
        known: u64,
    },
    /// What no registry takes was to be registered.
    #[error("{name:?} cannot be registered: {problem}")]
    InvalidRegistration {
        /// The name, or its beginning.
        name: String,
        /// Why.
        problem: String,
    },
    /// A file could not be read or written.
    #[error("{path}: {message}")]
    File {
        /// The file.
        path: String,
        /// The system's own words.
        message: String,
    },
}

impl StoreError {
    /// Returns what the error means for the run; a fence has no fault, the worker just stops.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Fenced { .. } => None,
            Self::Server { fault, .. } => Some(*fault),
            Self::PartiallyApplied { .. }
            | Self::Corrupt { .. }
            | Self::NewerFormat { .. }
            | Self::InvalidRegistration { .. }
            | Self::File { .. } => Some(Fault::Refused),
        }
    }

    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fenced { .. } => "fenced",
            Self::Server { fault, .. } => match fault {
                Fault::Lost => "connection-lost",
                Fault::Unavailable => "server-unavailable",
                Fault::HistoryChanged => "history-changed",
                Fault::Refused => "server-refused",
            },
            Self::PartiallyApplied { .. } => "partially-applied",
            Self::Corrupt { .. } => "corrupt-data",
            Self::NewerFormat { .. } => "newer-format",
            Self::InvalidRegistration { .. } => "invalid-registration",
            Self::File { .. } => "file",
        }
    }
}

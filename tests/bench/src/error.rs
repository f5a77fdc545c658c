//! What keeps the benchmark, or one round of it, from being carried out.

use std::io;

/// Why a measure could not be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A connection or file failed.
    #[error("{doing}: {source}")]
    Io {
        /// What was done.
        doing: &'static str,
        /// The system's own words.
        source: io::Error,
    },
    /// The server refused a command, or said something that it should not.
    #[error("the server answered {answer} to {command}")]
    Server {
        /// The command.
        command: &'static str,
        /// The answer.
        answer: String,
    },
    /// A payload could not be read.
    #[error(transparent)]
    Decode(#[from] remold_rdb::DecodeError),
    /// A value could not be written.
    #[error(transparent)]
    Encode(#[from] remold_rdb::EncodeError),
    /// An RDB file could not be read.
    #[error(transparent)]
    File(#[from] remold_rdb::FileError),
    /// Remold could not begin.
    #[error(transparent)]
    Remold(#[from] remold::Error),
    /// Remold did not come to its end.
    #[error("the run ended with {end}")]
    Ended {
        /// How.
        end: String,
    },
    /// A value is not of the shape that the data set has.
    #[error("a value is not of the data set's shape")]
    Unexpected,
    /// A key is not as it should be after a round.
    #[error("{wrong} of {keys} keys are not in the new shape, {example} first")]
    Wrong {
        /// How many.
        wrong: u64,
        /// Of how many.
        keys: u64,
        /// One of them.
        example: String,
    },
    /// A contestant's process failed.
    #[error("it failed: {message}")]
    Contestant {
        /// What it said last.
        message: String,
    },
    /// A worker thread of a contestant panicked.
    #[error("a worker failed")]
    Worker,
    /// Rounds failed; the report says which.
    #[error("{count} rounds failed")]
    FailedRounds {
        /// How many.
        count: usize,
    },
}

impl Error {
    /// Says what was done when the system failed.
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}

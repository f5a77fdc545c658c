//! What a migration works on: a live server, or an RDB file that becomes another one.

use std::path::PathBuf;

use remold_store_redis::Options;

/// What a migration works on.
#[derive(Debug, Clone)]
pub enum Target {
    /// A live server.
    Redis(Box<Options>),
    /// An RDB file.
    File(FileTarget),
}

/// An RDB file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTarget {
    /// The file that is read. It is never changed.
    pub input: PathBuf,
    /// The file that is written as a whole at the end; not needed for a dry run.
    pub output: Option<PathBuf>,
    /// The database in it.
    pub database: u64,
}

impl Target {
    /// Returns the target's name for people, without credentials.
    pub fn name(&self) -> String {
        match self {
            Self::Redis(options) => options.name(),
            Self::File(file) => file.input.display().to_string(),
        }
    }
}

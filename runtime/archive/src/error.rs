//! Makes the port's errors from what the system says.

use std::io;
use std::path::Path;

use remold_engine::port::JournalError;

/// There is no such journal, or it could not be opened.
pub(crate) fn not_found(path: &Path, error: &io::Error) -> JournalError {
    JournalError::NotFound {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

/// Nothing (more) can be written.
pub(crate) fn not_writable(path: &Path, error: &io::Error) -> JournalError {
    JournalError::NotWritable {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

/// What was durable cannot be read back.
pub(crate) fn corrupt(path: &Path, offset: u64, message: impl Into<String>) -> JournalError {
    JournalError::Corrupt {
        path: path.display().to_string(),
        offset,
        message: message.into(),
    }
}

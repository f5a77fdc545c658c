//! Whole RDB files, read and written record by record.
//!
//! A file is a header, sections (facts about the file, the database that follows, functions, what modules
//! keep beside the keys), entries (a key with its expiry and serialised object) and an end with a
//! checksum. [`Reader`] and [`Writer`] are given what to read from and write to; neither opens anything.
//! Objects stay serialised: the codec of values looks into them.
//!
//! What was read and is written untouched gets the same bytes, because every section and entry keeps
//! those that it was read from.

mod entry;
mod error;
mod header;
mod opcode;
mod reader;
mod section;
mod window;
mod writer;

pub use entry::FileEntry;
pub use error::FileError;
pub use header::Header;
pub use reader::{Reader, entry_at};
pub use section::{Section, SectionKind};
pub use writer::Writer;

/// A record of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Anything that is no key.
    Section(Section),
    /// A key.
    Entry(FileEntry),
    /// The end of the file.
    End {
        /// The stored checksum; `None` if the file has none: before version 5, or with `rdbchecksum no`.
        checksum: Option<u64>,
    },
}

#[cfg(test)]
mod tests;

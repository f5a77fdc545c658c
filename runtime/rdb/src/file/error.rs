//! What can go wrong with a file.

use std::io;

use crate::error::DecodeError;
use crate::target::Version;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Reading failed.
    #[error("the file cannot be read at offset {offset}")]
    Read {
        /// Where it failed.
        offset: u64,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Writing failed.
    #[error("the file cannot be written at offset {offset}")]
    Write {
        /// Where it failed.
        offset: u64,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The first bytes are not those of an RDB file.
    #[error("this is no RDB file: it begins with {:?}", .found.escape_ascii().to_string())]
    NotAnRdbFile {
        /// The first bytes, up to 9.
        found: Vec<u8>,
    },
    /// A record has an opcode that is unknown in this version.
    #[error("opcode {opcode} at offset {offset} is unknown in version {version}")]
    UnknownOpcode {
        /// Where it stands.
        offset: u64,
        /// The opcode.
        opcode: u8,
        /// The file's version.
        version: u16,
    },
    /// The bytes are broken.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The object of an entry has a type that the file's version cannot hold.
    #[error("type {type_id} has no place in a file of version {version}")]
    TypeNotInVersion {
        /// The type byte.
        type_id: u8,
        /// The file's version.
        version: u16,
    },
    /// A payload is of a version that the file's version cannot hold.
    #[error("a payload of version {payload} has no place in a file of version {file}")]
    VersionMismatch {
        /// The payload's version.
        payload: u16,
        /// The file's version.
        file: u16,
    },
    /// The object of an entry means something only within its file.
    #[error("type {type_id} refers to a template elsewhere in its file, and makes no payload")]
    NotPortable {
        /// The type byte.
        type_id: u8,
    },
}

impl FileError {
    /// Returns the stable code, for reports and metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "rdb-read",
            Self::Write { .. } => "rdb-write",
            Self::NotAnRdbFile { .. } => "rdb-not-a-file",
            Self::UnknownOpcode { .. } => "rdb-unknown-opcode",
            Self::Decode(error) => error.code(),
            Self::TypeNotInVersion { .. } => "rdb-type-not-in-version",
            Self::VersionMismatch { .. } => "rdb-version-mismatch",
            Self::NotPortable { .. } => "rdb-not-portable",
        }
    }

    pub(super) const fn unknown_type(type_id: u8, version: Version) -> Self {
        Self::TypeNotInVersion {
            type_id,
            version: version.0,
        }
    }
}

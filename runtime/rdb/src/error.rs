//! What can be wrong with bytes that are read, and with values that are to be written.
//!
//! Every error of reading says where (an offset into the payload or file), what was expected there, and
//! has a stable code for reports.

use bytes::Bytes;

/// Why bytes could not be read. Offsets count from the start of the payload, object or file that was
/// given; inside a nested encoding (a listpack in a string) they count from the start of the outermost
/// bytes where those are contiguous, and from the start of the unpacked bytes where they were compressed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end too early.
    #[error("the bytes end within {expected} at offset {offset}: {needed} more are needed")]
    Truncated {
        /// Where the expected thing begins.
        offset: u64,
        /// What was expected.
        expected: &'static str,
        /// How many bytes are missing, at the least.
        needed: u64,
    },
    /// A claimed length or count is more than the bytes can hold.
    #[error("{expected} at offset {offset} claims {claimed}, and at most {limit} is possible")]
    Claim {
        /// Where the claim stands.
        offset: u64,
        /// What claims it.
        expected: &'static str,
        /// What is claimed.
        claimed: u64,
        /// The most that can be true.
        limit: u64,
    },
    /// A byte or number has none of the values that are known there.
    #[error("{found} at offset {offset} is not {expected}")]
    Unexpected {
        /// Where it stands.
        offset: u64,
        /// What was expected.
        expected: &'static str,
        /// What stands there.
        found: u64,
    },
    /// The bytes contradict themselves or the format.
    #[error("{expected} is broken at offset {offset}")]
    Malformed {
        /// Where it was noticed.
        offset: u64,
        /// What was expected.
        expected: &'static str,
    },
    /// The type byte is none that this version of the format has.
    #[error("type {type_id} at offset {offset} is unknown in version {version} of the format")]
    UnknownType {
        /// Where the type byte stands.
        offset: u64,
        /// The type byte.
        type_id: u8,
        /// The version of the format, as in the footer or header.
        version: u16,
    },
    /// The version of the format is newer than any that is known, or none at all.
    #[error("version {version} of the format is unknown")]
    UnknownVersion {
        /// The version, as in the footer or header.
        version: u16,
    },
    /// A name that must be unique occurs twice.
    #[error("the name {:?} occurs twice, at offset {offset} again", .name.escape_ascii().to_string())]
    Duplicate {
        /// Where the second one stands.
        offset: u64,
        /// The name.
        name: Bytes,
    },
    /// There are bytes after the end.
    #[error("{count} bytes follow the end at offset {offset}")]
    Trailing {
        /// Where the end was.
        offset: u64,
        /// How many follow.
        count: u64,
    },
    /// The checksum is not that of the bytes before it.
    #[error("the checksum is {computed:016x}, and {stored:016x} is stored")]
    Checksum {
        /// The stored checksum.
        stored: u64,
        /// The checksum of the bytes.
        computed: u64,
    },
}

impl DecodeError {
    /// Returns the stable code, for reports and metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "rdb-truncated",
            Self::Claim { .. } => "rdb-claim",
            Self::Unexpected { .. } => "rdb-unexpected",
            Self::Malformed { .. } => "rdb-malformed",
            Self::UnknownType { .. } => "rdb-unknown-type",
            Self::UnknownVersion { .. } => "rdb-unknown-version",
            Self::Duplicate { .. } => "rdb-duplicate",
            Self::Trailing { .. } => "rdb-trailing",
            Self::Checksum { .. } => "rdb-checksum",
        }
    }
}

/// Why a value could not be written for a target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The target's format has no place for what the value holds.
    #[error("{what} cannot be written in version {version} of the format")]
    Unsupported {
        /// What the format has no place for.
        what: &'static str,
        /// The version of the format.
        version: u16,
    },
    /// The value breaks a rule that the server checks.
    #[error("{what} would be refused by the server")]
    Invalid {
        /// What is wrong.
        what: &'static str,
    },
}

impl EncodeError {
    /// Returns the stable code, for reports and metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unsupported { .. } => "rdb-unsupported",
            Self::Invalid { .. } => "rdb-invalid",
        }
    }
}

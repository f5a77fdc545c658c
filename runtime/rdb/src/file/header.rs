//! The first nine bytes of a file: which product's format, and which version.

use crate::error::DecodeError;
use crate::file::error::FileError;
use crate::target::{Family, Version};

/// The newest version of each product's format that is known.
const NEWEST_REDIS: u16 = 15;
const NEWEST_VALKEY: u16 = 81;

/// A file's header: `REDIS` and four digits, or from Valkey 9.0 on `VALKEY` and three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The version of the format.
    pub version: Version,
}

impl Header {
    /// The header's length in bytes.
    pub const LENGTH: usize = 9;

    /// Reads a header.
    ///
    /// # Errors
    /// [`FileError::NotAnRdbFile`], or [`DecodeError::UnknownVersion`] for a version that is newer than
    /// any known, or belongs to the other product.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let not_a_file = || FileError::NotAnRdbFile {
            found: bytes[..bytes.len().min(Self::LENGTH)].to_vec(),
        };
        let (digits, versions) = if let Some(digits) = bytes.strip_prefix(b"REDIS") {
            (digits.get(..4), 1..=NEWEST_REDIS)
        } else if let Some(digits) = bytes.strip_prefix(b"VALKEY") {
            (digits.get(..3), 80..=NEWEST_VALKEY)
        } else {
            return Err(not_a_file());
        };
        let version = digits
            .filter(|digits| digits.iter().all(u8::is_ascii_digit))
            .ok_or_else(not_a_file)?
            .iter()
            .fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
        if !versions.contains(&version) {
            return Err(DecodeError::UnknownVersion { version }.into());
        }
        Ok(Self {
            version: Version(version),
        })
    }

    /// Writes the header.
    pub fn bytes(self) -> Vec<u8> {
        let version = self.version.0;
        match self.version.family() {
            Family::Redis => format!("REDIS{version:04}"),
            Family::Valkey => format!("VALKEY{version:03}"),
        }
        .into_bytes()
    }

    /// Says whether files of this version end with a checksum.
    pub(super) const fn has_checksum(self) -> bool {
        self.version.0 >= 5
    }
}

//! A key in a file: its name, expiry and eviction state, and its serialised object.

use bytes::Bytes;

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::file::error::FileError;
use crate::file::opcode::{self, KEY_METADATA};
use crate::length::{write_length, write_string};
use crate::payload;
use crate::skip::{Progress, Skip, object_length};
use crate::target::{Family, Version};

const METADATA: &str = "what modules keep with a key";

/// A key as a file holds it. Its bytes share the memory of the part of the file that was read together
/// with it: who keeps a few entries of many for long should copy what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    pub(super) db: u64,
    pub(super) key: Bytes,
    pub(super) type_id: u8,
    pub(super) object: Bytes,
    pub(super) expires_at: Option<u64>,
    pub(super) idle: Option<u64>,
    pub(super) frequency: Option<u8>,
    pub(super) metadata: Option<Bytes>,
    pub(super) offset: u64,
    /// The record as it was read, while nothing was changed.
    pub(super) raw: Option<Bytes>,
}

impl FileEntry {
    /// Makes an entry of a key and its serialised object: the bytes behind the type byte.
    pub const fn new(db: u64, key: Bytes, type_id: u8, object: Bytes) -> Self {
        Self {
            db,
            key,
            type_id,
            object,
            expires_at: None,
            idle: None,
            frequency: None,
            metadata: None,
            offset: 0,
            raw: None,
        }
    }

    /// Makes an entry of what `DUMP` returned. The object shares the payload's memory.
    ///
    /// # Errors
    /// [`DecodeError`] if the checksum is wrong (zero means none), the version or type is unknown, or the
    /// object does not fill the payload; [`FileError::VersionMismatch`] if a file of version `file` cannot
    /// hold it.
    pub fn from_payload(
        db: u64,
        key: Bytes,
        payload: &Bytes,
        file: Version,
    ) -> Result<Self, FileError> {
        let (first, rest, version) = payload::open(payload)?;
        if version > file || version.0 > 11 && version.family() != file.family() {
            return Err(FileError::VersionMismatch {
                payload: version.0,
                file: file.0,
            });
        }
        let mut cursor = Cursor::of(&rest).with_base(1);
        let (metadata, type_id) = if first == KEY_METADATA && version.family() == Family::Redis {
            cursor.take(metadata_length(&rest)?, METADATA)?;
            let metadata = payload.slice(..=cursor.position());
            (Some(metadata), cursor.byte("a type")?)
        } else {
            (None, first)
        };
        let length = object_length(cursor.rest(), type_id, version)?;
        let object = cursor.bytes(length as u64, "an object")?;
        cursor.end()?;
        Ok(Self {
            metadata,
            ..Self::new(db, key, type_id, object)
        })
    }

    /// Writes the entry as `DUMP` would return it: what modules keep with the key, type byte, object,
    /// `version`, checksum. Expiry and eviction state have no place in it.
    ///
    /// # Errors
    /// [`FileError::NotPortable`] for a hash whose fields stand elsewhere in its file.
    pub fn payload(&self, version: Version) -> Result<Vec<u8>, FileError> {
        let mut out = Vec::with_capacity(self.payload_length());
        self.write_payload(version, true, &mut out)?;
        Ok(out)
    }

    /// Returns how long its payload is.
    pub fn payload_length(&self) -> usize {
        self.metadata.as_ref().map_or(0, Bytes::len) + 1 + self.object.len() + payload::FOOTER
    }

    /// Writes its [payload](Self::payload) at the end of `out`; without the checksum, which is then zero, for who made
    /// sure of the bytes by other means.
    ///
    /// # Errors
    /// Those of [`Self::payload`].
    pub fn write_payload(
        &self,
        version: Version,
        with_checksum: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), FileError> {
        if version.family() == Family::Redis && matches!(self.type_id, 30 | 32) {
            return Err(FileError::NotPortable {
                type_id: self.type_id,
            });
        }
        let start = out.len();
        out.extend_from_slice(self.metadata.as_deref().unwrap_or_default());
        out.push(self.type_id);
        out.extend_from_slice(&self.object);
        payload::close(out, start, version, with_checksum);
        Ok(())
    }

    /// Returns the number of the key's database.
    pub const fn db(&self) -> u64 {
        self.db
    }

    /// Returns the key's name.
    pub const fn key(&self) -> &Bytes {
        &self.key
    }

    /// Returns the object's type byte.
    pub const fn type_id(&self) -> u8 {
        self.type_id
    }

    /// Returns the serialised object, behind its type byte.
    pub const fn object(&self) -> &Bytes {
        &self.object
    }

    /// Returns when the key expires, Unix milliseconds.
    pub const fn expires_at(&self) -> Option<u64> {
        self.expires_at
    }

    /// Returns how long the key was idle, in seconds; a file has it under an LRU eviction policy.
    pub const fn idle(&self) -> Option<u64> {
        self.idle
    }

    /// Returns the key's access frequency (logarithmic); a file has it under an LFU eviction policy.
    pub const fn frequency(&self) -> Option<u8> {
        self.frequency
    }

    /// Returns where the entry begins in the file that it was read from; [`crate::file::entry_at`] finds
    /// it there again.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns how many bytes the entry takes in the file that it was read from; `None` if it was made or
    /// changed since.
    pub fn raw_length(&self) -> Option<usize> {
        self.raw.as_ref().map(Bytes::len)
    }

    /// Gives the key another name.
    pub fn set_key(&mut self, key: Bytes) {
        self.key = key;
        self.raw = None;
    }

    /// Puts the key into another database.
    pub const fn set_db(&mut self, db: u64) {
        self.db = db;
    }

    /// Gives the key another object.
    pub fn set_object(&mut self, type_id: u8, object: Bytes) {
        self.type_id = type_id;
        self.object = object;
        self.raw = None;
    }

    /// Sets or removes the expiry, Unix milliseconds.
    pub fn set_expires_at(&mut self, expires_at: Option<u64>) {
        self.expires_at = expires_at;
        self.raw = None;
    }

    /// Sets or removes the idle time, in seconds.
    pub fn set_idle(&mut self, idle: Option<u64>) {
        self.idle = idle;
        self.raw = None;
    }

    /// Sets or removes the access frequency.
    pub fn set_frequency(&mut self, frequency: Option<u8>) {
        self.frequency = frequency;
        self.raw = None;
    }

    /// Writes what stands before the object.
    pub(super) fn write_head(&self, out: &mut Vec<u8>) {
        if let Some(expires_at) = self.expires_at {
            out.push(opcode::EXPIRES_MILLISECONDS);
            out.extend(expires_at.to_le_bytes());
        }
        if let Some(idle) = self.idle {
            out.push(opcode::IDLE);
            write_length(out, idle);
        }
        if let Some(frequency) = self.frequency {
            out.extend([opcode::FREQUENCY, frequency]);
        }
        out.extend_from_slice(self.metadata.as_deref().unwrap_or_default());
        out.push(self.type_id);
        write_string(out, &self.key, true);
    }
}

/// Returns the length of what modules keep with a key, behind its opcode.
fn metadata_length(content: &[u8]) -> Result<usize, DecodeError> {
    let mut skip = Skip::default();
    skip.expect(opcode::KEY_METADATA_PARTS);
    match skip.advance(content, 1)? {
        Progress::End(end) => Ok(end),
        Progress::More(needed) => Err(DecodeError::Truncated {
            offset: 1 + content.len() as u64,
            expected: METADATA,
            needed,
        }),
    }
}

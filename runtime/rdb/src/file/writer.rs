//! Writing a file.

use std::collections::BTreeMap;
use std::io::Write;

use crate::checksum::Checksum;
use crate::file::Item;
use crate::file::entry::FileEntry;
use crate::file::error::FileError;
use crate::file::header::Header;
use crate::file::opcode;
use crate::file::section::{Section, SectionKind};
use crate::skip::shape;
use crate::target::Family;

/// How much is collected before it is written.
const BUFFER: usize = 64 * 1024;

/// Writes a file record by record. What was read and not changed is written with the same bytes.
///
/// Nothing is complete before [`Writer::finish`].
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    header: Header,
    buffer: Vec<u8>,
    /// How many bytes were handed on.
    written: u64,
    checksum: Checksum,
    db: Option<u64>,
    sizes: BTreeMap<u64, (u64, u64)>,
}

impl<W: Write> Writer<W> {
    /// Begins a file with a header.
    pub fn new(out: W, header: Header) -> Self {
        Self {
            out,
            header,
            buffer: header.bytes(),
            written: 0,
            checksum: Checksum::default(),
            db: None,
            sizes: BTreeMap::new(),
        }
    }

    /// Corrects the hint of a database's size that will be passed on: so many keys, of which so many
    /// expire.
    pub fn correct_size(&mut self, db: u64, keys: u64, expires: u64) {
        self.sizes.insert(db, (keys, expires));
    }

    /// Returns the file's header.
    pub const fn header(&self) -> Header {
        self.header
    }

    /// Returns how many bytes the file has so far.
    pub const fn offset(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// Writes a section. [`SectionKind::SelectDb`] selects the database of the entries that follow; a hint
    /// of a size is corrected where [`Writer::correct_size`] says so.
    ///
    /// # Errors
    /// [`FileError::Write`].
    pub fn section(&mut self, section: &Section) -> Result<(), FileError> {
        match section.kind {
            SectionKind::SelectDb(db) => self.db = Some(db),
            SectionKind::ResizeDb { .. } => {
                let size = self.db.and_then(|db| self.sizes.get(&db));
                if let Some((keys, expires)) = size.copied() {
                    return self.write(Section::resize_db(keys, expires).raw());
                }
            }
            _ => {}
        }
        self.write(section.raw())
    }

    /// Writes an entry, and selects its database before if another one is selected. The entry comes from a
    /// file or payload of the same product, and of this version or one before; that its type byte has the
    /// meaning that this version gives it is not looked at.
    ///
    /// # Errors
    /// [`FileError::TypeNotInVersion`] if the object, or what modules keep with the key (byte 243), cannot
    /// stand in a file of this version, [`FileError::Write`].
    pub fn entry(&mut self, entry: &FileEntry) -> Result<(), FileError> {
        let version = self.header.version;
        let first = shape::first_version(entry.type_id(), version.family());
        if version.0 < first || shape::object(entry.type_id(), version).is_none() {
            return Err(FileError::unknown_type(entry.type_id(), version));
        }
        let keeps_metadata = version.family() == Family::Redis && version.0 >= 13;
        if entry.metadata.is_some() && !keeps_metadata {
            return Err(FileError::unknown_type(opcode::KEY_METADATA, version));
        }
        if self.db != Some(entry.db()) {
            self.section(&Section::select_db(entry.db()))?;
        }
        if let Some(raw) = &entry.raw {
            return self.write(raw);
        }
        let mut head = Vec::with_capacity(entry.key().len() + 32);
        entry.write_head(&mut head);
        self.write(&head)?;
        self.write(entry.object())
    }

    /// Writes any record that was read but the end, which [`Writer::finish`] writes.
    ///
    /// # Errors
    /// As [`Writer::entry`] and [`Writer::section`].
    pub fn item(&mut self, item: &Item) -> Result<(), FileError> {
        match item {
            Item::Section(section) => self.section(section),
            Item::Entry(entry) => self.entry(entry),
            Item::End { .. } => Ok(()),
        }
    }

    /// Writes the end and hands everything on. With `with_checksum` false a file whose version has a
    /// checksum gets zero in its place (`rdbchecksum no`).
    ///
    /// # Errors
    /// [`FileError::Write`].
    pub fn finish(mut self, with_checksum: bool) -> Result<W, FileError> {
        self.write(&[opcode::END])?;
        self.flush()?;
        if self.header.has_checksum() {
            let sum = if with_checksum {
                self.checksum.value()
            } else {
                0
            };
            self.write(&sum.to_le_bytes())?;
            self.flush()?;
        }
        self.out.flush().map_err(|source| FileError::Write {
            offset: self.written,
            source,
        })?;
        Ok(self.out)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        if self.buffer.len() + bytes.len() > BUFFER {
            self.flush()?;
        }
        if bytes.len() >= BUFFER {
            return self.hand_on(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), FileError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        self.hand_on(&buffer)?;
        buffer.clear();
        self.buffer = buffer;
        Ok(())
    }

    fn hand_on(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.checksum.update(bytes);
        self.out
            .write_all(bytes)
            .map_err(|source| FileError::Write {
                offset: self.written,
                source,
            })?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}

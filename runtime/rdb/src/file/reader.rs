//! Reading a file from its beginning to its end, or an entry of which the offset is known.

use std::io::{Read, Seek, SeekFrom};

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::file::Item;
use crate::file::entry::FileEntry;
use crate::file::error::FileError;
use crate::file::header::Header;
use crate::file::opcode::{self, Opcode};
use crate::file::section::{Section, SectionKind};
use crate::file::window::Window;
use crate::length::{read_count, read_string};
use crate::skip::shape::Part;
use crate::skip::{Progress, Skip};
use crate::target::Version;

/// Reads a file record by record. Memory is bounded by twice the largest record that is really there and
/// a fixed buffer; what a length claims is never reserved before it was read.
///
/// As an iterator it ends behind [`Item::End`], or with an error: that of trailing bytes too.
#[derive(Debug)]
pub struct Reader<R> {
    window: Window<R>,
    header: Header,
    state: State,
    db: u64,
    skip: Skip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Records,
    Ended,
    Failed,
}

/// What stands before a key.
#[derive(Debug, Default)]
struct Prefixes {
    expires_at: Option<u64>,
    idle: Option<u64>,
    frequency: Option<u8>,
    metadata: Option<(usize, usize)>,
    any: bool,
}

impl<R: Read> Reader<R> {
    /// Begins with the header of a file.
    ///
    /// # Errors
    /// [`FileError`] if the source fails or begins with no header that is known.
    pub fn new(source: R) -> Result<Self, FileError> {
        let unknown = Header {
            version: Version(0),
        };
        let mut reader = Self::at(source, unknown, 0, 0);
        reader.more(Header::LENGTH as u64)?;
        reader.header = Header::read(reader.window.rest())?;
        if reader.header.has_checksum() {
            reader.window.begin_checksum();
        }
        reader.window.consume(Header::LENGTH);
        Ok(reader)
    }

    /// Goes on at a record: `source` stands at it, `offset` is its place in the file, `db` the database
    /// that was selected. The checksum is not looked at, for what it covers was not read.
    pub fn at(source: R, header: Header, offset: u64, db: u64) -> Self {
        Self {
            window: Window::new(source, offset),
            header,
            state: State::Records,
            db,
            skip: Skip::default(),
        }
    }

    /// Returns the file's header.
    pub const fn header(&self) -> Header {
        self.header
    }

    /// Returns the offset of the next record.
    pub const fn offset(&self) -> u64 {
        self.window.offset()
    }

    /// Reads the next record; nothing behind the end.
    ///
    /// # Errors
    /// [`FileError`] if the source fails, or the file is cut off, broken, or goes on behind its end. After
    /// an error there is nothing more.
    pub fn next_item(&mut self) -> Result<Option<Item>, FileError> {
        let item = match self.state {
            State::Failed => return Ok(None),
            State::Records => self.record().map(Some),
            State::Ended => self.nothing_follows().map(|()| None),
        };
        match &item {
            Ok(Some(Item::End { .. })) => self.state = State::Ended,
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => self.state = State::Failed,
        }
        item
    }

    fn record(&mut self) -> Result<Item, FileError> {
        self.skip.restart();
        let mut prefixes = Prefixes::default();
        loop {
            let start = self.skip.position();
            let code = self.code()?;
            let offset = self.offset() + start as u64;
            match opcode::opcode(code, self.header.version) {
                Opcode::Prefix(parts) => {
                    self.pass(parts)?;
                    self.prefix(&mut prefixes, code, start)?;
                }
                Opcode::Key(parts) => {
                    return self.entry(code, parts, &prefixes).map(Item::Entry);
                }
                Opcode::Section(_) | Opcode::End if prefixes.any => {
                    return Err(DecodeError::Unexpected {
                        offset,
                        expected: "a key behind its expiry",
                        found: u64::from(code),
                    }
                    .into());
                }
                Opcode::Section(parts) => {
                    self.pass(parts)?;
                    return self.section().map(Item::Section);
                }
                Opcode::End => return self.end(),
                Opcode::Unknown => {
                    return Err(FileError::UnknownOpcode {
                        offset,
                        opcode: code,
                        version: self.header.version.0,
                    });
                }
            }
        }
    }

    fn prefix(&self, prefixes: &mut Prefixes, code: u8, start: usize) -> Result<(), DecodeError> {
        prefixes.any = true;
        let end = self.skip.position();
        let content = &self.window.rest()[start + 1..end];
        let mut cursor = Cursor::new(content).with_base(self.offset() + start as u64 + 1);
        match code {
            opcode::EXPIRES_MILLISECONDS => {
                let at = cursor.i64_le("an expiry")?;
                prefixes.expires_at = Some(u64::try_from(at).unwrap_or(0));
            }
            opcode::EXPIRES_SECONDS => {
                let at = cursor.i32_le("an expiry")?;
                prefixes.expires_at = Some(u64::try_from(at).unwrap_or(0) * 1000);
            }
            opcode::IDLE => prefixes.idle = Some(read_count(&mut cursor, "an idle time")?),
            opcode::FREQUENCY => prefixes.frequency = Some(cursor.byte("a frequency")?),
            _ => prefixes.metadata = Some((start, end)),
        }
        Ok(())
    }

    fn entry(
        &mut self,
        type_id: u8,
        parts: &'static [Part],
        prefixes: &Prefixes,
    ) -> Result<FileEntry, FileError> {
        let key_start = self.skip.position();
        self.pass(&[Part::String])?;
        let object_start = self.skip.position();
        self.pass(parts)?;
        let record = self.window.share(self.skip.position());
        let base = self.offset();
        let mut key = Cursor::of(&record).with_base(base);
        key.take(key_start, "what stands before a key")?;
        let entry = FileEntry {
            db: self.db,
            key: read_string(&mut key, "a key")?,
            type_id,
            object: record.slice(object_start..),
            expires_at: prefixes.expires_at,
            idle: prefixes.idle,
            frequency: prefixes.frequency,
            metadata: prefixes
                .metadata
                .map(|(start, end)| record.slice(start..end)),
            offset: base,
            raw: Some(record),
        };
        self.window.consume(self.skip.position());
        Ok(entry)
    }

    fn section(&mut self) -> Result<Section, FileError> {
        let raw = self.window.share(self.skip.position());
        let section = Section::read(raw, self.header.version, self.offset())?;
        match section.kind {
            SectionKind::SelectDb(db) => self.db = db,
            SectionKind::HashTemplate { id, fields } => self.skip.learn_template(id, fields),
            _ => {}
        }
        self.window.consume(self.skip.position());
        Ok(section)
    }

    fn end(&mut self) -> Result<Item, FileError> {
        self.window.consume(1);
        if !self.header.has_checksum() {
            return Ok(Item::End { checksum: None });
        }
        let computed = self.window.checksum();
        self.skip.restart();
        self.pass(&[Part::Bytes(8)])?;
        let stored = Cursor::new(self.window.rest()).u64_le("a checksum")?;
        self.window.consume(8);
        if let Some(computed) = computed
            && stored != 0
            && stored != computed
        {
            return Err(DecodeError::Checksum { stored, computed }.into());
        }
        Ok(Item::End {
            checksum: (stored != 0).then_some(stored),
        })
    }

    fn nothing_follows(&mut self) -> Result<(), FileError> {
        if self.window.rest().is_empty() {
            self.window.fill(1)?;
        }
        match self.window.rest().len() {
            0 => Ok(()),
            count => Err(DecodeError::Trailing {
                offset: self.offset(),
                count: count as u64,
            }
            .into()),
        }
    }

    /// Passes a byte and returns it.
    #[inline]
    fn code(&mut self) -> Result<u8, FileError> {
        let at = self.skip.position();
        if self.window.rest().len() == at {
            self.more(1)?;
        }
        self.skip.pass_byte();
        Ok(self.window.rest()[at])
    }

    /// Passes the parts, behind what the current record has passed.
    #[inline]
    fn pass(&mut self, parts: &'static [Part]) -> Result<(), FileError> {
        self.skip.expect(parts);
        self.go_on()
    }

    /// Passes what is expected, and reads on where the chunk ends.
    #[inline]
    fn go_on(&mut self) -> Result<(), FileError> {
        loop {
            let offset = self.window.offset();
            match self.skip.advance(self.window.rest(), offset)? {
                Progress::End(_) => return Ok(()),
                Progress::More(needed) => self.more(needed)?,
            }
        }
    }

    /// Reads on in the current record.
    fn more(&mut self, needed: u64) -> Result<(), FileError> {
        if self.window.fill(needed)? {
            return Ok(());
        }
        Err(DecodeError::Truncated {
            offset: self.window.offset() + self.window.rest().len() as u64,
            expected: "the rest of the file",
            needed,
        }
        .into())
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Item, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_item().transpose()
    }
}

/// Reads the entry at an offset that [`FileEntry::offset`] gave, of a file with this header; `db` is the
/// database that it stands in.
///
/// # Errors
/// [`FileError`] if the source fails or no entry stands there. A hash whose fields are in a template of the
/// file cannot be read alone.
pub fn entry_at<R: Read + Seek>(
    source: &mut R,
    header: Header,
    offset: u64,
    db: u64,
) -> Result<FileEntry, FileError> {
    source
        .seek(SeekFrom::Start(offset))
        .map_err(|source| FileError::Read { offset, source })?;
    match Reader::at(source, header, offset, db).record()? {
        Item::Entry(entry) => Ok(entry),
        Item::Section(_) | Item::End { .. } => Err(DecodeError::Malformed {
            offset,
            expected: "an entry",
        }
        .into()),
    }
}

//! An RDB file as a keyspace: read as a stream, written as a new file with the overlay's changes.
//!
//! The engine opens nothing: a [`SnapshotFile`] is what the caller opens the file by. Keys of other databases
//! and everything in the file that is no key are passed on byte for byte.

mod look_up;
mod scan;
mod write;

use std::io::{Read, Seek};
use std::sync::Arc;

use remold_rdb::{FileEntry, FileError, Header, Item, Reader, SectionKind, Target};

use crate::port::{
    Eviction, Guard, Scanner, Selection, ShardFacts, Source, SourceReader, StoreError, WrittenAs,
};
use look_up::{Places, SnapshotReader};
use scan::SnapshotScanner;

/// What a snapshot is read from: a file, or bytes in memory.
pub trait SnapshotFile: Read + Seek + Send {}

impl<T: Read + Seek + Send> SnapshotFile for T {}

/// Opens the file anew, at its beginning.
pub type Opener = dyn Fn() -> std::io::Result<Box<dyn SnapshotFile>> + Send + Sync;

/// One database of an RDB file, only read.
pub struct Snapshot {
    inner: Arc<Inner>,
    /// Whether values are only tried and never become a file.
    trial: bool,
}

struct Inner {
    path: String,
    bytes: u64,
    db: u64,
    header: Header,
    open: Box<Opener>,
    places: Places,
}

impl Snapshot {
    /// Makes a snapshot of database `db` of the file that `open` opens; `path` is its name for people and
    /// `bytes` its length. Reads the header.
    pub fn new(path: String, bytes: u64, db: u64, open: Box<Opener>) -> Result<Self, StoreError> {
        let file = open().map_err(|error| file_error(&path, &error))?;
        let header = Reader::new(file)
            .map_err(|error| unreadable(&path, &error))?
            .header();
        let inner = Inner {
            path,
            bytes,
            db,
            header,
            open,
            places: Places::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            trial: false,
        })
    }

    /// Has nothing compressed and no checksum made of a value: for a dry run, whose values never become a file.
    #[must_use]
    pub const fn for_trial(mut self) -> Self {
        self.trial = true;
        self
    }
}

impl Inner {
    fn reader(&self) -> Result<Reader<Box<dyn SnapshotFile>>, StoreError> {
        let file = (self.open)().map_err(|error| file_error(&self.path, &error))?;
        Reader::new(file).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &FileError) -> StoreError {
        unreadable(&self.path, error)
    }
}

impl Source for Snapshot {
    fn facts(&self) -> Result<ShardFacts, StoreError> {
        let inner = &self.inner;
        let (mut keys, mut product, mut version) = (None, "rdb file".to_owned(), None);
        let mut db = 0;
        // What is told of the file stands at its beginning.
        for item in inner.reader()? {
            match item.map_err(|error| inner.unreadable(&error))? {
                Item::Section(section) => match section.kind {
                    SectionKind::Aux { name, value } if &name[..] == b"redis-ver" => {
                        version = Some(String::from_utf8_lossy(&value).into_owned());
                    }
                    SectionKind::Aux { name, value } if &name[..] == b"valkey-ver" => {
                        "valkey rdb file".clone_into(&mut product);
                        version = Some(String::from_utf8_lossy(&value).into_owned());
                    }
                    SectionKind::SelectDb(number) => db = number,
                    SectionKind::ResizeDb { keys: hint, .. } if db == inner.db => keys = Some(hint),
                    _ => {}
                },
                Item::Entry(_) | Item::End { .. } => break,
            }
        }
        Ok(ShardFacts {
            name: inner.path.clone(),
            product,
            version: version.unwrap_or_else(|| format!("RDB version {}", inner.header.version.0)),
            history: inner.path.clone(),
            guard: Guard::Exclusive,
            guard_reason: "a file is nobody else's".to_owned(),
            target: Target {
                compress: !self.trial,
                checksum: !self.trial,
                ..Target::new(inner.header.version)
            },
            written_as: WrittenAs::Payloads,
            longest: None,
            keys,
            lanes: std::thread::available_parallelism().map_or(1, usize::from),
            batch: 128,
            evicts_any_key: None,
            notes: Vec::new(),
        })
    }

    fn scan(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError> {
        let scanner = SnapshotScanner::new(Arc::clone(&self.inner), selection, self.trial)?;
        Ok(Box::new(scanner))
    }

    fn reader(&self) -> Result<Box<dyn SourceReader>, StoreError> {
        Ok(Box::new(SnapshotReader::new(
            Arc::clone(&self.inner),
            self.trial,
        )))
    }
}

fn eviction_of(entry: &FileEntry) -> Option<Eviction> {
    let idle = entry.idle().map(Eviction::Idle);
    idle.or_else(|| entry.frequency().map(Eviction::Frequency))
}

fn unreadable(path: &str, error: &FileError) -> StoreError {
    StoreError::Corrupt {
        place: path.to_owned(),
        message: error.to_string(),
    }
}

fn file_error(path: &str, error: &std::io::Error) -> StoreError {
    StoreError::File {
        path: path.to_owned(),
        message: error.to_string(),
    }
}

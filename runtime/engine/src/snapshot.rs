//! An RDB file as a keyspace: read as a stream, written as a new file with the overlay's changes.
//!
//! The engine opens nothing: a [`SnapshotFile`] is what the caller opens the file by. Keys of other databases
//! and everything in the file that is no key are passed on byte for byte.

use std::collections::HashMap;
use std::io::{Read, Seek, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use remold_host_api::Bytes;
use remold_rdb::file::entry_at;
use remold_rdb::{
    FileEntry, FileError, Header, Item, Reader, SectionKind, Target, Thresholds, Writer,
};
use xxhash_rust::xxh3::xxh3_128;

use crate::kind::kind_of;
use crate::overlay::{Layer, Overlay};
use crate::port::{
    Candidate, Eviction, Fetched, Guard, Image, Scanner, Selection, ShardFacts, Source,
    SourceReader, StoreError, WrittenAs,
};

/// How many keys a page has.
const PAGE: usize = 256;

/// What a snapshot is read from: a file, or bytes in memory.
pub trait SnapshotFile: Read + Seek + Send {}

impl<T: Read + Seek + Send> SnapshotFile for T {}

/// Opens the file anew, at its beginning.
pub type Opener = dyn Fn() -> std::io::Result<Box<dyn SnapshotFile>> + Send + Sync;

/// One database of an RDB file, only read.
pub struct Snapshot {
    inner: Arc<Inner>,
    /// Whether what is encoded for it is compressed.
    compress: bool,
}

struct Inner {
    path: String,
    bytes: u64,
    db: u64,
    header: Header,
    open: Box<Opener>,
    /// Where each key stands: made at the first look-up, for only look-ups need it.
    index: OnceLock<HashMap<u128, u64>>,
    indexing: Mutex<()>,
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
            index: OnceLock::new(),
            indexing: Mutex::new(()),
        };
        Ok(Self {
            inner: Arc::new(inner),
            compress: true,
        })
    }

    /// Has nothing compressed: for a dry run, whose values never become a file.
    #[must_use]
    pub const fn uncompressed(mut self) -> Self {
        self.compress = false;
        self
    }

    /// Writes the file anew with the changes of an overlay that lies over this snapshot, and returns how many
    /// keys the database then has.
    pub fn write_changed(&self, overlay: &Overlay, out: impl Write) -> Result<u64, StoreError> {
        let inner = &self.inner;
        let (keys, expires) = inner.changed_size(overlay)?;
        let mut writer = Writer::new(out, inner.header);
        writer.correct_size(inner.db, keys, expires);
        let failed = |error: FileError| unreadable(&inner.path, &error);
        let mut with_checksum = true;
        for item in inner.reader()? {
            match item.map_err(failed)? {
                Item::Entry(entry) if entry.db() == inner.db => {
                    match overlay.layer(entry.key())? {
                        Layer::Below => writer.entry(&entry).map_err(failed)?,
                        Layer::Holds(image) => {
                            inner.write(&mut writer, entry.key().clone(), &image)?;
                        }
                        Layer::Deleted => {}
                    }
                }
                Item::End { checksum } => with_checksum = checksum != Some(0),
                item => writer.item(&item).map_err(failed)?,
            }
        }
        let known = inner.index()?;
        overlay.for_each_change(|key, image| match image {
            Some(image) if !known.contains_key(&xxh3_128(&key)) => {
                inner.write(&mut writer, key, &image)
            }
            _ => Ok(()),
        })?;
        writer.finish(with_checksum).map_err(failed)?;
        Ok(keys)
    }
}

impl Inner {
    fn reader(&self) -> Result<Reader<Box<dyn SnapshotFile>>, StoreError> {
        let file = (self.open)().map_err(|error| file_error(&self.path, &error))?;
        Reader::new(file).map_err(|error| unreadable(&self.path, &error))
    }

    fn write<W: Write>(
        &self,
        writer: &mut Writer<W>,
        key: Bytes,
        image: &Image,
    ) -> Result<(), StoreError> {
        let failed = |error: FileError| unreadable(&self.path, &error);
        let mut entry = FileEntry::from_payload(self.db, key, &image.payload, self.header.version)
            .map_err(failed)?;
        entry.set_expires_at(image.expires_at);
        match image.eviction {
            Some(Eviction::Idle(seconds)) => entry.set_idle(Some(seconds)),
            Some(Eviction::Frequency(counter)) => entry.set_frequency(Some(counter)),
            None => {}
        }
        writer.entry(&entry).map_err(failed)
    }

    fn image(&self, entry: &FileEntry) -> Result<Image, StoreError> {
        let payload = entry
            .payload(self.header.version)
            .map_err(|error| unreadable(&self.path, &error))?;
        let eviction = entry.idle().map(Eviction::Idle);
        Ok(Image {
            payload: payload.into(),
            expires_at: entry.expires_at(),
            eviction: eviction.or_else(|| entry.frequency().map(Eviction::Frequency)),
        })
    }

    /// Counts the keys that the database has with the changes, and those of them that expire.
    fn changed_size(&self, overlay: &Overlay) -> Result<(u64, u64), StoreError> {
        let (mut keys, mut expires) = (0_u64, 0_u64);
        let mut count = |expires_at: Option<u64>| {
            keys += 1;
            expires += u64::from(expires_at.is_some());
        };
        for item in self.reader()? {
            if let Item::Entry(entry) = item.map_err(|error| unreadable(&self.path, &error))?
                && entry.db() == self.db
                && !overlay.is_changed(entry.key())
            {
                count(entry.expires_at());
            }
        }
        overlay.for_each_change(|_, image| {
            if let Some(image) = image {
                count(image.expires_at);
            }
            Ok(())
        })?;
        Ok((keys, expires))
    }

    fn index(&self) -> Result<&HashMap<u128, u64>, StoreError> {
        // Two readers that need it at once wait for one pass over the file.
        let _one = self.indexing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let mut index = HashMap::new();
        for item in self.reader()? {
            if let Item::Entry(entry) = item.map_err(|error| unreadable(&self.path, &error))?
                && entry.db() == self.db
            {
                index.insert(xxh3_128(entry.key()), entry.offset());
            }
        }
        Ok(self.index.get_or_init(|| index))
    }
}

impl Source for Snapshot {
    fn facts(&self) -> Result<ShardFacts, StoreError> {
        let inner = &self.inner;
        let (mut keys, mut product, mut version) = (None, "rdb file".to_owned(), None);
        let mut db = 0;
        // What is told of the file stands at its beginning.
        for item in inner.reader()? {
            match item.map_err(|error| unreadable(&inner.path, &error))? {
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
                version: inner.header.version,
                thresholds: Thresholds::default(),
                compress: self.compress,
            },
            written_as: WrittenAs::Payloads,
            keys,
            lanes: std::thread::available_parallelism().map_or(1, usize::from),
            batch: 128,
            evicts_any_key: None,
            notes: Vec::new(),
        })
    }

    fn scan(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError> {
        let inner = Arc::clone(&self.inner);
        let reader = inner.reader()?;
        Ok(Box::new(SnapshotScanner {
            inner,
            reader,
            selection: selection.clone(),
        }))
    }

    fn reader(&self) -> Result<Box<dyn SourceReader>, StoreError> {
        Ok(Box::new(SnapshotReader {
            inner: Arc::clone(&self.inner),
            file: None,
        }))
    }
}

struct SnapshotScanner {
    inner: Arc<Inner>,
    reader: Reader<Box<dyn SnapshotFile>>,
    selection: Selection,
}

impl SnapshotScanner {
    fn selects(&self, entry: &FileEntry) -> bool {
        let named = match &self.selection.keys {
            Some(keys) => keys.contains(entry.key()),
            None => self.selection.pattern.matches(entry.key()),
        };
        let version = self.inner.header.version;
        let wanted = self.selection.kind;
        named && wanted.is_none_or(|kind| kind == kind_of(entry.type_id(), version))
    }
}

impl Scanner for SnapshotScanner {
    fn next_page(&mut self) -> Result<Option<Vec<Candidate>>, StoreError> {
        let mut page = Vec::with_capacity(PAGE);
        while page.len() < PAGE {
            let item = self
                .reader
                .next_item()
                .map_err(|error| unreadable(&self.inner.path, &error))?;
            let entry = match item {
                None => break,
                Some(Item::Entry(entry)) if entry.db() == self.inner.db && self.selects(&entry) => {
                    entry
                }
                Some(_) => continue,
            };
            let size = entry.object().len() as u64;
            let image = if size > self.selection.max_bytes {
                None
            } else {
                Some(self.inner.image(&entry)?)
            };
            page.push(Candidate {
                key: Bytes::copy_from_slice(entry.key()),
                image,
                size: Some(size),
            });
        }
        Ok((!page.is_empty()).then_some(page))
    }

    fn fraction(&self) -> Option<f64> {
        #[allow(clippy::cast_precision_loss, reason = "a fraction for people")]
        let fraction = self.reader.offset() as f64 / self.inner.bytes.max(1) as f64;
        Some(fraction.min(1.0))
    }
}

struct SnapshotReader {
    inner: Arc<Inner>,
    file: Option<Box<dyn SnapshotFile>>,
}

impl SourceReader for SnapshotReader {
    fn read(
        &mut self,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        let inner = Arc::clone(&self.inner);
        let index = inner.index()?;
        let file = match &mut self.file {
            Some(file) => file,
            empty => empty.insert((inner.open)().map_err(|error| file_error(&inner.path, &error))?),
        };
        let mut fetched = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let Some(offset) = index.get(&xxh3_128(&candidate.key)) else {
                fetched.push(Fetched::Absent);
                continue;
            };
            let entry = entry_at(file, inner.header, *offset, inner.db);
            let entry = entry.map_err(|error| unreadable(&inner.path, &error))?;
            let bytes = entry.object().len() as u64;
            let too_large = bytes > max_bytes;
            fetched.push(if too_large {
                Fetched::TooLarge { bytes }
            } else {
                Fetched::Found(inner.image(&entry)?)
            });
        }
        Ok(fetched)
    }
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

//! Looking keys up in a file.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use remold_rdb::file::entry_at;
use remold_rdb::{FileEntry, Item};
use xxhash_rust::xxh3::xxh3_128;

use super::{Inner, SnapshotFile, eviction_of, file_error};
use crate::port::{Candidate, Fetched, Image, SourceReader, StoreError};

/// Where each key stands.
type Index = HashMap<[u64; 2], u64>;

/// Where keys stand in the file: made when several are looked up, for only look-ups need it.
#[derive(Default)]
pub(super) struct Places {
    index: OnceLock<Index>,
    indexing: Mutex<()>,
    searched: AtomicBool,
}

/// Reads keys of a file's database.
pub(super) struct SnapshotReader {
    inner: Arc<Inner>,
    file: Option<Box<dyn SnapshotFile>>,
    trial: bool,
}

impl SnapshotReader {
    pub(super) fn new(inner: Arc<Inner>, trial: bool) -> Self {
        Self {
            inner,
            file: None,
            trial,
        }
    }

    fn fetched(&self, entry: &FileEntry, max_bytes: u64) -> Result<Fetched, StoreError> {
        let bytes = entry.object().len() as u64;
        if bytes > max_bytes {
            return Ok(Fetched::TooLarge { bytes });
        }
        let mut payload = Vec::with_capacity(entry.payload_length());
        entry
            .write_payload(self.inner.header.version, !self.trial, &mut payload)
            .map_err(|error| self.inner.unreadable(&error))?;
        Ok(Fetched::Found(Image {
            payload: payload.into(),
            expires_at: entry.expires_at(),
            eviction: eviction_of(entry),
        }))
    }
}

impl SourceReader for SnapshotReader {
    fn read(
        &mut self,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        let inner = Arc::clone(&self.inner);
        if let [candidate] = candidates
            && inner.places.is_worth_a_search()
        {
            let found = inner.search(&candidate.key)?;
            return Ok(vec![match found {
                Some(entry) => self.fetched(&entry, max_bytes)?,
                None => Fetched::Absent,
            }]);
        }
        let index = inner.index()?;
        let mut fetched = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let Some(offset) = index.get(&hash(&candidate.key)) else {
                fetched.push(Fetched::Absent);
                continue;
            };
            let file = match &mut self.file {
                Some(file) => file,
                empty => {
                    let opened = (inner.open)();
                    empty.insert(opened.map_err(|error| file_error(&inner.path, &error))?)
                }
            };
            let entry = entry_at(file, inner.header, *offset, inner.db);
            let entry = entry.map_err(|error| inner.unreadable(&error))?;
            fetched.push(self.fetched(&entry, max_bytes)?);
        }
        Ok(fetched)
    }
}

impl Places {
    /// Says whether a key is to be searched for: the first that is looked up, for it may be the only one.
    fn is_worth_a_search(&self) -> bool {
        self.index.get().is_none() && !self.searched.swap(true, Ordering::Relaxed)
    }
}

impl Inner {
    /// Goes through the file to a key.
    fn search(&self, key: &[u8]) -> Result<Option<FileEntry>, StoreError> {
        for item in self.reader()? {
            if let Item::Entry(entry) = item.map_err(|error| self.unreadable(&error))?
                && entry.db() == self.db
                && entry.key() == key
            {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    fn index(&self) -> Result<&Index, StoreError> {
        // Two readers that need it at once wait for one pass over the file.
        let places = &self.places;
        let _one = places
            .indexing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = places.index.get() {
            return Ok(index);
        }
        let mut index = Index::default();
        for item in self.reader()? {
            if let Item::Entry(entry) = item.map_err(|error| self.unreadable(&error))?
                && entry.db() == self.db
            {
                index.insert(hash(entry.key()), entry.offset());
            }
        }
        Ok(places.index.get_or_init(|| index))
    }
}

/// Hashes a key, into two words so that a table of them has no gaps.
#[allow(clippy::cast_possible_truncation, reason = "the two halves")]
fn hash(key: &[u8]) -> [u64; 2] {
    let hash = xxh3_128(key);
    [hash as u64, (hash >> 64) as u64]
}

//! A keyspace in memory: fixtures, and records that an application applies a transform to.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use remold_host_api::{Bytes, Entry};
use remold_rdb::{EncodeError, Target, Version};

use crate::kind::kind_of;
use crate::port::{
    Candidate, Fetched, Guard, Image, Scanner, Selection, ShardFacts, Source, SourceReader,
    StoreError, WrittenAs,
};

/// The version that values of a fixture are encoded for: the oldest that knows fields with expiry.
const VERSION: Version = Version(12);

/// Records in memory, only read. Lay an [overlay](crate::overlay) over them to change them.
pub struct Fixture {
    images: Arc<BTreeMap<Bytes, Image>>,
    version: Version,
    listed: Option<HashSet<Bytes>>,
}

impl Fixture {
    /// Makes a fixture of entries; of two with one key the later counts. An error names a value that
    /// Redis could not hold.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Result<Self, (Bytes, EncodeError)> {
        Self::of_version(VERSION, entries)
    }

    /// Makes a fixture of entries as a server of some RDB version holds them.
    pub fn of_version(
        version: Version,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Result<Self, (Bytes, EncodeError)> {
        let mut images = BTreeMap::new();
        for entry in entries {
            let payload = remold_rdb::encode(&entry.value, &target(version))
                .map_err(|error| (entry.key.clone(), error))?;
            images.insert(
                entry.key,
                Image {
                    payload,
                    expires_at: entry.expires_at,
                    eviction: None,
                },
            );
        }
        Ok(Self {
            images: Arc::new(images),
            version,
            listed: None,
        })
    }

    /// Lists these keys alone to whoever scans; the others can be read all the same.
    #[must_use]
    pub fn listing(self, keys: impl IntoIterator<Item = Bytes>) -> Self {
        Self {
            listed: Some(keys.into_iter().collect()),
            ..self
        }
    }

    /// Returns the keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &Bytes> {
        self.images.keys()
    }

    /// Returns a key's image.
    pub fn get(&self, key: &[u8]) -> Option<&Image> {
        self.images.get(key)
    }
}

fn target(version: Version) -> Target {
    Target {
        compress: true,
        ..Target::new(version)
    }
}

impl Source for Fixture {
    fn facts(&self) -> Result<ShardFacts, StoreError> {
        Ok(ShardFacts {
            name: "fixture".to_owned(),
            product: "fixture".to_owned(),
            version: self.version.0.to_string(),
            history: "fixture".to_owned(),
            guard: Guard::Exclusive,
            guard_reason: "a fixture is nobody else's".to_owned(),
            target: target(self.version),
            written_as: WrittenAs::Payloads,
            longest: None,
            keys: Some(self.images.len() as u64),
            lanes: 1,
            batch: 64,
            evicts_any_key: None,
            notes: Vec::new(),
        })
    }

    fn scan(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError> {
        let selected = |(key, image): &(&Bytes, &Image)| {
            let named = match &selection.keys {
                Some(keys) => keys.contains(key),
                None => selection.pattern.matches(key),
            };
            let is = |kind| {
                image
                    .payload
                    .first()
                    .is_some_and(|byte| kind_of(*byte, self.version) == kind)
            };
            let listed = self.listed.as_ref();
            listed.is_none_or(|listed| listed.contains(*key))
                && named
                && selection.kind.is_none_or(is)
        };
        let found = self.images.iter().filter(selected);
        let keys: Vec<Bytes> = found.map(|(key, _)| key.clone()).collect();
        Ok(Box::new(FixtureScanner { pages: vec![keys] }))
    }

    fn reader(&self) -> Result<Box<dyn SourceReader>, StoreError> {
        Ok(Box::new(FixtureReader {
            images: Arc::clone(&self.images),
        }))
    }
}

struct FixtureScanner {
    pages: Vec<Vec<Bytes>>,
}

impl Scanner for FixtureScanner {
    fn next_page(&mut self) -> Result<Option<Vec<Candidate>>, StoreError> {
        Ok(self
            .pages
            .pop()
            .map(|keys| keys.into_iter().map(Candidate::new).collect()))
    }

    fn fraction(&self) -> Option<f64> {
        Some(if self.pages.is_empty() { 1.0 } else { 0.0 })
    }
}

struct FixtureReader {
    images: Arc<BTreeMap<Bytes, Image>>,
}

impl SourceReader for FixtureReader {
    fn read(
        &mut self,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        let read = |candidate: &Candidate| match self.images.get(&candidate.key) {
            Some(image) if image.payload.len() as u64 > max_bytes => Fetched::TooLarge {
                bytes: image.payload.len() as u64,
            },
            Some(image) => Fetched::Found(image.clone()),
            None => Fetched::Absent,
        };
        Ok(candidates.iter().map(read).collect())
    }
}

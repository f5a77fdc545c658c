//! What the overlay lies over: something that is only read.

use std::sync::Arc;

use remold_host_api::Bytes;

use super::error::StoreError;
use super::keyspace::{
    Candidate, Fetched, Keyspace, Scanner, Selection, Session, Shard, ShardFacts,
};

/// A keyspace that is only read: a live shard in a dry run, an RDB file, a fixture.
pub trait Source: Send + Sync {
    /// Returns what is known of the source.
    fn facts(&self) -> Result<ShardFacts, StoreError>;

    /// Begins to list the selected keys.
    fn scan(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError>;

    /// Opens a reader: a connection or a file handle of its own.
    fn reader(&self) -> Result<Box<dyn SourceReader>, StoreError>;
}

/// Reads keys of a [`Source`].
pub trait SourceReader: Send {
    /// Reads keys, in order; a key above `max_bytes`, as far as its candidate tells, is not read.
    fn read(
        &mut self,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError>;
}

/// One shard of a live keyspace, of which a dry run only reads.
pub struct LiveSource {
    keyspace: Arc<dyn Keyspace>,
    index: usize,
}

impl LiveSource {
    /// Makes a source of the keyspace's shard number `index`.
    pub fn new(keyspace: Arc<dyn Keyspace>, index: usize) -> Self {
        Self { keyspace, index }
    }

    fn shard(&self) -> &dyn Shard {
        self.keyspace.shards()[self.index].as_ref()
    }
}

impl Source for LiveSource {
    fn facts(&self) -> Result<ShardFacts, StoreError> {
        self.shard().probe()
    }

    fn scan(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError> {
        self.shard().scan(selection)
    }

    fn reader(&self) -> Result<Box<dyn SourceReader>, StoreError> {
        Ok(Box::new(SessionReader(self.shard().session()?)))
    }
}

struct SessionReader(Box<dyn Session>);

impl SourceReader for SessionReader {
    fn read(
        &mut self,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        let too_large =
            |candidate: &&Candidate| candidate.size.is_some_and(|size| size > max_bytes);
        let keys: Vec<Bytes> = candidates
            .iter()
            .filter(|candidate| !too_large(candidate))
            .map(|candidate| candidate.key.clone())
            .collect();
        let mut read = if keys.is_empty() {
            Vec::new()
        } else {
            self.0.read(&keys)?
        }
        .into_iter();
        let fetched = candidates.iter().map(|candidate| {
            if too_large(&candidate) {
                return Fetched::TooLarge {
                    bytes: candidate.size.unwrap_or_default(),
                };
            }
            read.next().unwrap_or(Fetched::Absent)
        });
        Ok(fetched.collect())
    }
}

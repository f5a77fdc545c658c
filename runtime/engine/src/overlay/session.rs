//! Sessions of the overlay: reads go through the changes to the source, writes stay in the changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use remold_host_api::Bytes;

use super::changes::Batch;
use super::{Layer, State, lock};
use crate::edit;
use crate::port::{
    Candidate, Commit, CommitBatch, Fetched, Image, Session, SourceReader, StoreError, Write,
};

pub(super) struct OverlaySession {
    reader: Box<dyn SourceReader>,
    state: Arc<Mutex<State>>,
    /// What was read since the last commit or release: what operations on what is there work on.
    read: Vec<(Bytes, Image)>,
    /// What a commit changes.
    changes: Batch,
}

impl OverlaySession {
    pub(super) fn new(reader: Box<dyn SourceReader>, state: Arc<Mutex<State>>) -> Self {
        let changes = lock(&state).changes.begin();
        Self {
            reader,
            state,
            changes,
            read: Vec::new(),
        }
    }

    fn fetch(
        &mut self,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        let mut fetched: Vec<Option<Fetched>> = Vec::with_capacity(candidates.len());
        let mut missing = Vec::new();
        {
            let mut state = lock(&self.state);
            for candidate in candidates {
                let found = match state.changes.get(&candidate.key)? {
                    Layer::Holds(image) => Some(Fetched::Found(image)),
                    Layer::Deleted => Some(Fetched::Absent),
                    Layer::Below => match (&candidate.image, candidate.size) {
                        (_, Some(size)) if size > max_bytes => {
                            Some(Fetched::TooLarge { bytes: size })
                        }
                        (Some(image), _) => Some(Fetched::Found(image.clone())),
                        (None, _) => None,
                    },
                };
                if found.is_none() {
                    missing.push(candidate.clone());
                }
                fetched.push(found);
            }
        }
        let mut read = if missing.is_empty() {
            Vec::new()
        } else {
            self.reader.read(&missing, max_bytes)?
        }
        .into_iter();
        let filled = fetched
            .into_iter()
            .map(|found| found.or_else(|| read.next()).unwrap_or(Fetched::Absent));
        Ok(filled.collect())
    }

    fn remember<'a>(&mut self, keys: impl Iterator<Item = &'a Bytes>, fetched: &[Fetched]) {
        for (key, fetched) in keys.zip(fetched) {
            if let Fetched::Found(image) = fetched {
                self.read.push((key.clone(), image.clone()));
            }
        }
    }
}

impl Session for OverlaySession {
    fn take_guarded(
        &mut self,
        epoch: u64,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        let found = lock(&self.state).books.epoch;
        if found != epoch {
            return Err(StoreError::Fenced { ours: epoch, found });
        }
        self.read.clear();
        let fetched = self.fetch(candidates, max_bytes)?;
        self.remember(candidates.iter().map(|candidate| &candidate.key), &fetched);
        Ok(fetched)
    }

    fn extend_guard(&mut self, keys: &[Bytes]) -> Result<Vec<Fetched>, StoreError> {
        let fetched = self.read(keys)?;
        self.remember(keys.iter(), &fetched);
        Ok(fetched)
    }

    fn read(&mut self, keys: &[Bytes]) -> Result<Vec<Fetched>, StoreError> {
        let candidates: Vec<Candidate> = keys.iter().cloned().map(Candidate::new).collect();
        self.fetch(&candidates, u64::MAX)
    }

    fn outcome(&mut self, batch: &CommitBatch<'_>) -> Result<Commit, StoreError> {
        // Only an operation on what is there has to know it.
        let builds_on = |write: &Write| !matches!(write, Write::Put { .. } | Write::Delete { .. });
        let builds_on = batch.writes.iter().any(builds_on);
        let mut read: HashMap<Bytes, Image> = if builds_on {
            self.read.drain(..).collect()
        } else {
            HashMap::new()
        };
        let target = builds_on
            .then(|| lock(&self.state).books.target.clone())
            .flatten();
        let changes = &mut self.changes;
        changes.clear();
        for write in batch.writes {
            match write {
                Write::Put { key, image } => {
                    changes.put(key, Some(image));
                    if builds_on {
                        read.insert(key.clone(), image.clone());
                    }
                }
                Write::Delete { key } => changes.put(key, None),
                Write::Rename { from, to } => {
                    let image = read.get(from).cloned();
                    changes.put(to, image.as_ref());
                    changes.put(from, None);
                    read.extend(image.map(|image| (to.clone(), image)));
                }
                Write::Expire { key, at } => {
                    if let Some(image) = read.get_mut(key) {
                        image.expires_at = *at;
                        changes.put(key, Some(image));
                    }
                }
                Write::Edit { key, edit } => {
                    if let (Some(image), Some(target)) = (read.get_mut(key), &target) {
                        image.payload = edited(key, &image.payload, edit, target)?;
                        changes.put(key, Some(image));
                    }
                }
            }
        }
        let mut state = lock(&self.state);
        state.changes.take(changes)?;
        state.books.receive(batch);
        self.read.clear();
        Ok(Commit::Applied)
    }

    fn release(&mut self) -> Result<(), StoreError> {
        self.read.clear();
        Ok(())
    }
}

fn edited(
    key: &Bytes,
    payload: &Bytes,
    edit: &crate::port::CommandEdit,
    target: &remold_rdb::Target,
) -> Result<Bytes, StoreError> {
    let corrupt = |message: String| StoreError::Corrupt {
        place: crate::text::escape(key),
        message,
    };
    let mut value = remold_rdb::decode(payload)
        .map_err(|error| corrupt(error.to_string()))?
        .value;
    edit::apply(&mut value, edit);
    remold_rdb::encode(&value, target).map_err(|error| corrupt(error.to_string()))
}

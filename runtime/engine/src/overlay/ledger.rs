//! The overlay's bookkeeping: in memory, but for the history and the registry, which belong to the keyspace.
//!
//! They are read from, and written to, the same keys in the same form as on a live server, so that a
//! file that was migrated tells them wherever it is loaded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use remold_host_api::{Bytes, Collection, HashField, StreamEntry, Value};
use remold_rdb::Target;

use super::{State, lock};
use crate::port::{
    Candidate, ChangeStream as _, CommitBatch, Fetched, Happening, HistoryEntry, Image, Ledger,
    LockAttempt, LockHolder, LockRequest, Progress, Raise, RunChange, RunEvent, SourceReader,
    StoreError, Terms,
};

/// What is kept in memory.
pub(super) struct Books {
    prefix: Bytes,
    pub(super) epoch: u64,
    pub(super) target: Option<Target>,
    runs: BTreeMap<String, Account>,
    kept: [Kept; 2],
    /// What happened since the overlay was laid.
    pub(super) events: Vec<StreamEntry>,
}

/// A hash that belongs to the keyspace.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    History,
    Registry,
}

impl Part {
    const ALL: [Self; 2] = [Self::History, Self::Registry];

    const fn name(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Registry => "registry",
        }
    }
}

/// What is known of such a hash.
#[derive(Default)]
struct Kept {
    /// The hash as it was below, once somebody asked for it.
    below: Option<Collection<HashField>>,
    /// What was noted in it and is not among the changes yet.
    noted: Collection<HashField>,
}

/// The batches of one run.
#[derive(Default)]
struct Account {
    base: u64,
    watermark: u64,
    receipts: BTreeSet<u64>,
}

impl Books {
    pub(super) fn new(prefix: Bytes) -> Self {
        Self {
            prefix,
            epoch: 0,
            target: None,
            runs: BTreeMap::new(),
            kept: [Kept::default(), Kept::default()],
            events: Vec::new(),
        }
    }

    fn kept(&mut self, part: Part) -> &mut Kept {
        &mut self.kept[part as usize]
    }

    /// Takes a batch's receipt.
    pub(super) fn receive(&mut self, batch: &CommitBatch<'_>) {
        let account = self.runs.entry(batch.run.to_owned()).or_default();
        account.receipts.insert(batch.batch);
        if let Some(watermark) = batch.watermark {
            account.watermark = account.watermark.max(watermark);
            account.receipts = account.receipts.split_off(&(watermark + 1));
        }
    }
}

pub(super) struct OverlayLedger {
    reader: Box<dyn SourceReader>,
    pub(super) state: Arc<Mutex<State>>,
    target: Target,
}

impl OverlayLedger {
    pub(super) fn new(
        reader: Box<dyn SourceReader>,
        state: Arc<Mutex<State>>,
        target: Target,
    ) -> Self {
        lock(&state).books.target = Some(target.clone());
        Self {
            reader,
            state,
            target,
        }
    }

    pub(super) fn key(&self, name: &str) -> Bytes {
        [&lock(&self.state).books.prefix[..], name.as_bytes()]
            .concat()
            .into()
    }

    /// Returns where a part stands, for a person.
    pub(super) fn place(&self, part: Part) -> String {
        crate::text::escape(&self.key(part.name()))
    }

    /// Puts what was noted in history and registry among the changes.
    pub(super) fn settle_history(&mut self) -> Result<(), StoreError> {
        for part in Part::ALL {
            if lock(&self.state).books.kept(part).noted.is_empty() {
                continue;
            }
            let key = self.key(part.name());
            let fields = self.fields(part)?;
            let payload = remold_rdb::encode(&Value::Hash(fields), &self.target);
            let image = Image {
                payload: payload.map_err(|error| corrupt(&key, error.to_string()))?,
                expires_at: None,
                eviction: None,
            };
            lock(&self.state).changes.put(&key, Some(&image))?;
        }
        Ok(())
    }

    /// Notes something. No more: to read what a file has is to go through the file, and a dry run needs none of it.
    pub(super) fn note(&self, part: Part, name: String, text: String) {
        lock(&self.state).books.kept(part).noted.insert(HashField {
            name: name.into(),
            value: text.into(),
            expires_at: None,
        });
    }

    /// Returns a part with all that was noted in it.
    pub(super) fn fields(&mut self, part: Part) -> Result<Collection<HashField>, StoreError> {
        let known = lock(&self.state).books.kept(part).below.clone();
        let mut fields = match known {
            Some(fields) => fields,
            None => match self.below(part.name())? {
                None => Collection::default(),
                Some(Value::Hash(fields)) => fields,
                Some(other) => {
                    let message = format!("the {} is a {}, not a hash", part.name(), other.kind());
                    return Err(corrupt(&self.key(part.name()), message));
                }
            },
        };
        let books = &mut lock(&self.state).books;
        let kept = books.kept(part);
        kept.below = Some(fields.clone());
        for field in &kept.noted {
            fields.insert(field.clone());
        }
        Ok(fields)
    }

    /// Reads one of the bookkeeping's keys in the source.
    pub(super) fn below(&mut self, name: &str) -> Result<Option<Value>, StoreError> {
        let key = self.key(name);
        let found = self
            .reader
            .read(&[Candidate::new(key.clone())], u64::MAX)?
            .pop();
        let Some(Fetched::Found(image)) = found else {
            return Ok(None);
        };
        match remold_rdb::decode(&image.payload) {
            Ok(decoded) => Ok(Some(decoded.value)),
            Err(error) => Err(corrupt(&key, error.to_string())),
        }
    }
}

impl Ledger for OverlayLedger {
    fn lock(&mut self, _: &LockRequest) -> Result<LockAttempt, StoreError> {
        Ok(LockAttempt::Acquired)
    }

    fn unlock(&mut self, _: &str, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    fn lock_holder(&mut self) -> Result<Option<LockHolder>, StoreError> {
        Ok(None)
    }

    fn break_lock(&mut self) -> Result<Option<LockHolder>, StoreError> {
        Ok(None)
    }

    fn epoch(&mut self) -> Result<u64, StoreError> {
        Ok(lock(&self.state).books.epoch)
    }

    fn raise_epoch(&mut self, _: &str, to: u64) -> Result<Raise, StoreError> {
        let mut state = lock(&self.state);
        if state.books.epoch >= to {
            return Ok(Raise::Stale(state.books.epoch));
        }
        state.books.epoch = to;
        Ok(Raise::Raised)
    }

    fn progress(&mut self, run: &str) -> Result<Progress, StoreError> {
        let state = lock(&self.state);
        let account = state.books.runs.get(run);
        Ok(account.map_or_else(Progress::default, |account| Progress {
            base: account.base,
            watermark: account.watermark,
            receipts: account.receipts.iter().copied().collect(),
        }))
    }

    fn settle(&mut self, run: &str, epoch: u64, watermark: u64) -> Result<(), StoreError> {
        let mut state = lock(&self.state);
        if state.books.epoch != epoch {
            return Err(StoreError::Fenced {
                ours: epoch,
                found: state.books.epoch,
            });
        }
        let account = state.books.runs.entry(run.to_owned()).or_default();
        account.base = epoch;
        account.watermark = account.watermark.max(watermark);
        account.receipts = account.receipts.split_off(&(account.watermark + 1));
        Ok(())
    }

    fn record(&mut self, entry: &HistoryEntry, event: RunEvent) -> Result<(), StoreError> {
        let text = serde_json::to_string(entry)
            .map_err(|error| corrupt(&self.key("history"), error.to_string()))?;
        self.note(Part::History, entry.run.clone(), text);
        self.append(&Happening::Run(Box::new(RunChange {
            event,
            entry: entry.clone(),
            reason: None,
        })))
    }

    fn complete(&mut self, entry: &HistoryEntry, _: &str, _: &Progress) -> Result<(), StoreError> {
        // Nobody else writes here, and nothing goes back.
        self.record(entry, RunEvent::Completed)
    }

    fn agree(&mut self, terms: &Terms) -> Result<Terms, StoreError> {
        Ok(terms.clone())
    }

    fn history(&mut self) -> Result<Vec<HistoryEntry>, StoreError> {
        let key = self.key("history");
        let mut entries = Vec::new();
        for field in &self.fields(Part::History)? {
            let entry: HistoryEntry = serde_json::from_slice(&field.value)
                .map_err(|error| corrupt(&key, error.to_string()))?;
            entries.push(entry);
        }
        entries.sort_by_key(|entry| entry.started_at);
        Ok(entries)
    }

    fn forget(&mut self, run: &str) -> Result<(), StoreError> {
        lock(&self.state).books.runs.remove(run);
        Ok(())
    }
}

pub(super) fn corrupt(key: &Bytes, message: String) -> StoreError {
    StoreError::Corrupt {
        place: crate::text::escape(key),
        message,
    }
}

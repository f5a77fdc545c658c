//! The overlay's bookkeeping: in memory, but for the history, which belongs to the keyspace.
//!
//! The history is read from, and written to, the same key in the same form as on a live server, so that a
//! file that was migrated tells it wherever it is loaded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use remold_host_api::{Bytes, Collection, HashField, Value};
use remold_rdb::Target;

use super::{State, lock};
use crate::port::{
    Candidate, CommitBatch, Fetched, HistoryEntry, Image, Ledger, LockAttempt, LockHolder,
    LockRequest, Progress, Raise, SourceReader, StoreError,
};

/// What is kept in memory.
pub(super) struct Books {
    prefix: Bytes,
    pub(super) epoch: u64,
    pub(super) target: Option<Target>,
    runs: BTreeMap<String, Account>,
    /// The history as it was below, once somebody asked for it.
    history: Option<Collection<HashField>>,
    /// What was noted in the history and is not among the changes yet.
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
            history: None,
            noted: Collection::default(),
        }
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
    state: Arc<Mutex<State>>,
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

    fn history_key(&self) -> Bytes {
        [&lock(&self.state).books.prefix[..], b"history"]
            .concat()
            .into()
    }

    /// Puts what was noted in the history among the changes.
    pub(super) fn settle_history(&mut self) -> Result<(), StoreError> {
        if lock(&self.state).books.noted.is_empty() {
            return Ok(());
        }
        let key = self.history_key();
        let fields = self.history_fields()?;
        let payload = remold_rdb::encode(&Value::Hash(fields), &self.target);
        let image = Image {
            payload: payload.map_err(|error| corrupt(&key, error.to_string()))?,
            expires_at: None,
            eviction: None,
        };
        lock(&self.state).changes.put(&key, Some(&image))
    }

    /// Returns the history with all that was noted in it.
    fn history_fields(&mut self) -> Result<Collection<HashField>, StoreError> {
        let known = lock(&self.state).books.history.clone();
        let mut fields = match known {
            Some(fields) => fields,
            None => self.history_below()?,
        };
        let books = &mut lock(&self.state).books;
        books.history = Some(fields.clone());
        for field in &books.noted {
            fields.insert(field.clone());
        }
        Ok(fields)
    }

    fn history_below(&mut self) -> Result<Collection<HashField>, StoreError> {
        let key = self.history_key();
        let found = self
            .reader
            .read(&[Candidate::new(key.clone())], u64::MAX)?
            .pop();
        let Some(Fetched::Found(image)) = found else {
            return Ok(Collection::default());
        };
        match remold_rdb::decode(&image.payload) {
            Ok(decoded) => match decoded.value {
                Value::Hash(fields) => Ok(fields),
                other => Err(corrupt(
                    &key,
                    format!("the history is a {}, not a hash", other.kind()),
                )),
            },
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

    fn raise_epoch(&mut self, to: u64) -> Result<Raise, StoreError> {
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

    fn record(&mut self, entry: &HistoryEntry, _: &str) -> Result<(), StoreError> {
        let key = self.history_key();
        let text =
            serde_json::to_string(entry).map_err(|error| corrupt(&key, error.to_string()))?;
        // Only noted: to read the history of a file is to go through the file, and a dry run needs none of it.
        lock(&self.state).books.noted.insert(HashField {
            name: entry.run.clone().into(),
            value: text.into(),
            expires_at: None,
        });
        Ok(())
    }

    fn complete(&mut self, entry: &HistoryEntry, _: &str, _: &Progress) -> Result<(), StoreError> {
        // Nobody else writes here, and nothing goes back.
        self.record(entry, "completed")
    }

    fn history(&mut self) -> Result<Vec<HistoryEntry>, StoreError> {
        let key = self.history_key();
        let mut entries = Vec::new();
        for field in &self.history_fields()? {
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

fn corrupt(key: &Bytes, message: String) -> StoreError {
    StoreError::Corrupt {
        place: crate::text::escape(key),
        message,
    }
}

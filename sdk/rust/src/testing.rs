//! A stand-in of the host for unit tests, outside of the sandbox.
//!
//! ```
//! use remold_transform::testing::Host;
//! use remold_transform::{Record, Result, Value};
//!
//! fn migrate(record: &Record) -> Result {
//!     record.hash().rename("email", "mail")?;
//!     Ok(())
//! }
//!
//! let host = Host::new();
//! let record = host.record("user:1", Value::hash([("email", "ada@example.com")]));
//! migrate(&record).expect("it is a hash");
//! assert_eq!(record.value(), Value::hash([("mail", "ada@example.com")]));
//! ```
//!
//! It is a test double: the functions mean the same as in the sandbox, in memory and for one thread, but every capability is
//! granted, nothing is limited, and nothing is written to a server. What a transform does to real data is told by
//! `remold test` and `remold dry-run`, which run the compiled module in the sandbox.

use std::marker::PhantomData;

use serde::Serialize;

use crate::batch::Batch;
use crate::context::{Level, forget_parameters};
use crate::record::Record;
use crate::refusal::Code;
use crate::stand_in::{self, with};
use crate::stop::{Result, Stop};
use crate::value::{StreamGroup, Value};

/// A key with its value and expiry.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Value,
    /// When the key expires, Unix milliseconds; `None` if it does not.
    pub expires_at: Option<u64>,
}

impl<K: Into<Vec<u8>>> From<(K, Value)> for Entry {
    fn from((key, value): (K, Value)) -> Self {
        Self {
            key: key.into(),
            value,
            expires_at: None,
        }
    }
}

impl<K: Into<Vec<u8>>> From<(K, Value, u64)> for Entry {
    fn from((key, value, expires_at): (K, Value, u64)) -> Self {
        Self {
            key: key.into(),
            value,
            expires_at: Some(expires_at),
        }
    }
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct After {
    /// How it ended, as the host was told. A transform of one record tells it by what it returns.
    pub outcome: Outcome,
    /// The key, the new one if the record was renamed.
    pub key: Vec<u8>,
    /// The value.
    pub value: Value,
    /// When the key expires, Unix milliseconds; `None` if it does not.
    pub expires_at: Option<u64>,
    /// Whether the key is to be deleted.
    pub deleted: bool,
    /// Other keys that are to be written.
    pub emitted: Vec<Entry>,
    /// Other keys that are to be deleted.
    pub removed: Vec<Vec<u8>>,
    /// Keys that `lookups` asked for.
    pub asked: Vec<Vec<u8>>,
}

/// How a record or a program ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Outcome {
    /// It is done.
    #[default]
    Done,
    /// It was skipped.
    Skip {
        /// Why.
        reason: String,
    },
    /// It was rejected.
    Reject {
        /// The word for counting.
        code: String,
        /// What is wrong.
        message: String,
    },
    /// It failed.
    Fail {
        /// The code of the host's refusal, if it was one.
        code: Option<Code>,
        /// What is wrong.
        message: String,
    },
}

impl Outcome {
    pub(crate) fn skip(reason: &str) -> Self {
        Self::Skip {
            reason: reason.to_owned(),
        }
    }

    pub(crate) fn reject(code: &str, message: &str) -> Self {
        Self::Reject {
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    pub(crate) fn fail(code: Option<Code>, message: &str) -> Self {
        Self::Fail {
            code,
            message: message.to_owned(),
        }
    }
}

/// The stand-in of the host, for the thread that it was made on. There is one at a time.
#[derive(Debug)]
pub struct Host {
    /// It stays on its thread.
    thread: PhantomData<*const ()>,
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

impl Host {
    /// Makes a host without keys and parameters; its clock is at 2026-01-01T00:00:00Z. Panics if the thread has one.
    pub fn new() -> Self {
        stand_in::start();
        forget_parameters();
        Self {
            thread: PhantomData,
        }
    }

    /// Sets the manifest's parameters, which are an object. Panics if they cannot be JSON.
    pub fn set_parameters(&self, parameters: &impl Serialize) {
        let text = serde_json::to_string(parameters).expect("parameters are JSON");
        with(|state| state.parameters = text);
        forget_parameters();
    }

    /// Sets the run's clock, Unix milliseconds.
    pub fn set_now_ms(&self, now_ms: u64) {
        with(|state| state.now_ms = now_ms);
    }

    /// Sets the run's seed.
    pub fn set_seed(&self, seed: u64) {
        with(|state| state.seed = seed);
    }

    /// Makes a record of a key that does not expire.
    pub fn record(&self, key: impl Into<Vec<u8>>, value: Value) -> Record {
        self.given((key, value))
    }

    /// Makes a record: of a key, a value, and perhaps when it expires, Unix milliseconds.
    pub fn given(&self, entry: impl Into<Entry>) -> Record {
        let editable = true;
        Record::of(with(|state| state.hold(entry.into(), Vec::new(), editable)))
    }

    /// Sets the consumer groups of a record that is a stream.
    pub fn set_groups(&self, record: &Record, groups: Vec<StreamGroup>) {
        with(|state| state.slot(record.number()).groups = groups);
    }

    /// Makes a batch of records. The functions for columns concern the batch that was made last.
    pub fn batch<E: Into<Entry>>(&self, entries: impl IntoIterator<Item = E>) -> Batch {
        let first = with(|state| state.next());
        for entry in entries {
            self.given(entry);
        }
        with(|state| {
            state.batch = first..state.next();
            Batch::of(first, state.next() - first)
        })
    }

    /// Returns what became of a record so far.
    pub fn after(&self, record: &Record) -> After {
        with(|state| {
            let slot = state.slot(record.number());
            let entry = slot.entry.clone();
            let outcome = match &slot.fault {
                Some(refusal) => Outcome::fail(Some(refusal.code), &refusal.message),
                None => slot.outcome.clone(),
            };
            After {
                outcome,
                key: slot.renamed.clone().unwrap_or(entry.key),
                value: entry.value,
                expires_at: entry.expires_at,
                deleted: slot.deleted,
                emitted: slot.emitted.clone(),
                removed: slot.removed.clone(),
                asked: slot.asked.clone(),
            }
        })
    }

    /// Puts a key where lookups and programs find it.
    pub fn put(&self, entry: impl Into<Entry>) {
        let entry = entry.into();
        with(|state| state.keys.insert(entry.key.clone(), entry));
    }

    /// Returns a key that lookups and programs find, with what programs have applied to it.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<Entry> {
        with(|state| state.keys.get(key.as_ref()).cloned())
    }

    /// Runs a program and returns how it ended.
    pub fn run(&self, program: impl Fn() -> Result) -> Outcome {
        crate::export::program(program);
        with(|state| std::mem::take(&mut state.outcome))
    }

    /// Sets the checkpoint of the run that the next one resumes.
    pub fn resume_from(&self, state: impl Into<Vec<u8>>) {
        let checkpoint = Some(state.into());
        with(|state| state.resumed_from = checkpoint);
    }

    /// Returns the last checkpoint.
    pub fn checkpoint(&self) -> Option<Vec<u8>> {
        with(|state| state.checkpoint.clone())
    }

    /// Returns how far a program says that it is, with the total if that is known.
    pub fn progress(&self) -> Option<(u64, Option<u64>)> {
        with(|state| state.progress)
    }

    /// Returns the names of the backups that were taken.
    pub fn backups(&self) -> Vec<String> {
        with(|state| state.backups.clone())
    }

    /// Returns the lines that were logged.
    pub fn log(&self) -> Vec<(Level, String)> {
        with(|state| state.log.clone())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        stand_in::end();
        forget_parameters();
    }
}

/// Turns what a transform of one record returned into what the host is told.
impl From<Result> for Outcome {
    fn from(result: Result) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(Stop::Skip { reason }) => Self::skip(&reason),
            Err(Stop::Reject { code, message }) => Self::reject(&code, &message),
            Err(Stop::Fail { code, message, .. }) => Self::fail(code, &message),
        }
    }
}

#[cfg(test)]
mod tests;

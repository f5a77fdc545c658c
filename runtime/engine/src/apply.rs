//! A transform applied to records in memory: for an application that migrates what it reads.
//!
//! The same transform, checks and comparison as in a run; what is written, where and under which guard is
//! the application's.

use remold_host_api::{Bytes, Entry, Failure, Outcome, Record, Transform, TransformSource};

use crate::derive::{named_keys, reject};
use crate::digest::ValueDigest;
use crate::record::Rejected;
use crate::spec::RunSpec;

/// What a transform makes of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Applied {
    /// It stays as it is.
    Unchanged,
    /// It changes.
    Changed {
        /// The record afterwards, perhaps under another key; `None` if it is deleted.
        after: Option<Entry>,
        /// Other keys to write.
        emitted: Vec<Entry>,
        /// Other keys to delete.
        removed: Vec<Bytes>,
    },
    /// It is none of the transform's business.
    Skipped(String),
    /// It should have been transformed and cannot be.
    Rejected(Rejected),
}

/// A transform's instance for records in memory. One thread at a time; make one for each.
pub struct Apply {
    spec: RunSpec,
    transform: Box<dyn Transform>,
    revert: bool,
}

impl Apply {
    /// Starts an instance. `spec` gives context, capabilities and selection; its action is not used.
    pub fn new(spec: RunSpec, source: &dyn TransformSource) -> Result<Self, Failure> {
        Ok(Self {
            spec,
            transform: source.instantiate()?,
            revert: source.exports().revert,
        })
    }

    /// Says whether there is a way back.
    pub fn has_revert(&self) -> bool {
        self.revert
    }

    /// Transforms records; one answer for each, in order.
    pub fn migrate(&mut self, entries: Vec<Entry>) -> Vec<Applied> {
        self.apply(entries, false)
    }

    /// Transforms records back; all are rejected if there is no way back.
    pub fn revert(&mut self, entries: Vec<Entry>) -> Vec<Applied> {
        if self.revert {
            return self.apply(entries, true);
        }
        let none = |entry: Entry| {
            Applied::Rejected(reject(&entry.key, "abi", "the transform exports no revert"))
        };
        entries.into_iter().map(none).collect()
    }

    fn apply(&mut self, entries: Vec<Entry>, back: bool) -> Vec<Applied> {
        let befores: Vec<(ValueDigest, Option<u64>)> = entries
            .iter()
            .map(|entry| (ValueDigest::of(&entry.value), entry.expires_at))
            .collect();
        // For a sandbox that loses whole batches; others never ask.
        let read = if self.transform.fails_together() {
            entries.clone()
        } else {
            Vec::new()
        };
        let mut records: Vec<Record> = entries.into_iter().map(Record::new).collect();
        let context = &self.spec.context;
        let again = |place: usize| read[place].clone();
        let outcomes = if back {
            self.transform.revert(context, &mut records, &again)
        } else {
            self.transform.migrate(context, &mut records, &again)
        };
        let mut outcomes = outcomes.into_iter();
        let answers =
            records
                .into_iter()
                .zip(befores)
                .map(|(record, before)| match outcomes.next() {
                    Some(Ok(Outcome::Done)) => self.changed(&record, before),
                    Some(Ok(Outcome::Skip(reason))) => Applied::Skipped(reason),
                    Some(Ok(Outcome::Reject(rejection))) => {
                        Applied::Rejected(reject(record.key(), &rejection.code, rejection.message))
                    }
                    Some(Err(failure)) => {
                        let place = failure.location.as_ref();
                        Applied::Rejected(Rejected {
                            location: place.map(ToString::to_string),
                            ..reject(record.key(), failure.reason.code(), &failure.message)
                        })
                    }
                    None => Applied::Rejected(reject(
                        record.key(),
                        "abi",
                        "the transform gave too few answers",
                    )),
                });
        answers.collect()
    }

    fn changed(
        &self,
        record: &Record,
        (digest, expires_at): (ValueDigest, Option<u64>),
    ) -> Applied {
        if let Err(rejected) = named_keys(&self.spec, record) {
            return Applied::Rejected(rejected);
        }
        let gone = record.is_deleted() || record.value().is_empty_aggregate();
        let same = !gone
            && record.renamed().is_none()
            && record.expires_at() == expires_at
            && record.emitted().is_empty()
            && record.removed().is_empty()
            && (!record.value_touched() || ValueDigest::of(record.value()) == digest);
        if same {
            return Applied::Unchanged;
        }
        let after = (!gone).then(|| Entry {
            key: record.renamed().unwrap_or(record.key()).clone(),
            value: record.value().clone(),
            expires_at: record.expires_at(),
        });
        Applied::Changed {
            after,
            emitted: record.emitted().to_vec(),
            removed: record.removed().to_vec(),
        }
    }
}

//! The records that are kept of a run.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

use remold_engine::record::Rejected;
use remold_engine::{Change, Finding, RecordTestimony};
use remold_host_api::{Bytes, Entry};
use remold_manifest::recording::{RecordedOutcome, RecordedRecord};

use super::{RecordedChoice, RecordingOptions};

/// The records that are kept, by their place in the choice.
pub(super) struct Collected {
    choice: RecordedChoice,
    most_records: usize,
    most_bytes: u64,
    /// By rank and key: in a sample the first ranks stay, otherwise all are alike.
    kept: BTreeMap<(u64, Bytes), Kept>,
    bytes: u64,
    /// There was no room for something: nothing more is kept, only counted.
    full: bool,
    omitted: u64,
    /// How many records were planned.
    planned: u64,
    /// How many rejections the run has told of.
    rejections: u64,
    ranks: RandomState,
}

struct Kept {
    record: RecordedRecord,
    weight: u64,
    /// Whether the run itself has told of the rejection.
    confirmed: bool,
}

impl Collected {
    pub(super) fn new(options: &RecordingOptions) -> Self {
        Self {
            choice: options.choice.clone(),
            most_records: options.most_records,
            most_bytes: options.most_bytes,
            kept: BTreeMap::new(),
            bytes: 0,
            full: false,
            omitted: 0,
            planned: 0,
            rejections: 0,
            ranks: RandomState::new(),
        }
    }

    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// Hears of a record that was planned, and keeps it if it is wanted.
    pub(super) fn hear(&mut self, testimony: &RecordTestimony<'_>) {
        let key = testimony.key;
        let place = (self.rank(key), detached(key));
        // It had been planned before, and is now otherwise.
        if let Some(earlier) = self.kept.remove(&place) {
            self.bytes -= earlier.weight;
        }
        self.planned += 1;
        let wanted = match &self.choice {
            RecordedChoice::Rejected => matches!(testimony.finding, Finding::Rejected(_)),
            RecordedChoice::Keys(patterns) => patterns.iter().any(|pattern| pattern.matches(key)),
            RecordedChoice::Sample(count) => {
                self.kept.len() < *count
                    || self
                        .kept
                        .last_key_value()
                        .is_some_and(|(last, _)| place < *last)
            }
        };
        if !wanted {
            return;
        }
        if self.full {
            self.omitted += 1;
            return;
        }
        let record = recorded(testimony);
        self.keep(place, record, false);
        self.shrink_sample();
    }

    /// Hears that a key was rejected: by its transform, or by the run later on.
    pub(super) fn reject(&mut self, rejected: &Rejected) {
        self.rejections += 1;
        let place = (self.rank(&rejected.key), detached(&rejected.key));
        if let Some(kept) = self.kept.get_mut(&place) {
            kept.record.outcome = rejection(rejected);
            kept.confirmed = true;
            return;
        }
        if !matches!(self.choice, RecordedChoice::Rejected) || self.full {
            return;
        }
        // It never came to the transform, or was rejected behind it.
        let record = RecordedRecord {
            key: place.1.clone(),
            given: None,
            beside: Vec::new(),
            outcome: rejection(rejected),
            reproduces: None,
        };
        self.keep(place, record, true);
    }

    /// Keeps a record if there is room; of a sample others go instead.
    fn keep(&mut self, place: (u64, Bytes), record: RecordedRecord, confirmed: bool) {
        let weight = weight_of(&record);
        if !matches!(self.choice, RecordedChoice::Sample(_)) {
            self.full |= self.kept.len() >= self.most_records;
            self.full |= self.bytes + weight > self.most_bytes;
            if self.full {
                self.omitted += 1;
                return;
            }
        }
        self.bytes += weight;
        let kept = Kept {
            record,
            weight,
            confirmed,
        };
        self.kept.insert(place, kept);
    }

    /// Returns the records by key, and how many had no room.
    pub(super) fn records(&self) -> (Vec<RecordedRecord>, u64) {
        // A rejection that the run has not told of came to nothing: the run itself had created the key.
        let told = |kept: &&Kept| {
            kept.confirmed || !matches!(kept.record.outcome, RecordedOutcome::Rejected { .. })
        };
        let kept = self.kept.values().filter(told);
        let mut records: Vec<RecordedRecord> = kept.map(|kept| kept.record.clone()).collect();
        records.sort_by(|one, other| one.key.cmp(&other.key));
        let omitted = match self.choice {
            RecordedChoice::Rejected => self.rejections.saturating_sub(records.len() as u64),
            RecordedChoice::Keys(_) => self.omitted,
            RecordedChoice::Sample(count) => {
                let wanted = self.planned.min(count as u64);
                wanted.saturating_sub(records.len() as u64)
            }
        };
        (records, omitted)
    }

    fn rank(&self, key: &Bytes) -> u64 {
        match self.choice {
            RecordedChoice::Sample(_) => self.ranks.hash_one(key),
            RecordedChoice::Rejected | RecordedChoice::Keys(_) => 0,
        }
    }

    /// Lets the last records of a sample go until it fits.
    fn shrink_sample(&mut self) {
        let RecordedChoice::Sample(count) = self.choice else {
            return;
        };
        while self.kept.len() > count || self.bytes > self.most_bytes {
            let Some((_, last)) = self.kept.pop_last() else {
                return;
            };
            self.bytes -= last.weight;
        }
    }
}

fn recorded(testimony: &RecordTestimony<'_>) -> RecordedRecord {
    let outcome = match testimony.finding {
        Finding::Unchanged => RecordedOutcome::Unchanged,
        Finding::Skipped(reason) => RecordedOutcome::Skipped(Some(reason.to_owned())),
        Finding::Rejected(rejected) => rejection(rejected),
        Finding::Changed => {
            RecordedOutcome::Changed(testimony.change().map(|change| writes_of(&change)))
        }
    };
    RecordedRecord {
        key: detached(testimony.key),
        given: testimony.entry(),
        beside: testimony.beside(),
        outcome,
        reproduces: None,
    }
}

fn rejection(rejected: &Rejected) -> RecordedOutcome {
    RecordedOutcome::Rejected {
        code: rejected.code.clone(),
        message: Some(rejected.message.clone()),
        at: rejected.location.clone(),
    }
}

/// Lists the keys that a change writes; `None` for those that it deletes.
fn writes_of(change: &Change) -> Vec<(Bytes, Option<Entry>)> {
    let key = &change.before.key;
    let mut writes = Vec::new();
    match &change.after {
        Some(after) => {
            if after.key != *key {
                writes.push((key.clone(), None));
            }
            writes.push((after.key.clone(), Some(after.clone())));
        }
        None => writes.push((key.clone(), None)),
    }
    let emitted = change.emitted.iter();
    writes.extend(emitted.map(|entry| (entry.key.clone(), Some(entry.clone()))));
    writes.extend(change.removed.iter().map(|key| (key.clone(), None)));
    writes
}

/// A copy of a key that keeps nothing else in memory.
fn detached(key: &[u8]) -> Bytes {
    Bytes::copy_from_slice(key)
}

fn weight_of(record: &RecordedRecord) -> u64 {
    const REST: usize = 128;
    let beside: usize = record.beside.iter().map(weigh).sum();
    let changed: usize = match &record.outcome {
        RecordedOutcome::Changed(Some(keys)) => keys.iter().map(weigh).sum(),
        _ => 0,
    };
    let given = record
        .given
        .as_ref()
        .map_or(0, |entry| entry.value.weight());
    (REST + record.key.len() + given + beside + changed) as u64
}

/// Weighs a key with what is there.
pub(super) fn weigh((key, entry): &(Bytes, Option<Entry>)) -> usize {
    key.len() + entry.as_ref().map_or(0, |entry| entry.value.weight())
}

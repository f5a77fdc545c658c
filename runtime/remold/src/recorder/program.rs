//! What a program asked its host, and the answers.

use std::collections::{BTreeMap, HashSet};

use remold_host_api::link::{Reply, Request};
use remold_host_api::{Applied, Bytes, Entry, Failure, Outcome, Record};
use remold_manifest::recording::{RecordedCall, RecordedOutcome, RecordedProgram};

use super::collected::weigh;

/// A program's calls, as long as there is room.
pub(crate) struct Conversation {
    calls: Vec<RecordedCall>,
    outcome: Option<RecordedOutcome>,
    bytes: u64,
    most_bytes: u64,
    full: bool,
}

impl Conversation {
    pub(crate) fn new(most_bytes: u64) -> Self {
        Self {
            calls: Vec::new(),
            outcome: None,
            bytes: 0,
            most_bytes,
            full: false,
        }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.len()
    }

    /// Hears a request and its answer.
    pub(crate) fn hear(&mut self, request: &Request, reply: &Reply) {
        // What comes behind a gap cannot be replayed.
        if self.full {
            return;
        }
        let Some(call) = call_of(request, reply) else {
            return;
        };
        self.bytes += weight_of(&call);
        if self.bytes > self.most_bytes {
            self.full = true;
        } else {
            self.calls.push(call);
        }
    }

    /// Hears how the program ended.
    pub(crate) fn end(&mut self, ended: &Result<Outcome, Failure>) {
        self.outcome = Some(outcome_of(ended));
    }

    pub(crate) fn program(&self) -> RecordedProgram {
        RecordedProgram {
            outcome: self.outcome.clone().filter(|_| !self.full),
            calls: self.calls.clone(),
            full: self.full,
            reproduces: None,
        }
    }
}

/// Says how a program ended in the words of a record's outcome.
pub(crate) fn outcome_of(ended: &Result<Outcome, Failure>) -> RecordedOutcome {
    match ended {
        Ok(Outcome::Done) => RecordedOutcome::Changed(None),
        Ok(Outcome::Skip(reason)) => RecordedOutcome::Skipped(Some(reason.clone())),
        Ok(Outcome::Reject(rejection)) => RecordedOutcome::Rejected {
            code: rejection.code.clone(),
            message: Some(rejection.message.clone()),
            at: None,
        },
        Err(failure) => RecordedOutcome::Rejected {
            code: failure.reason.code().to_owned(),
            message: Some(failure.message.clone()),
            at: failure.location.as_ref().map(ToString::to_string),
        },
    }
}

fn call_of(request: &Request, reply: &Reply) -> Option<RecordedCall> {
    Some(match (request, reply) {
        (Request::Scan(query), Reply::Keys(keys)) => RecordedCall::Scan {
            pattern: query.pattern.as_bytes().clone(),
            kind: query.kind,
            page: keys.clone().map_err(|error| error.to_string()),
        },
        (Request::Get(keys), Reply::Entries(entries)) => {
            let found: Vec<Option<Entry>> = entries.clone().unwrap_or_default();
            let at = |place: usize| found.get(place).cloned().flatten();
            let keys = keys.iter().enumerate();
            RecordedCall::Get {
                found: first_of_each(keys.map(|(place, key)| (key.clone(), at(place)))),
                refused: entries.as_ref().err().map(ToString::to_string),
            }
        }
        (Request::Apply(records), Reply::Applied(applied)) => {
            let words = applied.as_ref().map_or(&[][..], Vec::as_slice);
            let word = |place: usize| words.get(place).map(|word| word.name().to_owned());
            let places = records.iter().enumerate();
            let answers = places.map(|(place, record)| (record.key().clone(), word(place)));
            let written = records.iter().zip(words);
            let written = written.filter(|(_, word)| **word == Applied::Applied);
            let writes: BTreeMap<Bytes, Option<Entry>> =
                written.flat_map(|(record, _)| edits_of(record)).collect();
            RecordedCall::Apply {
                answers: first_of_each(answers),
                writes: writes.into_iter().collect(),
                refused: applied.as_ref().err().map(ToString::to_string),
            }
        }
        (Request::Backup(name), Reply::Backup(answer)) => RecordedCall::Backup {
            name: name.clone(),
            answer: answer.clone().map_err(|error| error.to_string()),
        },
        (Request::Checkpoint(state), Reply::Checkpoint(_)) => {
            RecordedCall::Checkpoint(state.clone())
        }
        (Request::ResumedFrom, Reply::ResumedFrom(state)) => {
            RecordedCall::ResumedFrom(state.clone())
        }
        _ => return None,
    })
}

/// Keeps the first of what is said of each key: a key can be asked for twice in one call.
fn first_of_each<T>(all: impl Iterator<Item = (Bytes, T)>) -> Vec<(Bytes, T)> {
    let mut seen = HashSet::new();
    all.filter(|(key, _)| seen.insert(key.clone())).collect()
}

/// Lists the keys that a record's edits write; `None` for those that they delete.
pub(crate) fn edits_of(record: &Record) -> Vec<(Bytes, Option<Entry>)> {
    let key = record.key();
    let mut writes = Vec::new();
    let gone = record.is_deleted() || record.value().is_empty_aggregate();
    let to = record.renamed().unwrap_or(key);
    if gone || to != key {
        writes.push((key.clone(), None));
    }
    if !gone {
        let entry = Entry {
            key: to.clone(),
            value: record.value().clone(),
            expires_at: record.expires_at(),
        };
        writes.push((to.clone(), Some(entry)));
    }
    let emitted = record.emitted().iter();
    writes.extend(emitted.map(|entry| (entry.key.clone(), Some(entry.clone()))));
    writes.extend(record.removed().iter().map(|key| (key.clone(), None)));
    writes
}

fn weight_of(call: &RecordedCall) -> u64 {
    const REST: usize = 64;
    let keys = |keys: &[(Bytes, Option<Entry>)]| keys.iter().map(weigh).sum::<usize>();
    let bytes = match call {
        RecordedCall::Scan { page, .. } => {
            let page = page.as_ref().map_or(&[][..], Vec::as_slice);
            page.iter().map(|key| key.len() + 8).sum()
        }
        RecordedCall::Get { found, .. } => keys(found),
        RecordedCall::Apply {
            answers, writes, ..
        } => keys(writes) + answers.iter().map(|(key, _)| key.len() + 16).sum::<usize>(),
        RecordedCall::Backup { name, .. } => name.len(),
        RecordedCall::Checkpoint(state) => state.len(),
        RecordedCall::ResumedFrom(state) => state.as_ref().map_or(0, Bytes::len),
    };
    (REST + bytes) as u64
}

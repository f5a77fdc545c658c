//! A recording with placeholders, and whether it still tells the same.

use std::hash::{BuildHasher, RandomState};

use remold_host_api::{Bytes, Entry};
use remold_manifest::recording::{
    RecordedCall, RecordedOutcome, RecordedRecord, Recording, Redaction, Redactor,
};

use crate::error::Error;
use crate::migration::Migration;
use crate::replay::Replayer;

/// Replaces what is to be redacted. What the transform makes of the placeholders is found out by a replay: what it says of
/// the real values, in words that may hold them, goes.
pub(super) fn redact(
    recording: Recording,
    redactions: &[Redaction],
    migration: &Migration,
) -> Result<Recording, Error> {
    let spec = migration.spec();
    let asked = migration.capabilities().asked;
    let mut patterns = spec.select.patterns();
    patterns.extend(asked.read);
    patterns.extend(asked.write);
    patterns.extend(asked.scan);
    let redactor = Redactor::new(redactions, secret(), &patterns);
    let keys = |keys: &mut Vec<(Bytes, Option<Entry>)>| {
        for (key, entry) in keys {
            *key = redactor.key(key);
            *entry = entry.as_ref().map(|entry| redactor.entry(entry));
        }
    };
    let mut redacted = Recording {
        redacted: redactions.iter().map(ToString::to_string).collect(),
        ..recording
    };
    for record in &mut redacted.records {
        record.key = redactor.key(&record.key);
        record.given = record.given.as_ref().map(|given| redactor.entry(given));
        keys(&mut record.beside);
        record.outcome = without_words(&record.outcome);
    }
    if let Some(program) = &mut redacted.program {
        program.outcome = program.outcome.as_ref().map(without_words);
        for call in &mut program.calls {
            match call {
                RecordedCall::Scan { page, .. } => {
                    let page = page.iter_mut().flatten();
                    page.for_each(|key| *key = redactor.key(key));
                }
                RecordedCall::Get { found, .. } => keys(found),
                RecordedCall::Apply {
                    answers, writes, ..
                } => {
                    answers
                        .iter_mut()
                        .for_each(|(key, _)| *key = redactor.key(key));
                    // What it made of real values.
                    writes.clear();
                }
                // A program's own words: what it remembers of keys and values is not known.
                RecordedCall::Checkpoint(state) => *state = redactor.text(state),
                RecordedCall::ResumedFrom(state) => {
                    *state = state.as_ref().map(|state| redactor.text(state));
                }
                RecordedCall::Backup { .. } => {}
            }
        }
    }
    // The order would tell which is which.
    redacted
        .records
        .sort_by(|one, other| one.key.cmp(&other.key));
    try_again(&mut redacted, migration)?;
    Ok(redacted)
}

/// Replays what was redacted, and takes over what it comes to where that is what it came to.
fn try_again(redacted: &mut Recording, migration: &Migration) -> Result<(), Error> {
    let mut found: Vec<Option<RecordedOutcome>> = Vec::new();
    let replayer = Replayer::new(redacted, migration);
    for record in &redacted.records {
        found.push(match record.given {
            Some(_) => replayer.record(record)?.now,
            None => None,
        });
    }
    let program = match &redacted.program {
        Some(program) if !program.full => Some(replayer.program(program)?),
        _ => None,
    };
    for (record, now) in redacted.records.iter_mut().zip(found) {
        take_over(record, now);
    }
    if let (Some(recorded), Some(now)) = (&mut redacted.program, program) {
        let writes = recorded.calls.iter_mut().filter_map(|call| match call {
            RecordedCall::Apply { writes, .. } => Some(writes),
            _ => None,
        });
        let writes: Vec<_> = writes.collect();
        let same = recorded
            .outcome
            .as_ref()
            .is_some_and(|then| then.same_kind(&now.now));
        let same = same && writes.len() == now.applies.len();
        if same {
            for (writes, applied) in writes.into_iter().zip(now.applies) {
                *writes = applied;
            }
            recorded.outcome = Some(now.now);
        }
        recorded.reproduces = Some(same);
    }
    Ok(())
}

fn take_over(record: &mut RecordedRecord, now: Option<RecordedOutcome>) {
    if record.given.is_none() {
        return;
    }
    let same = now.filter(|now| now.same_kind(&record.outcome));
    record.reproduces = Some(same.is_some());
    if let Some(now) = same {
        record.outcome = now;
    }
}

/// Takes away what a transform said in its own words, and what it made of real values.
fn without_words(outcome: &RecordedOutcome) -> RecordedOutcome {
    match outcome {
        RecordedOutcome::Unchanged => RecordedOutcome::Unchanged,
        RecordedOutcome::Skipped(_) => RecordedOutcome::Skipped(None),
        RecordedOutcome::Changed(_) => RecordedOutcome::Changed(None),
        RecordedOutcome::Rejected { code, at, .. } => RecordedOutcome::Rejected {
            code: code.clone(),
            message: None,
            at: at.clone(),
        },
    }
}

/// Returns a secret that nobody keeps.
fn secret() -> [u8; 32] {
    // The standard library seeds its hashers from the system.
    let state = RandomState::new();
    let mut secret = [0; 32];
    for (place, part) in secret.chunks_exact_mut(8).enumerate() {
        part.copy_from_slice(&state.hash_one(place).to_le_bytes());
    }
    secret
}

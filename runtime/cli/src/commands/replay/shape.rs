//! A replay as JSON.

use remold::host_api::{Bytes, Entry};
use remold::manifest::cases::record_to_yaml;
use remold::manifest::recording::{RecordedOutcome, RecordedProgram, RecordedRecord};
use remold::{ReplayVerdict, ReplayedProgram, ReplayedRecord, escape};

use crate::shapes::recording::{
    ReplayOutcomeShape, ReplayShape, ReplayedProgramShape, ReplayedShape,
};

impl ReplayShape {
    /// Counts how something came out.
    pub(super) fn count(&mut self, verdict: ReplayVerdict) {
        *match verdict {
            ReplayVerdict::Same => &mut self.same,
            ReplayVerdict::Differs => &mut self.differing,
            ReplayVerdict::NotReplayable => &mut self.not_replayable,
        } += 1;
    }
}

pub(super) fn of_record(record: &RecordedRecord, replayed: &ReplayedRecord) -> ReplayedShape {
    ReplayedShape {
        key: escape(&record.key),
        verdict: verdict_word(replayed.verdict),
        then: outcome_shape(&record.outcome, "changed"),
        now: replayed
            .now
            .as_ref()
            .map(|now| outcome_shape(now, "changed")),
        beside: record.beside.iter().map(|(key, _)| escape(key)).collect(),
        unknown: replayed.unknown.iter().map(|key| escape(key)).collect(),
    }
}

pub(super) fn of_program(
    program: &RecordedProgram,
    replayed: &ReplayedProgram,
) -> ReplayedProgramShape {
    let mut then = program
        .outcome
        .as_ref()
        .map(|outcome| outcome_shape(outcome, "done"));
    if let Some(then) = &mut then {
        then.writes = writes_shape(&replayed.wrote_then);
    }
    let mut now = outcome_shape(&replayed.now, "done");
    now.writes = writes_shape(&replayed.wrote_now);
    ReplayedProgramShape {
        verdict: verdict_word(replayed.verdict),
        then,
        now,
        calls_then: replayed.calls.0 as u64,
        calls_now: replayed.calls.1 as u64,
    }
}

fn verdict_word(verdict: ReplayVerdict) -> String {
    match verdict {
        ReplayVerdict::Same => "same",
        ReplayVerdict::Differs => "differs",
        ReplayVerdict::NotReplayable => "not-replayable",
    }
    .to_owned()
}

fn outcome_shape(outcome: &RecordedOutcome, changed: &str) -> ReplayOutcomeShape {
    let shape = |word: &str| ReplayOutcomeShape {
        outcome: word.to_owned(),
        code: None,
        message: None,
        at: None,
        writes: Vec::new(),
    };
    match outcome {
        RecordedOutcome::Unchanged => shape("unchanged"),
        RecordedOutcome::Skipped(reason) => ReplayOutcomeShape {
            message: reason.clone(),
            ..shape("skipped")
        },
        RecordedOutcome::Changed(writes) => ReplayOutcomeShape {
            writes: writes_shape(writes.as_deref().unwrap_or_default()),
            ..shape(changed)
        },
        RecordedOutcome::Rejected { code, message, at } => ReplayOutcomeShape {
            code: Some(code.clone()),
            message: message.clone(),
            at: at.clone(),
            ..shape("rejected")
        },
    }
}

fn writes_shape(writes: &[(Bytes, Option<Entry>)]) -> Vec<String> {
    let write = |(key, entry): &(Bytes, Option<Entry>)| match entry {
        Some(entry) => record_to_yaml(entry),
        None => format!("{}: {{ absent: true }}\n", escape(key)),
    };
    writes.iter().map(write).collect()
}

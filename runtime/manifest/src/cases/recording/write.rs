//! From recordings to YAML.

use bytes::Bytes;
use remold_host_api::{Entry, FailureReason};

use super::{
    FORMAT, RecordedCall, RecordedOutcome, RecordedProgram, RecordedRecord, RecordedSource,
    Recording,
};
use crate::cases::write::{bytes, entry_yaml, mapping, number, written_name};
use crate::yaml::{Yaml, text_scalar};

const HEADING: &str = "# What a transform was given in a run, and what came of it: `remold replay` replays it without a server.\n";

pub(super) fn text(recording: &Recording) -> String {
    let Recording {
        migration,
        digest,
        run,
        target,
        server,
        rdb_version,
        remold,
        now_ms,
        seed,
        redacted,
        notes,
        omitted,
        manifest,
        sources,
        grants,
        records,
        program,
    } = recording;
    let texts =
        |texts: &[String]| Yaml::Sequence(texts.iter().map(|text| Yaml::text(text)).collect());
    let mut fields = vec![
        ("recording", number(FORMAT)),
        ("migration", Yaml::text(migration)),
        ("digest", quoted(digest)),
    ];
    if let Some(run) = run {
        fields.push(("run", Yaml::text(run)));
    }
    fields.extend([
        ("target", Yaml::text(target)),
        ("server", Yaml::text(server)),
        ("rdbVersion", number(u64::from(*rdb_version))),
        ("remold", quoted(remold)),
        ("now", number(*now_ms)),
        ("seed", number(*seed)),
        ("redacted", texts(redacted)),
    ]);
    if !notes.is_empty() {
        fields.push(("notes", texts(notes)));
    }
    if *omitted > 0 {
        fields.push(("omitted", number(*omitted)));
    }
    if !grants.is_empty() {
        let grants: Vec<String> = grants.iter().map(ToString::to_string).collect();
        fields.push(("grants", texts(&grants)));
    }
    match program {
        Some(program) => fields.push(("program", program_yaml(program))),
        None => {
            let records = records.iter().map(record_yaml).collect();
            fields.push(("records", Yaml::Sequence(records)));
        }
    }
    let source = |(name, source): &(String, RecordedSource)| {
        let source = match source {
            RecordedSource::Text(text) => Yaml::Block(text.clone()),
            RecordedSource::Omitted { bytes } => Yaml::field("omittedBytes", number(*bytes)),
        };
        (text_scalar(name), source)
    };
    let transform = vec![
        ("manifest", Yaml::json(manifest)),
        (
            "sources",
            Yaml::Mapping(sources.iter().map(source).collect()),
        ),
    ];
    fields.push(("transform", mapping(transform)));
    format!("{HEADING}{}", mapping(fields).in_lines(0))
}

/// A text that may look like a number.
fn quoted(text: &str) -> Yaml {
    Yaml::text(text)
}

fn record_yaml(record: &RecordedRecord) -> Yaml {
    let mut fields = vec![("key", bytes_of_name(&record.key))];
    if let Some(given) = &record.given {
        fields.push(("given", entry_yaml(given)));
    }
    if !record.beside.is_empty() {
        fields.push(("beside", keys_yaml(&record.beside)));
    }
    fields.push(("outcome", outcome_yaml(&record.outcome)));
    if let Some(reproduces) = record.reproduces {
        fields.push(("reproduces", Yaml::Scalar(reproduces.to_string())));
    }
    mapping(fields)
}

fn bytes_of_name(name: &Bytes) -> Yaml {
    Yaml::Scalar(written_name(name))
}

/// Writes keys with what is there, `absent` where there is nothing.
fn keys_yaml(keys: &[(Bytes, Option<Entry>)]) -> Yaml {
    let key = |(key, entry): &(Bytes, Option<Entry>)| {
        let absent = || Yaml::field("absent", yes());
        (
            written_name(key),
            entry.as_ref().map_or_else(absent, entry_yaml),
        )
    };
    Yaml::Mapping(keys.iter().map(key).collect())
}

fn yes() -> Yaml {
    Yaml::Scalar("true".to_owned())
}

fn outcome_yaml(outcome: &RecordedOutcome) -> Yaml {
    match outcome {
        RecordedOutcome::Unchanged => Yaml::field("unchanged", yes()),
        RecordedOutcome::Skipped(None) => Yaml::field("skip", yes()),
        RecordedOutcome::Skipped(Some(reason)) => Yaml::field("skip", Yaml::text(reason)),
        RecordedOutcome::Changed(None) => Yaml::field("changed", yes()),
        RecordedOutcome::Changed(Some(keys)) => Yaml::field("changed", keys_yaml(keys)),
        RecordedOutcome::Rejected { code, message, at } => {
            let failed = FailureReason::ALL
                .iter()
                .any(|reason| reason.code() == code);
            let word = if failed { "failure" } else { "reject" };
            let mut fields = vec![(word, Yaml::text(code))];
            fields.extend(
                message
                    .as_ref()
                    .map(|message| ("message", Yaml::text(message))),
            );
            fields.extend(at.as_ref().map(|at| ("at", Yaml::text(at))));
            mapping(fields)
        }
    }
}

fn program_yaml(program: &RecordedProgram) -> Yaml {
    let mut fields = Vec::new();
    if let Some(outcome) = &program.outcome {
        fields.push(("outcome", outcome_yaml(outcome)));
    }
    if let Some(reproduces) = program.reproduces {
        fields.push(("reproduces", Yaml::Scalar(reproduces.to_string())));
    }
    if program.full {
        fields.push(("full", yes()));
    }
    let calls = program.calls.iter().map(call_yaml).collect();
    fields.push(("calls", Yaml::Sequence(calls)));
    mapping(fields)
}

fn call_yaml(call: &RecordedCall) -> Yaml {
    let refused = |why: &String| ("refused", Yaml::text(why));
    let names = |keys: &[Bytes]| Yaml::Sequence(keys.iter().map(bytes_of_name).collect());
    mapping(match call {
        RecordedCall::Scan {
            pattern,
            kind,
            page,
        } => {
            let mut fields = vec![("scan", bytes_of_name(pattern))];
            fields.extend(kind.map(|kind| ("type", Yaml::text(kind.name()))));
            fields.push(match page {
                Ok(page) => ("page", names(page)),
                Err(why) => refused(why),
            });
            fields
        }
        RecordedCall::Get {
            found,
            refused: why,
        } => {
            let mut fields = vec![("get", keys_yaml(found))];
            fields.extend(why.as_ref().map(refused));
            fields
        }
        RecordedCall::Apply {
            answers,
            writes,
            refused: why,
        } => {
            let answer = |(key, word): &(Bytes, Option<String>)| {
                let word = word
                    .as_ref()
                    .map_or_else(|| Yaml::Scalar("null".to_owned()), |word| Yaml::text(word));
                (written_name(key), word)
            };
            let mut fields = vec![("apply", Yaml::Mapping(answers.iter().map(answer).collect()))];
            if !writes.is_empty() {
                fields.push(("writes", keys_yaml(writes)));
            }
            fields.extend(why.as_ref().map(refused));
            fields
        }
        RecordedCall::Backup { name, answer } => vec![
            ("backup", Yaml::text(name)),
            match answer {
                Ok(answer) => ("answer", Yaml::text(answer)),
                Err(why) => refused(why),
            },
        ],
        RecordedCall::Checkpoint(state) => vec![("checkpoint", bytes(state))],
        RecordedCall::ResumedFrom(None) => vec![("resumedFrom", Yaml::field("absent", yes()))],
        RecordedCall::ResumedFrom(Some(state)) => vec![("resumedFrom", bytes(state))],
    })
}

//! `remold replay`: a transform is given again what it was given when it was recorded.

mod cases;
mod shape;

use std::path::PathBuf;

use remold::host_api::{Bytes, Entry, Pattern};
use remold::manifest::cases::record_to_yaml;
use remold::manifest::recording::{RecordedOutcome, RecordedProgram, RecordedRecord, Recording};
use remold::{
    Migration, ReplayVerdict, ReplayedProgram, ReplayedRecord, Replayer, migration_of_recording,
    read_recording,
};

use super::Answer;
use crate::arguments::ReplayArguments;
use crate::diff;
use crate::diff::quote::name;
use crate::exit::Exit;
use crate::figures::{count, number};
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::recording::ReplayShape;
use crate::style::{BAD, FAINT, GOOD, NOTE, Style, paint};

/// Replays a recording.
pub(super) fn replay(arguments: &ReplayArguments) -> Result<Answer, Report> {
    let path = arguments.recording.display().to_string();
    let mut recording = read_recording(&arguments.recording)?;
    let migration = match &arguments.manifest {
        Some(manifest) => super::load(manifest)?,
        None => migration_of_recording(&path, &recording)?,
    };
    if let Some(pattern) = &arguments.key {
        let pattern = Pattern::new(pattern.clone());
        recording
            .records
            .retain(|record| pattern.matches(&record.key));
        if recording.records.is_empty() {
            let message = format!("{path} has no record of a key that matches {pattern}");
            return Err(Report::usage(&message, &["leave --key out to replay all"]));
        }
    }
    let replayer = Replayer::new(&recording, &migration);
    let mut text = heading(&recording, &replayer, &migration);
    let mut shape = ReplayShape {
        recording: path,
        migration: migration.name().to_owned(),
        differences: replayer
            .differences()
            .iter()
            .map(ToString::to_string)
            .collect(),
        redacted: recording.redacted.clone(),
        same: 0,
        differing: 0,
        not_replayable: 0,
        records: Vec::new(),
        program: None,
        cases: None,
    };
    if let Some(program) = &recording.program {
        let replayed = replayer.program(program)?;
        shape.count(replayed.verdict);
        show_program(program, &replayed, &mut text);
        shape.program = Some(shape::of_program(program, &replayed));
    }
    for record in &recording.records {
        let replayed = replayer.record(record)?;
        shape.count(replayed.verdict);
        show(record, &replayed, &mut text);
        shape.records.push(shape::of_record(record, &replayed));
    }
    text.push_str(&summary(&shape));
    if let Some(file) = &arguments.to_case {
        let added = cases::add(file, &recording, &migration)?;
        shape.cases = Some(file.display().to_string());
        text.line(format_args!(
            "{} to {}, with what comes of them now as what is expected",
            paint(GOOD, count(added as u64, "case")),
            PathBuf::from(file).display()
        ));
    }
    let exit = if shape.differing > 0 {
        Exit::Failed
    } else {
        Exit::Success
    };
    Ok(Answer::new(exit, text, &shape))
}

fn heading(recording: &Recording, replayer: &Replayer<'_>, migration: &Migration) -> String {
    let mut text = String::new();
    let run = match &recording.run {
        Some(run) => format!("run {}", name(run.as_bytes())),
        None => "a dry run".to_owned(),
    };
    text.line(format_args!(
        "{} on {} ({}), recorded in {run}",
        recording.migration, recording.target, recording.server
    ));
    let differences = replayer.differences();
    if migration.name() != recording.migration {
        let words = format!("with another migration: {}", migration.name());
        text.line(format_args!("{}", paint(NOTE, words)));
    } else if differences.is_empty() {
        text.line(format_args!(
            "{}",
            paint(
                FAINT,
                "with the transform and the manifest that were recorded"
            )
        ));
    } else {
        let words = format!("with another form of {}", differences.join(", "));
        text.line(format_args!("{}", paint(NOTE, words)));
    }
    if !recording.redacted.is_empty() {
        let words = format!(
            "redacted ({}): it need not come out as with the real values",
            name(recording.redacted.join(", ").as_bytes())
        );
        text.line(format_args!("{}", paint(NOTE, words)));
    }
    recording
        .notes
        .iter()
        .for_each(|note| text.line(format_args!("{}", paint(NOTE, name(note.as_bytes())))));
    text.push('\n');
    text
}

fn word(verdict: ReplayVerdict) -> (&'static str, Style) {
    match verdict {
        ReplayVerdict::Same => ("same", GOOD),
        ReplayVerdict::Differs => ("DIFFERS", BAD),
        ReplayVerdict::NotReplayable => ("no replay", NOTE),
    }
}

fn show(record: &RecordedRecord, replayed: &ReplayedRecord, text: &mut String) {
    let (verdict, style) = word(replayed.verdict);
    text.line(format_args!(
        "{}{}",
        paint(style, format!("{verdict:<11}")),
        name(&record.key)
    ));
    let then = described(&record.outcome, "changed");
    match (replayed.verdict, &replayed.now) {
        (ReplayVerdict::Same, Some(now)) => {
            let now = described(now, "changed");
            text.line(format_args!("           {}", paint(FAINT, &now)));
            if now != then && record.reproduces != Some(true) {
                text.line(format_args!(
                    "           {}",
                    paint(FAINT, format!("then: {then}"))
                ));
            }
        }
        (ReplayVerdict::NotReplayable, _) => {
            text.line(format_args!("           then: {then}"));
            text.line(format_args!(
                "           {}",
                paint(FAINT, "it never came to the transform")
            ));
        }
        (_, now) => {
            let now = now.as_ref().map_or_else(
                || "the manifest does not select it".to_owned(),
                |now| described(now, "changed"),
            );
            text.line(format_args!("           then: {then}"));
            text.line(format_args!("           now:  {now}"));
            if record.reproduces == Some(false) {
                text.line(format_args!(
                    "           {}",
                    paint(NOTE, "it came out otherwise as soon as it was redacted")
                ));
            }
            changes(record, replayed, text);
        }
    }
    for (key, entry) in &record.beside {
        let found = entry.as_ref().map_or_else(
            || "absent".to_owned(),
            |entry| entry.value.kind().to_string(),
        );
        text.line(format_args!(
            "           {}",
            paint(FAINT, format!("beside it: {}, {found}", name(key)))
        ));
    }
    for key in &replayed.unknown {
        let words = format!(
            "asked for {}, which the recording does not hold: taken as absent",
            name(key)
        );
        text.line(format_args!("           {}", paint(NOTE, words)));
    }
}

/// Shows what is written otherwise than then.
fn changes(record: &RecordedRecord, replayed: &ReplayedRecord, text: &mut String) {
    let given = record
        .given
        .clone()
        .map(|entry| (entry.key.clone(), Some(entry)));
    let given: Vec<(Bytes, Option<Entry>)> = given.into_iter().collect();
    let writes = |outcome: Option<&RecordedOutcome>| match outcome {
        Some(RecordedOutcome::Changed(Some(writes))) => Some(writes.clone()),
        Some(RecordedOutcome::Changed(None)) | None => None,
        // What is not changed is as it was given.
        Some(_) => Some(given.clone()),
    };
    if let (Some(then), Some(now)) = (writes(Some(&record.outcome)), writes(replayed.now.as_ref()))
    {
        differences(&then, &now, text);
    }
}

fn differences(then: &[(Bytes, Option<Entry>)], now: &[(Bytes, Option<Entry>)], text: &mut String) {
    let mut keys: Vec<&Bytes> = then.iter().chain(now).map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    let at = |keys: &[(Bytes, Option<Entry>)], wanted: &Bytes| {
        keys.iter()
            .find(|(key, _)| key == wanted)
            .map(|(_, entry)| entry.clone())
    };
    let mut lines = String::new();
    for key in keys {
        let shown = match (at(then, key).flatten(), at(now, key).flatten()) {
            (Some(then), Some(now)) if is_same(&then, &now) => continue,
            (Some(then), Some(now)) => diff::between(&then, &now),
            (None, None) => continue,
            (Some(_), None) => format!("  {}\n", paint(BAD, "- not there now")),
            (None, Some(now)) => {
                let yaml = record_to_yaml(&now);
                let lines = yaml.lines().map(|line| {
                    format!(
                        "  {}\n",
                        paint(GOOD, format!("+ {}", name(line.as_bytes())))
                    )
                });
                lines.collect()
            }
        };
        if shown.is_empty() {
            continue;
        }
        lines.line(format_args!("{}", name(key)));
        lines.push_str(&shown);
    }
    if lines.is_empty() {
        return;
    }
    let legend = format!("{} {}", paint(BAD, "- then"), paint(GOOD, "+ now"));
    text.line(format_args!("           {legend}"));
    lines
        .lines()
        .for_each(|line| text.line(format_args!("           {line}")));
}

fn is_same(one: &Entry, other: &Entry) -> bool {
    one.expires_at == other.expires_at && one.value.same(&other.value)
}

fn show_program(program: &RecordedProgram, replayed: &ReplayedProgram, text: &mut String) {
    let (verdict, style) = word(replayed.verdict);
    let (then, now) = replayed.calls;
    text.line(format_args!(
        "{}the program, {} then and {} now",
        paint(style, format!("{verdict:<11}")),
        count(then as u64, "call"),
        number(now as u64)
    ));
    let outcome = program.outcome.as_ref().map_or_else(
        || "not recorded: the recording was full".to_owned(),
        |outcome| described(outcome, "done"),
    );
    text.line(format_args!("           then: {outcome}"));
    text.line(format_args!(
        "           now:  {}",
        described(&replayed.now, "done")
    ));
    text.line(format_args!(
        "           {}",
        paint(
            FAINT,
            format!(
                "{} written now",
                count(replayed.wrote_now.len() as u64, "key")
            )
        )
    ));
    differences(&replayed.wrote_then, &replayed.wrote_now, text);
}

/// Says an outcome in words; `changed` is what to call one that wrote something.
fn described(outcome: &RecordedOutcome, changed: &str) -> String {
    match outcome {
        RecordedOutcome::Unchanged => "unchanged".to_owned(),
        RecordedOutcome::Changed(_) => changed.to_owned(),
        RecordedOutcome::Skipped(None) => "skipped".to_owned(),
        RecordedOutcome::Skipped(Some(reason)) => format!("skipped: {}", name(reason.as_bytes())),
        RecordedOutcome::Rejected { code, message, at } => {
            let message = message.as_ref().map_or_else(String::new, |message| {
                format!(": {}", name(message.as_bytes()))
            });
            let at = at
                .as_ref()
                .map_or_else(String::new, |at| format!(" ({})", name(at.as_bytes())));
            format!("rejected with {code}{message}{at}")
        }
    }
}

fn summary(shape: &ReplayShape) -> String {
    let mut words = vec![format!("{} as then", number(shape.same))];
    if shape.differing > 0 {
        words.push(format!("{} otherwise", number(shape.differing)));
    }
    if shape.not_replayable > 0 {
        words.push(format!(
            "{} that cannot be replayed",
            number(shape.not_replayable)
        ));
    }
    let style = if shape.differing > 0 { BAD } else { GOOD };
    format!("\n{}\n", paint(style, words.join(", ")))
}

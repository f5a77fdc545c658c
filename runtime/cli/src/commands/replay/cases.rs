//! A recording as cases: what was given in a run, and what comes of it now, as a test that passes from now on.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use remold::host_api::{Bytes, Entry};
use remold::manifest::cases::{
    Case, CaseFile, Direction, Expectation, ExpectedOutcome, GivenRecord, case_to_yaml,
};
use remold::manifest::recording::{RecordedCall, RecordedOutcome, Recording};
use remold::{CaseRunner, Migration};

use crate::diff::quote::name;
use crate::report::Report;

/// Adds a case for each record, or one for a program, to a file; returns how many. Cases that are in it already stay.
pub(super) fn add(
    path: &Path,
    recording: &Recording,
    migration: &Migration,
) -> Result<usize, Report> {
    let before = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Report::file(path, &error)),
    };
    let shown = path.display().to_string();
    let known: Vec<String> = if before.trim().is_empty() {
        Vec::new()
    } else {
        let file = CaseFile::read(&shown, &before)?;
        file.cases.into_iter().map(|case| case.name).collect()
    };
    let runner = CaseRunner::new(migration);
    let mut text = before.trim_end().to_owned();
    let mut added = 0;
    for mut case in cases_of(recording) {
        if known.contains(&case.name) {
            continue;
        }
        if let Some(observed) = runner.run(&case)?.observed {
            case.expect = observed;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(case_to_yaml(&case).trim_end());
        added += 1;
    }
    text.push('\n');
    // A file that is written in braces cannot be added to.
    CaseFile::read(&shown, &text)?;
    if added > 0 {
        write(path, &text).map_err(|error| Report::file(path, &error))?;
    }
    Ok(added)
}

fn cases_of(recording: &Recording) -> Vec<Case> {
    let case = |name: String, given: Vec<Entry>| Case {
        name,
        line: 0,
        given: given
            .into_iter()
            .map(|entry| GivenRecord {
                entry,
                as_json: false,
            })
            .collect(),
        expect: Expectation::All(ExpectedOutcome::Unchanged),
        parameters: None,
        now_ms: recording.now_ms,
        seed: recording.seed,
        direction: Direction::Migrate,
    };
    if let Some(program) = &recording.program {
        // What the program read first is what was there before it.
        let mut given: BTreeMap<&Bytes, &Option<Entry>> = BTreeMap::new();
        for call in &program.calls {
            if let RecordedCall::Get { found, .. } = call {
                for (key, entry) in found {
                    given.entry(key).or_insert(entry);
                }
            }
        }
        let given: Vec<Entry> = given.into_values().flatten().cloned().collect();
        if given.is_empty() {
            return Vec::new();
        }
        let run = recording.run.as_deref().unwrap_or("a dry run");
        return vec![case(format!("what the program met in {run}"), given)];
    }
    let records = recording.records.iter().filter_map(|record| {
        let given = record.given.clone()?;
        // A transform may look its own key up.
        let beside = record.beside.iter().filter(|(key, _)| *key != record.key);
        let beside = beside.filter_map(|(_, entry)| entry.clone());
        let what = match &record.outcome {
            RecordedOutcome::Rejected { code, .. } => format!("was rejected with {code}"),
            RecordedOutcome::Skipped(_) => "was skipped".to_owned(),
            RecordedOutcome::Unchanged => "was unchanged".to_owned(),
            RecordedOutcome::Changed(_) => "was changed".to_owned(),
        };
        let name = format!("{} {what}", name(&record.key));
        Some(case(name, std::iter::once(given).chain(beside).collect()))
    });
    records.collect()
}

/// Writes the file, whole or not at all.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)?;
    }
    let scratch = path.with_extension("yaml.new");
    let written = std::fs::File::create(&scratch).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let placed = written.and_then(|()| std::fs::rename(&scratch, path));
    if placed.is_err() {
        drop(std::fs::remove_file(&scratch));
    }
    placed
}

//! A migration's fixtures: each case is a keyspace in memory that the real run goes over.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use remold_engine::port::{Journal, Selection, Source};
use remold_engine::record::Rejected;
use remold_engine::{Action, Allowance, Control, Event, Fixture, Observer, Overlay, RunEnd, Unjournalled};
use remold_host_api::{Bytes, Entry, Pattern};
use remold_manifest::cases::{Case, CaseFile, Direction, Expectation, Expected, ExpectedOutcome};

use crate::error::{Error, describe_end};
use crate::migration::{Migration, read_text};
use crate::open;
use crate::runner::RunOptions;
use crate::target::{FileTarget, Target};

/// Runs a migration's cases.
pub struct CaseRunner<'a> {
    migration: &'a Migration,
}

/// What came of one case.
#[derive(Debug, Clone)]
pub struct CaseReport {
    /// The case's name.
    pub name: String,
    /// The line of the case in its file.
    pub line: usize,
    /// Whether it came out as expected.
    pub verdict: CaseVerdict,
    /// All records afterwards, in order of key.
    pub entries: Vec<Entry>,
}

/// Whether a case came out as expected.
#[derive(Debug, Clone, PartialEq)]
pub enum CaseVerdict {
    /// It did.
    Passed,
    /// It did not: what is wrong, a line for each key.
    Failed(Vec<String>),
}

/// What the transform said of each key that it did not change.
#[derive(Default)]
struct Said {
    left: Mutex<BTreeMap<Bytes, Option<String>>>,
    rejected: Mutex<BTreeMap<Bytes, Rejected>>,
}

impl Observer for Said {
    fn event(&self, event: Event) {
        match event {
            Event::Left { key, skipped } => {
                self.left.lock().unwrap_or_else(PoisonError::into_inner).insert(key, skipped);
            }
            Event::Rejected(rejected) => {
                let mut all = self.rejected.lock().unwrap_or_else(PoisonError::into_inner);
                all.insert(rejected.key.clone(), rejected);
            }
            _ => {}
        }
    }
}

impl<'a> CaseRunner<'a> {
    /// Makes a runner for a migration's cases.
    pub fn new(migration: &'a Migration) -> Self {
        Self { migration }
    }

    /// Lists the files `cases/*.yaml` beside the manifest, in order.
    pub fn files(&self) -> Result<Vec<PathBuf>, Error> {
        let folder = self.migration.folder().join("cases");
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(Error::File { path: folder, source }),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| Error::File { path: folder.clone(), source })?.path();
            if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// Reads a file of cases.
    pub fn read(&self, path: &Path) -> Result<CaseFile, Error> {
        Ok(CaseFile::read(&path.display().to_string(), &read_text(path)?)?)
    }

    /// Runs one case.
    pub fn run(&self, case: &Case) -> Result<CaseReport, Error> {
        let given = case.given.iter().map(|record| record.entry.clone());
        let fixture = Fixture::new(given).map_err(|(key, error)| Error::Fixture {
            key: remold_engine::text::escape(&key),
            message: error.to_string(),
        })?;
        let given: Vec<Bytes> = fixture.keys().cloned().collect();
        let source: Arc<dyn Source> = Arc::new(fixture);
        let prefix = open::reserved_prefix();
        let overlay = Overlay::new(Arc::clone(&source), Box::new(Cursor::new(Vec::new())), case.seed, prefix)?;
        let said = Said::default();
        let journal: Arc<dyn Journal> = Arc::new(Unjournalled::default());
        let spec = self.spec(case);
        let control = Control::new();
        let outcome = remold_engine::run(&spec, &overlay, &[journal], &control, &said);
        let entries = entries_of(source.as_ref(), &overlay, &given)?;
        let mut problems = compare(case, &given, &entries, &said);
        if outcome.end != RunEnd::Completed {
            problems.push(describe_end(&outcome.end));
        }
        let verdict = if problems.is_empty() { CaseVerdict::Passed } else { CaseVerdict::Failed(problems) };
        Ok(CaseReport { name: case.name.clone(), line: case.line, verdict, entries })
    }

    fn spec(&self, case: &Case) -> remold_engine::RunSpec {
        let nowhere = Target::File(FileTarget { input: "case".into(), output: None, database: 0 });
        let mut header = open::header_of(self.migration, &nowhere);
        header.now_ms = case.now_ms;
        header.seed = case.seed;
        let transform = self.migration.transform();
        let action = match case.direction {
            Direction::Migrate => Action::Migrate(transform),
            Direction::Revert => Action::Revert(transform),
        };
        let options = RunOptions { show_changes: true, ..RunOptions::default() };
        let mut spec = open::spec_of(self.migration, header, action, &options);
        if let Some(parameters) = &case.parameters {
            spec.context.parameters = serde_json::Value::Object(parameters.clone());
        }
        if case.direction == Direction::Revert {
            // What comes back may have other keys than what was selected.
            spec.selection = Selection { pattern: Pattern::new("*"), kind: None, keys: None, ..spec.selection };
        }
        // A case says itself what may be rejected.
        spec.policy.max_rejected = Allowance::Count(u64::MAX);
        spec.strategy.canary.clear();
        spec.strategy.lanes = Some(1);
        spec
    }
}

/// Reads all records as they are afterwards.
fn entries_of(source: &dyn Source, overlay: &Overlay, given: &[Bytes]) -> Result<Vec<Entry>, Error> {
    let mut images = BTreeMap::new();
    let candidates: Vec<_> = given.iter().cloned().map(remold_engine::port::Candidate::new).collect();
    for (key, fetched) in given.iter().zip(source.reader()?.read(&candidates, u64::MAX)?) {
        if let remold_engine::port::Fetched::Found(image) = fetched {
            images.insert(key.clone(), image);
        }
    }
    let reserved = open::reserved_prefix();
    overlay.for_each_change(|key, image| {
        match image {
            Some(image) if !key.starts_with(&reserved) => drop(images.insert(key, image)),
            _ => drop(images.remove(&key)),
        }
        Ok(())
    })?;
    let mut entries = Vec::with_capacity(images.len());
    for (key, image) in images {
        let decoded = remold_rdb::decode(&image.payload).map_err(|error| Error::Fixture {
            key: remold_engine::text::escape(&key),
            message: error.to_string(),
        })?;
        entries.push(Entry { key, value: decoded.value, expires_at: image.expires_at });
    }
    Ok(entries)
}

fn compare(case: &Case, given: &[Bytes], entries: &[Entry], said: &Said) -> Vec<String> {
    let left = said.left.lock().unwrap_or_else(PoisonError::into_inner);
    let rejected = said.rejected.lock().unwrap_or_else(PoisonError::into_inner);
    let outcome = |key: &Bytes, expected: &ExpectedOutcome| -> Option<String> {
        let name = remold_engine::text::escape(key);
        let said = match (rejected.get(key), left.get(key)) {
            (Some(rejected), _) => {
                let place = rejected.location.as_ref().map_or_else(String::new, |place| format!(" ({place})"));
                format!("rejected with {}: {}{place}", rejected.code, rejected.message)
            }
            (None, Some(Some(reason))) => format!("skipped: {reason}"),
            (None, Some(None)) => "unchanged".to_owned(),
            (None, None) => "changed, or not selected".to_owned(),
        };
        let fits = match expected {
            ExpectedOutcome::Unchanged => matches!(left.get(key), Some(None)),
            ExpectedOutcome::Skip(None) => matches!(left.get(key), Some(Some(_))),
            ExpectedOutcome::Skip(Some(reason)) => matches!(left.get(key), Some(Some(found)) if found == reason),
            ExpectedOutcome::Reject(code) => rejected.get(key).is_some_and(|rejected| rejected.code == *code),
            ExpectedOutcome::Failure(reason) => {
                rejected.get(key).is_some_and(|rejected| rejected.code == reason.code())
            }
        };
        (!fits).then(|| format!("{name}: expected {}, but it was {said}", describe(expected)))
    };
    let expected_keys = match &case.expect {
        Expectation::All(expected) => return given.iter().filter_map(|key| outcome(key, expected)).collect(),
        Expectation::Keys(keys) => keys,
    };
    let mut problems = Vec::new();
    for (key, expected) in expected_keys {
        let name = remold_engine::text::escape(key);
        let found = entries.iter().find(|entry| entry.key == *key);
        match (expected, found) {
            (Expected::Outcome(expected), _) => problems.extend(outcome(key, expected)),
            (Expected::Record(expected), Some(found)) if expected.matches(found) => {}
            (Expected::Record(_), Some(found)) => problems.push(format!(
                "{name}: is another record than expected:\n{}",
                remold_manifest::cases::record_to_yaml(found)
            )),
            (Expected::Record(_), None) => match rejected.get(key) {
                Some(rejected) => problems.push(format!("{name}: does not exist: {}", rejected.message)),
                None => problems.push(format!("{name}: does not exist")),
            },
        }
        if let (Expected::Record(_), Some(rejected)) = (expected, rejected.get(key)) {
            let place = rejected.location.as_ref().map_or_else(String::new, |place| format!(" ({place})"));
            problems.push(format!("{name}: was rejected with {}: {}{place}", rejected.code, rejected.message));
        }
    }
    for entry in entries {
        if !expected_keys.iter().any(|(key, _)| *key == entry.key) {
            let name = remold_engine::text::escape(&entry.key);
            problems.push(format!("{name}: exists and is not expected\n{}", remold_manifest::cases::record_to_yaml(entry)));
        }
    }
    problems
}

fn describe(expected: &ExpectedOutcome) -> String {
    match expected {
        ExpectedOutcome::Unchanged => "unchanged".to_owned(),
        ExpectedOutcome::Skip(None) => "skipped".to_owned(),
        ExpectedOutcome::Skip(Some(reason)) => format!("skipped: {reason}"),
        ExpectedOutcome::Reject(code) => format!("rejected with {code}"),
        ExpectedOutcome::Failure(reason) => format!("rejected with {reason}"),
    }
}

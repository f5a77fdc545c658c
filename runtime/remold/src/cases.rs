//! A migration's fixtures: each case is a keyspace in memory that the real run goes over.

mod compare;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use remold_engine::port::Source;
use remold_engine::record::Rejected;
use remold_engine::{Event, Fixture, Observer, Overlay, RunEnd};
use remold_host_api::{Bytes, Entry};
use remold_manifest::Path as Place;
use remold_manifest::cases::{Case, CaseFile, Expectation};

use crate::catalogue;
use crate::error::{Error, describe_end};
use crate::migration::{Migration, read_text};
use crate::open;
use crate::runner::RunOptions;
use crate::stage::{Stage, nowhere};

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
    /// The expectation that it would meet, for an update of its file; `None` if it was not carried to its end.
    pub observed: Option<Expectation>,
}

/// Whether a case came out as expected.
#[derive(Debug, Clone, PartialEq)]
pub enum CaseVerdict {
    /// It did.
    Passed,
    /// It did not: what is wrong.
    Failed(Vec<CaseProblem>),
}

/// What is wrong with one key after a case, or with the case as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseProblem {
    /// The key; `None` if it is not about a single key.
    pub key: Option<Bytes>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What was expected of the key, as fixtures write it; empty if nothing was.
    pub expected: String,
    /// What came of it, as fixtures write it; empty if it does not exist.
    pub found: String,
    /// The record that was expected and the one that is there, where there are both.
    pub records: Option<Box<(Entry, Entry)>>,
}

/// Takes down what the transform says of each key that it does not change.
#[derive(Default)]
struct Said {
    words: Mutex<BTreeMap<Bytes, Word>>,
}

/// What the transform said of a key that it did not change.
pub(crate) enum Word {
    /// Nothing.
    Unchanged,
    /// It skipped it.
    Skipped(String),
    /// It rejected it, or failed.
    Rejected(Rejected),
}

impl Said {
    fn into_words(self) -> BTreeMap<Bytes, Word> {
        self.words
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Said {
    fn event(&self, event: Event) {
        let (key, word) = match event {
            Event::Left { key, skipped } => (key, skipped.map_or(Word::Unchanged, Word::Skipped)),
            Event::Rejected(rejected) => (rejected.key.clone(), Word::Rejected(rejected)),
            _ => return,
        };
        self.words
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, word);
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
            Err(source) => {
                return Err(Error::File {
                    path: folder,
                    source,
                });
            }
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry
                .map_err(|source| Error::File {
                    path: folder.clone(),
                    source,
                })?
                .path();
            if path
                .extension()
                .is_some_and(|extension| extension == "yaml" || extension == "yml")
            {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// Reads a file of cases. Where the manifest uses a transform of the catalogue, the parameters of a case are checked as
    /// those of the manifest are, and get the same defaults.
    pub fn read(&self, path: &Path) -> Result<CaseFile, Error> {
        let mut file = CaseFile::read(&path.display().to_string(), &read_text(path)?)?;
        let Some(ready) = self.migration.ready() else {
            return Ok(file);
        };
        let mut problems = Vec::new();
        for (position, case) in file.cases.iter_mut().enumerate() {
            let Some(given) = &mut case.parameters else {
                continue;
            };
            let place = Place::default().index(position).field("parameters");
            match catalogue::effective(ready, given, &place) {
                Ok(effective) => *given = effective,
                Err(wrong) => problems.extend(wrong),
            }
        }
        if problems.is_empty() {
            return Ok(file);
        }
        Err(file.errors_at(problems).into())
    }

    /// Runs one case.
    pub fn run(&self, case: &Case) -> Result<CaseReport, Error> {
        let given = case.given.iter().map(|record| record.entry.clone());
        let fixture = Fixture::new(given).map_err(|(key, error)| Error::Fixture {
            key: remold_engine::text::escape(&key),
            message: error.to_string(),
        })?;
        let given: Vec<Bytes> = fixture.keys().cloned().collect();
        let stage = Stage::of(self.migration, case);
        let options = RunOptions {
            show_changes: true,
            ..RunOptions::default()
        };
        let said = Said::default();
        let played = stage.play(fixture, &options, &said)?;
        let entries = entries_of(played.source.as_ref(), &played.overlay, &given)?;
        let outcome = played.outcome;
        let said = said.into_words();
        let mut problems = compare::problems(case, &given, &entries, &said);
        let observed = (outcome.end == RunEnd::Completed)
            .then(|| compare::observed(case, &given, &entries, &said));
        if observed.is_none() {
            let message = describe_end(&outcome.end);
            problems.push(CaseProblem {
                key: None,
                message,
                expected: String::new(),
                found: String::new(),
                records: None,
            });
        }
        let verdict = if problems.is_empty() {
            CaseVerdict::Passed
        } else {
            CaseVerdict::Failed(problems)
        };
        Ok(CaseReport {
            name: case.name.clone(),
            line: case.line,
            verdict,
            entries,
            observed,
        })
    }
}

/// Reads all records as they are afterwards.
fn entries_of(
    source: &dyn Source,
    overlay: &Overlay,
    given: &[Bytes],
) -> Result<Vec<Entry>, Error> {
    let mut images = BTreeMap::new();
    let candidates: Vec<_> = given
        .iter()
        .cloned()
        .map(remold_engine::port::Candidate::new)
        .collect();
    for (key, fetched) in given
        .iter()
        .zip(source.reader()?.read(&candidates, u64::MAX)?)
    {
        if let remold_engine::port::Fetched::Found(image) = fetched {
            images.insert(key.clone(), image);
        }
    }
    let reserved = open::reserved_prefix(&nowhere());
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
        entries.push(Entry {
            key,
            value: decoded.value,
            expires_at: image.expires_at,
        });
    }
    Ok(entries)
}

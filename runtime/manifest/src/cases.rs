//! Fixtures: the files `cases/*.yaml` beside a transform, each a list of cases.
//!
//! ```yaml
//! - name: splits a plain name
//!   given:                       # the whole keyspace; the manifest's selection says what is migrated
//!     "user:1": { hash: { name: "Ada Lovelace", price: 12.30 }, expiresAt: 2026-06-01T00:00:00Z }
//!   expect:                      # the whole keyspace afterwards; what is not named was deleted
//!     "user:1": { hash: { first: Ada, last: Lovelace, price: 1230 }, expiresAt: 2026-06-01T00:00:00Z }
//! - name: has no name
//!   given: { "user:2": { hash: { id: 2 } } }
//!   expect: { reject: no-name }  # or skip, failure, unchanged; also for a single key
//! - name: with a comma, at another time, the way back
//!   parameters: { separator: "," } # instead of all of the manifest's; a transform of the catalogue checks them
//!   now: 2026-06-01T00:00:00Z
//!   direction: revert
//!   given: { "user:3": { hash: { first: Ada, last: Lovelace } } }
//!   expect: { "user:3": { hash: { name: "Ada,Lovelace" } } }
//! ```
//!
//! Values are bytes: a scalar stands for its text as it is written (`12.30` stays `12.30`), and
//! `{ base64: … }` for any bytes. In names (keys, hash fields, members of sorted sets) `\xff` is a byte and
//! `\\` a backslash. A `json` value is a text that is compared by its meaning.

use bytes::Bytes;
use remold_host_api::{Entry, FailureReason, Value};
use serde_json::Map;

use crate::error::{Finding, ManifestErrors, Problem};
use crate::yaml::{self, Path};

mod fields;
mod name;
mod read;
pub mod recording;
mod rewrite;
mod stream;
mod value;
mod write;

pub use write::{case_to_yaml, expectation_to_yaml, record_to_yaml};

/// The frozen clock of a case that names none, Unix milliseconds: 2026-01-01T00:00:00Z.
pub const DEFAULT_NOW_MS: u64 = 1_767_225_600_000;

/// The cases of one file, in order.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The cases.
    pub cases: Vec<Case>,
    file: String,
    text: String,
    root: yaml::Node,
    places: Vec<read::Place>,
}

/// One case: a keyspace, and what the transform makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What the case shows; unique in its file.
    pub name: String,
    /// The line of the case in its file, from 1.
    pub line: usize,
    /// All records there are. The manifest's selection says which of them are migrated; the others can be
    /// looked up.
    pub given: Vec<GivenRecord>,
    /// What must come of it.
    pub expect: Expectation,
    /// The parameters, instead of the manifest's, where the case gives some.
    pub parameters: Option<Map<String, serde_json::Value>>,
    /// The frozen clock, Unix milliseconds.
    pub now_ms: u64,
    /// The run's seed.
    pub seed: u64,
    /// Which of the transform's functions is called.
    pub direction: Direction,
}

/// Which of the transform's functions a case calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// `migrate`.
    #[default]
    Migrate,
    /// `revert`.
    Revert,
}

/// A record that is there before.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenRecord {
    /// The record.
    pub entry: Entry,
    /// Whether its text was given as structured `json`.
    pub as_json: bool,
}

/// What must come of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// The same outcome for every selected record.
    All(ExpectedOutcome),
    /// The whole keyspace afterwards, key by key. A key that is not named must not exist.
    Keys(Vec<(Bytes, Expected)>),
}

/// What must come of one key.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// It holds this record.
    Record(ExpectedRecord),
    /// Its transform ends in this way, and it is what it was.
    Outcome(ExpectedOutcome),
}

/// How the transform of a record must end, when it does not change the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedOutcome {
    /// It changes nothing.
    Unchanged,
    /// It is skipped, for this reason or for any.
    Skip(Option<String>),
    /// It is rejected with this code.
    Reject(String),
    /// It fails for this reason.
    Failure(FailureReason),
}

/// A record that must be there afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpectedRecord {
    /// The value.
    pub value: ExpectedValue,
    /// When the key expires, Unix milliseconds; `None` if it must not.
    pub expires_at: Option<u64>,
}

/// A value that must be there afterwards.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpectedValue {
    /// This value; see [`Value::same`].
    Exact(Value),
    /// A text that is JSON and means this.
    Json(serde_json::Value),
}

impl ExpectedRecord {
    /// Says whether a record is the expected one.
    pub fn matches(&self, entry: &Entry) -> bool {
        self.expires_at == entry.expires_at && self.value.matches(&entry.value)
    }
}

impl ExpectedValue {
    /// Says whether a value is the expected one. Numbers in JSON are equal when they are written the same.
    pub fn matches(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Exact(expected), value) => expected.same(value),
            (Self::Json(expected), Value::Text(text)) => serde_json::from_slice(text)
                .is_ok_and(|found: serde_json::Value| found == *expected),
            (Self::Json(_), _) => false,
        }
    }
}

impl Case {
    /// Makes the expectation that the records as they are now would meet, for an update of the file.
    /// A text is written as `json` where the case does that for its key.
    pub fn observed(&self, entries: &[Entry]) -> Expectation {
        let keys = entries.iter().map(|entry| {
            let json = self.is_json(&entry.key).then(|| match &entry.value {
                Value::Text(text) => serde_json::from_slice(text).ok(),
                _ => None,
            });
            let value = match json.flatten() {
                Some(json) => ExpectedValue::Json(json),
                None => ExpectedValue::Exact(entry.value.clone()),
            };
            let expires_at = entry.expires_at;
            let record = ExpectedRecord { value, expires_at };
            (entry.key.clone(), Expected::Record(record))
        });
        Expectation::Keys(keys.collect())
    }

    fn is_json(&self, key: &Bytes) -> bool {
        let given = self.given.iter();
        let mut given = given.filter(|record| record.entry.key == key);
        let expected = match &self.expect {
            Expectation::All(_) => false,
            Expectation::Keys(keys) => keys.iter().any(|(name, expected)| {
                let json = matches!(expected, Expected::Record(record) if matches!(record.value, ExpectedValue::Json(_)));
                name == key && json
            }),
        };
        expected || given.any(|record| record.as_json)
    }
}

impl CaseFile {
    /// Reads a file of cases. `file` is named in errors; nothing is opened. All problems are found at once,
    /// but for those that hide others.
    pub fn read(file: &str, text: &str) -> Result<Self, ManifestErrors> {
        let (root, mut findings) = yaml::build(text);
        if let Some(root) = root {
            let mut reader = fields::Reader::new(text);
            let (cases, places) = reader.cases(&root);
            findings.extend(reader.findings);
            if findings.is_empty() {
                return Ok(Self {
                    cases,
                    file: file.to_owned(),
                    text: text.to_owned(),
                    root,
                    places,
                });
            }
        }
        Err(ManifestErrors::new(file, text, findings))
    }

    /// Returns the file's name as it was given.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Makes errors at parts of the file, for what only a later step can find out: a parameter that the transform does
    /// not take.
    pub fn errors_at(&self, problems: Vec<(Path, Problem)>) -> ManifestErrors {
        let finding = |(path, problem): (Path, Problem)| {
            Finding::new(self.root.place_of(&path, &problem), path, problem)
        };
        let findings = problems.into_iter().map(finding).collect();
        ManifestErrors::new(&self.file, &self.text, findings)
    }
}

#[cfg(test)]
mod tests;

//! What `check` and `test` find, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// A migration that can be run.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckShape {
    /// The manifest's file.
    pub(crate) manifest: String,
    /// The migration's name.
    pub(crate) migration: String,
    /// The digest of manifest and transform.
    pub(crate) digest: String,
    /// `record` for a record transform, `program` for a program.
    pub(crate) transform: String,
    /// Whether the transform has a way back (`revert`).
    pub(crate) reversible: bool,
    /// The transform's files.
    pub(crate) files: Vec<String>,
}

/// What came of the cases.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestShape {
    /// The migration's name.
    pub(crate) migration: String,
    /// How many cases came out as expected.
    pub(crate) passed: u64,
    /// How many did not.
    pub(crate) failed: u64,
    /// How many of those that did not were updated in their files.
    pub(crate) updated: u64,
    /// The cases, in order.
    pub(crate) cases: Vec<CaseShape>,
}

/// What came of a case.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseShape {
    /// The case's file.
    pub(crate) file: String,
    /// The line in it.
    pub(crate) line: usize,
    /// The case's name.
    pub(crate) name: String,
    /// Whether it came out as expected.
    pub(crate) passed: bool,
    /// Whether its expectation was updated.
    pub(crate) updated: bool,
    /// What is wrong.
    pub(crate) problems: Vec<ProblemShape>,
}

/// What is wrong with a key of a case.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemShape {
    /// The key; none if it is not about a single one.
    pub(crate) key: Option<String>,
    /// What is wrong.
    pub(crate) message: String,
    /// What was expected, as fixtures write it (YAML); empty if nothing was.
    pub(crate) expected: String,
    /// What came of it, likewise.
    pub(crate) found: String,
}

//! What `check` and `test` find, as JSON.

use remold::manifest::Oversized;
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
    /// What the transform may do beyond editing the selected keys: a line for each pattern that the manifest asks for, and
    /// one for each power of which it asks for nothing.
    pub(crate) powers: Vec<PowerShape>,
    /// The functions of the host that the code has calls of, by their names in docs/reference/host-functions.md; a
    /// script's method counts for every function of its name.
    pub(crate) calls: Vec<String>,
    /// What one call may use; of registered migrations each has its own.
    pub(crate) limits: LimitShape,
    /// Of a migration between versions: from which it leads to which, and how.
    pub(crate) versions: Option<CourseShape>,
}

/// From which versions a migration leads to which, and how.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CourseShape {
    /// The subject.
    pub(crate) subject: String,
    /// The version that records come to.
    pub(crate) to: String,
    /// The way from each version that records come from.
    pub(crate) ways: Vec<CheckedWayShape>,
    /// The versions that have none, each with the migration that would make one: `no way leads from …`.
    pub(crate) missing: Vec<String>,
}

/// A way between versions.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckedWayShape {
    /// The versions that it leads over, both ends included.
    pub(crate) versions: Vec<String>,
    /// The migrations, in their order.
    pub(crate) steps: Vec<String>,
}

/// A power beyond the selected keys.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PowerShape {
    /// The power.
    pub(crate) power: PowerWord,
    /// Whether the manifest asks for it.
    pub(crate) asked: bool,
    /// The pattern of keys that it is asked for on; none for a backup.
    pub(crate) keys: Option<String>,
    /// The granted patterns that keys must match too; none where all that is asked for is granted.
    pub(crate) within: Option<Vec<String>>,
    /// The functions of the host that need the power and that the code has calls of.
    pub(crate) functions: Vec<String>,
}

/// A power's name, as manifests and grants have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PowerWord {
    /// Reading keys that were not selected.
    Read,
    /// Renaming to, emitting and removing keys.
    Write,
    /// Listing keys.
    Scan,
    /// Taking a backup.
    Backup,
}

/// What one call of the transform may use.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LimitShape {
    /// Operations for a call.
    pub(crate) fuel_base: u64,
    /// Operations for each record of the batch.
    pub(crate) fuel_per_record: u64,
    /// Operations for each byte of the batch's records.
    pub(crate) fuel_per_byte: u64,
    /// Wall clock for one batch, as manifests write it.
    pub(crate) timeout: String,
    /// Memory, as manifests write it.
    pub(crate) memory: String,
    /// What may be written for one record, as manifests write it.
    pub(crate) output: String,
    /// The largest key, as manifests write it.
    pub(crate) max_key_bytes: String,
    /// What becomes of a larger key.
    pub(crate) oversized: Oversized,
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
    /// The keys of which the transform makes something else when it is asked again, alone and in another order: it keeps
    /// something from one record to the next, or depends on its batch.
    pub(crate) wavering: Vec<String>,
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

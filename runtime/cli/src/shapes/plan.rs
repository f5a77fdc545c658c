//! What `plan` finds, as JSON.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::versions::VersionsShape;

/// Which versions there are, and what a run would do with them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanShape {
    /// The migration's name.
    pub(crate) migration: String,
    /// The digest of manifest, transforms and the registry's documents.
    pub(crate) digest: String,
    /// Where it looked, without credentials.
    pub(crate) target: String,
    /// Whether all selected keys were looked at; not with `--sample`, unless there are fewer.
    pub(crate) complete: bool,
    /// Records that were looked at.
    pub(crate) records: u64,
    /// The ways that they would take, and what breaks schemas in those that would be rejected.
    pub(crate) versions: VersionsShape,
    /// Versions that records are to come from and that have no way.
    pub(crate) missing: Vec<MissingShape>,
    /// Other records that would be skipped, by reason.
    pub(crate) skipped: BTreeMap<String, u64>,
    /// Records that would be rejected before any transform, by code.
    pub(crate) rejected: BTreeMap<String, u64>,
}

/// A version without a way, and the migration that would make one.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MissingShape {
    /// The version.
    pub(crate) version: String,
    /// Records that are at it.
    pub(crate) records: u64,
    /// Where the migration could begin.
    pub(crate) from: String,
    /// Where it would have to lead.
    pub(crate) to: String,
}

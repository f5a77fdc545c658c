//! What `plan` finds, as JSON.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::migration::PowerShape;
use super::server::ServerShape;
use super::versions::VersionsShape;

/// What a run would be carried out on, and what it would do with versions.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanShape {
    /// The migration's name.
    pub(crate) migration: String,
    /// The digest of manifest, transforms and the registry's documents.
    pub(crate) digest: String,
    /// The plan's digest, by which it is approved: of the migration's digest, product, major and minor version and guard of the
    /// servers and how many they are, the database, the workers, and the order of magnitude of `keys`.
    pub(crate) plan_digest: String,
    /// Where it looked, without credentials.
    pub(crate) target: String,
    /// What was found there.
    pub(crate) servers: Vec<ServerShape>,
    /// Why a run would be refused there as things stand: a permission that is missing, a replica.
    pub(crate) refusal: Option<String>,
    /// What the transform may do beyond editing the selected keys.
    pub(crate) powers: Vec<PowerShape>,
    /// How many workers would share the run.
    pub(crate) workers: u32,
    /// Whether all selected keys were looked at; not with `--sample`, unless there are fewer. The plan of a part cannot be
    /// approved.
    pub(crate) complete: bool,
    /// Keys that are selected, as far as they were listed.
    pub(crate) keys: u64,
    /// Of a migration between versions: records that were looked at.
    pub(crate) records: u64,
    /// Of a migration between versions: the ways that they would take, and what breaks schemas in those that would be rejected.
    pub(crate) versions: Option<VersionsShape>,
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

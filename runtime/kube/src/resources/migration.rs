//! `RedisMigration`: where a migration stands.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use remold_manifest::WorkloadKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a migration stands. The truth is in Redis and in the journal; all of this can be made anew.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct MigrationStatus {
    /// The generation of the spec that this says something of; -1 before the first look.
    pub observed_generation: i64,
    /// `Ready`, `Reconciling`, `Stalled`; and the steps: `Planned`, `Approved`, `BackupReady`, `Migrated`, `Validated`,
    /// `RolledBack`.
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// One word for people, made of the conditions. Programs read the conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub phase: Option<String>,
    /// The plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PlanSummary")]
    pub plan: Option<PlanSummary>,
    /// The newest run, a `RedisMigrationRun`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub last_run: Option<String>,
    /// The `runToken` that the newest run was begun for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub last_run_token: Option<String>,
    /// The digest of manifest and transform that the newest run was begun with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub applied_digest: Option<String>,
    /// How much of the newest run is done, of 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64", range(max = 100))]
    pub progress_percent: Option<i64>,
    /// The backups that were made before the newest run, `RedisBackup` objects.
    pub backups: Vec<String>,
    /// The workloads that were stopped for the run, with what they were before.
    pub paused: Vec<PausedWorkload>,
}

/// What a plan found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct PlanSummary {
    /// The plan's digest, to be approved.
    pub digest: String,
    /// The digest of manifest and transform.
    pub migration_digest: String,
    /// What it was made of: another key asks for another plan.
    pub key: String,
    /// How many keys are selected, about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub keys: Option<i64>,
    /// The server that it was made on: product and version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub server: Option<String>,
    /// What a person should see before it is approved.
    pub notes: Vec<String>,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub made_at: Option<String>,
}

/// A workload that was stopped for a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PausedWorkload {
    /// Its kind.
    pub kind: WorkloadKind,
    /// Its name.
    pub name: String,
    /// How many replicas it had; of a `CronJob` 0 if it was suspended, else 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i32")]
    pub replicas: Option<i32>,
}

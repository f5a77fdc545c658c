//! `RedisMigrationRun`: one execution, whose spec never changes, with what each of its workers says.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use remold_manifest::Reference;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One execution of a migration, or of the way back: a copy of what was planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunSpec {
    /// The `RedisMigration`.
    pub migration_ref: Reference,
    /// The `RedisTarget`.
    pub target_ref: Reference,
    /// What is done.
    pub action: RunAction,
    /// The run's id in Redis and in the journals. Of a `RollBack` the run that is undone.
    #[schemars(length(min = 1, max = 120))]
    pub run: String,
    /// The digest of the plan that was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub plan_digest: Option<String>,
    /// The digest of manifest and transform.
    #[schemars(length(min = 1))]
    pub migration_digest: String,
    /// How many workers share it.
    #[schemars(range(min = 1, max = 64))]
    pub workers: u32,
    /// Whether it is done although the migration was applied before: a `runToken` asked for it.
    #[serde(default)]
    pub again: bool,
    /// The `spec` of the migration as it was planned.
    #[serde(default)]
    #[schemars(extend("additionalProperties" = true))]
    pub manifest: serde_json::Map<String, serde_json::Value>,
}

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum RunAction {
    /// It migrates.
    Migrate,
    /// It undoes a run.
    RollBack,
}

/// Where a run stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct RunStatus {
    /// The generation of the spec that this says something of; -1 before the first look.
    pub observed_generation: i64,
    /// `Ready`: it has ended well; `Reconciling`, `Stalled`; `Migrated`, `Validated`.
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// One word for people, made of the conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub phase: Option<String>,
    /// The Job that carries it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub job: Option<String>,
    /// What each worker says, every few seconds; written by the workers themselves.
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["index"]))]
    pub workers: Vec<WorkerStatus>,
    /// What the workers have done together.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Tally")]
    pub total: Option<Tally>,
    /// The backups that its program had taken: each is a `RedisBackup` of this name, where an object can have it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backups: Vec<String>,
    /// How much is done, of 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64", range(max = 100))]
    pub progress_percent: Option<i64>,
    /// When it was begun, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub started_at: Option<String>,
    /// When it ended, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub ended_at: Option<String>,
}

/// Counts of keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Tally {
    /// Keys that were listed.
    pub scanned: i64,
    /// Keys that were written.
    pub written: i64,
    /// Keys that the transform left as they are, or skipped.
    pub skipped: i64,
    /// Keys that were rejected.
    pub rejected: i64,
    /// Writes that met a change of the application and were made again.
    pub conflicts: i64,
}

/// What one worker says of its part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkerStatus {
    /// Which part of the keys it has, from 0.
    pub index: i32,
    /// What it is doing.
    pub state: WorkerState,
    /// What it has done.
    #[serde(default)]
    pub tally: Tally,
    /// How much of its part is done, of 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64", range(max = 100))]
    pub progress_percent: Option<i64>,
    /// How many keys it does in a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub keys_per_second: Option<i64>,
    /// In how many seconds it will be done, about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub eta_seconds: Option<i64>,
    /// Why it waits, or how it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(max = 1024))]
    pub message: Option<String>,
    /// When it said so, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub updated_at: Option<String>,
}

/// What a worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum WorkerState {
    /// It is at work.
    Running,
    /// It waits for a server, a lock or a limit; `message` says for what.
    Waiting,
    /// Its part is done.
    Completed,
    /// Its part is done, and some keys were rejected or kept.
    CompletedWithRejects,
    /// It stopped before its end and will be gone on with.
    Interrupted,
    /// It cannot go on.
    Failed,
}

//! What a document says to the controller of a cluster alone: where the migration runs, and when.
//!
//! None of it changes what a migration does to a key, so none of it is in the migration's digest
//! ([`crate::Migration::digest`]), and the command line passes over it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::Period;

/// The fields of a migration's `spec` that are for the controller alone.
pub(crate) const CLUSTER_FIELDS: &[&str] = &[
    "targetRef",
    "filesFrom",
    "suspend",
    "approvedPlan",
    "runToken",
    "rollback",
    "abort",
    "historyLimit",
    "job",
    "coordination",
];

/// Another object of the same namespace, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reference {
    /// The object's name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// Where the files that the document names come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilesFrom {
    /// A ConfigMap of the same namespace: each of its keys is a file beside the manifest.
    pub config_map: Reference,
}

/// The way back, asked for in the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct RollbackSpec {
    /// Whether the newest run is to be undone.
    pub requested: bool,
    /// What becomes of a run that failed or was found wrong when it was verified.
    pub on_failure: OnFailure,
}

/// What becomes of a run that failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// It stays as it is until somebody decides: it can be gone on with or rolled back.
    #[default]
    Keep,
    /// It is rolled back, key by key.
    RollBack,
}

/// How the workers of a run are made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct JobSpec {
    /// How many workers share a run, each with a part of the keys by their hash; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 64))]
    pub workers: Option<u32>,
    /// The volume or object store that the journals are kept in. A claim of its own is made for the migration if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "JournalPlace")]
    pub journal: Option<JournalPlace>,
    /// The image of the workers; the controller's own if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub image: Option<String>,
    /// The service account of the workers; one with the least rights is made if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub service_account_name: Option<String>,
    /// What a worker may use of each resource: `cpu`, `memory`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, String>,
    /// What is set aside for a worker of each resource: `cpu`, `memory`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub requests: BTreeMap<String, String>,
    /// Labels of the nodes that workers may run on.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_selector: BTreeMap<String, String>,
    /// Taints of nodes that workers may run on nevertheless.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Toleration>,
    /// More labels of the workers' pods.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// More annotations of the workers' pods.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// How long a worker may take to finish its batches when it is told to stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub grace_period: Option<Period>,
    /// How often a worker that died or lost its server is started again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(max = 1000))]
    pub retries: Option<u32>,
    /// How long the objects of a job that has ended are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub keep_for: Option<Period>,
}

/// A taint of nodes that workers tolerate, as Kubernetes writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Toleration {
    /// The taint's key; all keys if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub key: Option<String>,
    /// `Equal` if absent, or `Exists`, which needs no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub operator: Option<String>,
    /// The taint's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub value: Option<String>,
    /// The taint's effect: `NoSchedule`, `PreferNoSchedule` or `NoExecute`; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub effect: Option<String>,
    /// How long `NoExecute` is tolerated, seconds; for ever if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub toleration_seconds: Option<i64>,
}

/// Where journals are kept: exactly one of its places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum JournalPlace {
    /// A claim of the same namespace that exists.
    Claim(Reference),
    /// A claim that is made for the migration.
    NewClaim(NewClaim),
    /// An object store.
    Store(StoreSpec),
}

/// A claim that is made for the migration, and is kept when the migration is deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct NewClaim {
    /// Its size, as Kubernetes writes it: `10Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub size: Option<String>,
    /// Its storage class; the cluster's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub storage_class_name: Option<String>,
    /// How it may be mounted: `ReadWriteOnce` if absent, which keeps all workers on one node.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub access_mode: Option<String>,
}

/// A place in an object store that speaks the protocol of S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StoreSpec {
    /// The place: `s3://BUCKET/PREFIX`.
    #[schemars(length(min = 1), extend("pattern" = "^s3://[^/]+(/.*)?$"))]
    pub url: String,
    /// The store's address, where it is not Amazon's: `https://minio.storage:9000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub endpoint: Option<String>,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub region: Option<String>,
    /// A Secret of the same namespace whose keys become variables of the worker: `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY`. The pod's own identity is used if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Reference")]
    pub credentials: Option<Reference>,
}

/// What else in the cluster is paused for the run, or waited for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Coordination {
    /// Workloads that are stopped before the run and started again after it, with the size that they had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub pause: Vec<Workload>,
    /// Conditions of other objects that must hold before the run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub before: Vec<AwaitedCondition>,
    /// Conditions of other objects that must hold after the run, before the migration is ready.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub after: Vec<AwaitedCondition>,
}

/// A workload of the same namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workload {
    /// Its kind.
    pub kind: WorkloadKind,
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// A kind of workload.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum WorkloadKind {
    /// Scaled down to none.
    Deployment,
    /// Scaled down to none.
    StatefulSet,
    /// Suspended.
    CronJob,
}

/// A condition of another object of the same namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwaitedCondition {
    /// The object's group and version: `apps/v1`.
    #[schemars(length(min = 1))]
    pub api_version: String,
    /// The object's kind.
    #[schemars(length(min = 1))]
    pub kind: String,
    /// The object's name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// The condition's type, which must be `True`.
    #[schemars(length(min = 1))]
    pub condition: String,
    /// After this long without it the migration is stalled, and says so; it goes on when the condition comes true.
    #[serde(default = "half_an_hour")]
    pub timeout: Period,
}

const fn half_an_hour() -> Period {
    Period::from_millis(30 * 60 * 1000)
}

//! The types of a `RedisMigration` document, with their defaults.
//!
//! They are the single source of the document's shape: the structural check, the JSON Schema for editors
//! and the reference page are made from them. The doc comments of fields are the texts that users read
//! there. An impossible combination that a type can exclude is excluded by the type.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub mod backup;
pub mod capability;
pub mod cluster;
pub mod limits;
pub mod policy;
pub mod schema;
pub mod select;
pub mod strategy;
pub mod transform;

use backup::Backup;
use capability::CapabilitySpec;
use cluster::{Coordination, FilesFrom, JobSpec, Reference, RollbackSpec};
use limits::LimitSpec;
use policy::Policy;
use schema::SchemaChange;
use select::Select;
use strategy::Strategy;
use transform::TransformSpec;

/// The version of the document's grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The first grammar.
    #[serde(rename = "remold.dev/v1alpha1")]
    V1Alpha1,
}

/// The kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DocumentKind {
    /// A migration.
    RedisMigration,
}

/// A migration of Redis data: which keys, by which transform, within which limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RedisMigration")]
pub struct Migration {
    /// The version of the document's grammar.
    pub api_version: ApiVersion,
    /// The kind of document.
    pub kind: DocumentKind,
    /// The migration's name and notes.
    pub metadata: Metadata,
    /// What the migration does.
    pub spec: Spec,
}

/// The migration's name and notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// The migration's name, unique among the migrations of one keyspace: at most 63 characters out of
    /// `a` to `z`, `0` to `9` and `-`, with a letter or digit at both ends.
    #[schemars(extend("format" = "dns-label", "pattern" = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"))]
    pub name: String,
    /// The Kubernetes namespace of the custom resource. Without effect on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "dns-label", "pattern" = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"))]
    pub namespace: Option<String>,
    /// Labels, for people and other tools. Without effect on a run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations, for people and other tools. Without effect on a run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// What the migration does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    /// The keys that are migrated.
    #[serde(default)]
    pub select: Select,
    /// From which registered versions of a subject's shape to which one. Each record is then held against them before and
    /// after the transform; what is at the version already is skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SchemaChange")]
    pub schema: Option<SchemaChange>,
    /// The code that changes each record.
    pub transform: TransformSpec,
    /// Any data for the transform, which reads it by name. A transform of the catalogue says what it takes.
    #[serde(default)]
    #[schemars(extend("additionalProperties" = true))]
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// What the transform may reach beyond the selected records. Only what is asked for here and granted
    /// by the operator is allowed.
    #[serde(default)]
    pub capabilities: CapabilitySpec,
    /// What one call of the transform may use. A record whose transform passes a limit is rejected.
    #[serde(default)]
    pub limits: LimitSpec,
    /// How the run proceeds.
    #[serde(default)]
    pub strategy: Strategy,
    /// What is kept for the way back.
    #[serde(default)]
    pub backup: Backup,
    /// What the run does about records that cannot be migrated, conflicts and failures.
    #[serde(default)]
    pub policy: Policy,
    /// The `RedisTarget` that it is for. For the controller of a cluster; the command line takes `--target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Reference")]
    pub target_ref: Option<Reference>,
    /// Where the files that the document names come from. For the controller of a cluster; on the command line they are beside
    /// the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "FilesFrom")]
    pub files_from: Option<FilesFrom>,
    /// Whether nothing is begun, and what is going on stops after its batches. For the controller of a cluster.
    #[serde(default, skip_serializing_if = "is_false")]
    pub suspend: bool,
    /// The digest of the plan that may be carried out, where `policy.approval` is `manual`. For the controller of a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("pattern" = "^[0-9a-f]{64}$"))]
    pub approved_plan: Option<String>,
    /// Any text: each new one asks for one more run of a migration that has ended. For the controller of a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 63))]
    pub run_token: Option<String>,
    /// The way back. For the controller of a cluster; the command line has `remold rollback`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RollbackSpec")]
    pub rollback: Option<RollbackSpec>,
    /// Whether the newest run is ended as it stands: what it has written stays written, and can be rolled back. For the
    /// controller of a cluster; the command line has `remold abort`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub abort: bool,
    /// How many runs that have ended are kept as objects. For the controller of a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 100))]
    pub history_limit: Option<u32>,
    /// How the workers of a run are made. For the controller of a cluster, and for `remold job`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "JobSpec")]
    pub job: Option<JobSpec>,
    /// What else in the cluster is paused for the run, or waited for. For the controller of a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Coordination")]
    pub coordination: Option<Coordination>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

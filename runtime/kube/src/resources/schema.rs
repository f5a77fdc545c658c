//! `RedisSchema`: what the registry of its target says of it.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the registry of the target says of a version.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct SchemaStatus {
    /// The generation of the spec that this says something of; -1 before the first look.
    pub observed_generation: i64,
    /// `Ready`: it is registered as it stands here.
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// Whether it is registered. What is registered never changes.
    pub registered: bool,
    /// The digest of what is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub digest: Option<String>,
    /// The comparison with the version before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "VersionSummary")]
    pub compared: Option<VersionSummary>,
}

/// What changed since the version before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct VersionSummary {
    /// The version that it was compared with.
    pub with: String,
    /// How many changes there are.
    pub changes: i64,
    /// How many of them break old data.
    pub breaking: i64,
}

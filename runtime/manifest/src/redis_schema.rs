//! The types of a `RedisSchema` document: the shape of the keys of one subject at one version.
//!
//! What only somebody who knows JSON Schema and key patterns can check (`schema`, `keys`) is checked in `remold-schema`;
//! here is the shape of the document, and what of it contradicts itself.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::quantity::Period;
use crate::spec::ApiVersion;
use crate::spec::cluster::Reference;
use crate::spec::select::KeyKind;

mod compatibility;
mod document;
mod encoding;
mod registered_with;
mod validate;

pub use compatibility::{ComparisonMode, CompatibilityLevel, LevelError};
pub use document::SchemaDocument;
pub use encoding::{Compression, Content, Encoding, InvalidEncoding};

/// The kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SchemaKind {
    /// A schema.
    RedisSchema,
}

/// The shape of the keys of one subject at one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RedisSchema {
    /// The version of the document's grammar.
    pub api_version: ApiVersion,
    /// The kind of document.
    pub kind: SchemaKind,
    /// The document's name and notes.
    pub metadata: SchemaMetadata,
    /// The shape of the keys.
    pub spec: SchemaSpec,
}

/// The document's name and notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaMetadata {
    /// The document's name, as a rule subject and version: `user-2.0.0`. At most 253 characters out of `a` to `z`, `0` to `9`,
    /// `-` and `.`, with a letter or digit at both ends and beside each `.`.
    #[schemars(extend("format" = "dns-subdomain"), length(min = 1))]
    pub name: String,
    /// The Kubernetes namespace of the custom resource. Without effect on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "dns-label", "pattern" = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"))]
    pub namespace: Option<String>,
    /// Labels, for people and other tools.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations, for people and other tools.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// The shape of the keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaSpec {
    /// What the keys are about, the same in all versions: at most 63 characters out of `a` to `z`, `0` to `9` and `-`.
    #[schemars(extend("format" = "dns-label", "pattern" = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"))]
    pub subject: String,
    /// The version, by semantic versioning: `2.0.0`. What is registered under it never changes.
    #[schemars(with = "String", extend("format" = "version"))]
    pub version: Version,
    /// The pattern of the keys, with named captures: `user:{id}`. A capture takes one character or more up to the next `:`;
    /// `{id:uuid}`, `{id:integer}`, `{day:date}`, `{name:slug}` and `{hash:hex}` take only that, `{rest:any}` takes `:` too. A
    /// brace of the key itself is written twice: `{{user:{id}}}:cart`.
    #[schemars(length(min = 1))]
    pub keys: String,
    /// The type of the keys' values.
    #[serde(rename = "type")]
    pub kind: KeyKind,
    /// How values are written: of a text its whole, of any other type each of its elements. `json`, `msgpack`, `text`, `integer`
    /// or `raw`, and `gzip+`, `zlib+`, `zstd+` or `lz4+` before it for its compressed form: `gzip+json`.
    #[serde(default)]
    pub encoding: Encoding,
    /// What is said of single fields of a hash, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldSpec>,
    /// When keys expire.
    #[serde(default)]
    pub ttl: TtlSpec,
    /// What of a value says its version. Without it a key's version is the newest that it is valid under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "VersionField")]
    pub version_field: Option<VersionField>,
    /// A JSON Schema, of draft 2020-12 unless `$schema` says otherwise, over the value as JSON: of a text what it holds, of a
    /// hash an object of its fields, of a list or set an array, of a sorted set an array of `{member, score}`, of a stream an
    /// array of `{id, fields}`.
    #[serde(default)]
    #[schemars(extend("additionalProperties" = true))]
    pub schema: serde_json::Map<String, serde_json::Value>,
    /// What a version must be compatible with to be registered.
    #[serde(default)]
    pub compatibility: CompatibilityLevel,
    /// How compatibility is decided.
    #[serde(default)]
    pub comparison: ComparisonMode,
    /// The `RedisTarget` with which it is registered. For the controller of a cluster, and without effect on the digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Reference")]
    pub target_ref: Option<Reference>,
}

/// What is said of a single field of a hash.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldSpec {
    /// How this field is written, instead of `encoding`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Encoding")]
    pub encoding: Option<Encoding>,
    /// When this field expires (Redis 7.4 and later).
    #[serde(default)]
    pub ttl: TtlSpec,
}

/// When something expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct TtlSpec {
    /// Whether it must have an expiry.
    pub required: bool,
    /// Whether it may have one.
    pub allowed: bool,
    /// The least time to live, asked of what a migration writes; what is found later has lived for a while already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period", extend("x-remold-positive" = true))]
    pub min: Option<Period>,
    /// The longest time to live.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period", extend("x-remold-positive" = true))]
    pub max: Option<Period>,
}

impl Default for TtlSpec {
    fn default() -> Self {
        Self {
            required: false,
            allowed: true,
            min: None,
            max: None,
        }
    }
}

/// What of a value says its version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VersionField {
    /// Where it is, a JSON Pointer into the value as JSON: `/v`.
    #[schemars(extend("pattern" = "^(/([^~/]|~[01])*)+$"), length(min = 1))]
    pub pointer: String,
    /// The text that is there in this version; the version itself if absent. A number is compared by its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub value: Option<String>,
}

impl RedisSchema {
    /// Returns the effective document as JSON: every default filled in, fields in the order of the reference.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("a schema is a JSON object")
    }
}

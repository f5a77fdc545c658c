//! What `push` and `pull` did, as JSON.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// A component that is in a registry now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PushShape {
    /// Its name, as it was given.
    pub(crate) reference: String,
    /// The digest of its manifest, which pins it.
    pub(crate) digest: String,
    /// The digest of the component's bytes.
    pub(crate) component: String,
    /// How many there are.
    pub(crate) bytes: u64,
    /// `record` for a record transform, `program` for a program.
    pub(crate) transform: String,
    /// Whether the transform has a way back (`revert`).
    pub(crate) reversible: bool,
    /// Whether it was there already.
    pub(crate) was_there: bool,
    /// The lines of a manifest's `spec` that pin it, YAML.
    pub(crate) manifest: String,
}

/// A component that was pulled.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PullShape {
    /// Its name, as it was given.
    pub(crate) reference: String,
    /// The digest of its manifest, which pins it.
    pub(crate) digest: String,
    /// How many bytes the component has.
    pub(crate) bytes: u64,
    /// `record` for a record transform, `program` for a program.
    pub(crate) transform: String,
    /// Whether the transform has a way back (`revert`).
    pub(crate) reversible: bool,
    /// Whether it was held against a key, which signed it.
    pub(crate) signed: bool,
    /// Whether the registry was not needed.
    pub(crate) from_cache: bool,
    /// What whoever pushed it says of it.
    pub(crate) annotations: BTreeMap<String, String>,
    /// The file that was written, if one was asked for.
    pub(crate) file: Option<String>,
    /// The lines of a manifest's `spec` that pin it, YAML.
    pub(crate) manifest: String,
}

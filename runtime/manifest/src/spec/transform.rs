//! `spec.transform`: the code that changes each record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The code that changes each record: exactly one of its ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum TransformSpec {
    /// A Rhai script: where it is.
    Rhai(RhaiSource),
}

/// Where a Rhai script is: exactly one of its places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum RhaiSource {
    /// The script's file, relative to the manifest and inside its folder.
    File(#[schemars(length(min = 1))] String),
    /// The script itself.
    Source(#[schemars(length(min = 1))] String),
}

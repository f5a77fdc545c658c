//! `spec.transform`: the code that changes each record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many batches an instance of a component serves, unless the manifest says so.
const REUSE: u32 = 1000;

/// The code that changes each record: exactly one of its ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum TransformSpec {
    /// A Rhai script: where it is.
    Rhai(RhaiSource),
    /// A WebAssembly component or core module: where it is.
    Wasm(WasmSource),
    /// A ready transform, by its name in the catalogue; `parameters` are then checked against what it takes.
    /// `remold catalogue list` shows all.
    Uses(#[schemars(length(min = 1))] String),
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

/// Where a component is, and how it is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WasmSource {
    /// The component's or core module's file, relative to the manifest and inside its folder.
    #[schemars(length(min = 1))]
    pub file: String,
    /// The SHA-256 of the file, `sha256:` and 64 hexadecimal digits: another file is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub digest: Option<String>,
    /// How many batches an instance serves before it is replaced; 1 gives each batch one of its own, with nothing left
    /// of the batch before.
    #[serde(default = "reuse")]
    #[schemars(range(min = 1))]
    pub reuse: u32,
}

const fn reuse() -> u32 {
    REUSE
}

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
    /// The migrations between the versions of `schema`, one after the other in memory: each record takes the shortest way from
    /// its version, and is written once.
    Steps(StepsSource),
}

/// Where the migrations between versions come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StepsSource {
    /// The registry that `schema` names.
    Registered,
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

/// Where a component is, and how it is run: exactly one of `file` and `oci`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["file"] }, { "required": ["oci"] }]))]
pub struct WasmSource {
    /// The component's or core module's file, relative to the manifest and inside its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub file: Option<String>,
    /// The component's name in an OCI registry: `REGISTRY/REPOSITORY:TAG`, or `REGISTRY/REPOSITORY@DIGEST`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub oci: Option<String>,
    /// `sha256:` and 64 hexadecimal digits, anything else is refused: of `file` the SHA-256 of the file, of `oci` the digest of
    /// the artifact's manifest, as registries and their tools show it. `oci` needs it, for a tag can be moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub digest: Option<String>,
    /// Who must have signed the artifact that `oci` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SignatureSpec")]
    pub signature: Option<SignatureSpec>,
    /// How many batches an instance serves before it is replaced; 1 gives each batch one of its own, with nothing left
    /// of the batch before.
    #[serde(default = "reuse")]
    #[schemars(range(min = 1))]
    pub reuse: u32,
}

/// Who must have signed an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignatureSpec {
    /// The public key of a signature by cosign, PEM: the name of its file, relative to the manifest and inside its folder, or
    /// the text itself.
    #[schemars(length(min = 1))]
    pub key: String,
}

impl SignatureSpec {
    /// Says whether the key itself is given, and not the name of its file.
    pub fn is_inline(&self) -> bool {
        self.key.contains("-----BEGIN")
    }
}

/// Where a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WasmPlace<'a> {
    /// In a file beside the manifest.
    File(&'a str),
    /// In a registry, by this name.
    Oci(&'a str),
}

impl WasmSource {
    /// Returns where the component is.
    pub fn place(&self) -> WasmPlace<'_> {
        match (&self.oci, &self.file) {
            (Some(name), _) => WasmPlace::Oci(name),
            (None, file) => WasmPlace::File(file.as_deref().unwrap_or_default()),
        }
    }

    /// Returns what the component is called in errors, and where it is kept: the file, or the name in the registry.
    pub fn name(&self) -> &str {
        match self.place() {
            WasmPlace::File(name) | WasmPlace::Oci(name) => name,
        }
    }
}

const fn reuse() -> u32 {
    REUSE
}

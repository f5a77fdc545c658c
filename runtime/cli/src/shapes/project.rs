//! What `new` and `build` made, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// A transform that was begun.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewShape {
    /// Its folder.
    pub(crate) folder: String,
    /// Its language.
    pub(crate) language: String,
    /// The files to look at first, relative to the folder.
    pub(crate) files: Vec<String>,
}

/// A component that was built.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BuildShape {
    /// The component's file.
    pub(crate) component: String,
    /// The language of its source.
    pub(crate) language: String,
    /// Its size, bytes.
    pub(crate) bytes: u64,
    /// How long it took, milliseconds.
    pub(crate) took_ms: u64,
    /// What was called, in order, as a shell takes it.
    pub(crate) commands: Vec<String>,
}

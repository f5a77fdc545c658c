//! A migration that was begun, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// A migration that was begun.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenerateShape {
    /// The folder.
    pub(crate) folder: String,
    /// Its files.
    pub(crate) files: Vec<String>,
    /// What is left to a person: records that it is about are rejected until then.
    pub(crate) todos: Vec<String>,
    /// Whether the script has a way back.
    pub(crate) reverts: bool,
}

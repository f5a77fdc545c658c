//! Explanations as JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// What codes mean.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainShape {
    /// The codes that were asked for.
    pub(crate) codes: Vec<CodeShape>,
}

/// What a code means.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeShape {
    /// The code.
    pub(crate) code: String,
    /// Where it is met: `error`, `run end`, `reject` …
    pub(crate) area: String,
    /// What happened.
    pub(crate) happened: String,
    /// What is safe all the same.
    pub(crate) safe: String,
    /// What to do.
    pub(crate) remedy: String,
}

//! Errors as JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// Why a command has no result.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorShape {
    /// The stable word, see errors.md.
    pub(crate) code: String,
    /// What went wrong, for people.
    pub(crate) message: String,
    /// What helps, one sentence each.
    pub(crate) hints: Vec<String>,
    /// The single problems of a manifest, a file of cases or a script, with their places; otherwise empty.
    pub(crate) details: Vec<ErrorDetail>,
}

/// One problem of a document or script.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorDetail {
    /// The stable word, see errors.md.
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) message: String,
    /// The file.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column in characters, from 1; 0 if it is not known.
    pub(crate) column: usize,
    /// The part of the document, such as `spec.select.match`; none in a script.
    pub(crate) path: Option<String>,
    /// The text of the line.
    pub(crate) source_line: String,
    /// What helps, one sentence each.
    pub(crate) hints: Vec<String>,
}

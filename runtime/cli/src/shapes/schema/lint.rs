//! What is wrong with schema documents, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::shapes::error::{ErrorDetail, ErrorShape};

/// What is wrong with documents, and what is worth a look.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LintShape {
    /// How many schemas were read.
    pub(crate) schemas: u64,
    /// How many migrations between versions were read.
    pub(crate) migrations: u64,
    /// What keeps documents from being registered.
    pub(crate) errors: Vec<ErrorShape>,
    /// What is right, and still worth a look.
    pub(crate) warnings: Vec<WarningShape>,
}

/// Something that is worth a look.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WarningShape {
    /// The stable word, see errors.md.
    pub(crate) code: String,
    /// The subject.
    pub(crate) subject: String,
    /// What it is.
    pub(crate) message: String,
    /// What helps.
    pub(crate) hint: String,
    /// Where it is; missing where it is no matter of one document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<ErrorDetail>,
}

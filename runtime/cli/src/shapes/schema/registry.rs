//! Subjects, their versions and the migrations between them, as JSON.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// What a registry holds.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListShape {
    /// The subjects, by name.
    pub(crate) subjects: Vec<SubjectShape>,
}

/// A subject.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubjectShape {
    /// Its name.
    pub(crate) subject: String,
    /// Its versions, oldest first.
    pub(crate) versions: Vec<VersionShape>,
    /// The migrations between its versions, by the versions that they lead to.
    pub(crate) migrations: Vec<EdgeShape>,
}

/// A version of a subject.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionShape {
    /// The version.
    pub(crate) version: String,
    /// The pattern of its keys.
    pub(crate) keys: String,
    /// The type of its keys.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// How values are written.
    pub(crate) encoding: String,
    /// What it has to be compatible with.
    pub(crate) compatibility: String,
    /// The digest of what the document says.
    pub(crate) digest: String,
    /// Where the document is: a file, or its name in the registry.
    pub(crate) origin: String,
    /// When it was registered, Unix milliseconds; missing in a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) registered_at: Option<u64>,
    /// Who registered it; missing in a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) registered_by: Option<String>,
}

/// A migration from one version to another.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EdgeShape {
    /// The migration's name.
    pub(crate) migration: String,
    /// The version that records come from.
    pub(crate) from: String,
    /// The version that they come to.
    pub(crate) to: String,
}

/// A subject, or one version of it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShowShape {
    /// The subject, with all versions and migrations.
    #[serde(flatten)]
    pub(crate) subject: SubjectShape,
    /// The version that was asked for; missing if none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// What that version says with all defaults filled in, as in a document; missing if none was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document: Option<Value>,
    /// The document's text as it was registered; missing if no version was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// The graph that was asked for, as text; missing if none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) graph: Option<String>,
}

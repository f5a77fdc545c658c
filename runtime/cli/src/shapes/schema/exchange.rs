//! Documents on their way from one registry to another, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::shapes::error::ErrorShape;

/// What was brought, or would be brought, from one registry to another.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExchangeShape {
    /// The server.
    pub(crate) target: String,
    /// Whether it was done; `false` for `--dry-run`, for conflicts and refusals, and where there was nothing to do.
    pub(crate) done: bool,
    /// The documents, and the files of migrations, by name.
    pub(crate) entries: Vec<RegistryEntryShape>,
    /// Why it cannot be done; empty if it can.
    pub(crate) refusals: Vec<ErrorShape>,
}

/// A document, or a file of a migration.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegistryEntryShape {
    /// Its name in a registry: `schema/user/1.0.0`.
    pub(crate) name: String,
    /// Where it is brought to.
    pub(crate) into: IntoShape,
    /// What becomes of it.
    pub(crate) planned: PlannedShape,
    /// Where it is brought from: a file, or its name in the registry.
    pub(crate) origin: String,
    /// When what is in the registry was registered, Unix milliseconds; missing if it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) registered_at: Option<u64>,
    /// Who registered it; missing if it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) registered_by: Option<String>,
}

/// Where documents are brought to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum IntoShape {
    /// The server's registry.
    Registry,
    /// The folder.
    Folder,
}

/// What becomes of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PlannedShape {
    /// It is added.
    Added,
    /// It is there, just so.
    Same,
    /// Something else is there under its name, and stays.
    Differs,
}

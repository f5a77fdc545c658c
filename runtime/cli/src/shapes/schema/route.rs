//! Ways from version to version, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::registry::EdgeShape;

/// The ways to a version.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PathShape {
    /// The subject.
    pub(crate) subject: String,
    /// The version that they lead to.
    pub(crate) to: String,
    /// The shortest way from each version that has one, oldest first.
    pub(crate) ways: Vec<RouteShape>,
    /// The versions that have none.
    pub(crate) missing: Vec<MissingEdgeShape>,
}

/// A way.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RouteShape {
    /// The version that it begins at.
    pub(crate) from: String,
    /// The migrations, each beginning where the one before ends; empty for the version that all lead to.
    pub(crate) steps: Vec<EdgeShape>,
}

/// A version without a way.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MissingEdgeShape {
    /// The version.
    pub(crate) version: String,
    /// Where a migration could begin that makes a way.
    pub(crate) from: String,
    /// Where it would have to lead.
    pub(crate) to: String,
}

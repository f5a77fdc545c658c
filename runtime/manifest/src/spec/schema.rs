//! `spec.schema`: from which registered versions of a subject's shape to which one.

use schemars::JsonSchema;
use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

/// From which registered versions of a subject's shape to which one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaChange {
    /// The subject.
    #[schemars(extend("format" = "dns-label", "pattern" = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"))]
    pub subject: String,
    /// The versions that records come from: `1.0.0`, or a range such as `1.x` or `>=1.2, <2`. Records at another version are
    /// skipped.
    #[serde(default = "any_version")]
    #[schemars(with = "String", extend("format" = "version-range"))]
    pub from: VersionReq,
    /// The version that they come to.
    #[schemars(with = "String", extend("format" = "version"))]
    pub to: Version,
    /// The folder that holds the documents of the versions, relative to the manifest and inside its folder; the registry of
    /// the server itself if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub registry: Option<String>,
}

impl SchemaChange {
    /// Says whether records at this version are among those that are changed. A `from` of three numbers names that version
    /// alone.
    pub fn takes(&self, version: &Version) -> bool {
        *version != self.to && self.from.matches(version)
    }
}

fn any_version() -> VersionReq {
    VersionReq::STAR
}

//! `spec.schema`: from which registered versions of a subject's shape to which one.

use schemars::JsonSchema;
use semver::{Version, VersionReq};
use serde::{Deserialize, Deserializer, Serialize};

/// From which registered versions of a subject's shape to which one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaChange {
    /// The subject.
    #[schemars(extend("format" = "dns-label", "pattern" = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"))]
    pub subject: String,
    /// The versions that records come from: `1.0.0`, or a range such as `1.x` or `>=1.2, <2`; all that are older than `to` if
    /// absent. Records at another version are skipped.
    #[serde(default = "any_version", deserialize_with = "range")]
    #[schemars(with = "String", extend("format" = "version-range"))]
    pub from: VersionReq,
    /// The version that they come to.
    #[schemars(with = "String", extend("format" = "version"))]
    pub to: Version,
    /// The folder that holds the documents of the versions, relative to the manifest; the registry of the server itself if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub registry: Option<String>,
}

impl SchemaChange {
    /// Says whether records at this version are among those that are changed. A `from` of three numbers names that version
    /// alone; one that is left out, all versions that are older than `to`.
    pub fn takes(&self, version: &Version) -> bool {
        if self.from == any_version() {
            return *version < self.to;
        }
        *version != self.to && self.from.matches(version)
    }
}

fn any_version() -> VersionReq {
    VersionReq::STAR
}

/// Reads a range. By itself `1.0.0` would be `^1.0.0`, which nobody expects of a version.
fn range<'de, D: Deserializer<'de>>(from: D) -> Result<VersionReq, D::Error> {
    let text = String::deserialize(from)?;
    let exact = text.parse::<Version>().map(|version| format!("={version}"));
    let range = exact.unwrap_or(text);
    range.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(from: Option<&str>, to: &str) -> Vec<&'static str> {
        let mut json = serde_json::json!({ "subject": "user", "to": to });
        if let Some(from) = from {
            json["from"] = from.into();
        }
        let change: SchemaChange = serde_json::from_value(json).expect("it is one");
        let again = serde_json::to_value(&change).expect("it is an object");
        let again: SchemaChange = serde_json::from_value(again).expect("it is one");
        assert_eq!(again, change);
        let all = ["0.9.0", "1.0.0", "1.1.0", "2.0.0", "3.0.0"];
        let takes = |text: &&&str| change.takes(&text.parse().expect("it is a version"));
        all.iter().filter(takes).copied().collect()
    }

    #[test]
    fn a_version_is_itself_and_a_range_is_a_range() {
        assert_eq!(taken(Some("1.0.0"), "2.0.0"), ["1.0.0"]);
        assert_eq!(taken(Some("1.x"), "2.0.0"), ["1.0.0", "1.1.0"]);
        assert_eq!(taken(Some(">=1.1, <4"), "2.0.0"), ["1.1.0", "3.0.0"]);
        assert_eq!(taken(Some("3.0.0"), "2.0.0"), ["3.0.0"]);
    }

    #[test]
    fn without_a_range_older_versions_are_taken() {
        assert_eq!(taken(None, "2.0.0"), ["0.9.0", "1.0.0", "1.1.0"]);
    }
}

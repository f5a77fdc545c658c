//! Live data held against the registered versions, as JSON.

use std::collections::BTreeMap;

use remold::schema::{Finding, Look, SubjectLook};
use schemars::JsonSchema;
use serde::Serialize;

use super::survey::SeenShape;

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DriftShape {
    /// The target.
    pub(crate) target: String,
    /// How much was looked at.
    pub(crate) looked: SeenShape,
    /// Whether there is anything to be looked into: keys at no registered version or not surely at one, or at another than
    /// the expected one.
    pub(crate) findings: bool,
    /// What was found of each subject, in order of name.
    pub(crate) subjects: Vec<SubjectDriftShape>,
    /// Keys of no subject. They are no finding.
    pub(crate) foreign: FindingShape,
    /// What is different since the last look.
    pub(crate) trend: Vec<TrendShape>,
    /// Where the last look is from: the file, or `changes` for the target's change stream; missing if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<String>,
    /// Whether it was written to the change stream.
    pub(crate) announced: bool,
}

/// What was found of a subject.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubjectDriftShape {
    /// The subject.
    pub(crate) subject: String,
    /// The newest registered version.
    pub(crate) newest: String,
    /// How many of its keys were looked at.
    pub(crate) keys: u64,
    /// How many are at each version, and valid under it.
    pub(crate) versions: BTreeMap<String, u64>,
    /// Keys that are valid under no version.
    pub(crate) invalid: Vec<InvalidShape>,
    /// Keys that may be at several versions.
    pub(crate) ambiguous: Vec<NamedFindingShape>,
    /// Keys that name a version that is not registered.
    pub(crate) unknown: Vec<NamedFindingShape>,
    /// Keys at another version than the expected one; missing if none is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unexpected: Option<u64>,
}

/// Keys that break a rule.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvalidShape {
    /// The version that is nearest.
    pub(crate) version: String,
    /// The rule, a JSON Pointer into the `spec` of its document; empty for all that are told apart no more.
    pub(crate) rule: String,
    #[serde(flatten)]
    pub(crate) finding: FindingShape,
}

/// Keys with something in common.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NamedFindingShape {
    /// The versions, or what is named.
    pub(crate) what: String,
    #[serde(flatten)]
    pub(crate) finding: FindingShape,
}

/// Keys.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingShape {
    /// How many.
    pub(crate) keys: u64,
    /// Some of them.
    pub(crate) examples: Vec<ExampleShape>,
}

/// A key.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExampleShape {
    /// The key.
    pub(crate) key: String,
    /// What is wrong with it; missing if the finding says all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) why: String,
}

/// What changed from one look to another.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrendShape {
    /// The subject.
    pub(crate) subject: String,
    /// What is counted: `1.0.0`, `invalid 2.0.0 /schema/required`, `ambiguous 1.0.0, 2.0.0`, `unknown 9`, `invalid`.
    pub(crate) what: String,
    /// The share of the subject's keys before, in parts per million.
    pub(crate) before: u64,
    /// The share now.
    pub(crate) after: u64,
    /// Whether there were none before.
    pub(crate) is_new: bool,
}

impl From<&Finding> for FindingShape {
    fn from(finding: &Finding) -> Self {
        let example = |example: &remold::schema::Example| ExampleShape {
            key: example.key.clone(),
            why: example.why.clone(),
        };
        Self {
            keys: finding.keys,
            examples: finding.examples.iter().map(example).collect(),
        }
    }
}

impl SubjectDriftShape {
    pub(crate) fn new(
        name: &str,
        newest: String,
        found: &SubjectLook,
        unexpected: Option<u64>,
    ) -> Self {
        let named = |(what, finding): (&String, &Finding)| NamedFindingShape {
            what: what.clone(),
            finding: finding.into(),
        };
        Self {
            subject: name.to_owned(),
            newest,
            keys: found.keys(),
            versions: found
                .versions
                .iter()
                .map(|(version, keys)| (version.to_string(), *keys))
                .collect(),
            invalid: found
                .invalid
                .iter()
                .map(|(rule, finding)| InvalidShape {
                    version: rule.version.to_string(),
                    rule: rule.rule.clone(),
                    finding: finding.into(),
                })
                .collect(),
            ambiguous: found.ambiguous.iter().map(named).collect(),
            unknown: found.unknown.iter().map(named).collect(),
            unexpected,
        }
    }
}

impl DriftShape {
    /// Lists what is known of keys of no subject.
    pub(crate) fn foreign(look: &Look) -> FindingShape {
        (&look.foreign).into()
    }
}

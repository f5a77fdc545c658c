//! What lies between versions, and what a registry says to new ones, as JSON.

use remold::schema::compare::{self, Answer, Breaks, Bump, Comparison, Verdict};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::exchange::PlannedShape;
use crate::shapes::error::ErrorShape;
use crate::shapes::to_value;

/// What lies between two versions.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiffShape {
    /// The subject.
    pub(crate) subject: String,
    /// The old version.
    pub(crate) old: String,
    /// The new version.
    pub(crate) new: String,
    /// What lies between them.
    #[serde(flatten)]
    pub(crate) comparison: SchemaComparisonShape,
}

/// What lies between two versions.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchemaComparisonShape {
    /// How open schemas were read: `lenient` or `strict`.
    pub(crate) mode: String,
    /// Whether old data are valid under the new version.
    pub(crate) backward: VerdictShape,
    /// Whether new data are valid under the old version.
    pub(crate) forward: VerdictShape,
    /// What strict mode says of old data, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) strict_backward: Option<VerdictShape>,
    /// What strict mode says of new data, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) strict_forward: Option<VerdictShape>,
    /// The step of the version that the change demands: `none`, `patch`, `minor` or `major`.
    pub(crate) demanded: String,
    /// The step that the new version takes.
    pub(crate) taken: String,
    /// Whether it is as large as it has to be.
    pub(crate) is_enough: bool,
    /// Every change.
    pub(crate) changes: Vec<SchemaChangeShape>,
}

/// Whether all data of one version are valid under the other.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerdictShape {
    /// `holds`: they are. `broken`: they are not. `unknown`: it could not be found out.
    pub(crate) verdict: String,
    /// Data that are not valid; missing where none were found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) witness: Option<Value>,
    /// Why; missing where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// A change.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchemaChangeShape {
    /// Where, a JSON Pointer into `spec` of the new document, or of the old one where there is nothing left in the new one.
    pub(crate) path: String,
    /// Where in the data, with `*` for every item or member; missing where it is in no data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data_path: Option<String>,
    /// What kind of change it is: `property-added`, `became-required`.
    pub(crate) kind: String,
    /// What was there; missing for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old: Option<Value>,
    /// What is there now; missing for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new: Option<Value>,
    /// What it breaks.
    pub(crate) breaks: BreaksShape,
    /// What it breaks in strict mode, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) strict: Option<BreaksShape>,
    /// `error`: old data break. `doubt`: it is not known whether they do. `warning`: old readers break. `note`: nothing does.
    pub(crate) severity: String,
    /// What follows from it, and why.
    pub(crate) why: String,
    /// What helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

/// What a change breaks: `yes`, `no` or `unknown`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BreaksShape {
    /// Whether old data are not valid any more.
    pub(crate) old_data: String,
    /// Whether new data are not valid for old readers.
    pub(crate) old_readers: String,
}

/// What a registry says to documents.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchemaCheckShape {
    /// Whether it would take all of them.
    pub(crate) taken: bool,
    /// The documents, and the files of migrations, by name.
    pub(crate) entries: Vec<CheckedShape>,
    /// Why it would not; empty if it would.
    pub(crate) refusals: Vec<ErrorShape>,
}

/// What a registry says to a document.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckedShape {
    /// Its name in a registry: `schema/user/1.0.0`.
    pub(crate) name: String,
    /// What would become of it.
    pub(crate) planned: PlannedShape,
    /// Where it is.
    pub(crate) origin: String,
    /// Of a new version, what changed since versions before: those that its compatibility looks at, and the one right before it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) since: Vec<SinceShape>,
    /// Of a new version, the stable words of what it is refused for, see errors.md.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) refused_for: Vec<String>,
}

/// What changed since a version.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SinceShape {
    /// That version.
    pub(crate) version: String,
    /// What lies between them.
    #[serde(flatten)]
    pub(crate) comparison: SchemaComparisonShape,
}

impl SchemaComparisonShape {
    /// Makes the shape of a comparison between two versions.
    pub(crate) fn new(
        comparison: &Comparison,
        old: &remold::manifest::Version,
        new: &remold::manifest::Version,
    ) -> Self {
        Self {
            mode: word(comparison.mode),
            backward: VerdictShape::of(&comparison.backward),
            forward: VerdictShape::of(&comparison.forward),
            strict_backward: comparison.strict_backward.as_ref().map(VerdictShape::of),
            strict_forward: comparison.strict_forward.as_ref().map(VerdictShape::of),
            demanded: word(comparison.bump()),
            taken: word(Bump::between(old, new)),
            is_enough: compare::check_bump(old, new, comparison).is_ok(),
            changes: comparison
                .changes
                .iter()
                .map(SchemaChangeShape::of)
                .collect(),
        }
    }
}

impl VerdictShape {
    fn of(verdict: &Verdict) -> Self {
        let reason = match verdict {
            Verdict::Holds => None,
            Verdict::Broken { reason, .. } | Verdict::Unknown { reason } => Some(reason.clone()),
        };
        Self {
            verdict: verdict.word().to_owned(),
            witness: verdict.witness().cloned(),
            reason,
        }
    }
}

impl SchemaChangeShape {
    fn of(change: &compare::Change) -> Self {
        Self {
            path: change.path.clone(),
            data_path: change.data_path.clone(),
            kind: word(change.kind),
            old: change.old.clone(),
            new: change.new.clone(),
            breaks: BreaksShape::of(change.breaks),
            strict: change.strict.map(BreaksShape::of),
            severity: word(change.severity),
            why: change.why.clone(),
            hint: change.hint.clone(),
        }
    }
}

impl BreaksShape {
    fn of(breaks: Breaks) -> Self {
        let said = |answer: Answer| word(answer);
        Self {
            old_data: said(breaks.old_data),
            old_readers: said(breaks.old_readers),
        }
    }
}

/// Returns the word that stands for something in JSON.
pub(crate) fn word(of: impl Serialize) -> String {
    to_value(&of).as_str().unwrap_or_default().to_owned()
}

//! Two versions of a JSON Schema: whether the new one reads what the old one wrote, and the other way round, each change with
//! what it breaks, and why.
//!
//! **Backward** compatible means that every document that is valid under the old schema is valid under the new one: old data do
//! not break. **Forward** compatible means that every document that is valid under the new schema is valid under the old one:
//! old readers do not break. Both are questions about sets of documents, and are decided as such: a [`Verdict`] says that the
//! one is inside the other, or shows a document that is not, or says why it is not known. A document that is shown was tried with
//! the validator under both schemas, so `Broken` is never wrong; `Holds` is a proof over the assertions of both.
//!
//! # Lenient and strict
//!
//! A JSON Schema is open: `{"properties": {"name": {"type": "string"}}}` admits every other member with any value. Taken
//! literally ([`Mode::Strict`]), to add an optional `age` of type integer breaks old data, for `{"age": "old"}` was valid.
//! Nobody's data look like that, and everybody wants to add optional members, so [`Mode::Lenient`] is the usual one: the data that are
//! looked at hold no member that their own schema does not declare. Declared are the names in `properties`, those that match a
//! pattern in `patternProperties`, those in `required` and `dependentRequired`, and all names where `additionalProperties` is a schema that says something. An
//! object whose schema declares no name at all is a map, and is taken literally. Of `anyOf` and its like, data are written for one branch
//! each: what only another branch declares is not declared. Where both modes differ, the report says what strict mode says.
//!
//! # What is not decided
//!
//! `unevaluatedProperties` and `unevaluatedItems` beside another change, references that depend on who refers, patterns with lookaround, one format
//! against another, and what takes too many steps. Such a verdict is [`Verdict::Unknown`] with its reason, and no [`Level`] but `none`
//! permits it. Formats are assertions, as in all validation here. Draft 4 is read with the integers of later drafts: 1.0 is one.
//!
//! # Bounds
//!
//! Text is nested at most 128 levels, a search takes at most [`Options::steps`] steps, automata of patterns have a size limit. No
//! schema makes a comparison run for long; it makes it say that it does not know.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::shape::Format;

mod change;
mod decide;
mod document;
mod error;
mod graph;
mod judge;
mod level;
mod number;
mod solve;
mod verdict;
mod walk;
mod words;

pub use change::{Answer, Breaks, Change, ChangeKind, Severity};
pub use error::{CompareError, Side};
pub use level::{Bump, Refusal, RefusalCause, check_bump, check_level};
pub use remold_manifest::redis_schema::{
    ComparisonMode as Mode, CompatibilityLevel as Level, LevelError,
};
pub use verdict::Verdict;

/// How schemas are compared.
#[derive(Debug, Clone)]
pub struct Options {
    /// How open schemas are read.
    pub mode: Mode,
    /// Formats beside the standard ones.
    pub formats: Vec<Format>,
    /// Documents that either schema may refer to, by their URI.
    pub references: BTreeMap<String, Value>,
    /// The most steps that one of the decisions may take; a step is some microseconds.
    pub steps: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            formats: Vec::new(),
            references: BTreeMap::new(),
            steps: 40_000,
        }
    }
}

impl Options {
    /// Makes options for a mode.
    pub fn of(mode: Mode) -> Self {
        Self {
            mode,
            ..Self::default()
        }
    }
}

/// What lies between two versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// How open schemas were read.
    pub mode: Mode,
    /// Whether old data are valid under the new schema.
    pub backward: Verdict,
    /// Whether new data are valid under the old schema.
    pub forward: Verdict,
    /// What strict mode says of old data, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict_backward: Option<Verdict>,
    /// What strict mode says of new data, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict_forward: Option<Verdict>,
    /// Every change, in the order of the old schema's text, then the new one's.
    pub changes: Vec<Change>,
}

/// Compares two versions of a schema.
///
/// Both are checked against the schema of their own draft first. Documents that they refer to are taken from
/// [`Options::references`]; nothing is fetched.
pub fn compare(old: &Value, new: &Value, options: &Options) -> Result<Comparison, CompareError> {
    let old = document::Document::prepare(old, &options.references, Side::Old)?;
    let new = document::Document::prepare(new, &options.references, Side::New)?;
    let decided = decide::both_ways(&old, &new, options)?;
    let changes = judge::changes(&old, &new, &decided, options);
    let (backward, strict_backward) = decided.backward.split(options.mode);
    let (forward, strict_forward) = decided.forward.split(options.mode);
    Ok(Comparison {
        mode: options.mode,
        backward,
        forward,
        strict_backward,
        strict_forward,
        changes,
    })
}

/// Compiles a schema that is ready as the validator is used everywhere: draft 2020-12, formats checked, unknown ones not.
fn validator(
    schema: &Value,
    formats: &[Format],
) -> Result<jsonschema::Validator, jsonschema::ValidationError<'static>> {
    let mut options = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true);
    for format in formats {
        let problem = format.problem;
        options = options.with_format(format.name, move |text: &str| problem(text).is_none());
    }
    options.build(schema)
}

#[cfg(test)]
mod tests;

//! Schemas that cannot be compared.

use std::fmt;

use serde::Serialize;

/// Which of the two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The version that is there.
    Old,
    /// The version that is to follow.
    New,
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Old => "old",
            Self::New => "new",
        })
    }
}

/// Why two schemas cannot be compared at all. What can be compared and not decided is no error but an unknown verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// It is not a schema of its draft.
    #[error("the {side} schema is none: {pointer}: {message}")]
    Invalid {
        /// Which one.
        side: Side,
        /// Where in it, a JSON Pointer.
        pointer: String,
        /// What is wrong.
        message: String,
    },
    /// `$schema` names no draft that is known.
    #[error(
        "the {side} schema names the draft {name}; known are 2020-12, 2019-09, 7, 6 and 4 of json-schema.org"
    )]
    UnknownDraft {
        /// Which one.
        side: Side,
        /// The name.
        name: String,
    },
    /// A reference to something that is not there.
    #[error(
        "the {side} schema refers to {reference} at {pointer}, and there is no such document or place; nothing is fetched, documents it refers to have to be given"
    )]
    Unresolved {
        /// Which one.
        side: Side,
        /// Where the reference is.
        pointer: String,
        /// The reference.
        reference: String,
    },
    /// References lead back to where they came from and say nothing.
    #[error(
        "the {side} schema refers to itself at {pointer} without a step into the value, so that a validator never comes to an end"
    )]
    Loop {
        /// Which one.
        side: Side,
        /// Where.
        pointer: String,
    },
    /// It is nested too deeply.
    #[error("the {side} schema is nested deeper than {limit} levels, references included")]
    TooDeep {
        /// Which one.
        side: Side,
        /// The most levels.
        limit: usize,
    },
    /// It is too large.
    #[error("the {side} schema has more than {limit} values, the documents it refers to included")]
    TooLarge {
        /// Which one.
        side: Side,
        /// The most values.
        limit: usize,
    },
}

impl CompareError {
    /// Returns the stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "schema-invalid",
            Self::UnknownDraft { .. } => "schema-draft-unknown",
            Self::Unresolved { .. } => "schema-reference-unresolved",
            Self::Loop { .. } => "schema-reference-loop",
            Self::TooDeep { .. } => "schema-too-deep",
            Self::TooLarge { .. } => "schema-too-large",
        }
    }
}

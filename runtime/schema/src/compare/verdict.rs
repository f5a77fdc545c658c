//! Whether all documents of one schema are documents of another.

use serde::Serialize;
use serde_json::Value;

/// The answer to whether all data of one schema are valid under another.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Verdict {
    /// They are, proved.
    Holds,
    /// They are not, shown.
    Broken {
        /// A document that is valid under the one and not under the other, tried with the validator.
        witness: Value,
        /// What the other schema finds in it, in the validator's words.
        reason: String,
    },
    /// It is not known.
    Unknown {
        /// Why.
        reason: String,
    },
}

impl Verdict {
    /// Whether it was proved.
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds)
    }

    /// Whether the opposite was shown.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }

    /// The word for it: `holds`, `broken` or `unknown`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Broken { .. } => "broken",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// The document that shows it, if it is broken.
    pub fn witness(&self) -> Option<&Value> {
        match self {
            Self::Broken { witness, .. } => Some(witness),
            _ => None,
        }
    }
}

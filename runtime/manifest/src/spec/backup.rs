//! `spec.backup`: what is kept for the way back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::Period;

/// What is kept for the way back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Backup {
    /// The undo journal of the run, which is always kept.
    pub journal: JournalSpec,
}

/// The undo journal of the run, which is always kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct JournalSpec {
    /// The folder for journals, relative to the working directory; chosen by whoever starts the run when
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub directory: Option<String>,
    /// How long the journal of a finished run is kept at least; until it is removed by hand when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub retention: Option<Period>,
}

//! What a version must be compatible with, and how that is decided.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a version must be compatible with to be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CompatibilityLevel {
    /// Nothing.
    None,
    /// Data of the version before it is valid under it.
    #[default]
    Backward,
    /// Data of every version before it is valid under it.
    BackwardTransitive,
    /// Its data is valid under the version before it.
    Forward,
    /// Its data is valid under every version before it.
    ForwardTransitive,
    /// Both, with the version before it.
    Full,
    /// Both, with every version before it.
    FullTransitive,
}

/// How compatibility is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ComparisonMode {
    /// Members that no version declares are taken for absent, so that an optional member may be added.
    #[default]
    Lenient,
    /// Every value counts that a schema accepts, with members that it does not declare.
    Strict,
}

impl CompatibilityLevel {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Backward,
        Self::BackwardTransitive,
        Self::Forward,
        Self::ForwardTransitive,
        Self::Full,
        Self::FullTransitive,
    ];

    /// Whether old data have to be valid under the new version.
    pub fn asks_backward(self) -> bool {
        matches!(
            self,
            Self::Backward | Self::BackwardTransitive | Self::Full | Self::FullTransitive
        )
    }

    /// Whether new data have to be valid under an old version.
    pub fn asks_forward(self) -> bool {
        matches!(
            self,
            Self::Forward | Self::ForwardTransitive | Self::Full | Self::FullTransitive
        )
    }

    /// Whether all versions before count, and not the last one alone.
    pub fn is_transitive(self) -> bool {
        matches!(
            self,
            Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive
        )
    }

    /// The name of the level, as in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Backward => "backward",
            Self::BackwardTransitive => "backward-transitive",
            Self::Forward => "forward",
            Self::ForwardTransitive => "forward-transitive",
            Self::Full => "full",
            Self::FullTransitive => "full-transitive",
        }
    }
}

impl fmt::Display for CompatibilityLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A word that names no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{word} is no level of compatibility; levels are none, backward, backward-transitive, forward, forward-transitive, full and full-transitive"
)]
pub struct LevelError {
    /// The word.
    pub word: String,
}

impl FromStr for CompatibilityLevel {
    type Err = LevelError;

    fn from_str(word: &str) -> Result<Self, LevelError> {
        let named = Self::ALL.into_iter().find(|level| level.name() == word);
        named.ok_or_else(|| LevelError {
            word: word.to_owned(),
        })
    }
}

//! Levels of compatibility, and the step of a version that a change demands.

use std::fmt;
use std::str::FromStr;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{ChangeKind, Comparison, Verdict};

/// What has to be compatible with what, from one version to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing is asked for.
    None,
    /// Data of the last version are valid under the new one.
    Backward,
    /// Data of every version before are valid under the new one.
    BackwardTransitive,
    /// Data of the new version are valid under the last one.
    Forward,
    /// Data of the new version are valid under every one before.
    ForwardTransitive,
    /// Both, with the last version.
    Full,
    /// Both, with every version before.
    FullTransitive,
}

impl Level {
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

impl fmt::Display for Level {
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

impl FromStr for Level {
    type Err = LevelError;

    fn from_str(word: &str) -> Result<Self, LevelError> {
        let named = Self::ALL.into_iter().find(|level| level.name() == word);
        named.ok_or_else(|| LevelError {
            word: word.to_owned(),
        })
    }
}

/// The step from one semantic version to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// None: nothing has changed.
    None,
    /// From 1.2.3 to 1.2.4.
    Patch,
    /// From 1.2.3 to 1.3.0.
    Minor,
    /// From 1.2.3 to 2.0.0.
    Major,
}

impl Bump {
    /// The step between two versions; [`Bump::None`] if the second does not follow the first. Below 1.0.0 the number on the
    /// left that is not zero counts as the major one, as Cargo has it: from 0.2.3 to 0.3.0 is a major step, to 0.2.4 a minor one.
    pub fn between(old: &Version, new: &Version) -> Self {
        if new <= old {
            return Self::None;
        }
        match (old.major == new.major, old.minor == new.minor) {
            (false, _) => Self::Major,
            (true, false) if old.major == 0 => Self::Major,
            (true, false) => Self::Minor,
            (true, true) if old.major == 0 => Self::Minor,
            (true, true) => Self::Patch,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "no",
            Self::Patch => "a patch",
            Self::Minor => "a minor",
            Self::Major => "a major",
        }
    }
}

/// What of a new version is not as it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalCause {
    /// Old data are not, or not known to be, valid under the new version.
    Backward(String),
    /// New data are not, or not known to be, valid under an old version.
    Forward(String),
    /// The version takes a smaller step than the change demands.
    Step {
        /// The step that the change demands.
        demanded: Bump,
        /// The step that the version takes.
        taken: Bump,
        /// Why the change demands it.
        why: String,
    },
}

/// A new version that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// The version before that it does not go with.
    pub against: Version,
    /// What is not as it has to be.
    pub cause: RefusalCause,
}

impl Refusal {
    /// Returns the stable name of the refusal.
    pub fn code(&self) -> &'static str {
        match self.cause {
            RefusalCause::Backward(_) => "schema-breaks-old-data",
            RefusalCause::Forward(_) => "schema-breaks-old-readers",
            RefusalCause::Step { .. } => "schema-version-step",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let against = &self.against;
        match &self.cause {
            RefusalCause::Backward(why) => write!(
                formatter,
                "data of version {against} are not read by the new one: {why}"
            ),
            RefusalCause::Forward(why) => write!(
                formatter,
                "data of the new version are not read by {against}: {why}"
            ),
            RefusalCause::Step {
                demanded,
                taken,
                why,
            } => write!(
                formatter,
                "the change since {against} demands {} step of the version, and this is {} step: {why}",
                demanded.word(),
                taken.word()
            ),
        }
    }
}

impl Comparison {
    /// Whether a level permits the change. What is not known is not permitted, except by [`Level::None`].
    pub fn permits(&self, level: Level) -> bool {
        (!level.asks_backward() || self.backward.holds())
            && (!level.asks_forward() || self.forward.holds())
    }

    /// The least step of the version that the change demands.
    ///
    /// A change that breaks old data, or is not known not to, demands a major step. Any other change of what is valid demands a minor
    /// one, and so does one that is not known to leave it as it is. A change of titles, descriptions, examples, defaults and of words that mean the same demands a patch, and no
    /// change demands nothing. In lenient mode, what is valid is meant leniently, except that a difference in strict mode is still a minor one.
    pub fn bump(&self) -> Bump {
        let strictly = |verdict: &Option<Verdict>| verdict.is_none();
        let same_set = self.backward.holds()
            && self.forward.holds()
            && strictly(&self.strict_backward)
            && strictly(&self.strict_forward);
        let outside = |kind: ChangeKind| {
            matches!(
                kind,
                ChangeKind::RedisType
                    | ChangeKind::Encoding
                    | ChangeKind::KeyPattern
                    | ChangeKind::Expiry
                    | ChangeKind::VersionField
            )
        };
        let breaking = self
            .changes
            .iter()
            .any(|change| outside(change.kind) && !change.breaks.old_data.is_no());
        if !self.backward.holds() || breaking {
            Bump::Major
        } else if !same_set || self.changes.iter().any(|change| outside(change.kind)) {
            Bump::Minor
        } else if self.changes.is_empty() {
            Bump::None
        } else {
            Bump::Patch
        }
    }

    /// Why the change demands the step it does, in a sentence.
    fn bump_why(&self) -> String {
        match (&self.backward, self.bump()) {
            (Verdict::Broken { witness, reason }, _) => {
                format!("old data break: {reason}; an example is {witness}")
            }
            (Verdict::Unknown { reason }, _) => {
                format!("it is not known whether old data break: {reason}")
            }
            (Verdict::Holds, Bump::Major) => "old data break".to_owned(),
            (Verdict::Holds, Bump::Minor) => "other data are valid than before".to_owned(),
            (Verdict::Holds, _) => "the same data are valid as before".to_owned(),
        }
    }
}

/// Holds a new version's comparisons with those before against a level. The comparisons go from each version before to the new one, the
/// oldest first; a level that is not transitive looks at the last one alone.
pub fn check_level<'c>(
    level: Level,
    before: impl IntoIterator<Item = (&'c Version, &'c Comparison)>,
) -> Result<(), Refusal> {
    let before: Vec<_> = before.into_iter().collect();
    let from = if level.is_transitive() {
        0
    } else {
        before.len().saturating_sub(1)
    };
    for (version, comparison) in &before[from..] {
        let refused = |cause| Refusal {
            against: (*version).clone(),
            cause,
        };
        if level.asks_backward()
            && let Some(why) = why_not(&comparison.backward)
        {
            return Err(refused(RefusalCause::Backward(why)));
        }
        if level.asks_forward()
            && let Some(why) = why_not(&comparison.forward)
        {
            return Err(refused(RefusalCause::Forward(why)));
        }
    }
    Ok(())
}

/// Refuses a version that takes a smaller step than the change demands.
pub fn check_bump(old: &Version, new: &Version, comparison: &Comparison) -> Result<(), Refusal> {
    let (demanded, taken) = (comparison.bump(), Bump::between(old, new));
    // Below 1.0.0 there is no patch beside the minor step.
    if taken >= demanded && taken != Bump::None {
        return Ok(());
    }
    let why = if taken == Bump::None {
        format!("{new} does not follow {old}")
    } else {
        comparison.bump_why()
    };
    Err(Refusal {
        against: old.clone(),
        cause: RefusalCause::Step {
            demanded,
            taken,
            why,
        },
    })
}

fn why_not(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Holds => None,
        Verdict::Broken { witness, reason } => Some(format!("{reason}; an example is {witness}")),
        Verdict::Unknown { reason } => Some(format!("that is not known: {reason}")),
    }
}

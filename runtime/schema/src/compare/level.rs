//! A change held against a level of compatibility, and the step of a version that a change demands.

use std::fmt;

use remold_manifest::redis_schema::CompatibilityLevel as Level;
use semver::Version;
use serde::Serialize;

use super::{ChangeKind, Comparison, Verdict};

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

//! `spec.policy`: what the run does about records that cannot be migrated, conflicts and failures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Percentage, Period};

/// What the run does about records that cannot be migrated, conflicts and failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// How many records may be rejected before the run stops: a number, or a percentage of the records
    /// seen so far.
    pub max_rejected: Tolerance,
    /// Whether a rename or an emitted entry may replace a key that exists already.
    pub overwrite: bool,
    /// Who approves the plan before anything is written.
    pub approval: Approval,
    /// How often a key that the application changes at the same moment is tried again before it is
    /// reported.
    pub conflict_retries: u32,
    /// How long a server that does not answer is waited for.
    pub retry: RetrySpec,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_rejected: Tolerance::Count(0),
            overwrite: false,
            approval: Approval::Auto,
            conflict_retries: 16,
            retry: RetrySpec::default(),
        }
    }
}

/// How many of something are tolerated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, try_from = "serde_json::Value")]
pub enum Tolerance {
    /// This many.
    Count(u64),
    /// This share of what was seen so far.
    Share(Percentage),
}

impl Tolerance {
    /// Says whether `count` out of `seen` are too many.
    pub fn is_passed(self, count: u64, seen: u64) -> bool {
        match self {
            Self::Count(limit) => count > limit,
            Self::Share(share) => count > share.of(seen),
        }
    }
}

/// By way of a JSON value, because serde's own buffer of untagged enums does not know numbers of arbitrary
/// precision.
impl TryFrom<serde_json::Value> for Tolerance {
    type Error = InvalidTolerance;
    fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
        if let Some(count) = value.as_u64() {
            return Ok(Self::Count(count));
        }
        let share = value.as_str().and_then(|text| text.parse().ok());
        share.map(Self::Share).ok_or(InvalidTolerance)
    }
}

/// Says that a value is no tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole number such as `10` or a percentage such as `0.5%`")]
pub struct InvalidTolerance;

/// Who approves the plan before anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// Whoever starts the run, by starting it.
    Auto,
    /// Somebody who has seen the plan, by its digest: in `spec.approvedPlan` in a cluster, with `--approve` on the command
    /// line. A plan that has changed since needs a new approval.
    Manual,
}

/// How long a server that does not answer is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct RetrySpec {
    /// After this long without success the run stops; it can be resumed. Before a run, nothing is begun then.
    pub max_elapsed: Period,
}

impl Default for RetrySpec {
    fn default() -> Self {
        Self {
            max_elapsed: Period::from_millis(60_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_passed_by_one_more_than_it() {
        assert!(!Tolerance::Count(0).is_passed(0, 10));
        assert!(Tolerance::Count(0).is_passed(1, 10));
        let share = Tolerance::Share("10%".parse().expect("a percentage"));
        assert!(!share.is_passed(10, 100));
        assert!(share.is_passed(11, 100));
    }
}

//! What is known of a target and its runs, as JSON.

use remold::{HistoryEntry, RunOfShares, RunState, StatusRun};
use schemars::JsonSchema;
use serde::Serialize;

/// What a verification found, counted in keys.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifyShape {
    /// The run.
    pub(crate) run: String,
    /// Where it was verified.
    pub(crate) target: String,
    /// Whether every key is explained.
    pub(crate) explained: bool,
    /// Keys that are exactly as the run left them.
    pub(crate) intact: u64,
    /// Keys whose value was changed since.
    pub(crate) written_since: u64,
    /// Keys that were deleted since.
    pub(crate) deleted_since: u64,
    /// Keys that have expired since.
    pub(crate) expired: u64,
    /// Keys that the run deleted and that exist again.
    pub(crate) created_since: u64,
    /// Selected keys that the run did not write and that the transform would leave as they are.
    pub(crate) unchanged: u64,
    /// Selected keys that the transform skips.
    pub(crate) skipped: u64,
    /// Selected keys that the transform rejects.
    pub(crate) rejected: u64,
    /// Selected keys that the transform would still change: written in the old shape since, or missed.
    pub(crate) unexplained: u64,
    /// Some of the unexplained keys.
    pub(crate) examples: Vec<String>,
}

/// Who works on a target, and its runs.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusShape {
    /// The target, without credentials.
    pub(crate) target: String,
    /// What was found there.
    pub(crate) servers: Vec<super::server::ServerShape>,
    /// Why a run would be refused there as things stand: a permission that is missing, a replica.
    pub(crate) refusal: Option<String>,
    /// Who holds its lock.
    pub(crate) lock: Option<LockShape>,
    /// The runs that the target remembers, newest first.
    pub(crate) runs: Vec<HistoryEntryShape>,
}

/// The runs that a target remembers.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HistoryShape {
    /// The target, without credentials.
    pub(crate) target: String,
    /// The runs, oldest first.
    pub(crate) runs: Vec<HistoryEntryShape>,
}

/// Who holds a target's lock.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LockShape {
    /// The run.
    pub(crate) run: String,
    /// Host and process.
    pub(crate) owner: String,
    /// Since when, Unix milliseconds.
    pub(crate) since: u64,
    /// Milliseconds until it lapses if it is not renewed.
    pub(crate) expires_in: u64,
    /// How many shares of the run hold it together; none if the run has no shares.
    pub(crate) shares: Option<u32>,
}

/// A run as a target remembers it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HistoryEntryShape {
    /// The run's id.
    pub(crate) run: String,
    /// The migration's name.
    pub(crate) migration: String,
    /// The digest of manifest and transform.
    pub(crate) digest: String,
    /// `running`, `completed`, `aborted`, `rolled-back` or `partly-rolled-back`.
    pub(crate) state: String,
    /// The run that this one undoes.
    pub(crate) undoes: Option<String>,
    /// When it began, Unix milliseconds.
    pub(crate) started_at: u64,
    /// When it ended, Unix milliseconds.
    pub(crate) ended_at: Option<u64>,
    /// Keys written.
    pub(crate) written: u64,
    /// Records rejected.
    pub(crate) rejected: u64,
    /// Of a rollback: keys that were kept because they were written since.
    pub(crate) kept: u64,
    /// The version of Remold.
    pub(crate) remold: String,
    /// Which share it is, of how many: `0/3`; none of a run.
    pub(crate) share: Option<String>,
    /// The shares of the run that were begun; empty if it has no shares.
    pub(crate) shares: Vec<Self>,
    /// Whether the run's journal is in the folder of journals; none where that was not looked at.
    pub(crate) journal: Option<bool>,
}

/// A run that was ended.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AbortShape {
    /// The run.
    pub(crate) run: String,
    /// The target.
    pub(crate) target: String,
}

/// A lock that was broken.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnlockShape {
    /// The target.
    pub(crate) target: String,
    /// Who had it; none if nobody had.
    pub(crate) broken: Option<LockShape>,
}

/// Returns the word for a run's state.
pub(crate) const fn state_name(state: RunState) -> &'static str {
    match state {
        RunState::Running => "running",
        RunState::Completed => "completed",
        RunState::Aborted => "aborted",
        RunState::RolledBack => "rolled-back",
        RunState::PartlyRolledBack => "partly-rolled-back",
    }
}

impl From<&remold::LockHolder> for LockShape {
    fn from(holder: &remold::LockHolder) -> Self {
        Self {
            run: holder.run.clone(),
            owner: holder.owner.clone(),
            since: holder.since,
            expires_in: holder.expires_in,
            shares: holder.shares,
        }
    }
}

impl From<&RunOfShares> for HistoryEntryShape {
    fn from(run: &RunOfShares) -> Self {
        Self {
            shares: run.shares.iter().map(Self::from).collect(),
            ..Self::from(&run.entry)
        }
    }
}

impl From<&StatusRun> for HistoryEntryShape {
    fn from(run: &StatusRun) -> Self {
        let shares: Vec<Self> = run.shares.iter().map(Self::from).collect();
        let all_here = !shares.is_empty() && shares.iter().all(|share| share.journal == Some(true));
        Self {
            journal: Some(run.journal.is_some() || all_here),
            shares,
            ..Self::from(&run.history)
        }
    }
}

impl From<&HistoryEntry> for HistoryEntryShape {
    fn from(entry: &HistoryEntry) -> Self {
        Self {
            run: entry.run.clone(),
            migration: entry.migration.clone(),
            digest: entry.digest.clone(),
            state: state_name(entry.state).to_owned(),
            undoes: entry.undoes.clone(),
            started_at: entry.started_at,
            ended_at: entry.ended_at,
            written: entry.written,
            rejected: entry.rejected,
            kept: entry.kept,
            remold: entry.remold.clone(),
            share: entry.share.as_ref().map(|of| of.share.to_string()),
            shares: Vec::new(),
            journal: None,
        }
    }
}

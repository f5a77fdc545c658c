//! What `record` and `replay` did, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// A recording that was made.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordShape {
    /// How the dry run ended, see errors.md.
    pub(crate) end: String,
    /// The migration's name.
    pub(crate) migration: String,
    /// The digest of manifest and transform.
    pub(crate) digest: String,
    /// Where it worked, without credentials.
    pub(crate) target: String,
    /// The file that was written; none if there was nothing to record.
    pub(crate) wrote: Option<String>,
    /// Records that were looked at.
    pub(crate) records: u64,
    /// Records, or calls of a program, that were kept.
    pub(crate) recorded: u64,
    /// Records that were wanted and had no room.
    pub(crate) omitted: u64,
    /// What was replaced by placeholders.
    pub(crate) redacted: Vec<String>,
    /// Of a redacted recording: how many records have another outcome with placeholders.
    pub(crate) altered: u64,
}

/// A replay.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplayShape {
    /// The recording.
    pub(crate) recording: String,
    /// The migration's name.
    pub(crate) migration: String,
    /// What is otherwise than in the run that was recorded: `the transform`, `parameters`, `limits` …
    pub(crate) differences: Vec<String>,
    /// What was replaced by placeholders.
    pub(crate) redacted: Vec<String>,
    /// How many came out as then.
    pub(crate) same: u64,
    /// How many did not.
    pub(crate) differing: u64,
    /// How many cannot be replayed.
    pub(crate) not_replayable: u64,
    /// The records; none of a program.
    pub(crate) records: Vec<ReplayedShape>,
    /// The program, if it is one.
    pub(crate) program: Option<ReplayedProgramShape>,
    /// The file of cases that was written.
    pub(crate) cases: Option<String>,
}

/// A record that was replayed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplayedShape {
    /// The key.
    pub(crate) key: String,
    /// `same`, `differs` or `not-replayable`.
    pub(crate) verdict: String,
    /// What came of it in the run.
    pub(crate) then: ReplayOutcomeShape,
    /// What comes of it now; none if the migration does not select it, or it cannot be replayed.
    pub(crate) now: Option<ReplayOutcomeShape>,
    /// Keys that the host had read beside it.
    pub(crate) beside: Vec<String>,
    /// Keys that were asked for now and that the recording does not hold.
    pub(crate) unknown: Vec<String>,
}

/// A program that was replayed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplayedProgramShape {
    /// `same`, `differs` or `not-replayable`.
    pub(crate) verdict: String,
    /// How it ended in the run; none if that is not in the recording.
    pub(crate) then: Option<ReplayOutcomeShape>,
    /// How it ended now.
    pub(crate) now: ReplayOutcomeShape,
    /// How often it asked its host in the run.
    pub(crate) calls_then: u64,
    /// How often it asked now.
    pub(crate) calls_now: u64,
}

/// What came of a record or program.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplayOutcomeShape {
    /// `changed`, `unchanged`, `skipped` or `rejected`; `done` for a program that ended well.
    pub(crate) outcome: String,
    /// The code of a rejection.
    pub(crate) code: Option<String>,
    /// The reason or message, if it is known.
    pub(crate) message: Option<String>,
    /// Where in the transform.
    pub(crate) at: Option<String>,
    /// The keys that are written, as fixtures write them (YAML), those that are deleted among them; empty where nothing is,
    /// or where it is not known.
    pub(crate) writes: Vec<String>,
}

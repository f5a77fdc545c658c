//! Journals as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::run::RejectedShape;

/// The journals of a folder.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JournalListShape {
    /// The folder.
    pub(crate) folder: String,
    /// The journals, newest first.
    pub(crate) journals: Vec<JournalSummaryShape>,
}

/// A journal in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JournalSummaryShape {
    /// The run's id.
    pub(crate) run: String,
    /// The migration's name; none if the journal cannot be read.
    pub(crate) migration: Option<String>,
    /// Where the run stands: `unfinished`, `completed`, `aborted`, `rolled-back` or `unreadable`.
    pub(crate) state: String,
    /// Where the run worked.
    pub(crate) target: Option<String>,
    /// The run that this one undoes.
    pub(crate) undoes: Option<String>,
    /// When it was created, Unix milliseconds; 0 if that cannot be told.
    pub(crate) created_at: u64,
    /// Bytes on the disk.
    pub(crate) bytes: u64,
    /// Why it cannot be read.
    pub(crate) problem: Option<String>,
}

/// What a journal says of its run.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JournalShape {
    /// As in a list.
    #[serde(flatten)]
    pub(crate) summary: JournalSummaryShape,
    /// The folder of the journal.
    pub(crate) folder: String,
    /// The digest of manifest and transform.
    pub(crate) digest: String,
    /// The clock that the transform saw, Unix milliseconds.
    pub(crate) clock: u64,
    /// The run's seed.
    pub(crate) seed: u64,
    /// The version of Remold.
    pub(crate) remold: String,
    /// How often a worker took the run up: 1 if it was never interrupted.
    pub(crate) epochs: u64,
    /// Batches that were written down, less those that are known not to have been applied.
    pub(crate) batches: u64,
    /// Keys in these batches; a key that was done twice counts twice.
    pub(crate) keys: u64,
    /// How many records were rejected.
    pub(crate) rejected: u64,
    /// The first of them, at most 1,000.
    pub(crate) rejects: Vec<RejectedShape>,
}

/// A journal that was exported.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportShape {
    /// The run.
    pub(crate) run: String,
    /// The RDB file.
    pub(crate) wrote: String,
    /// Its version of the RDB format.
    pub(crate) rdb_version: u16,
    /// Keys in it.
    pub(crate) keys: u64,
    /// Keys that did not exist before the run, for which a file has no place.
    pub(crate) absent: u64,
    /// Keys that a file of this version cannot hold.
    pub(crate) left_out: u64,
    /// The first of those.
    pub(crate) left_out_keys: Vec<RejectedShape>,
}

/// A journal that was removed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoveShape {
    /// The run.
    pub(crate) run: String,
    /// Bytes that were given back.
    pub(crate) bytes: u64,
}

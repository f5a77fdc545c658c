//! How a dry run, run, resume or rollback went, as JSON.

use std::collections::BTreeMap;

use remold::{Rejected, Tally, escape};
use schemars::JsonSchema;
use serde::Serialize;

use super::backup::BackupShape;
use super::change::ChangeShape;
use super::versions::VersionsShape;

/// How a dry run, run, resume or rollback went.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunShape {
    /// How it ended: `completed`, `already-applied`, `interrupted`, `too-many-rejected`, `unavailable` …, see
    /// errors.md.
    pub(crate) end: String,
    /// Whether it had ended before: nothing was done, and this is what is known of it.
    pub(crate) had_ended: bool,
    /// What stopped it; none if it was carried to its end.
    pub(crate) message: Option<String>,
    /// The run's id; none for a dry run.
    pub(crate) run: Option<String>,
    /// Of a rollback: the run that it undoes.
    pub(crate) undoes: Option<String>,
    /// The migration's name.
    pub(crate) migration: String,
    /// The digest of manifest and transform.
    pub(crate) digest: String,
    /// The digest of the plan, by which it is approved; none where not all that it is of was looked at.
    pub(crate) plan_digest: Option<String>,
    /// Where it worked, without credentials.
    pub(crate) target: String,
    /// The file that was written, for a target that is a file.
    pub(crate) wrote: Option<String>,
    /// How long it took, milliseconds.
    pub(crate) elapsed_ms: u64,
    /// Records a second.
    pub(crate) keys_per_second: f64,
    /// What was done.
    pub(crate) tally: TallyShape,
    /// Of a migration between versions: which ways records took, and what broke the schemas.
    pub(crate) versions: Option<VersionsShape>,
    /// The first rejected records, at most 1,000.
    pub(crate) rejected: Vec<RejectedShape>,
    /// Of a rollback: the first keys that were kept, at most 1,000.
    pub(crate) kept: Vec<KeptShape>,
    /// Of a dry run, or a run with `--diff`: the changes that were asked for.
    pub(crate) changes: Vec<ChangeShape>,
    /// The recording that was written, with `--record`; none if there was nothing to record.
    pub(crate) recorded: Option<String>,
    /// The folder of the run's journal; none if it has none.
    pub(crate) journal: Option<String>,
    /// The command that goes on with it, if it was interrupted.
    pub(crate) resume: Option<String>,
    /// The command that undoes it, if it wrote something.
    pub(crate) rollback: Option<String>,
    /// The backups of the server that the program had taken, with `--backup-store`.
    pub(crate) backups: Vec<BackupShape>,
}

/// What was done, counted in records. All but `scanned`, `duplicates`, `conflicts`, `lost` and `keysWritten`
/// add up to `records`.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TallyShape {
    /// Records that were looked at.
    pub(crate) records: u64,
    /// Records whose change was written (or, for a rollback, undone).
    pub(crate) changed: u64,
    /// Keys that these changes wrote, created or deleted.
    pub(crate) keys_written: u64,
    /// Records that the transform left as they were.
    pub(crate) unchanged: u64,
    /// Records that the transform skipped, by its reason.
    pub(crate) skipped: BTreeMap<String, u64>,
    /// Records that were rejected, by code.
    pub(crate) rejected: BTreeMap<String, u64>,
    /// Keys that were gone, or of another type, when they were read.
    pub(crate) vanished: u64,
    /// Keys above the size limit that were left out.
    pub(crate) oversized: u64,
    /// Rollback: keys that were as before already.
    pub(crate) already: u64,
    /// Rollback: keys that were written since and kept.
    pub(crate) kept: u64,
    /// Rollback: keys that were written since and migrated back by `revert`.
    pub(crate) reverted: u64,
    /// Rollback: keys that have expired since.
    pub(crate) expired: u64,
    /// Keys that the scan listed.
    pub(crate) scanned: u64,
    /// Of these, keys that were listed or handled before.
    pub(crate) duplicates: u64,
    /// Attempts that found a key changed and were made again.
    pub(crate) conflicts: u64,
    /// Changes that the server had acknowledged and no longer has, since it restarted or failed over without them;
    /// their keys, where they are still there, were done again.
    pub(crate) lost: u64,
    /// Bytes of the values that were read, serialised.
    pub(crate) bytes_read: u64,
    /// Bytes of the changed values before, serialised.
    pub(crate) bytes_before: u64,
    /// Bytes of the changed values after, serialised.
    pub(crate) bytes_after: u64,
}

/// A rejected record.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RejectedShape {
    /// The key.
    pub(crate) key: String,
    /// Why: a code of errors.md or one of the transform's own.
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) message: String,
    /// `file:line:column` in the transform, where there is one.
    pub(crate) location: Option<String>,
}

/// A key that a rollback kept.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptShape {
    /// The key.
    pub(crate) key: String,
    /// Why: `written-since`, `deleted-since` or `created-since`.
    pub(crate) reason: String,
}

impl From<&Tally> for TallyShape {
    fn from(tally: &Tally) -> Self {
        Self {
            records: tally.handled(),
            changed: tally.changed,
            keys_written: tally.keys_written,
            unchanged: tally.unchanged,
            skipped: tally.skipped.clone(),
            rejected: tally.rejected.clone(),
            vanished: tally.vanished,
            oversized: tally.oversized,
            already: tally.already,
            kept: tally.kept,
            reverted: tally.reverted,
            expired: tally.expired,
            scanned: tally.scanned,
            duplicates: tally.duplicates,
            conflicts: tally.conflicts,
            lost: tally.lost,
            bytes_read: tally.bytes_read,
            bytes_before: tally.bytes_before,
            bytes_after: tally.bytes_after,
        }
    }
}

impl From<&Rejected> for RejectedShape {
    fn from(rejected: &Rejected) -> Self {
        Self {
            key: escape(&rejected.key),
            code: rejected.code.clone(),
            message: rejected.message.clone(),
            location: rejected.location.clone(),
        }
    }
}

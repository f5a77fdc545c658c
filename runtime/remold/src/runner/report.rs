//! How a run went.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use remold_engine::RunOutcome;
use remold_schema::Course;

use crate::backups::CreatedBackup;

/// What kind of run it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing was written.
    DryRun,
    /// A run from its beginning.
    Run,
    /// A run that was gone on with.
    Resume,
    /// A run that had ended before: nothing was done, and what is known of it is told once more.
    Ended,
}

/// How a run went.
#[derive(Debug, Clone)]
pub struct RunReport {
    /// What kind of run it was.
    pub mode: Mode,
    /// The run's id; a dry run's leads nowhere.
    pub run: String,
    /// The migration's name.
    pub migration: String,
    /// The digest of manifest and transform.
    pub digest: String,
    /// Where it worked.
    pub target: String,
    /// How it ended and what it did.
    pub outcome: RunOutcome,
    /// How long it took.
    pub elapsed: Duration,
    /// The file that was written.
    pub output: Option<PathBuf>,
    /// What a migration between versions does with each record; `None` for any other, and for a rollback.
    pub course: Option<Arc<Course>>,
    /// The backups that its program had taken, or found to be there.
    pub backups: Vec<CreatedBackup>,
}

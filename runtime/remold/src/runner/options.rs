//! How something is run.

use std::time::Duration;

use remold_engine::record::Header;
use remold_engine::{Observer, StepWatcher};

use super::{Mode, Moment};
use crate::backups::CreatedBackup;
use crate::recorder::{Overheard, Recorder};
use crate::run_backups::RunBackups;

/// How something is run.
#[derive(Clone, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "switches that do not depend on one another"
)]
pub struct RunOptions {
    /// Hands values before and after to the observer ([`remold_engine::Event::Changed`]).
    pub show_changes: bool,
    /// Runs a migration again that was applied, changed or left unfinished before.
    pub again: bool,
    /// Resume: only keys in quarantine are tried again, also of a run that has ended.
    pub retry_rejected: bool,
    /// Goes on although the server may evict any key when its memory is full, the run's own bookkeeping too: keys may
    /// then be migrated twice.
    pub allow_eviction: bool,
    /// How long the keyspace's lock holds without renewal, which comes after a third of it; 15 seconds if absent.
    pub lock_ttl: Option<Duration>,
    /// Dry run: the clock and the seed that the transform sees, so that several dry runs can be compared; those of the
    /// beginning if absent.
    pub moment: Option<Moment>,
    /// Is told of each step of the run; for tests.
    pub steps: Option<StepWatcher>,
    /// Takes down what the transform is given, and what comes of it.
    pub recorder: Option<Recorder>,
    /// Run and resume on a server: where the backups go that a program asks for; without it the journal is the backup.
    pub backups: Option<RunBackups>,
}

impl RunOptions {
    /// Returns the backups that were taken so far.
    pub(super) fn taken_backups(&self) -> Vec<CreatedBackup> {
        self.backups
            .as_ref()
            .map_or_else(Vec::new, RunBackups::taken)
    }

    /// Lets the recorder begin, if there is one, and hear what the observer is told.
    pub(crate) fn overhear<'a>(
        &'a self,
        header: &Header,
        mode: Mode,
        observer: &'a dyn Observer,
    ) -> Overheard<'a> {
        let recorder = self.recorder.as_ref();
        if let Some(recorder) = recorder {
            recorder.begin(header, mode == Mode::DryRun);
        }
        Overheard { recorder, observer }
    }
}

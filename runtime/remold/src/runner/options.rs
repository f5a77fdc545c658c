//! How something is run.

use std::time::Duration;

use remold_engine::record::Header;
use remold_engine::{Observer, Share, ShareOf, StepWatcher};

use super::Mode;
use crate::backups::CreatedBackup;
use crate::identity;
use crate::recorder::{Overheard, Recorder};
use crate::run_backups::RunBackups;

/// The clock and the seed that a transform sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Unix milliseconds.
    pub now_ms: u64,
    /// What random numbers depend on.
    pub seed: u64,
}

impl Moment {
    /// Takes the time as it is now, and a seed that nobody can foresee.
    pub fn now() -> Self {
        Self {
            now_ms: identity::now_ms(),
            seed: identity::seed(),
        }
    }
}

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
    /// The id of the run, chosen by the caller: a run of this id that was begun is gone on with, and one that has ended is
    /// reported once more ([`super::Standing`]). A new id if absent.
    pub run: Option<String>,
    /// The share of the run that this worker carries out, or verifies; all of it if absent. A run of shares has a chosen id.
    pub share: Option<Share>,
    /// For how long another process is waited for that works on the same run, or that holds the keyspace's lock; it is
    /// refused at once if absent.
    pub wait: Option<Duration>,
    /// Rollback: one that was carried out before is reported once more; it is refused otherwise.
    pub if_needed: bool,
    /// Is told of each step of the run; for tests.
    pub steps: Option<StepWatcher>,
    /// Takes down what the transform is given, and what comes of it.
    pub recorder: Option<Recorder>,
    /// Run and resume on a server: where the backups go that a program asks for; without it the journal is the backup.
    pub backups: Option<RunBackups>,
}

impl RunOptions {
    /// Returns the share of a run that the options name, if they name one.
    pub(crate) fn share_of(&self, run: &str) -> Option<ShareOf> {
        let run = run.to_owned();
        self.share.map(|share| ShareOf { run, share })
    }

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

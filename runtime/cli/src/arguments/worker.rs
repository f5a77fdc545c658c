//! What a worker is told that is not alone: which share is its, and for whom to wait.

use clap::Args;
use remold::manifest::Period;
use remold::{RunOptions, Share};

/// What a worker is told that is not alone.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Worker")]
pub(crate) struct WorkerArguments {
    /// Work on one of N shares of the keys, I from 0 to N-1; N workers with the same run, one for each share, carry it out
    /// together
    #[arg(long, value_name = "I/N")]
    pub(crate) share: Option<Share>,
    /// Wait so long for another process that works on this run, or that holds the keyspace's lock; refused at once without
    /// it, and stopped (exit code 5) when it was in vain
    #[arg(long, value_name = "TIME")]
    pub(crate) wait: Option<Period>,
}

impl WorkerArguments {
    /// Returns the options that follow from it.
    pub(crate) fn options(&self) -> RunOptions {
        RunOptions {
            share: self.share,
            wait: self.wait.map(Period::to_duration),
            ..RunOptions::default()
        }
    }
}

//! How the end of a command that may have rejected or kept keys counts for whoever started it.

use clap::Args;

/// How the end of a command counts.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct EndingArguments {
    /// End with exit code 0 instead of 3 or 4: it was carried to its end, for whoever takes every other code for a failure
    #[arg(long)]
    pub(crate) lenient_exit: bool,
}

//! Staying, and doing it again whenever something has changed.

use clap::Args;

/// Whether files are watched, and how.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Watching")]
pub(crate) struct WatchArguments {
    /// Stay, and do it again whenever a file of the migration changes: builds a component first, shows what came out
    /// differently. Ctrl-C ends it
    #[arg(long)]
    pub(crate) watch: bool,
    /// Look at the files twice a second instead of being told by the system: for file systems that others write to
    /// over a network, and for folders that a container shares with its host
    #[arg(long, requires = "watch")]
    pub(crate) poll: bool,
}

//! How a command that works on keys can be watched from outside.

use std::net::SocketAddr;

use clap::Args;

use super::LogFormat;

/// How a command can be watched.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct WatchedArguments {
    /// Serve `/metrics` here for as long as it goes on, in the formats of Prometheus: `0.0.0.0:8080`
    #[arg(long, value_name = "ADDRESS", env = "REMOLD_METRICS")]
    pub(crate) metrics: Option<SocketAddr>,
    /// Where standard error is no terminal, write log lines instead of progress: at the begin and the end, for each wait, and
    /// every 10 seconds
    #[arg(long, value_name = "FORMAT", env = "REMOLD_LOG")]
    pub(crate) log: Option<LogFormat>,
}

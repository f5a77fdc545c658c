//! The controller as a process of its own: threads, the API server's address, the end.

use std::io;

use kube::Client;
use tokio::sync::watch;

use super::error::Error;
use super::{Metrics, Notices, Settings, run};

/// Ends a controller.
#[derive(Debug, Clone)]
pub struct Stopper(watch::Sender<bool>);

/// Why a controller could not work.
#[derive(Debug, thiserror::Error)]
pub enum Unable {
    /// No threads can be started.
    #[error("threads cannot be started: {0}")]
    Threads(#[source] io::Error),
    /// Neither a kubeconfig nor a pod's service account says where the API server is, or what they say cannot be used.
    #[error("the API server is not known: {0}")]
    NoServer(#[source] Box<kube::Error>),
    /// It could not go on.
    #[error(transparent)]
    Controller(#[from] Error),
}

impl Unable {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Threads(_) => "no-threads",
            Self::NoServer(_) => "no-api-server",
            Self::Controller(_) => "api-server",
        }
    }
}

impl Default for Stopper {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stopper {
    /// Lets the controller finish what it has begun, and end.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Runs the controller in this thread and threads of its own until it is stopped or has lost the lead. The API server is found by
/// `KUBECONFIG` or `~/.kube/config`, else by the pod's service account.
pub fn run_here(settings: Settings, notices: Notices, stopper: &Stopper) -> Result<(), Unable> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Unable::Threads)?;
    let stop = stopper.0.subscribe();
    runtime.block_on(async {
        let client = Client::try_default().await;
        let client = client.map_err(|error| Unable::NoServer(Box::new(error)))?;
        run(client, settings, Metrics::default(), notices, stop).await?;
        Ok(())
    })
}

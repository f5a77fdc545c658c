//! What a worker tells of itself while it is at work: its entry in the status of its `RedisMigrationRun`.
//!
//! A thread of its own writes it, by server-side apply under a field manager of the worker's own, so that no two workers and no
//! controller write over one another. An API server that refuses or does not answer never disturbs the work: it is told
//! once, and tried again.

use std::io;
use std::str::FromStr;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use kube::api::{Patch, PatchParams};
use kube::{Api, Client, Config, Resource as _};
use serde_json::{Value, json};

use crate::clock::now_in_words;
use crate::resources::{RedisMigrationRun, WorkerStatus};

/// How often it is written at most.
const INTERVAL: Duration = Duration::from_secs(3);
/// How long the API server is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most characters of a message.
const LONGEST: usize = 1024;

/// A `RedisMigrationRun` in its namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunReference {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// Says that a text names no run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected NAMESPACE/RUN")]
pub struct InvalidReference;

impl FromStr for RunReference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, InvalidReference> {
        let (namespace, name) = text.split_once('/').ok_or(InvalidReference)?;
        let is_name = |part: &str| !part.is_empty() && !part.contains('/');
        if !is_name(namespace) || !is_name(name) {
            return Err(InvalidReference);
        }
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }
}

/// Writes what a worker says of itself, every few seconds and at its end.
#[derive(Debug)]
pub struct Reporter {
    sender: Sender<WorkerStatus>,
    thread: JoinHandle<()>,
}

impl Reporter {
    /// Begins to write what `status` says, with the pod's own service account. `trouble` is told the first time that it cannot be
    /// written, in whatever words there are.
    pub fn start(
        run: RunReference,
        mut status: impl FnMut() -> WorkerStatus + Send + 'static,
        trouble: impl Fn(String) + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, ended) = mpsc::channel::<WorkerStatus>();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = std::thread::Builder::new().name("report".to_owned());
        let thread = thread.spawn(move || {
            let mut desk = Desk {
                run,
                client: None,
                is_told: false,
            };
            let mut last = None;
            loop {
                let (now, is_last) = match ended.recv_timeout(INTERVAL) {
                    Ok(last) => (last, true),
                    Err(RecvTimeoutError::Timeout) => (status(), false),
                    Err(RecvTimeoutError::Disconnected) => return,
                };
                // What has not changed was written already.
                if is_last || last.as_ref() != Some(&now) {
                    match runtime.block_on(desk.write(&now)) {
                        Ok(()) => last = Some(now),
                        Err(error) => desk.tell(&trouble, error),
                    }
                }
                if is_last {
                    return;
                }
            }
        })?;
        Ok(Self { sender, thread })
    }

    /// Writes how the worker ended, and waits until that was tried.
    pub fn finish(self, status: WorkerStatus) {
        // A thread that is gone has nothing more to write.
        drop(self.sender.send(status));
        drop(self.thread.join());
    }
}

/// Where it is written.
struct Desk {
    run: RunReference,
    client: Option<Client>,
    is_told: bool,
}

impl Desk {
    async fn write(&mut self, status: &WorkerStatus) -> Result<(), String> {
        let client = match self.client.take() {
            Some(client) => client,
            None => {
                let config = Config::incluster().map_err(|error| error.to_string())?;
                Client::try_from(config).map_err(|error| error.to_string())?
            }
        };
        let api: Api<RedisMigrationRun> = Api::namespaced(client.clone(), &self.run.namespace);
        self.client = Some(client);
        let manager = format!("remold-worker-{}", status.index);
        let parameters = PatchParams::apply(&manager).force();
        let patch = Patch::Apply(entry(status));
        let written = api.patch_status(&self.run.name, &parameters, &patch);
        match tokio::time::timeout(PATIENCE, written).await {
            Err(_) => Err("the API server does not answer".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Ok(Ok(_)) => Ok(()),
        }
    }

    fn tell(&mut self, trouble: &impl Fn(String), error: String) {
        if !self.is_told {
            self.is_told = true;
            trouble(error);
        }
    }
}

/// Makes the part of the run's status that is the worker's own.
fn entry(status: &WorkerStatus) -> Value {
    let mut status = status.clone();
    status.updated_at = Some(now_in_words());
    if let Some(message) = &mut status.message
        && let Some((end, _)) = message.char_indices().nth(LONGEST)
    {
        message.truncate(end);
    }
    json!({
        "apiVersion": RedisMigrationRun::api_version(&()),
        "kind": RedisMigrationRun::KIND,
        "status": { "workers": [status] },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::{Tally, WorkerState};

    #[test]
    fn a_run_is_named_with_its_namespace() {
        let run: RunReference = "shop/names-1".parse().expect("it names one");
        assert_eq!(
            (run.namespace.as_str(), run.name.as_str()),
            ("shop", "names-1")
        );
        for wrong in ["names-1", "/names-1", "shop/", "a/b/c", ""] {
            assert_eq!(
                wrong.parse::<RunReference>(),
                Err(InvalidReference),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_worker_writes_its_own_entry_alone() {
        let status = WorkerStatus {
            index: 2,
            state: WorkerState::Waiting,
            tally: Tally::default(),
            progress_percent: Some(40),
            keys_per_second: None,
            eta_seconds: None,
            message: Some("ä".repeat(2000)),
            updated_at: None,
        };
        let entry = entry(&status);
        assert_eq!(entry["kind"], "RedisMigrationRun");
        let workers = entry["status"]["workers"].as_array().expect("a list");
        assert_eq!(workers.len(), 1);
        assert_eq!(workers[0]["index"], 2);
        assert_eq!(workers[0]["state"], "Waiting");
        let message = workers[0]["message"].as_str().expect("a text");
        assert_eq!(message.chars().count(), LONGEST);
    }

    #[test]
    fn without_a_cluster_it_is_told_once_and_ends_all_the_same() {
        let (sender, told) = mpsc::channel();
        let run = "shop/names-1".parse().expect("it names one");
        let status = WorkerStatus {
            index: 0,
            state: WorkerState::Running,
            tally: Tally::default(),
            progress_percent: None,
            keys_per_second: None,
            eta_seconds: None,
            message: None,
            updated_at: None,
        };
        let shown = status.clone();
        let reporter = Reporter::start(
            run,
            move || shown.clone(),
            move |error| sender.send(error).expect("the test waits for it"),
        );
        reporter.expect("a thread can be started").finish(status);
        assert_eq!(told.iter().count(), 1);
    }
}

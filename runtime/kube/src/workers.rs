//! The objects of workers: the Job that carries out a task, and all that it needs to do so with the least rights.
//!
//! One builder for the command line (`remold job`, for clusters without the controller) and for the controller. Nothing here
//! talks to an API server.

mod access;
mod bundle;
mod connection;
mod job;
mod outcome;
mod ports;
mod storage;
mod task;
mod tracing;

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use remold_manifest::JobSpec;
use storage::Use;

pub use access::{network_policy, report_role, service_account};
pub use bundle::{BundleError, Papers, bundle};
pub use connection::{Connection, ConnectionError};
pub use job::job;
pub use outcome::{BackupOutcome, Outcome, PlanOutcome, RegisteredOutcome, ServerOutcome};
pub use storage::{Storage, claim};
pub use task::{BackupStep, MANIFEST_KEY, Manifest, Task};
pub use tracing::Tracing;

/// The label that says whose an object is.
pub const NAME_LABEL: &str = "app.kubernetes.io/name";
/// The label that says what an object is part of: the migration's or the backup's name.
pub const INSTANCE_LABEL: &str = "app.kubernetes.io/instance";
/// The label that says what a worker does.
pub const COMPONENT_LABEL: &str = "app.kubernetes.io/component";
/// The label that says by which tool an object was made.
pub const MANAGED_LABEL: &str = "app.kubernetes.io/managed-by";

/// What a worker's objects are made of.
#[derive(Debug, Clone)]
pub struct Work {
    /// The name of the Job, at most 63 characters, without a dot.
    pub name: String,
    /// The namespace; left to whoever applies the objects if absent.
    pub namespace: Option<String>,
    /// What it is done for, as a label: a migration's or a backup's name.
    pub instance: String,
    /// Who owns the objects, and takes them away with itself.
    pub owner: Option<OwnerReference>,
    /// The image.
    pub image: String,
    /// When the image is pulled: `IfNotPresent` if absent.
    pub pull_policy: Option<String>,
    /// The Secrets, of the namespace of the work, with which it is pulled.
    pub pull_secrets: Vec<String>,
    /// What is done.
    pub task: Task,
    /// How the server is reached.
    pub connection: Connection,
    /// Where journals are, or backups; none for a task that needs none.
    pub storage: Option<Storage>,
    /// Where the backups go that the program of a run asks for; with none the journal is the backup.
    pub backups: Option<Storage>,
    /// Where the manifest and its files come from; none for a task that needs none.
    pub manifest: Option<Manifest>,
    /// What the document says of the pods.
    pub settings: JobSpec,
    /// The service account.
    pub service_account: String,
    /// The `RedisMigrationRun` whose status the workers write; they have no access to the API without it.
    pub report_to: Option<String>,
    /// How the workers trace what they do.
    pub tracing: Tracing,
    /// Whether the Job is begun suspended.
    pub suspend: bool,
}

impl Work {
    /// Returns the metadata of an object of the work.
    pub fn metadata(&self, name: &str) -> ObjectMeta {
        ObjectMeta {
            name: Some(name.to_owned()),
            namespace: self.namespace.clone(),
            labels: Some(self.labels()),
            owner_references: self.owner.clone().map(|owner| vec![owner]),
            ..ObjectMeta::default()
        }
    }

    /// Returns the labels of the objects and pods of the work.
    pub fn labels(&self) -> BTreeMap<String, String> {
        let labels = [
            (NAME_LABEL, "remold"),
            (INSTANCE_LABEL, self.instance.as_str()),
            (COMPONENT_LABEL, self.task.component()),
            (MANAGED_LABEL, "remold"),
        ];
        labels
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    /// Returns the places that its pods look for.
    fn stored(&self) -> impl Iterator<Item = (&Storage, Use)> {
        let takes_backups = matches!(self.task, Task::Run { .. });
        let backups = self.backups.iter().filter(move |_| takes_backups);
        let main = self.storage.iter().map(|one| (one, Use::Main));
        main.chain(backups.map(|one| (one, Use::Backups)))
    }
}

#[cfg(test)]
mod tests;

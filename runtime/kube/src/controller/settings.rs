//! What the controller is told when it is started, and what it takes where a document says nothing.

use std::time::Duration;

use remold_manifest::{JobSpec, JournalPlace, NewClaim, RdbBackupSpec};
use serde_json::{Map, Value};

use super::notify::NotifySettings;
use crate::resources::RunSpec;
use crate::workers::{Storage, Tracing};

/// What the controller is told when it is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The image of workers, as a rule the controller's own.
    pub image: String,
    /// When it is pulled: `IfNotPresent` if absent.
    pub pull_policy: Option<String>,
    /// The Secrets with which it is pulled, in every namespace in which workers are at work.
    pub pull_secrets: Vec<String>,
    /// The namespaces that are watched; all if empty.
    pub namespaces: Vec<String>,
    /// How many objects of a kind are worked on at a time.
    pub concurrency: u16,
    /// How soon something that goes on by itself is looked at again, should a watch have missed it.
    pub resync: Duration,
    /// The name of this process among those that may lead; none if it is alone.
    pub lease: Option<LeaseSettings>,
    /// The address of `/metrics`, `/healthz` and `/readyz`; none if they are not served.
    pub address: Option<std::net::SocketAddr>,
    /// How workers trace what they do.
    pub tracing: Tracing,
    /// The webhook that is told when a migration waits for approval, ends or fails.
    pub notify: Option<NotifySettings>,
}

/// Who leads, where several controllers run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseSettings {
    /// The namespace of the Lease.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The name of this process.
    pub identity: String,
}

/// The name of a Lease with its namespace: `NAMESPACE/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseName {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// Says that a text names no Lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected NAMESPACE/NAME")]
pub struct InvalidLease;

impl std::str::FromStr for LeaseName {
    type Err = InvalidLease;

    fn from_str(text: &str) -> Result<Self, InvalidLease> {
        match text.split_once('/') {
            Some((namespace, name))
                if !namespace.is_empty() && !name.is_empty() && !name.contains('/') =>
            {
                Ok(Self {
                    namespace: namespace.to_owned(),
                    name: name.to_owned(),
                })
            }
            _ => Err(InvalidLease),
        }
    }
}

impl Settings {
    /// Reads what a document says of its workers.
    pub(crate) fn job_of(manifest: &Map<String, Value>) -> JobSpec {
        let job = manifest.get("job").cloned().unwrap_or_default();
        serde_json::from_value(job).unwrap_or_default()
    }

    /// Says how the backups are kept that the program of a document asks for: as the document's own.
    pub(crate) fn program_backups_of(manifest: &Map<String, Value>) -> Option<RdbBackupSpec> {
        let asks = manifest.get("capabilities")?.get("backup")?.as_bool()?;
        let rdb = manifest.get("backup")?.get("rdb").filter(|_| asks)?;
        serde_json::from_value(rdb.clone()).ok()
    }

    pub(crate) fn image_of(&self, job: &JobSpec) -> String {
        job.image.clone().unwrap_or_else(|| self.image.clone())
    }

    /// Says where the journals of a run are.
    pub(crate) fn journal_of(run: &RunSpec) -> Storage {
        match Self::job_of(&run.manifest).journal {
            Some(JournalPlace::Claim(claim)) => Storage::Claim(claim.name),
            Some(JournalPlace::Store(store)) => Storage::Store(store),
            Some(JournalPlace::NewClaim(_)) | None => Storage::Claim(claim_name(run)),
        }
    }

    /// Says which claim has to be made for the journals of a run.
    pub(crate) fn new_claim(run: &RunSpec) -> Option<(String, NewClaim)> {
        match Self::job_of(&run.manifest).journal {
            Some(JournalPlace::NewClaim(spec)) => Some((claim_name(run), spec)),
            None => Some((claim_name(run), NewClaim::default())),
            Some(JournalPlace::Claim(_) | JournalPlace::Store(_)) => None,
        }
    }
}

/// The claim of a migration's journals.
fn claim_name(run: &RunSpec) -> String {
    format!("{}-journal", run.migration_ref.name)
}

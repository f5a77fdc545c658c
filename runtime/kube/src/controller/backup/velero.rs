//! A backup by Velero: asked for by an object in Velero's namespace, and counted only when everything in it is whole.
//!
//! Velero writes its status into the same object, without a subresource: the object is made once and then only read.

mod removal;
mod restore;
mod scope;

use std::time::Duration;

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::ResourceExt;
use kube::api::DynamicObject;
use remold_manifest::VeleroBackupSpec;
use serde_json::{Value, json};

use super::Reconciliation;
use crate::clock::now_in_words;
use crate::controller::conditions::Verdict;
use crate::controller::error::Error;
use crate::controller::names::{short, word};
use crate::controller::outside::{Foreign, count, text};
use crate::resources::{Artifact, BackupStatus};
use scope::{LEFT_OUT, names};

const BACKUP: Foreign = kind("Backup");
const LOCATION: Foreign = kind("BackupStorageLocation");
/// Where Velero is, unless the document says.
const NAMESPACE: &str = "velero";
/// How long a backup may take unless its document says.
const TIMEOUT: Duration = Duration::from_hours(1);
/// The label by which an object of another namespace is found again.
const LABEL: &str = "remold.dev/backup";
/// What a person does about a backup that came to nothing.
const WAY_OUT: &str = "delete this RedisBackup, with which Velero's goes, and make another; a migration that waits for it makes its own";
/// Remold's own kinds are not in a backup: brought back, a migration would be one that nobody has carried out yet.
const OWN: [&str; 5] = [
    "redisbackups.remold.dev",
    "redismigrationruns.remold.dev",
    "redismigrations.remold.dev",
    "redisschemas.remold.dev",
    "redistargets.remold.dev",
];

const fn kind(kind: &'static str) -> Foreign {
    Foreign {
        group: "velero.io",
        version: "v1",
        kind,
    }
}

impl Reconciliation<'_> {
    /// Has Velero make the backup, and proves it.
    pub(super) async fn velero(
        &self,
        spec: &VeleroBackupSpec,
        status: &mut BackupStatus,
    ) -> Result<Verdict, Error> {
        let cluster = &self.context.cluster;
        let namespace = namespace_of(spec);
        let name = self.velero_name();
        let found = cluster.find_foreign(BACKUP, namespace, &name).await?;
        let is_going = |backup: &DynamicObject| text(backup, "/status/phase") == Some("Deleting");
        if status.proven_at.is_some() && found.as_ref().is_none_or(is_going) {
            return Ok(Verdict::stuck(
                "BackupGone",
                format!(
                    "Velero no longer has the backup {name} in namespace {namespace}: it has expired or was deleted; \
                     make another RedisBackup"
                ),
            ));
        }
        let Some(backup) = found else {
            if let Some(trouble) = self.location_trouble(spec).await? {
                return Ok(if self.is_late(spec.timeout, TIMEOUT) {
                    Verdict::stuck("StorageUnavailable", trouble)
                } else {
                    Verdict::going("StorageUnavailable", trouble)
                });
            }
            let document = self.velero_document(spec);
            cluster
                .create_foreign(BACKUP, namespace, &name, document)
                .await?;
            return Ok(Verdict::going(
                "BackingUp",
                format!("Velero makes the backup {name}"),
            ));
        };
        if status.proven_at.is_some() {
            return Ok(Verdict::done(
                "Proven",
                "Velero says that it is complete, without errors",
            ));
        }
        let phase = text(&backup, "/status/phase").unwrap_or("New");
        Ok(match phase {
            "Completed" => match flaw(&backup, spec, &self.claims_to_back_up(spec).await?) {
                Some(flaw) => Verdict::stuck("BackupUnproven", format!("{flaw}; {WAY_OUT}")),
                None => {
                    note(&backup, &name, status);
                    Verdict::done("Proven", "Velero says that it is complete, without errors")
                }
            },
            "PartiallyFailed" | "Failed" | "FailedValidation" | "Deleting" => Verdict::stuck(
                "BackupFailed",
                format!("{}; {WAY_OUT}", words(&backup, phase)),
            ),
            _ if self.is_late(spec.timeout, TIMEOUT) => Verdict::stuck(
                "BackupTimeout",
                format!(
                    "Velero has not finished the backup {name} in time, it is {phase}: see whether its server is at \
                     work in namespace {namespace}; it still counts when it comes to its end"
                ),
            ),
            _ => Verdict::going("BackingUp", format!("Velero's backup {name} is {phase}")),
        })
    }

    /// Says what is wrong with the place where Velero would store it.
    async fn location_trouble(&self, spec: &VeleroBackupSpec) -> Result<Option<String>, Error> {
        let namespace = namespace_of(spec);
        let locations = self
            .context
            .cluster
            .list_foreign(LOCATION, namespace)
            .await?;
        let Some(locations) = locations else {
            return Ok(Some(
                "the API server knows no velero.io/v1 BackupStorageLocation: install Velero, or name another provider"
                    .to_owned(),
            ));
        };
        let Some(location) = wanted(&locations, spec) else {
            let name = spec.storage_location.as_deref().unwrap_or("default");
            return Ok(Some(format!(
                "there is no BackupStorageLocation {name} in namespace {namespace}"
            )));
        };
        let place = format!(
            "the BackupStorageLocation {} in namespace {namespace}",
            location.name_any()
        );
        if text(location, "/spec/accessMode") == Some("ReadOnly") {
            return Ok(Some(format!("{place} is read-only")));
        }
        Ok(match text(location, "/status/phase") {
            Some("Available") => None,
            None => Some(format!(
                "{place} was not looked at yet: see whether Velero's server is at work there"
            )),
            Some(phase) => {
                let message = text(location, "/status/message").unwrap_or_default();
                Some(format!("{place} is {phase}: {message}"))
            }
        })
    }

    fn velero_name(&self) -> String {
        let uid = self.backup.uid().unwrap_or_default();
        let word = word(&[&self.namespace, &uid]);
        format!("remold-{}-{word}", short(&self.backup.name_any(), 40))
    }

    fn velero_document(&self, spec: &VeleroBackupSpec) -> Value {
        let ttl = spec
            .ttl
            .map(|ttl| format!("{}s", ttl.to_duration().as_secs()));
        let mut document = json!({
            "metadata": { "labels": {
                "app.kubernetes.io/managed-by": "remold",
                LABEL: short(&self.backup.name_any(), 63),
            } },
            "spec": {
                "includedNamespaces": [self.namespace],
                "excludedResources": OWN,
                "snapshotVolumes": true,
                "snapshotMoveData": spec.snapshot_move_data,
            },
        });
        if let Some(location) = &spec.storage_location {
            document["spec"]["storageLocation"] = location.as_str().into();
        }
        if !spec.match_labels.is_empty() {
            document["spec"]["labelSelector"] = json!({ "matchLabels": spec.match_labels });
        }
        if let Some(ttl) = ttl {
            document["spec"]["ttl"] = ttl.into();
        }
        document
    }
}

fn namespace_of(spec: &VeleroBackupSpec) -> &str {
    spec.namespace.as_deref().unwrap_or(NAMESPACE)
}

/// Says why a backup that Velero calls complete does not count.
fn flaw(
    backup: &DynamicObject,
    spec: &VeleroBackupSpec,
    claims: &[PersistentVolumeClaim],
) -> Option<String> {
    let errors = count(backup, "/status/errors");
    if errors > 0 {
        return Some(format!("Velero says Completed, and {errors} errors"));
    }
    let hooks = count(backup, "/status/hookStatus/hooksFailed");
    if hooks > 0 {
        let attempted = count(backup, "/status/hookStatus/hooksAttempted");
        return Some(format!("of {attempted} hooks {hooks} failed"));
    }
    let attempted = count(backup, "/status/csiVolumeSnapshotsAttempted");
    let completed = count(backup, "/status/csiVolumeSnapshotsCompleted");
    let native_attempted = count(backup, "/status/volumeSnapshotsAttempted");
    let native_completed = count(backup, "/status/volumeSnapshotsCompleted");
    if attempted != completed || native_attempted != native_completed {
        return Some(format!(
            "{} of {} snapshots of volumes were made",
            completed + native_completed,
            attempted + native_attempted
        ));
    }
    let failed = count(backup, "/status/backupItemOperationsFailed");
    if failed > 0 {
        return Some(format!("{failed} operations of plugins failed"));
    }
    // A snapshot whose data is moved is an operation of a plugin; one that stays is several.
    let moved = count(backup, "/status/backupItemOperationsCompleted");
    let volumes = native_completed
        + if spec.snapshot_move_data {
            moved
        } else {
            completed
        };
    if spec.require_volumes && volumes == 0 {
        return Some(
            "no volume is in it, so that no data could be restored: check the labels and the snapshot class, or set \
             `requireVolumes: false`"
                .to_owned(),
        );
    }
    if usize::try_from(volumes).is_ok_and(|volumes| volumes < claims.len()) {
        let have = if volumes == 1 { "has" } else { "have" };
        return Some(format!(
            "of the claims {} only {volumes} {have} a volume in it; label a claim that needs no backup \
             `{LEFT_OUT}: \"true\"`, or set `requireVolumes: false`",
            names(claims)
        ));
    }
    None
}

fn note(backup: &DynamicObject, name: &str, status: &mut BackupStatus) {
    status.artifacts = vec![Artifact {
        kind: "velero.io/Backup".to_owned(),
        name: name.to_owned(),
        sha256: None,
        proven: true,
    }];
    status.taken_at = text(backup, "/status/startTimestamp").map(str::to_owned);
    status.expires_at = text(backup, "/status/expiration").map(str::to_owned);
    status.proven_at = Some(now_in_words());
}

/// Velero's own words about what went wrong, and where there are more of them.
fn words(object: &DynamicObject, phase: &str) -> String {
    let reason = text(object, "/status/failureReason").map(str::to_owned);
    let invalid = object.data.pointer("/status/validationErrors");
    let invalid = invalid.and_then(Value::as_array).into_iter().flatten();
    let invalid = invalid.filter_map(|one| one.as_str().map(str::to_owned));
    let errors = count(object, "/status/errors");
    let logs = (errors > 0).then(|| {
        let kind = object.types.as_ref().map(|types| types.kind.to_lowercase());
        format!(
            "{errors} errors, which `velero {} logs {} --namespace {}` shows",
            kind.unwrap_or_default(),
            object.name_any(),
            object.namespace().unwrap_or_default()
        )
    });
    let said: Vec<String> = reason.into_iter().chain(invalid).chain(logs).collect();
    if said.is_empty() {
        return format!("Velero says {phase}");
    }
    format!("Velero says {phase}: {}", said.join("; "))
}

/// Finds the location that is meant: by its name, or Velero's default.
fn wanted<'a>(
    locations: &'a [DynamicObject],
    spec: &VeleroBackupSpec,
) -> Option<&'a DynamicObject> {
    let named = |name: &str| locations.iter().find(|one| one.name_any() == name);
    let is_default = |one: &&DynamicObject| {
        let default = one.data.pointer("/spec/default").and_then(Value::as_bool);
        default == Some(true)
    };
    match &spec.storage_location {
        Some(name) => named(name),
        None => locations
            .iter()
            .find(is_default)
            .or_else(|| named("default")),
    }
}

//! A backup by Velero: asked for by an object in Velero's namespace, and counted only when everything in it is whole.
//!
//! Velero writes its status into the same object, without a subresource: the object is made once and then only read. Its data is
//! removed by a `DeleteBackupRequest`; deleting the object would leave the data, from which the object comes back. A restore
//! over a claim that exists restores nothing and still says Completed: what it says of warnings and items is looked at, and
//! claims that exist are found first.

use std::time::Duration;

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use kube::api::DynamicObject;
use remold_manifest::VeleroBackupSpec;
use serde_json::{Value, json};

use super::Reconciliation;
use crate::controller::conditions::Verdict;
use crate::controller::error::Error;
use crate::controller::names::{short, word};
use crate::controller::outside::{Foreign, count, text};
use crate::resources::{Artifact, BackupStatus, RestoreRequest};

const BACKUP: Foreign = kind("Backup");
const RESTORE: Foreign = kind("Restore");
const LOCATION: Foreign = kind("BackupStorageLocation");
const REQUEST: Foreign = kind("DeleteBackupRequest");
/// Where Velero is, unless the document says.
const NAMESPACE: &str = "velero";
/// How long a backup may take unless its document says.
const TIMEOUT: Duration = Duration::from_hours(1);
/// The label by which an object of another namespace is found again.
const LABEL: &str = "remold.dev/backup";

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
        let Some(backup) = found else {
            if status.proven_at.is_some() {
                return Ok(Verdict::stuck(
                    "BackupGone",
                    format!(
                        "Velero no longer has the backup {name}: it has expired or was deleted"
                    ),
                ));
            }
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
            "Completed" => match flaw(&backup, spec) {
                Some(flaw) => Verdict::stuck("BackupUnproven", flaw),
                None => {
                    note(&backup, &name, status);
                    Verdict::done("Proven", "Velero says that it is complete, without errors")
                }
            },
            "PartiallyFailed" | "Failed" | "FailedValidation" | "Deleting" => {
                Verdict::stuck("BackupFailed", words(&backup, phase))
            }
            _ if self.is_late(spec.timeout, TIMEOUT) => Verdict::stuck(
                "BackupTimeout",
                format!("Velero has not finished the backup {name} in time: it is {phase}"),
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
                "the API server knows no velero.io/v1 BackupStorageLocation: is Velero installed?"
                    .to_owned(),
            ));
        };
        let wanted = |location: &&DynamicObject| match &spec.storage_location {
            Some(name) => location.name_any() == *name,
            None => {
                let default = location
                    .data
                    .pointer("/spec/default")
                    .and_then(Value::as_bool);
                default == Some(true) || location.name_any() == "default"
            }
        };
        let Some(location) = locations.iter().find(wanted) else {
            let name = spec.storage_location.as_deref().unwrap_or("default");
            return Ok(Some(format!(
                "there is no BackupStorageLocation {name} in namespace {namespace}"
            )));
        };
        let name = location.name_any();
        let phase = text(location, "/status/phase").unwrap_or("not looked at yet");
        if phase != "Available" {
            let message = text(location, "/status/message").unwrap_or_default();
            return Ok(Some(format!(
                "the BackupStorageLocation {name} is {phase} {message}"
            )));
        }
        if text(location, "/spec/accessMode") == Some("ReadOnly") {
            return Ok(Some(format!(
                "the BackupStorageLocation {name} is read-only"
            )));
        }
        Ok(None)
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

    /// Has Velero restore it.
    pub(super) async fn restore_velero(
        &self,
        spec: &VeleroBackupSpec,
        request: &RestoreRequest,
        status: &BackupStatus,
    ) -> Result<Verdict, Error> {
        let cluster = &self.context.cluster;
        let namespace = namespace_of(spec);
        let backup = self.velero_name();
        let name = format!("{backup}-{}", word(&[&request.token]));
        let Some(restore) = cluster.find_foreign(RESTORE, namespace, &name).await? else {
            if status.proven_at.is_none() {
                return Ok(Verdict::stuck(
                    "NotProven",
                    "what was not proven is not restored",
                ));
            }
            if let Some(claims) = self.claims_in_the_way(spec).await? {
                return Ok(Verdict::stuck(
                    "ClaimsInTheWay",
                    format!(
                        "Velero restores no data into a claim that exists, and says Completed all the same: stop the \
                         server, keep or delete {claims}, then it goes on"
                    ),
                ));
            }
            let document = json!({
                "metadata": { "labels": { "app.kubernetes.io/managed-by": "remold" } },
                "spec": {
                    "backupName": backup,
                    "includedNamespaces": [self.namespace],
                    "restorePVs": true,
                    "existingResourcePolicy": "none",
                },
            });
            cluster
                .create_foreign(RESTORE, namespace, &name, document)
                .await?;
            return Ok(Verdict::going(
                "Restoring",
                format!("Velero makes the restore {name}"),
            ));
        };
        let phase = text(&restore, "/status/phase").unwrap_or("New");
        Ok(match phase {
            "Completed" if count(&restore, "/status/errors") > 0 => {
                Verdict::stuck("RestoreFailed", words(&restore, phase))
            }
            "Completed" => Verdict::done(
                "Restored",
                format!(
                    "Velero has restored {} items with {} warnings",
                    count(&restore, "/status/progress/itemsRestored"),
                    count(&restore, "/status/warnings")
                ),
            ),
            "PartiallyFailed" | "Failed" | "FailedValidation" => {
                Verdict::stuck("RestoreFailed", words(&restore, phase))
            }
            _ => Verdict::going("Restoring", format!("Velero's restore {name} is {phase}")),
        })
    }

    /// Names the claims that exist and that the backup would restore.
    async fn claims_in_the_way(&self, spec: &VeleroBackupSpec) -> Result<Option<String>, Error> {
        if !spec.require_volumes {
            return Ok(None);
        }
        let labels: Vec<String> = spec
            .match_labels
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let claims: Vec<PersistentVolumeClaim> = self
            .context
            .cluster
            .list(&self.namespace, &labels.join(","))
            .await?;
        let names: Vec<String> = claims.iter().map(ResourceExt::name_any).collect();
        Ok((!names.is_empty()).then(|| names.join(", ")))
    }

    /// Has Velero remove the backup with its data; says whether it is gone.
    pub(super) async fn remove_velero(&self, spec: &VeleroBackupSpec) -> Result<bool, Error> {
        let cluster = &self.context.cluster;
        let namespace = namespace_of(spec);
        let name = self.velero_name();
        let Some(backup) = cluster.find_foreign(BACKUP, namespace, &name).await? else {
            return Ok(true);
        };
        let document = json!({
            "metadata": { "labels": {
                "velero.io/backup-name": short(&name, 63),
                "velero.io/backup-uid": backup.uid(),
            } },
            "spec": { "backupName": name },
        });
        cluster
            .create_foreign(REQUEST, namespace, &name, document)
            .await?;
        Ok(false)
    }
}

fn namespace_of(spec: &VeleroBackupSpec) -> &str {
    spec.namespace.as_deref().unwrap_or(NAMESPACE)
}

/// Says why a backup that Velero calls complete does not count.
fn flaw(backup: &DynamicObject, spec: &VeleroBackupSpec) -> Option<String> {
    let errors = count(backup, "/status/errors");
    if errors > 0 {
        return Some(format!("Velero says Completed, and {errors} errors"));
    }
    let hooks = count(backup, "/status/hookStatus/hooksFailed");
    if hooks > 0 {
        return Some(format!("{hooks} hooks failed"));
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
    let moved = count(backup, "/status/backupItemOperationsCompleted");
    let failed = count(backup, "/status/backupItemOperationsFailed");
    if failed > 0 {
        return Some(format!("{failed} operations of plugins failed"));
    }
    if spec.require_volumes && completed + native_completed + moved == 0 {
        return Some(
            "no volume is in it, so that no data could be restored: check the labels and the snapshot class, or set \
             `requireVolumes: false`"
                .to_owned(),
        );
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
    status.proven_at = Some(Timestamp::now().to_string());
}

/// Velero's own words about what went wrong.
fn words(object: &DynamicObject, phase: &str) -> String {
    let reason = text(object, "/status/failureReason").unwrap_or_default();
    let errors = object.data.pointer("/status/validationErrors");
    let errors = errors.map(ToString::to_string).unwrap_or_default();
    let count = count(object, "/status/errors");
    format!("Velero says {phase}, {count} errors {reason} {errors}")
        .trim()
        .to_owned()
}

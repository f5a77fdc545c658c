//! Snapshots of the server's volumes, by the storage driver.
//!
//! A snapshot counts when it is ready and bound both ways. An error in its status is not its end: the driver tries again, so that
//! only time decides; but the error is shown at once. A snapshot is restored into a new claim, never over one that exists.

use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use kube::api::DynamicObject;
use remold_manifest::VolumeSnapshotSpec;
use serde_json::{Value, json};

use super::Reconciliation;
use crate::controller::conditions::Verdict;
use crate::controller::error::Error;
use crate::controller::jobs::State;
use crate::controller::names::{short, word};
use crate::controller::outside::{Foreign, text};
use crate::controller::target::Way;
use crate::resources::{Artifact, BackupStatus, RestoreRequest};
use crate::workers::Task;

const SNAPSHOT: Foreign = Foreign {
    group: "snapshot.storage.k8s.io",
    version: "v1",
    kind: "VolumeSnapshot",
};
const CONTENT: Foreign = Foreign {
    group: "snapshot.storage.k8s.io",
    version: "v1",
    kind: "VolumeSnapshotContent",
};
const CLAIM: Foreign = Foreign {
    group: "",
    version: "v1",
    kind: "PersistentVolumeClaim",
};
/// How long snapshots may take unless their document says.
const TIMEOUT: Duration = Duration::from_mins(10);

impl Reconciliation<'_> {
    /// Has the driver make a snapshot of each claim, and proves them.
    pub(super) async fn snapshots(
        &self,
        spec: &VolumeSnapshotSpec,
        way: &Way,
        status: &mut BackupStatus,
    ) -> Result<Verdict, Error> {
        let cluster = &self.context.cluster;
        if spec.save_first && status.proven_at.is_none() && status.artifacts.is_empty() {
            let name = format!("{}-save", short(&self.backup.name_any(), 50));
            let context = self.context;
            let work = context.work_for(self.backup, name, Task::Save, &way.connection)?;
            let state = cluster.carry_out(&work, None).await?;
            match state {
                State::Complete(_) => {}
                State::Failed { .. } => {
                    let message = state.failure().unwrap_or_default();
                    return Ok(Verdict::stuck("SaveFailed", message));
                }
                _ => {
                    return Ok(Verdict::going(
                        "Saving",
                        "the server writes its data to its disk",
                    ));
                }
            }
        }
        let mut artifacts = Vec::new();
        let mut missing = None;
        for claim in &spec.claims {
            let name = self.snapshot_name(claim);
            let found = cluster
                .find_foreign(SNAPSHOT, &self.namespace, &name)
                .await?;
            let trouble = match found {
                None if status.proven_at.is_some() => {
                    return Ok(Verdict::stuck(
                        "BackupGone",
                        format!("the VolumeSnapshot {name} is gone"),
                    ));
                }
                None => {
                    let document = Self::snapshot_document(spec, claim);
                    cluster
                        .create_foreign(SNAPSHOT, &self.namespace, &name, document)
                        .await?;
                    Some(format!("the snapshot of {claim} is asked for"))
                }
                Some(snapshot) => self.trouble_of(&snapshot, claim).await?,
            };
            artifacts.push(Artifact {
                kind: "VolumeSnapshot".to_owned(),
                name,
                sha256: None,
                proven: trouble.is_none(),
            });
            missing = missing.or(trouble);
        }
        status.artifacts = artifacts;
        Ok(match missing {
            None => {
                let now = Timestamp::now().to_string();
                status.taken_at.get_or_insert_with(|| now.clone());
                status.proven_at.get_or_insert(now);
                Verdict::done("Proven", "every snapshot is ready and bound both ways")
            }
            Some(message) if self.is_late(spec.timeout, TIMEOUT) => {
                Verdict::stuck("BackupTimeout", message)
            }
            Some(message) => Verdict::going("BackingUp", message),
        })
    }

    /// Says what is missing of a snapshot.
    async fn trouble_of(
        &self,
        snapshot: &DynamicObject,
        claim: &str,
    ) -> Result<Option<String>, Error> {
        let is_ready = snapshot
            .data
            .pointer("/status/readyToUse")
            .and_then(Value::as_bool);
        if is_ready != Some(true) {
            let error = text(snapshot, "/status/error/message");
            return Ok(Some(match error {
                Some(error) => format!("the snapshot of {claim} is not ready: {error}"),
                None => format!("the snapshot of {claim} is not ready yet"),
            }));
        }
        let Some(content) = text(snapshot, "/status/boundVolumeSnapshotContentName") else {
            return Ok(Some(format!(
                "the snapshot of {claim} is bound to nothing yet"
            )));
        };
        let found = self
            .context
            .cluster
            .find_foreign_anywhere(CONTENT, content)
            .await?;
        let back = found.as_ref().and_then(|found| {
            Some((
                text(found, "/spec/volumeSnapshotRef/name")?,
                text(found, "/spec/volumeSnapshotRef/uid")?,
            ))
        });
        let (name, uid) = (snapshot.name_any(), snapshot.uid().unwrap_or_default());
        if back != Some((&name, &uid)) {
            return Ok(Some(format!(
                "the snapshot of {claim} names the content {content}, which belongs to another snapshot"
            )));
        }
        Ok(None)
    }

    fn snapshot_name(&self, claim: &str) -> String {
        format!(
            "{}-{}",
            short(&self.backup.name_any(), 40),
            word(&[claim, &self.backup.uid().unwrap_or_default()])
        )
    }

    /// Nobody owns a snapshot: it goes with the backup's own removal alone.
    fn snapshot_document(spec: &VolumeSnapshotSpec, claim: &str) -> Value {
        let mut document = json!({
            "metadata": { "labels": { "app.kubernetes.io/managed-by": "remold" } },
            "spec": { "source": { "persistentVolumeClaimName": claim } },
        });
        if let Some(class) = &spec.class_name {
            document["spec"]["volumeSnapshotClassName"] = class.as_str().into();
        }
        document
    }

    /// Makes a new claim of each snapshot.
    pub(super) async fn restore_snapshots(
        &self,
        spec: &VolumeSnapshotSpec,
        request: &RestoreRequest,
        status: &BackupStatus,
    ) -> Result<Verdict, Error> {
        if status.proven_at.is_none() {
            return Ok(Verdict::stuck(
                "NotProven",
                "what was not proven is not restored",
            ));
        }
        let cluster = &self.context.cluster;
        let mut made = Vec::new();
        for claim in &spec.claims {
            let Some(old) = cluster.find_foreign(CLAIM, &self.namespace, claim).await? else {
                return Ok(Verdict::stuck(
                    "ClaimNotFound",
                    format!("the claim {claim}, whose class and size the new one needs, is gone"),
                ));
            };
            let snapshot = self.snapshot_name(claim);
            let size = cluster
                .find_foreign(SNAPSHOT, &self.namespace, &snapshot)
                .await?
                .and_then(|found| text(&found, "/status/restoreSize").map(str::to_owned));
            let requested = text(&old, "/spec/resources/requests/storage").map(str::to_owned);
            let name = format!("{}-{}", short(claim, 50), word(&[&request.token]));
            let document = json!({
                "metadata": { "labels": { "app.kubernetes.io/managed-by": "remold" } },
                "spec": {
                    "accessModes": old.data.pointer("/spec/accessModes"),
                    "storageClassName": text(&old, "/spec/storageClassName"),
                    "resources": { "requests": { "storage": requested.or(size) } },
                    "dataSource": {
                        "apiGroup": SNAPSHOT.group,
                        "kind": SNAPSHOT.kind,
                        "name": snapshot,
                    },
                },
            });
            cluster
                .create_foreign(CLAIM, &self.namespace, &name, document)
                .await?;
            made.push(format!("{name} (of {claim})"));
        }
        Ok(Verdict::done(
            "Restored",
            format!(
                "the data is in new claims: {}; point the server's pods at them",
                made.join(", ")
            ),
        ))
    }

    /// Removes the snapshots; says whether they are gone.
    pub(super) async fn remove_snapshots(&self, spec: &VolumeSnapshotSpec) -> Result<bool, Error> {
        let cluster = &self.context.cluster;
        let mut gone = true;
        for claim in &spec.claims {
            let name = self.snapshot_name(claim);
            if cluster
                .find_foreign(SNAPSHOT, &self.namespace, &name)
                .await?
                .is_some()
            {
                cluster
                    .delete_foreign(SNAPSHOT, &self.namespace, &name)
                    .await?;
                gone = false;
            }
        }
        Ok(gone)
    }
}

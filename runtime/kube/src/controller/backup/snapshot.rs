//! Snapshots of the server's volumes, by the storage driver.
//!
//! A snapshot counts when it is ready and bound both ways. An error in its status is not its end: the driver tries again, so that
//! only time decides; but the error is shown at once.

mod restore;

use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use kube::api::DynamicObject;
use kube::{Resource as _, ResourceExt};
use remold_manifest::VolumeSnapshotSpec;
use serde_json::{Value, json};

use super::{Reconciliation, has_passed};
use crate::clock::now_in_words;
use crate::controller::conditions::Verdict;
use crate::controller::error::Error;
use crate::controller::finalizer::NAME as FINALIZER;
use crate::controller::jobs::State;
use crate::controller::names::{short, word};
use crate::controller::outside::{Foreign, text};
use crate::controller::target::Way;
use crate::resources::{Artifact, BackupStatus};
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
        if status.artifacts.is_empty()
            && cluster
                .list_foreign(SNAPSHOT, &self.namespace)
                .await?
                .is_none()
        {
            let trouble = "the API server knows no snapshot.storage.k8s.io/v1 VolumeSnapshot: install the snapshot \
                           controller with its definitions, or name another provider";
            return Ok(if self.is_late(spec.timeout, TIMEOUT) {
                Verdict::stuck("StorageUnavailable", trouble)
            } else {
                Verdict::going("StorageUnavailable", trouble)
            });
        }
        if spec.save_first && status.proven_at.is_none() && status.artifacts.is_empty() {
            let name = self.job_name("save");
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
        let mut taken = None;
        for claim in &spec.claims {
            let name = self.snapshot_name(claim);
            let found = cluster
                .find_foreign(SNAPSHOT, &self.namespace, &name)
                .await?;
            let trouble = match found {
                None if status.proven_at.is_some() => {
                    Some(format!("the VolumeSnapshot {name} of {claim} was deleted"))
                }
                None => {
                    let document = Self::snapshot_document(spec, claim);
                    cluster
                        .create_foreign(SNAPSHOT, &self.namespace, &name, document)
                        .await?;
                    Some(format!("the snapshot of {claim} is asked for"))
                }
                Some(snapshot) => {
                    let made = text(&snapshot, "/status/creationTime");
                    let made = made.and_then(|made| made.parse::<Timestamp>().ok());
                    taken = [taken, made].into_iter().flatten().min();
                    self.trouble_of(&snapshot, claim).await?
                }
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
                // Together they hold no point in time before the oldest.
                status.taken_at = taken.map(|taken| taken.to_string());
                let now = now_in_words();
                status.proven_at.get_or_insert(now);
                Verdict::done("Proven", "every snapshot is ready and bound both ways")
            }
            Some(message) if status.proven_at.is_some() => Verdict::stuck(
                "BackupGone",
                format!("it was proven, and no longer holds: {message}; make another RedisBackup"),
            ),
            Some(message) if self.is_late(spec.timeout, TIMEOUT) => Verdict::stuck(
                "BackupTimeout",
                format!(
                    "{message}; it still counts once it is ready, or delete this RedisBackup, with which its snapshots go, \
                     and make another; a migration that waits for it makes its own"
                ),
            ),
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
        let cluster = &self.context.cluster;
        let found = cluster.find_foreign_anywhere(CONTENT, content).await?;
        if found.is_some_and(|found| is_content_of(&found, snapshot)) {
            return Ok(None);
        }
        Ok(Some(format!(
            "the snapshot of {claim} names the content {content}, which belongs to another snapshot or is gone"
        )))
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

    /// Removes the snapshots.
    pub(super) async fn remove_snapshots(
        &self,
        spec: &VolumeSnapshotSpec,
    ) -> Result<Verdict, Error> {
        let cluster = &self.context.cluster;
        let mut left = Vec::new();
        for claim in &spec.claims {
            let name = self.snapshot_name(claim);
            let found = cluster
                .find_foreign(SNAPSHOT, &self.namespace, &name)
                .await?;
            if let Some(snapshot) = found {
                cluster
                    .delete_foreign(SNAPSHOT, &self.namespace, &name)
                    .await?;
                let error = text(&snapshot, "/status/error/message");
                left.push(error.map_or(name.clone(), |error| format!("{name} ({error})")));
            }
        }
        if left.is_empty() {
            return Ok(Verdict::done("Removed", "the snapshots are gone"));
        }
        let left = left.join(", ");
        let asked = self.backup.meta().deletion_timestamp.clone();
        Ok(if has_passed(asked, spec.timeout, TIMEOUT) {
            Verdict::stuck(
                "RemovalFailed",
                format!(
                    "the driver has not removed in time: {left}; take the finalizer `{FINALIZER}` away to leave it \
                     to the driver"
                ),
            )
        } else {
            Verdict::going("Removing", format!("the driver removes {left}"))
        })
    }
}

/// Says whether a content names this snapshot, as the snapshot names it.
fn is_content_of(content: &DynamicObject, snapshot: &DynamicObject) -> bool {
    let named = |field: &str| text(content, &format!("/spec/volumeSnapshotRef/{field}"));
    named("name") == snapshot.metadata.name.as_deref()
        && named("namespace") == snapshot.metadata.namespace.as_deref()
        && named("uid").is_some()
        && named("uid") == snapshot.metadata.uid.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_belongs_to_the_snapshot_that_it_names() {
        let object = |value: Value| -> DynamicObject {
            serde_json::from_value(value).expect("it is an object")
        };
        let snapshot = object(json!({
            "metadata": { "name": "one", "namespace": "shop", "uid": "1" }
        }));
        let check = |reference: Value, expected: bool| {
            let content = object(json!({
                "metadata": { "name": "content" },
                "spec": { "volumeSnapshotRef": reference },
            }));
            assert_eq!(is_content_of(&content, &snapshot), expected, "{content:?}");
        };
        check(
            json!({ "name": "one", "namespace": "shop", "uid": "1" }),
            true,
        );
        // It was made again by the same name.
        check(
            json!({ "name": "one", "namespace": "shop", "uid": "2" }),
            false,
        );
        check(json!({ "name": "one", "namespace": "shop" }), false);
        check(
            json!({ "name": "two", "namespace": "shop", "uid": "1" }),
            false,
        );
        check(
            json!({ "name": "one", "namespace": "other", "uid": "1" }),
            false,
        );
        check(json!({}), false);
    }
}

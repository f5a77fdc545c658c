//! The way back from snapshots: each becomes a new claim, never one that exists.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::ResourceExt;
use remold_manifest::VolumeSnapshotSpec;
use serde_json::{Value, json};

use super::{SNAPSHOT, TIMEOUT};
use crate::controller::backup::claims::{Filled, filled};
use crate::controller::backup::{Reconciliation, has_passed};
use crate::controller::conditions::Verdict;
use crate::controller::error::Error;
use crate::controller::names::{short, word};
use crate::controller::outside::{Foreign, text};
use crate::resources::{BackupStatus, RestoreRequest};

const CLAIM: Foreign = Foreign {
    group: "",
    version: "v1",
    kind: "PersistentVolumeClaim",
};

impl Reconciliation<'_> {
    /// Makes a new claim of each snapshot.
    pub(in crate::controller::backup) async fn restore_snapshots(
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
        let mut begun = Vec::new();
        let mut made = Vec::new();
        let mut words = Vec::new();
        for claim in &spec.claims {
            let snapshot = self.snapshot_name(claim);
            let name = format!("{}-{}", short(claim, 50), word(&[claim, &request.token]));
            let found = cluster
                .get::<PersistentVolumeClaim>(&self.namespace, &name)
                .await?;
            let Some(found) = found else {
                let Some(document) = self.new_claim(claim, &snapshot).await? else {
                    return Ok(Verdict::stuck(
                        "ClaimNotFound",
                        format!(
                            "the claim {claim}, whose class and size a new one needs, is gone: make {name} yourself, with \
                             `dataSource: {{apiGroup: {}, kind: {}, name: {snapshot}}}`, and it goes on",
                            SNAPSHOT.group, SNAPSHOT.kind
                        ),
                    ));
                };
                cluster
                    .create_foreign(CLAIM, &self.namespace, &name, document)
                    .await?;
                begun.push(name);
                continue;
            };
            let source = found
                .spec
                .as_ref()
                .and_then(|spec| spec.data_source.as_ref());
            if source.is_none_or(|source| source.name != snapshot) {
                return Ok(Verdict::stuck(
                    "ClaimsInTheWay",
                    format!(
                        "there is a claim {name} that is not made of the snapshot: delete it, or ask by another \
                         `restore.token`"
                    ),
                ));
            }
            words.push(format!("{name} (of {claim})"));
            made.push(found);
        }
        if !begun.is_empty() {
            return Ok(Verdict::going(
                "Restoring",
                format!("new claims are made of snapshots: {}", begun.join(", ")),
            ));
        }
        let since = made
            .iter()
            .filter_map(ResourceExt::creation_timestamp)
            .max();
        Ok(match filled(&made) {
            Filled::All => Verdict::done(
                "Restored",
                format!(
                    "the data is in new claims: {}; point the server's pods at them",
                    words.join(", ")
                ),
            ),
            Filled::NotYet(waiting) if has_passed(since, spec.timeout, TIMEOUT) => Verdict::stuck(
                "RestoreTimeout",
                format!("no volume came in time: {waiting}"),
            ),
            Filled::NotYet(waiting) => Verdict::going("Restoring", waiting),
        })
    }

    /// Describes a claim like the old one that is filled from a snapshot; `None` if the old one is gone.
    async fn new_claim(&self, claim: &str, snapshot: &str) -> Result<Option<Value>, Error> {
        let cluster = &self.context.cluster;
        let Some(old) = cluster.find_foreign(CLAIM, &self.namespace, claim).await? else {
            return Ok(None);
        };
        // The volume may be larger than what was asked for, and so is its snapshot then.
        let size = text(&old, "/status/capacity/storage")
            .or_else(|| text(&old, "/spec/resources/requests/storage"));
        Ok(Some(json!({
            "metadata": { "labels": { "app.kubernetes.io/managed-by": "remold" } },
            "spec": {
                "accessModes": old.data.pointer("/spec/accessModes"),
                "storageClassName": text(&old, "/spec/storageClassName"),
                "volumeMode": text(&old, "/spec/volumeMode"),
                "resources": { "requests": { "storage": size } },
                "dataSource": {
                    "apiGroup": SNAPSHOT.group,
                    "kind": SNAPSHOT.kind,
                    "name": snapshot,
                },
            },
        })))
    }
}

//! The end of a backup of Velero's: it is asked for by a `DeleteBackupRequest`. Deleting the object would leave the data, from
//! which the object comes back.

use kube::ResourceExt;
use kube::api::DynamicObject;
use remold_manifest::VeleroBackupSpec;
use serde_json::{Value, json};

use super::{BACKUP, TIMEOUT, kind, namespace_of};
use crate::controller::backup::{Reconciliation, has_passed};
use crate::controller::conditions::Verdict;
use crate::controller::error::Error;
use crate::controller::finalizer::NAME as FINALIZER;
use crate::controller::names::short;
use crate::controller::outside::{Foreign, text};

const REQUEST: Foreign = kind("DeleteBackupRequest");

impl Reconciliation<'_> {
    /// Has Velero remove the backup with its data.
    pub(in crate::controller::backup) async fn remove_velero(
        &self,
        spec: &VeleroBackupSpec,
    ) -> Result<Verdict, Error> {
        let cluster = &self.context.cluster;
        let namespace = namespace_of(spec);
        let name = self.velero_name();
        let Some(backup) = cluster.find_foreign(BACKUP, namespace, &name).await? else {
            return Ok(Verdict::done("Removed", "Velero no longer has it"));
        };
        let Some(request) = cluster.find_foreign(REQUEST, namespace, &name).await? else {
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
            return Ok(Verdict::going(
                "Removing",
                format!("Velero removes the backup {name} with its data"),
            ));
        };
        let errors = errors_of(&request);
        let phase = text(&request, "/status/phase").unwrap_or("New");
        let is_late = has_passed(request.creation_timestamp(), spec.timeout, TIMEOUT);
        // Velero looks at a request once. One that it was killed over stays as it is, and one that failed too.
        if phase == "Processed" || (is_late && phase == "InProgress") {
            cluster.delete_foreign(REQUEST, namespace, &name).await?;
        }
        let leave = format!("take the finalizer `{FINALIZER}` away to leave it where it is");
        Ok(if !errors.is_empty() {
            Verdict::stuck(
                "RemovalFailed",
                format!(
                    "Velero does not remove the backup {name}: {errors}; it is asked again, or {leave}"
                ),
            )
        } else if is_late {
            Verdict::stuck(
                "RemovalFailed",
                format!(
                    "Velero has not removed the backup {name} in time, the request is {phase}: see whether its server is \
                     at work in namespace {namespace}, or {leave}"
                ),
            )
        } else {
            Verdict::going(
                "Removing",
                format!("Velero removes the backup {name} with its data"),
            )
        })
    }
}

/// What Velero says about a request that it could not carry out.
fn errors_of(request: &DynamicObject) -> String {
    let errors = request.data.pointer("/status/errors");
    let errors = errors.and_then(Value::as_array).into_iter().flatten();
    let errors: Vec<&str> = errors.filter_map(Value::as_str).collect();
    errors.join("; ")
}

//! The way back from a backup of Velero's.
//!
//! Over a claim that exists Velero restores nothing, and says Completed all the same. So claims that exist are found first; and
//! a restore counts when every claim is one that it has made, and has its volume.

use kube::ResourceExt;
use remold_manifest::VeleroBackupSpec;
use serde_json::json;

use super::scope::names;
use super::{OWN, TIMEOUT, kind, namespace_of, words};
use crate::controller::backup::claims::{Filled, filled};
use crate::controller::backup::{Reconciliation, has_passed};
use crate::controller::conditions::Verdict;
use crate::controller::error::Error;
use crate::controller::names::{short, word};
use crate::controller::outside::{Foreign, count, text};
use crate::resources::{BackupStatus, RestoreRequest};

const RESTORE: Foreign = kind("Restore");
/// The label by which Velero says of an object which restore has made it.
const MADE_BY: &str = "velero.io/restore-name";

impl Reconciliation<'_> {
    /// Has Velero restore it.
    pub(in crate::controller::backup) async fn restore_velero(
        &self,
        spec: &VeleroBackupSpec,
        request: &RestoreRequest,
        status: &BackupStatus,
    ) -> Result<Verdict, Error> {
        let cluster = &self.context.cluster;
        let namespace = namespace_of(spec);
        let name = self.restore_name(request);
        let Some(restore) = cluster.find_foreign(RESTORE, namespace, &name).await? else {
            if status.proven_at.is_none() {
                return Ok(Verdict::stuck(
                    "NotProven",
                    "what was not proven is not restored",
                ));
            }
            let claims = self.claims_to_restore(spec).await?;
            if !claims.is_empty() {
                let claims = names(&claims);
                return Ok(Verdict::stuck(
                    "ClaimsInTheWay",
                    format!(
                        "Velero restores no data into a claim that exists, and says Completed all the same: stop the \
                         server, keep the data of {claims} elsewhere if it is needed, and delete {claims}; then it goes \
                         on by itself"
                    ),
                ));
            }
            let document = json!({
                "metadata": { "labels": { "app.kubernetes.io/managed-by": "remold" } },
                "spec": {
                    "backupName": self.velero_name(),
                    "includedNamespaces": [self.namespace],
                    "excludedResources": OWN,
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
        let is_late = has_passed(restore.creation_timestamp(), spec.timeout, TIMEOUT);
        Ok(match phase {
            "Completed" if count(&restore, "/status/errors") == 0 => {
                let words = format!(
                    "Velero has restored {} items with {} warnings",
                    count(&restore, "/status/progress/itemsRestored"),
                    count(&restore, "/status/warnings")
                );
                self.what_came_back(spec, &name, words, is_late).await?
            }
            "Completed" | "PartiallyFailed" | "Failed" | "FailedValidation" => Verdict::stuck(
                "RestoreFailed",
                format!(
                    "{}; ask for it again by another `restore.token`",
                    words(&restore, phase)
                ),
            ),
            _ if is_late => Verdict::stuck(
                "RestoreTimeout",
                format!(
                    "Velero has not finished the restore {name} in time, it is {phase}: see whether its server is at \
                     work in namespace {namespace}"
                ),
            ),
            _ => Verdict::going("Restoring", format!("Velero's restore {name} is {phase}")),
        })
    }

    /// Looks at the claims after a restore that Velero calls complete.
    async fn what_came_back(
        &self,
        spec: &VeleroBackupSpec,
        restore: &str,
        words: String,
        is_late: bool,
    ) -> Result<Verdict, Error> {
        if !spec.require_volumes {
            return Ok(Verdict::done("Restored", words));
        }
        let claims = self.claims_to_restore(spec).await?;
        let (own, others): (Vec<_>, Vec<_>) = claims
            .into_iter()
            .partition(|claim| claim.labels().get(MADE_BY).is_some_and(|by| by == restore));
        if !others.is_empty() {
            let others = names(&others);
            return Ok(Verdict::stuck(
                "ClaimsInTheWay",
                format!(
                    "{words}, and none of its data into {others}: they were there, or came in between; stop the server, \
                     delete the claims, and ask for it again by another `restore.token`"
                ),
            ));
        }
        if own.is_empty() {
            return Ok(Verdict::stuck(
                "RestoreFailed",
                format!(
                    "{words}, and no claim came back: see `velero restore describe {restore} --namespace {}`",
                    namespace_of(spec)
                ),
            ));
        }
        Ok(match filled(&own) {
            Filled::All => Verdict::done("Restored", words),
            Filled::NotYet(waiting) if is_late => Verdict::stuck(
                "RestoreTimeout",
                format!("{words}, but no volume came in time: {waiting}"),
            ),
            Filled::NotYet(waiting) => {
                Verdict::going("Restoring", format!("{words}; now {waiting}"))
            }
        })
    }

    /// A label has its name: 63 characters at most.
    fn restore_name(&self, request: &RestoreRequest) -> String {
        let uid = self.backup.uid().unwrap_or_default();
        let word = word(&[&self.namespace, &uid, &request.token]);
        format!("remold-{}-{word}", short(&self.backup.name_any(), 40))
    }
}

//! The claims that a backup is about: those of its namespace that have its labels.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::ResourceExt;
use remold_manifest::VeleroBackupSpec;

use crate::controller::backup::Reconciliation;
use crate::controller::error::Error;
use crate::workers::NAME_LABEL;

/// The label by which Velero leaves something out.
pub(super) const LEFT_OUT: &str = "velero.io/exclude-from-backup";

impl Reconciliation<'_> {
    /// Returns the claims that the backup would restore. A journal's claim is not one of them: it is no data of the server's.
    pub(super) async fn claims_to_restore(
        &self,
        spec: &VeleroBackupSpec,
    ) -> Result<Vec<PersistentVolumeClaim>, Error> {
        let mut claims = self.claims_of(spec).await?;
        let is_own = |claim: &PersistentVolumeClaim| {
            claim
                .labels()
                .get(NAME_LABEL)
                .is_some_and(|name| name == "remold")
        };
        claims.retain(|claim| !is_own(claim));
        Ok(claims)
    }

    /// Returns the claims whose volumes have to be in the backup.
    pub(super) async fn claims_to_back_up(
        &self,
        spec: &VeleroBackupSpec,
    ) -> Result<Vec<PersistentVolumeClaim>, Error> {
        let mut claims = self.claims_of(spec).await?;
        claims.retain(|claim| {
            let status = claim.status.as_ref();
            let is_bound = status.and_then(|status| status.phase.as_deref()) == Some("Bound");
            let label = claim.labels().get(LEFT_OUT);
            is_bound && label.is_none_or(|word| word != "true")
        });
        Ok(claims)
    }

    async fn claims_of(
        &self,
        spec: &VeleroBackupSpec,
    ) -> Result<Vec<PersistentVolumeClaim>, Error> {
        if !spec.require_volumes {
            return Ok(Vec::new());
        }
        let labels: Vec<String> = spec
            .match_labels
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cluster = &self.context.cluster;
        cluster.list(&self.namespace, &labels.join(",")).await
    }
}

/// Names claims in a sentence.
pub(super) fn names(claims: &[PersistentVolumeClaim]) -> String {
    let names: Vec<String> = claims.iter().map(ResourceExt::name_any).collect();
    names.join(", ")
}

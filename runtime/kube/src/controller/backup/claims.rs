//! Claims that a restore has made: whether each has its volume.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::ResourceExt;

/// Whether claims have their volumes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// Each has one.
    All,
    /// Some have none, in words.
    NotYet(String),
}

/// Says whether claims have their volumes. What a class waits for is not known here: some make a volume for the first pod only.
pub(super) fn filled(claims: &[PersistentVolumeClaim]) -> Filled {
    let phase = |claim: &PersistentVolumeClaim| {
        let status = claim.status.as_ref();
        status.and_then(|status| status.phase.clone())
    };
    let waiting: Vec<String> = claims
        .iter()
        .filter_map(|claim| match phase(claim).as_deref() {
            Some("Bound") => None,
            Some("Lost") => Some(format!("{} has lost its volume", claim.name_any())),
            _ => Some(format!("{} has no volume yet", claim.name_any())),
        })
        .collect();
    if waiting.is_empty() {
        return Filled::All;
    }
    Filled::NotYet(format!(
        "{}: `kubectl describe pvc` says why; where its class waits for a first pod, start the server on it",
        waiting.join(", ")
    ))
}

//! The snapshot controller of Kubernetes at work for a control plane: it binds, deletes and judges snapshots of volumes, and has
//! drivers make them. There is no driver here: a test plays it.

use std::sync::{Mutex, PoisonError};

use super::component::Component;
use super::{ControlPlane, install_definitions, programs};
use crate::server::process::leashed;

/// The controller, for all namespaces. It ends when it is dropped.
#[derive(Debug)]
pub struct SnapshotController {
    _process: Component,
}

impl SnapshotController {
    /// Starts one for [`ControlPlane::shared`], with the definitions of its custom resources, unless it is there already.
    pub fn shared() {
        static SHARED: Mutex<Option<SnapshotController>> = Mutex::new(None);
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.get_or_insert_with(|| Self::start(ControlPlane::shared()));
    }

    fn start(cluster: &ControlPlane) -> Self {
        let programs = programs("snapshots").swap_remove(0);
        install_definitions(cluster, &programs);
        let mut command = leashed(programs.join("snapshot-controller"));
        command
            .arg("--kubeconfig")
            .arg(cluster.admin().kubeconfig())
            .args([
                "--retry-interval-max=2s",
                "--kube-api-qps=1000",
                "--kube-api-burst=1000",
            ]);
        let process = Component::start("snapshot-controller", cluster.folder(), command);
        Self { _process: process }
    }
}

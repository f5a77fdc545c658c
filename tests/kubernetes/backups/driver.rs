//! Somebody who plays a driver of volumes: what its sidecars write is written, as they write it. Everything else, the binding, the
//! finalizers, the judgement, is the snapshot controller's and Kubernetes' own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use remold_kube::k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use remold_kube::kube::api::{
    ApiResource, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams, PostParams,
};
use remold_kube::kube::{Api, Client, ResourceExt};
use remold_tests::ControlPlane;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::super::controller::stage::{client_of, runtime};

/// The finalizer with which a content waits for its driver.
const BOUND: &str = "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection";
/// The annotation by which the snapshot controller tells a driver that a snapshot is to be removed.
const REMOVED: &str = "snapshot.storage.kubernetes.io/volumesnapshot-being-deleted";
/// The annotation by which a driver says that it is at it.
const CREATED: &str = "snapshot.storage.kubernetes.io/volumesnapshot-being-created";
/// The size of every volume, and of every snapshot.
const SIZE: u64 = 1 << 30;

/// What the driver does with what it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// It makes snapshots and volumes.
    Works,
    /// It says this, and tries again.
    Fails(&'static str),
    /// It has begun, and does not come to an end.
    NeverReady,
    /// It says nothing at all.
    Silent,
}

/// A driver for one namespace, by whose name its classes are called.
pub(super) struct Driver {
    name: String,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    manner: Manner,
    /// The snapshots that the storage has.
    held: BTreeSet<String>,
}

impl Driver {
    /// Begins with a class of volumes, and one of snapshots whose data goes with them.
    pub(super) fn play(cluster: &ControlPlane, namespace: &str) -> Self {
        let name = namespace.to_owned();
        let classes = json!({ "apiVersion": "v1", "kind": "List", "items": [
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "StorageClass",
                "metadata": { "name": name },
                "provisioner": name,
            },
            {
                "apiVersion": "snapshot.storage.k8s.io/v1",
                "kind": "VolumeSnapshotClass",
                "metadata": { "name": name, "labels": { "velero.io/csi-volumesnapshot-class": "true" } },
                "driver": name,
                "deletionPolicy": "Delete",
            },
        ] });
        cluster.apply(namespace, &classes.to_string());
        let state = Arc::new(Mutex::new(State {
            manner: Manner::Works,
            held: BTreeSet::new(),
        }));
        let sidecars = Sidecars {
            client: client_of(cluster),
            name: name.clone(),
            namespace: namespace.to_owned(),
            state: Arc::clone(&state),
        };
        let task = runtime().spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(100)).await;
                // What fails is tried again in the next turn.
                let _ = sidecars.snapshots().await;
                let _ = sidecars.volumes().await;
            }
        });
        Self { name, state, task }
    }

    /// The name of its classes.
    pub(super) fn class(&self) -> &str {
        &self.name
    }

    /// Says what it does from now on.
    pub(super) fn behave(&self, manner: Manner) {
        self.state.lock().expect("nobody panics").manner = manner;
    }

    /// How many snapshots the storage has.
    pub(super) fn held(&self) -> usize {
        self.state.lock().expect("nobody panics").held.len()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The processes that a driver has beside it.
struct Sidecars {
    client: Client,
    name: String,
    namespace: String,
    state: Arc<Mutex<State>>,
}

type Result<T> = std::result::Result<T, remold_kube::kube::Error>;

impl Sidecars {
    fn kind(&self, kind: &str) -> (Api<DynamicObject>, ApiResource) {
        let kind = GroupVersionKind::gvk("snapshot.storage.k8s.io", "v1", kind);
        let resource = ApiResource::from_gvk(&kind);
        (Api::all_with(self.client.clone(), &resource), resource)
    }

    /// The part of the csi-snapshotter.
    async fn snapshots(&self) -> Result<()> {
        let (contents, _) = self.kind("VolumeSnapshotContent");
        for content in contents.list(&ListParams::default()).await? {
            if content.data.pointer("/spec/driver") == Some(&json!(self.name)) {
                self.turn(&contents, &content).await?;
            }
        }
        Ok(())
    }

    async fn turn(&self, contents: &Api<DynamicObject>, content: &DynamicObject) -> Result<()> {
        let name = content.name_any();
        let parameters = PatchParams::default();
        let manner = self.state.lock().expect("nobody panics").manner;
        let at = |pointer: &str| content.data.pointer(pointer).and_then(Value::as_str);
        let handle = at("/status/snapshotHandle").or_else(|| at("/spec/source/snapshotHandle"));
        let is_going = content.metadata.deletion_timestamp.is_some()
            || content.annotations().contains_key(REMOVED);
        if is_going {
            if manner == Manner::Silent {
                return Ok(());
            }
            if at("/spec/deletionPolicy") == Some("Delete")
                && let Some(handle) = handle
            {
                self.state
                    .lock()
                    .expect("nobody panics")
                    .held
                    .remove(handle);
            }
            let mut finalizers = content.finalizers().to_vec();
            finalizers.retain(|one| one != BOUND);
            if finalizers.len() < content.finalizers().len() {
                let patch = json!({ "metadata": {
                    "finalizers": finalizers,
                    "resourceVersion": content.resource_version(),
                } });
                contents
                    .patch(&name, &parameters, &Patch::Merge(patch))
                    .await?;
            }
            return Ok(());
        }
        if content.data.pointer("/status/readyToUse") == Some(&json!(true)) {
            return Ok(());
        }
        let handle = handle.map_or_else(
            || format!("snapshot-{}", content.uid().unwrap_or_default()),
            str::to_owned,
        );
        let made = json!({
            "snapshotHandle": handle,
            "creationTime": 1_767_225_600_000_000_000_u64,
            "restoreSize": SIZE,
            "error": null,
        });
        let mut status = made;
        match manner {
            Manner::Silent => return Ok(()),
            Manner::Fails(error) => {
                if at("/status/error/message") == Some(error) {
                    return Ok(());
                }
                status = json!({ "error": { "message": error, "time": "2026-01-01T00:00:00Z" } });
                status["readyToUse"] = false.into();
            }
            Manner::Works | Manner::NeverReady => {
                self.state
                    .lock()
                    .expect("nobody panics")
                    .held
                    .insert(handle);
                status["readyToUse"] = (manner == Manner::Works).into();
            }
        }
        if content.annotations().contains_key(CREATED) && manner == Manner::Works {
            let patch = json!({ "metadata": { "annotations": { CREATED: null } } });
            contents
                .patch(&name, &parameters, &Patch::Merge(patch))
                .await?;
        }
        if content.data.pointer("/status/readyToUse") != status.get("readyToUse")
            || manner != Manner::NeverReady
        {
            let patch = Patch::Merge(json!({ "status": status }));
            contents.patch_status(&name, &parameters, &patch).await?;
        }
        Ok(())
    }

    /// The part of the csi-provisioner: a volume for each claim of the class, filled from the snapshot that the claim names.
    async fn volumes(&self) -> Result<()> {
        if self.state.lock().expect("nobody panics").manner != Manner::Works {
            return Ok(());
        }
        let claims: Api<PersistentVolumeClaim> =
            Api::namespaced(self.client.clone(), &self.namespace);
        let volumes: Api<PersistentVolume> = Api::all(self.client.clone());
        for claim in claims.list(&ListParams::default()).await? {
            let spec = claim.spec.clone().unwrap_or_default();
            if spec.storage_class_name.as_deref() != Some(&self.name) || spec.volume_name.is_some()
            {
                continue;
            }
            let source = match &spec.data_source {
                None => "empty".to_owned(),
                Some(source) => match self.handle_of(&source.name).await? {
                    Some(handle) => handle,
                    None => continue,
                },
            };
            let volume = json!({
                "metadata": { "name": format!("volume-{}", claim.uid().unwrap_or_default()) },
                "spec": {
                    "accessModes": spec.access_modes,
                    "capacity": { "storage": SIZE.to_string() },
                    "storageClassName": self.name,
                    "persistentVolumeReclaimPolicy": "Retain",
                    "claimRef": {
                        "apiVersion": "v1",
                        "kind": "PersistentVolumeClaim",
                        "name": claim.name_any(),
                        "namespace": self.namespace,
                        "uid": claim.uid(),
                    },
                    "csi": {
                        "driver": self.name,
                        "volumeHandle": format!("volume-{}", claim.uid().unwrap_or_default()),
                        "volumeAttributes": { "from": source },
                    },
                },
            });
            let volume: PersistentVolume = serde_json::from_value(volume).expect("it is a volume");
            // It may be there from the turn before.
            let _ = volumes.create(&PostParams::default(), &volume).await;
        }
        Ok(())
    }

    /// The storage's own name of a snapshot that can be used.
    async fn handle_of(&self, snapshot: &str) -> Result<Option<String>> {
        let (_, resource) = self.kind("VolumeSnapshot");
        let snapshots: Api<DynamicObject> =
            Api::namespaced_with(self.client.clone(), &self.namespace, &resource);
        let (contents, _) = self.kind("VolumeSnapshotContent");
        let Some(snapshot) = snapshots.get_opt(snapshot).await? else {
            return Ok(None);
        };
        let content = snapshot
            .data
            .pointer("/status/boundVolumeSnapshotContentName");
        let Some(content) = content.and_then(Value::as_str) else {
            return Ok(None);
        };
        let content = contents.get(content).await?;
        let handle = content
            .data
            .pointer("/status/snapshotHandle")
            .and_then(Value::as_str);
        let held = &self.state.lock().expect("nobody panics").held;
        Ok(handle
            .filter(|handle| held.contains(*handle))
            .map(str::to_owned))
    }
}

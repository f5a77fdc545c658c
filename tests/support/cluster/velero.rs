//! Velero's own server, with its plugin for object stores, in a namespace of its own: it acts on what is there and on no other
//! namespace's backups. What it backs up may be in any.

use std::fs::create_dir_all;
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::component::Component;
use super::{ControlPlane, SnapshotController, install_definitions, programs};
use crate::ObjectServer;
use crate::server::process;

/// A restore asks whether it may go on of the Deployment that Velero is installed as. Here it is a process.
const DEPLOYMENT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: velero}
spec:
  replicas: 0
  selector: {matchLabels: {app: velero}}
  template: {metadata: {labels: {app: velero}}, spec: {containers: [{name: velero, image: none}]}}
";

/// A server at work for [`ControlPlane::shared`]. It ends when it is dropped.
#[derive(Debug)]
pub struct Velero {
    cluster: &'static ControlPlane,
    programs: PathBuf,
    namespace: String,
    folder: PathBuf,
    server: Mutex<Option<Component>>,
}

impl Velero {
    /// How long it may take for anything: a backup is a dozen processes, one after the other, and as many requests as the API
    /// server has kinds.
    pub const PATIENCE: Duration = Duration::from_mins(5);

    /// Starts one in a namespace of its own, which is ready when this returns. It takes snapshots of volumes of drivers.
    pub fn start() -> Self {
        static INSTALLED: Mutex<bool> = Mutex::new(false);
        let cluster = ControlPlane::shared();
        let programs = programs("velero").swap_remove(0);
        SnapshotController::shared();
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if !*installed {
            install_definitions(cluster, &programs);
            *installed = true;
        }
        drop(installed);
        let namespace = cluster.namespace("velero");
        cluster.apply(&namespace, DEPLOYMENT);
        let folder = cluster.folder().join(&namespace);
        create_dir_all(&folder).expect("a folder can be made");
        let velero = Self {
            cluster,
            programs,
            namespace,
            folder,
            server: Mutex::new(None),
        };
        velero.restart();
        velero
    }

    /// The one that the tests of one binary share. Do not kill it.
    pub fn shared() -> &'static Self {
        static SHARED: Mutex<Option<&'static Velero>> = Mutex::new(None);
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.get_or_insert_with(|| Box::leak(Box::new(Self::start())))
    }

    /// The namespace that it is in.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Kills it as a power cut would.
    pub fn kill(&self) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Starts it again after [`Velero::kill`], and waits until it is at work.
    pub fn restart(&self) {
        let mut command = process::leashed(self.programs.join("velero"));
        // It keeps what it reads of Secrets, and what it is about to upload, in temporary folders.
        let metrics = process::free_port();
        command
            .env("TMPDIR", &self.folder)
            // It asks after a snapshot every second at first, not every five.
            .env("CSI_SNAPSHOT_EARLY_FREQUENT_POLLING", "true")
            .arg("server")
            .arg("--kubeconfig")
            .arg(self.cluster.admin().kubeconfig())
            .arg(format!("--namespace={}", self.namespace))
            .arg("--plugin-dir")
            .arg(self.programs.join("plugins"))
            .arg(format!("--metrics-address=127.0.0.1:{metrics}"))
            .args([
                "--profiler-address=",
                "--features=EnableCSI",
                "--store-validation-frequency=1h",
                "--backup-sync-period=1h",
                // What it does from time to time, it does every few seconds.
                "--garbage-collection-frequency=2s",
                "--item-operation-sync-frequency=1s",
                // How long a restored volume may stay unbound.
                "--resource-timeout=20s",
                // One test's backup does not wait for another's.
                "--concurrent-backups=8",
                "--client-qps=1000",
                "--client-burst=1000",
            ]);
        let mut server = Component::start("velero", &self.folder, command);
        let ready = server.wait_until(|| TcpStream::connect(("127.0.0.1", metrics)).is_ok());
        if let Err(log) = ready {
            panic!("{log}");
        }
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
    }

    /// Adds a place for backups: the bucket of a store, below this name. Velero looks at it now, and
    /// not again within the hour: each look is a process.
    pub fn add_location(&self, name: &str, store: &ObjectServer) {
        self.add(name, store, &store.keys(), &json!({}));
    }

    /// Adds one with these keys that Velero looks at all the time: whether it can be used every ten seconds, which is the most, and what is in it
    /// more often. It goes with what is returned: over a store that is gone Velero would keep others waiting.
    pub fn add_watched_location(
        &self,
        name: &str,
        store: &ObjectServer,
        keys: &(String, String),
    ) -> WatchedLocation<'_> {
        let watched = json!({ "validationFrequency": "1s", "backupSyncPeriod": "3s" });
        self.add(name, store, keys, &watched);
        WatchedLocation {
            velero: self,
            name: name.to_owned(),
        }
    }

    fn add(&self, name: &str, store: &ObjectServer, keys: &(String, String), more: &Value) {
        self.set_keys(name, keys);
        let mut location = json!({
            "apiVersion": "velero.io/v1",
            "kind": "BackupStorageLocation",
            "metadata": { "name": name },
            "spec": {
                "provider": "aws",
                "objectStorage": { "bucket": "backups", "prefix": name },
                "credential": { "name": name, "key": "keys" },
                "config": {
                    "region": "us-east-1",
                    "s3ForcePathStyle": "true",
                    "s3Url": format!("http://127.0.0.1:{}", store.port()),
                },
            },
        });
        for (name, value) in more.as_object().expect("fields") {
            location["spec"][name] = value.clone();
        }
        self.cluster.apply(&self.namespace, &location.to_string());
    }

    /// Writes the keys with which a location is spoken to.
    pub fn set_keys(&self, name: &str, keys: &(String, String)) {
        let (id, secret) = keys;
        let text = format!("[default]\naws_access_key_id={id}\naws_secret_access_key={secret}\n");
        let keys = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": name },
            "stringData": { "keys": text },
        });
        self.cluster.apply(&self.namespace, &keys.to_string());
    }

    /// Waits until an object of its own has a phase: `Available`, `Completed`.
    #[track_caller]
    pub fn wait_for_phase(&self, kind: &str, name: &str, phase: &str) -> Value {
        let what = format!("is {phase}");
        self.cluster.wait_within(
            Self::PATIENCE,
            kind,
            &self.namespace,
            name,
            &what,
            |object| (object?.pointer("/status/phase")? == phase).then(|| object.cloned())?,
        )
    }
}

/// A location that Velero looks at all the time, until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct WatchedLocation<'a> {
    velero: &'a Velero,
    name: String,
}

impl Drop for WatchedLocation<'_> {
    fn drop(&mut self) {
        let kind = "backupstoragelocation";
        let namespace = &self.velero.namespace;
        let arguments = [
            "delete",
            kind,
            &self.name,
            "--namespace",
            namespace,
            "--wait=false",
        ];
        // A test that fails has its own complaint.
        drop(self.velero.cluster.kubectl(&arguments));
    }
}

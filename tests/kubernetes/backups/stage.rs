//! A namespace with a target, a driver of volumes, and a controller that has the rights of the chart and no more.

use std::ops::Deref;

use remold_tests::{SnapshotController, Velero, rendered};
use serde_json::{Value, json};

use super::super::controller::stage::{Stage, condition, ended};
use super::driver::Driver;

/// A namespace where backups are made.
pub(super) struct Shop {
    stage: Stage,
    pub(super) driver: Driver,
}

impl Deref for Shop {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl Shop {
    /// One whose volumes are snapshotted by their driver.
    pub(super) fn of_snapshots(name: &str) -> Self {
        SnapshotController::shared();
        Self::new(name, &json!({ "volumeSnapshots": true }))
    }

    /// One that is backed up by a Velero.
    pub(super) fn of_velero(name: &str, velero: &Velero) -> Self {
        Self::new(name, &json!({ "veleroNamespace": velero.namespace() }))
    }

    fn new(name: &str, rights: &Value) -> Self {
        let stage = Stage::without_controller(name);
        let values = json!({
            "watchNamespaces": [stage.namespace],
            "replicas": 0,
            "serviceAccount": { "name": "remold" },
            "rbac": rights,
            "admissionPolicies": { "enabled": false },
        });
        let release = format!("remold-{}", stage.namespace);
        let chart = rendered("remold", &release, &stage.namespace, &values.to_string());
        // Not all of it is in this namespace.
        let apply = ["apply", "--filename", "-"];
        let applied = stage.cluster.admin().run_with(&apply, &chart.succeeded());
        applied.succeeded();
        stage.start_controller_as(&stage.cluster.service_account(&stage.namespace, "remold"));
        stage.nodes.answer("save", |_| Some(ended("save", 0)));
        stage.apply(
            "{apiVersion: remold.dev/v1alpha1, kind: RedisTarget, metadata: {name: shop}, spec: {url: 'redis://redis:6379'}}",
        );
        let driver = Driver::play(stage.cluster, &stage.namespace);
        Self { stage, driver }
    }

    /// Makes a claim of the server's, and waits for its volume.
    pub(super) fn add_claim(&self, name: &str) {
        let class = self.driver.class();
        self.apply(&format!(
            "{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: {name}}}, spec: {{storageClassName: {class}, \
             accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}}}"
        ));
        self.wait_until_bound(name);
    }

    /// Makes a claim of a folder on a node, and waits until it is bound to it.
    pub(super) fn add_local_claim(&self, name: &str) {
        let volume = format!("{}-{name}", self.namespace);
        let common = "accessModes: [ReadWriteOnce], storageClassName: ''";
        self.apply(&format!(
            "{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: {volume}}}, spec: {{{common}, capacity: \
             {{storage: 1Gi}}, hostPath: {{path: /tmp}}}}}}\n---\n{{apiVersion: v1, kind: PersistentVolumeClaim, \
             metadata: {{name: {name}}}, spec: {{{common}, volumeName: {volume}, resources: {{requests: {{storage: 1Gi}}}}}}}}"
        ));
        self.wait_until_bound(name);
    }

    fn wait_until_bound(&self, name: &str) {
        self.cluster
            .wait_for("pvc", &self.namespace, name, "is bound", |claim| {
                (claim.pointer("/status/phase")? == "Bound").then_some(())
            });
    }

    /// Asks for a backup by a provider.
    pub(super) fn back_up(&self, name: &str, provider: &Value) {
        self.back_up_for(None, name, provider);
    }

    /// Asks for a backup for a migration, with which others of its are counted.
    pub(super) fn back_up_for(&self, migration: Option<&str>, name: &str, provider: &Value) {
        let mut backup = json!({
            "apiVersion": "remold.dev/v1alpha1",
            "kind": "RedisBackup",
            "metadata": { "name": name },
            "spec": { "targetRef": { "name": "shop" }, "provider": provider },
        });
        if let Some(migration) = migration {
            backup["metadata"]["labels"] = json!({ "remold.dev/migration": migration });
            backup["spec"]["migrationRef"] = json!({ "name": migration });
        }
        self.apply(&backup.to_string());
    }

    /// Asks for a restore with this confirmation; returns what the API server complains about, or nothing.
    pub(super) fn restore(&self, name: &str, token: &str, confirm: &str) -> Option<String> {
        let patch = json!({ "spec": { "restore": { "token": token, "confirm": confirm } } });
        let admin = self.cluster.admin();
        let answer = admin.patch("redisbackup", &self.namespace, name, &patch);
        (!answer.is_success()).then_some(answer.stderr)
    }

    /// Waits until a backup is `Ready`, or not, for this reason; returns the object and its message.
    #[track_caller]
    pub(super) fn says(&self, name: &str, reason: &str) -> (Value, String) {
        let backup = self.wait_long(name, &format!("says {reason}"), |backup| {
            (condition(backup, "Ready")?["reason"] == reason).then(|| backup.clone())
        });
        let message = condition(&backup, "Ready").expect("it is there")["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        (backup, message)
    }

    /// Waits until a backup says this text beside a reason.
    #[track_caller]
    pub(super) fn says_that(&self, name: &str, reason: &str, text: &str) -> Value {
        self.wait_long(name, &format!("says {reason}: {text}"), |backup| {
            let ready = condition(backup, "Ready")?;
            let message = ready["message"].as_str()?;
            (ready["reason"] == reason && message.contains(text)).then(|| backup.clone())
        })
    }

    /// Waits the same while the controller is made to look: it looks from time to time only at what was proven.
    #[track_caller]
    pub(super) fn says_after_look(&self, name: &str, reason: &str) -> (Value, String) {
        let mut looks = 0;
        self.wait_long(name, &format!("says {reason}"), |backup| {
            looks += 1;
            self.annotate("redisbackup", name, &format!("tests/look={looks}"));
            (condition(backup, "Ready")?["reason"] == reason).then_some(())
        });
        self.says(name, reason)
    }

    /// Waits for what others do with a backup.
    #[track_caller]
    pub(super) fn wait_long<T>(
        &self,
        name: &str,
        what: &str,
        mut question: impl FnMut(&Value) -> Option<T>,
    ) -> T {
        let (kind, namespace) = ("redisbackup", &self.namespace);
        self.cluster
            .wait_within(Velero::PATIENCE, kind, namespace, name, what, |backup| {
                question(backup?)
            })
    }

    /// Says in the status of a backup that its time is over.
    pub(super) fn expire(&self, name: &str) {
        let patch = json!({ "status": { "expiresAt": "2026-01-01T00:00:00Z" } });
        let admin = self.cluster.admin();
        admin
            .patch_status("redisbackup", &self.namespace, name, &patch)
            .succeeded();
    }

    /// Changes an object in a way that nobody cares about.
    pub(super) fn annotate(&self, kind: &str, name: &str, annotation: &str) {
        let arguments = [
            "annotate",
            "--overwrite",
            kind,
            name,
            annotation,
            "--namespace",
            &self.namespace,
        ];
        self.cluster.kubectl(&arguments).succeeded();
    }

    /// Returns the names of what this namespace has in Velero's.
    pub(super) fn names_there(&self, velero: &Velero, kind: &str) -> Vec<String> {
        let arguments = [
            "get",
            kind,
            "--namespace",
            velero.namespace(),
            "--output=jsonpath={range .items[*]}{.metadata.name} {.spec.includedNamespaces[0]}{\"\\n\"}{end}",
        ];
        let text = self.cluster.kubectl(&arguments).succeeded();
        let own = text.lines().filter_map(|line| {
            let (name, namespace) = line.split_once(' ')?;
            (namespace == self.namespace).then(|| name.to_owned())
        });
        own.collect()
    }

    /// Deletes an object and does not wait.
    pub(super) fn delete(&self, kind: &str, name: &str) {
        let arguments = [
            "delete",
            kind,
            name,
            "--namespace",
            &self.namespace,
            "--wait=false",
        ];
        self.cluster.kubectl(&arguments).succeeded();
    }

    /// Waits until an object is gone.
    #[track_caller]
    pub(super) fn wait_until_gone(&self, kind: &str, name: &str) {
        let (patience, namespace) = (Velero::PATIENCE, &self.namespace);
        self.cluster
            .wait_within(patience, kind, namespace, name, "is gone", |found| {
                found.is_none().then_some(())
            });
    }
}

/// Whether a backup stands still until somebody changes something.
pub(super) fn is_stalled(backup: &Value) -> bool {
    condition(backup, "Stalled").is_some_and(|stalled| stalled["status"] == "True")
}

//! A cluster with Remold installed from its charts, and a namespace with a Redis in it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use remold_tests::{
    Answer, ControlPlane, ImageFile, Kubectl, Node, ServerVersion, rendered, wait_for,
};
use serde_json::{Value, json};

use super::shop::Shop;
use crate::controller::stage::condition;
use crate::node::node_with_shell;

/// How long a step may take, and how much longer for each key.
const PATIENCE: Duration = Duration::from_mins(2);
const PATIENCE_FOR_A_KEY: Duration = Duration::from_millis(2);

const RESTRICTED: &str = "pod-security.kubernetes.io/enforce=restricted";

const REDIS: &str = "
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: NAME}
  spec: {selector: {app: NAME}, ports: [{port: 6379}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: NAME, labels: {app: NAME}}
  spec:
    terminationGracePeriodSeconds: 1
    securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
    containers:
    - name: redis
      image: remold.test/redis:6
      imagePullPolicy: Never
      args: [--protected-mode, 'no', --save, '', --dir, /data]
      securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
      volumeMounts: [{name: data, mountPath: /data}]
    volumes: [{name: data, emptyDir: {}}]
";

/// The namespace of a shop in a cluster with Remold.
pub(super) struct Stage {
    node: &'static Node,
    cluster: &'static ControlPlane,
    /// Where the controller is.
    system: String,
    namespace: String,
    patience: std::cell::Cell<Duration>,
}

impl Stage {
    /// Installs everything; `claims` are the claims that find a volume.
    pub(super) fn new(claims: &[&str]) -> Self {
        let node = node_with_shell();
        let cluster = node.cluster();
        let (system, namespace) = (cluster.namespace("remold"), cluster.namespace("shop"));
        for name in [&system, &namespace] {
            cluster
                .kubectl(&["label", "namespace", name, RESTRICTED])
                .succeeded();
        }
        let stage = Self {
            node,
            cluster,
            system,
            namespace,
            patience: std::cell::Cell::new(PATIENCE),
        };
        claims.iter().for_each(|claim| stage.make_volume(claim));
        stage.apply("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: backups}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}");
        stage.install();
        stage.load_redis();
        stage.start_redis("redis");
        stage
    }

    /// Makes a volume on the node's disk for a claim that is there or will be made.
    fn make_volume(&self, claim: &str) {
        let folder = self.node.folder().join("volumes").join(claim);
        fs::create_dir_all(&folder).expect("a folder can be made");
        // Volumes of this kind belong to whom they belong to.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777))
            .expect("its mode can be set");
        let volume = json!({
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": { "name": format!("{}-{claim}", self.namespace) },
            "spec": {
                "capacity": { "storage": "10Gi" },
                "accessModes": ["ReadWriteOnce"],
                "persistentVolumeReclaimPolicy": "Retain",
                "hostPath": { "path": folder },
                "claimRef": { "namespace": self.namespace, "name": claim },
            },
        });
        self.apply(&volume.to_string());
    }

    /// Installs definitions and controller from the charts.
    fn install(&self) {
        let definitions = rendered("remold-crds", "remold-crds", &self.system, "").succeeded();
        let arguments = ["apply", "--server-side", "--filename", "-"];
        self.cluster
            .admin()
            .run_with(&arguments, &definitions)
            .succeeded();
        for definition in remold_kube::definitions::all() {
            let name = definition.metadata.name.expect("a definition has a name");
            self.cluster
                .wait_for_condition("crd", "default", &name, "Established");
        }
        let image = self.node.load_remold();
        let (repository, tag) = image.rsplit_once(':').expect("it has a tag");
        let values =
            json!({ "image": { "repository": repository, "tag": tag, "pullPolicy": "Never" } });
        let objects = rendered("remold", "remold", &self.system, &values.to_string()).succeeded();
        self.cluster.apply(&self.system, &objects);
        self.cluster
            .wait_for_condition("deployment", &self.system, "remold", "Available");
    }

    /// A kubeconfig by which everything can be seen.
    pub(super) fn kubeconfig(&self) -> &Path {
        self.cluster.admin().kubeconfig()
    }

    fn load_redis(&self) {
        let program = ServerVersion::Redis6_2.server_program();
        let files = ImageFile::program_with_libraries("/bin/redis-server", program);
        self.node.load_image(
            "remold.test/redis:6",
            &files,
            &["/bin/redis-server"],
            "65532:65532",
        );
    }

    /// Starts a Redis of this name, and a Service that leads to it.
    pub(super) fn start_redis(&self, name: &str) {
        self.apply(&REDIS.replace("NAME", name));
        self.cluster
            .wait_for_condition("pod", &self.namespace, name, "Ready");
    }

    /// Fills the Redis, and has an application write to some of the keys from now on.
    pub(super) fn fill(&self, keys: usize, live: usize) -> Shop {
        let keys_take = PATIENCE_FOR_A_KEY * u32::try_from(keys).expect("not that many");
        self.patience.set(PATIENCE + keys_take);
        Shop::open(&self.address("redis"), keys, live, self.patience.get())
    }

    /// The address of a Redis. There is no DNS in this cluster: it is the Service's own.
    pub(super) fn address(&self, redis: &str) -> String {
        let service = self.cluster.get_json("service", &self.namespace, redis);
        let address = service["spec"]["clusterIP"].as_str().expect("it has one");
        format!("redis://{address}:6379")
    }

    /// A `RedisTarget` of this name that is this Redis.
    pub(super) fn target(&self, name: &str, redis: &str) -> String {
        json!({
            "apiVersion": "remold.dev/v1alpha1",
            "kind": "RedisTarget",
            "metadata": { "name": name },
            "spec": { "url": self.address(redis) },
        })
        .to_string()
    }

    pub(super) fn apply(&self, documents: &str) {
        self.cluster.apply(&self.namespace, documents);
    }

    /// A person with a role in the namespace.
    pub(super) fn user(&self, name: &str, role: &str) -> Kubectl {
        let arguments = [
            "create",
            "rolebinding",
            name,
            &format!("--clusterrole={role}"),
            &format!("--user={name}"),
            "--namespace",
            &self.namespace,
        ];
        self.cluster.kubectl(&arguments).succeeded();
        let user = self.cluster.user(name);
        wait_for("the person's role", || {
            let question = [
                "auth",
                "can-i",
                "patch",
                "redismigrations",
                "--namespace",
                &self.namespace,
            ];
            user.run(&question).is_success().then_some(())
        });
        user
    }

    pub(super) fn apply_as(&self, user: &Kubectl, documents: &str) {
        let arguments = ["apply", "--namespace", &self.namespace, "--filename", "-"];
        user.run_with(&arguments, documents).succeeded();
    }

    /// Changes the migration.
    pub(super) fn patch_as(&self, user: &Kubectl, patch: &Value) -> Answer {
        user.patch("redismigration", &self.namespace, "count", patch)
    }

    pub(super) fn change(&self, spec: &Value) {
        self.patch_as(self.cluster.admin(), &json!({ "spec": spec }))
            .succeeded();
    }

    /// Restores a backup to a target.
    pub(super) fn restore(&self, backup: &str, target: &str) {
        let patch = json!({
            "spec": { "restore": { "token": "drill", "confirm": backup, "targetRef": { "name": target } } },
        });
        let admin = self.cluster.admin();
        admin
            .patch("redisbackup", &self.namespace, backup, &patch)
            .succeeded();
        self.cluster
            .wait_for_condition("redisbackup", &self.namespace, backup, "Restored");
    }

    /// Deletes a backup, and returns the files that are left of it when it is gone.
    pub(super) fn remove(&self, backup: &str) -> Vec<PathBuf> {
        let namespace = ["--namespace", self.namespace.as_str()];
        let words = [&["delete", "redisbackup", backup][..], &namespace].concat();
        self.cluster.kubectl(&words).succeeded();
        let folder = self.node.folder().join("volumes/backups");
        let entries = fs::read_dir(folder).expect("the volume is there");
        entries
            .map(|entry| entry.expect("it can be read").path())
            .collect()
    }

    /// Waits until an object is ready, or not, for this reason, and returns it; fails at once if it is stuck.
    #[track_caller]
    pub(super) fn wait_until(&self, kind: &str, name: &str, wanted: &str) -> Value {
        let end = Instant::now() + self.patience.get();
        loop {
            let object = self.cluster.find_json(kind, &self.namespace, name);
            let object = object.unwrap_or_default();
            if reason(&object) == Some(wanted) {
                return object;
            }
            let is_stuck =
                condition(&object, "Stalled").is_some_and(|found| found["status"] == "True");
            assert!(
                !is_stuck && Instant::now() < end,
                "{kind} {name} is not {wanted}\n{object:#}\n{}",
                self.what_is_there()
            );
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Returns the one object of a kind.
    pub(super) fn only(&self, kind: &str) -> Value {
        let items = self.list(kind, "");
        assert_eq!(items.len(), 1, "{items:#?}");
        items[0].clone()
    }

    /// Returns the one run of a migration.
    pub(super) fn run_of(&self, migration: &str) -> Value {
        let labels = format!("remold.dev/migration={migration}");
        let runs = self.list("redismigrationrun", &labels);
        assert_eq!(runs.len(), 1, "{runs:#?}");
        runs[0].clone()
    }

    fn list(&self, kind: &str, labels: &str) -> Vec<Value> {
        self.list_in(&self.namespace, kind, labels)
    }

    fn list_in(&self, namespace: &str, kind: &str, labels: &str) -> Vec<Value> {
        let arguments = [
            "get",
            kind,
            "--selector",
            labels,
            "--namespace",
            namespace,
            "--output=json",
        ];
        let text = self.cluster.kubectl(&arguments).succeeded();
        let list: Value = serde_json::from_str(&text).expect("kubectl writes JSON");
        list["items"].as_array().cloned().unwrap_or_default()
    }

    /// Kills one of the workers of the run, without a warning.
    pub(super) fn kill_a_worker(&self) {
        let labels = "app.kubernetes.io/component=run";
        let name = wait_for("a worker at work", || {
            let pods = self.list("pod", labels);
            let running = pods.iter().find(|pod| pod["status"]["phase"] == "Running");
            Some(name_of(running?))
        });
        self.kill(&self.namespace, &name);
    }

    /// Kills the controller, without a warning; the next one is at work when this returns.
    pub(super) fn kill_the_controller(&self) {
        let labels = "app.kubernetes.io/component=controller";
        let name = name_of(&self.list_in(&self.system, "pod", labels)[0]);
        self.kill(&self.system, &name);
        wait_for("another controller", || {
            let pods = self.list_in(&self.system, "pod", labels);
            let ready = |pod: &&Value| {
                name_of(pod) != name
                    && condition(pod, "Ready").is_some_and(|found| found["status"] == "True")
            };
            pods.iter().find(ready).map(drop)
        });
    }

    fn kill(&self, namespace: &str, pod: &str) {
        let arguments = [
            "delete",
            "pod",
            pod,
            "--namespace",
            namespace,
            "--grace-period=0",
            "--force",
        ];
        self.cluster.kubectl(&arguments).succeeded();
    }

    /// No controller has ended by itself, and nobody was refused what it does.
    pub(super) fn check_that_all_went_by_the_rights(&self) {
        for pod in self.list_in(&self.system, "pod", "") {
            let restarts = &pod["status"]["containerStatuses"][0]["restartCount"];
            assert_eq!(*restarts, 0, "{pod:#}");
        }
        let mut requests = self.cluster.requests();
        let accounts =
            [&self.system, &self.namespace].map(|name| format!("system:serviceaccount:{name}:"));
        requests.retain(|request| {
            accounts
                .iter()
                .any(|account| request.user.starts_with(account))
        });
        assert!(
            requests
                .iter()
                .any(|request| request.user.ends_with(":remold"))
        );
        assert!(
            requests
                .iter()
                .any(|request| request.resource == "redismigrationruns/status"
                    && !request.user.ends_with(":remold")),
            "workers report"
        );
        requests.retain(|request| request.status == 403);
        assert!(requests.is_empty(), "{requests:#?}");
    }

    /// What somebody would look at to find out what is wrong.
    fn what_is_there(&self) -> String {
        let mut text = String::new();
        let namespace = ["--namespace", self.namespace.as_str()];
        for words in [
            "get redistargets,redisschemas,redismigrations,redismigrationruns,redisbackups,jobs,pods,pvc --output=wide",
            "get events --sort-by=.lastTimestamp",
            "logs --selector app.kubernetes.io/managed-by=remold --prefix --tail=20 --ignore-errors",
        ] {
            let words: Vec<&str> = words.split(' ').chain(namespace).collect();
            let answer = self.cluster.kubectl(&words);
            text = format!(
                "{text}\n# {}\n{}{}",
                words.join(" "),
                answer.stdout,
                answer.stderr
            );
        }
        let log = [
            "logs",
            "deployment/remold",
            "--tail=40",
            "--namespace",
            &self.system,
        ];
        format!(
            "{text}\n# the controller\n{}",
            self.cluster.kubectl(&log).stdout
        )
    }
}

/// Returns the reason why an object is ready, or not.
pub(super) fn reason(object: &Value) -> Option<&str> {
    condition(object, "Ready")?["reason"].as_str()
}

fn name_of(object: &Value) -> String {
    object["metadata"]["name"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

//! A namespace with a controller of its own, and somebody who plays the nodes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use remold_kube::controller::{self, Metrics, Notices, NotifySettings, Settings};
use remold_kube::k8s_openapi::api::core::v1::Pod;
use remold_kube::kube::api::{ListParams, Patch, PatchParams};
use remold_kube::kube::config::{KubeConfigOptions, Kubeconfig};
use remold_kube::kube::{Api, Client, Config, ResourceExt};
use remold_kube::resources::{Artifact, Tally};
use remold_kube::workers::{
    BackupOutcome, Outcome, PlanOutcome, RegisteredOutcome, ServerOutcome, Tracing,
};
use remold_tests::{ControlPlane, Kubectl};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The plan that every planner makes, unless the stage says otherwise.
pub(crate) const PLAN: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// One runtime for the controllers of all tests.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}

/// A namespace with a controller of its own.
pub(crate) struct Stage {
    pub(crate) cluster: &'static ControlPlane,
    pub(crate) namespace: String,
    pub(crate) nodes: Nodes,
    pub(crate) metrics: Metrics,
    /// The webhook of controllers that are started from now on.
    pub(crate) notify: Option<NotifySettings>,
    /// How workers trace what they do, of controllers that are started from now on.
    pub(crate) tracing: Tracing,
    controller: Mutex<Option<Running>>,
}

struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Stage {
    /// Begins with the definitions in place, and a controller at work.
    pub(crate) fn new(name: &str) -> Self {
        let stage = Self::without_controller(name);
        stage.start_controller(stage.client());
        stage
    }

    pub(crate) fn without_controller(name: &str) -> Self {
        let cluster = ControlPlane::shared();
        install_definitions(cluster);
        let namespace = cluster.namespace(name);
        let nodes = Nodes::play(client_of(cluster), &namespace);
        Self {
            cluster,
            namespace,
            nodes,
            metrics: Metrics::default(),
            notify: None,
            tracing: Tracing::default(),
            controller: Mutex::new(None),
        }
    }

    /// A client with all rights.
    pub(crate) fn client(&self) -> Client {
        client_of(self.cluster)
    }

    /// Starts a controller with the rights of this user, and no more.
    pub(crate) fn start_controller_as(&self, user: &Kubectl) {
        self.start_controller(client_with(user.kubeconfig()));
    }

    pub(crate) fn start_controller(&self, client: Client) {
        let settings = Settings {
            image: "remold.test/remold".to_owned(),
            pull_policy: Some("Never".to_owned()),
            pull_secrets: Vec::new(),
            namespaces: vec![self.namespace.clone()],
            concurrency: 8,
            resync: Duration::from_secs(2),
            lease: None,
            address: None,
            notify: self.notify.clone(),
            tracing: self.tracing.clone(),
        };
        let (stop, stopped) = watch::channel(false);
        let run = controller::run(
            client,
            settings,
            self.metrics.clone(),
            told_to(&self.namespace),
            stopped,
        );
        let task = runtime().spawn(async move { run.await.expect("the controller ends well") });
        *self.controller.lock().expect("nobody panics") = Some(Running { stop, task });
    }

    /// Ends the controller as a kill does.
    pub(crate) fn kill_controller(&self) {
        if let Some(running) = self.controller.lock().expect("nobody panics").take() {
            running.task.abort();
        }
    }

    /// Ends the controller as SIGTERM does.
    pub(crate) fn stop_controller(&self) {
        if let Some(running) = self.controller.lock().expect("nobody panics").take() {
            running.stop.send(true).expect("it listens");
            runtime()
                .block_on(async {
                    tokio::time::timeout(Duration::from_secs(20), running.task).await
                })
                .expect("it ends soon")
                .expect("it ends well");
        }
    }

    pub(crate) fn apply(&self, documents: &str) {
        self.cluster.apply(&self.namespace, documents);
    }

    /// Applies a document that the API server must refuse, and returns its words.
    #[track_caller]
    pub(crate) fn refused(&self, document: &str) -> String {
        let arguments = ["apply", "--namespace", &self.namespace, "--filename", "-"];
        self.cluster
            .admin()
            .run_with(&arguments, document)
            .refused()
    }

    /// Changes the spec of a migration.
    pub(crate) fn change(&self, name: &str, spec: &Value) {
        let patch = json!({ "spec": spec });
        let admin = self.cluster.admin();
        admin
            .patch("redismigration", &self.namespace, name, &patch)
            .succeeded();
    }

    /// Waits until an object is `Ready`, or not, for this reason, and returns it.
    #[track_caller]
    pub(crate) fn wait_for(&self, kind: &str, name: &str, reason: &str) -> Value {
        let what = format!("says {reason}");
        self.cluster
            .wait_for(kind, &self.namespace, name, &what, |object| {
                (condition(object, "Ready")?["reason"] == reason).then(|| object.clone())
            })
    }

    pub(crate) fn get(&self, kind: &str, name: &str) -> Value {
        self.cluster.get_json(kind, &self.namespace, name)
    }

    /// Returns the names of all objects of a kind.
    pub(crate) fn names(&self, kind: &str) -> Vec<String> {
        let arguments = [
            "get",
            kind,
            "--namespace",
            &self.namespace,
            "--output",
            "name",
        ];
        let text = self.cluster.kubectl(&arguments).succeeded();
        let name = |line: &str| line.split('/').next_back().unwrap_or_default().to_owned();
        text.lines().map(name).collect()
    }

    /// Returns the reasons of the events of an object with what they say, in order.
    pub(crate) fn events(&self, name: &str) -> Vec<(String, String)> {
        let field = format!("regarding.name={name}");
        let arguments = [
            "get",
            "events.events.k8s.io",
            "--namespace",
            &self.namespace,
            "--field-selector",
            &field,
            "--sort-by=.metadata.creationTimestamp",
            "--output",
            "jsonpath={range .items[*]}{.reason}={.note}{\"\\n\"}{end}",
        ];
        let text = self.cluster.kubectl(&arguments).succeeded();
        let event = |line: &str| {
            let (reason, note) = line.split_once('=')?;
            Some((reason.to_owned(), note.to_owned()))
        };
        text.lines().filter_map(event).collect()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.kill_controller();
    }
}

/// Shows what a controller tells beside a test that fails.
#[allow(
    clippy::print_stderr,
    reason = "a thread of the controller's is no test to clippy"
)]
fn told_to(namespace: &str) -> Notices {
    let namespace = namespace.to_owned();
    Notices::to(move |notice| eprintln!("{namespace}: {notice:?}"))
}

/// Returns a condition of an object.
pub(crate) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    let conditions = object.pointer("/status/conditions")?.as_array()?;
    conditions.iter().find(|one| one["type"] == kind)
}

/// A client as the admin.
pub(crate) fn client_of(cluster: &ControlPlane) -> Client {
    client_with(cluster.admin().kubeconfig())
}

fn client_with(kubeconfig: &Path) -> Client {
    let _inside = runtime().enter();
    Client::try_from(config_with(kubeconfig)).expect("a client")
}

pub(crate) fn config_of(cluster: &ControlPlane) -> Config {
    config_with(cluster.admin().kubeconfig())
}

fn config_with(file: &Path) -> Config {
    let kubeconfig = Kubeconfig::read_from(file).expect("a kubeconfig");
    let options = KubeConfigOptions::default();
    runtime()
        .block_on(Config::from_custom_kubeconfig(kubeconfig, &options))
        .expect("a configuration")
}

/// Puts the definitions in place, once for all tests.
pub(crate) fn install_definitions(cluster: &ControlPlane) {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let arguments = ["apply", "--server-side", "--filename", "-"];
        let definitions = remold_kube::definitions::yaml();
        cluster
            .admin()
            .run_with(&arguments, &definitions)
            .succeeded();
        for definition in remold_kube::definitions::all() {
            let name = definition.name_any();
            cluster.wait_for_condition("crd", "default", &name, "Established");
        }
    });
}

/// What the workers of a task leave behind; `None` while they are at work.
type Answer = Arc<dyn Fn(&Pod) -> Option<Outcome> + Send + Sync>;

/// Plays the nodes of a namespace: starts pods, and ends them as a worker would.
pub(crate) struct Nodes {
    answers: Arc<Mutex<BTreeMap<&'static str, Answer>>>,
    task: JoinHandle<()>,
}

impl Nodes {
    fn play(client: Client, namespace: &str) -> Self {
        let answers: Arc<Mutex<BTreeMap<&'static str, Answer>>> = Arc::default();
        let (pods, known) = (Api::namespaced(client, namespace), Arc::clone(&answers));
        let task = runtime().spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(50)).await;
                turn(&pods, &known).await;
            }
        });
        let nodes = Self { answers, task };
        nodes.answer("look", |_| Some(looked()));
        nodes.answer("plan", |_| Some(planned(PLAN)));
        nodes.answer("run", |_| Some(migrated()));
        nodes.answer("verify", |_| Some(ended("verify", 0)));
        nodes.answer("rollback", |_| Some(migrated()));
        nodes.answer("abort", |_| Some(ended("abort", 0)));
        nodes.answer("register", |_| {
            Some(Outcome {
                registered: Some(RegisteredOutcome {
                    digest: "cc".repeat(32),
                    compared: None,
                }),
                ..ended("schema register", 0)
            })
        });
        nodes
    }

    /// Says what workers of a task leave behind from now on.
    pub(crate) fn answer(
        &self,
        component: &'static str,
        answer: impl Fn(&Pod) -> Option<Outcome> + Send + Sync + 'static,
    ) {
        let mut answers = self.answers.lock().expect("nobody panics");
        answers.insert(component, Arc::new(answer));
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn turn(pods: &Api<Pod>, answers: &Mutex<BTreeMap<&'static str, Answer>>) {
    let own = ListParams::default().labels("app.kubernetes.io/managed-by=remold");
    let Ok(list) = pods.list(&own).await else {
        return;
    };
    for pod in list {
        let phase = pod.status.as_ref().and_then(|status| status.phase.clone());
        if !matches!(phase.as_deref(), Some("Pending" | "Running")) {
            continue;
        }
        let component = pod.labels().get("app.kubernetes.io/component").cloned();
        let answer = component.and_then(|component| {
            let answers = answers.lock().expect("nobody panics");
            answers.get(component.as_str()).cloned()
        });
        let outcome = answer.and_then(|answer| answer(&pod));
        let status = match outcome {
            None if phase.as_deref() == Some("Running") => continue,
            None => {
                json!({ "phase": "Running", "containerStatuses": [container(&json!({ "running": {} }))] })
            }
            Some(outcome) => {
                let exit = i32::from(outcome.exit);
                // Workers are called so that all that was carried to its end ends well.
                let exit = if matches!(exit, 3 | 4) { 0 } else { exit };
                let terminated = json!({ "exitCode": exit, "message": outcome.write() });
                json!({
                    "phase": if exit == 0 { "Succeeded" } else { "Failed" },
                    "containerStatuses": [container(&json!({ "terminated": terminated }))],
                })
            }
        };
        let patch = Patch::Merge(json!({ "status": status }));
        let _ = pods
            .patch_status(&pod.name_any(), &PatchParams::default(), &patch)
            .await;
    }
}

fn container(state: &Value) -> Value {
    json!({ "name": "remold", "image": "", "imageID": "", "ready": false, "restartCount": 0, "state": state })
}

/// A worker that ended with this exit code of the command line.
pub(crate) fn ended(command: &str, exit: u8) -> Outcome {
    Outcome {
        command: command.to_owned(),
        exit,
        ..Outcome::default()
    }
}

/// A worker that failed, and said why.
pub(crate) fn failed(command: &str, exit: u8, message: &str) -> Outcome {
    Outcome {
        message: Some(message.to_owned()),
        ..ended(command, exit)
    }
}

/// A planner that made this plan.
pub(crate) fn planned(digest: &str) -> Outcome {
    Outcome {
        plan: Some(PlanOutcome {
            digest: digest.to_owned(),
            migration_digest: "bb".repeat(32),
            keys: Some(1000),
            notes: Vec::new(),
        }),
        ..looked()
    }
}

fn looked() -> Outcome {
    Outcome {
        server: Some(ServerOutcome {
            address: "redis://redis:6379".to_owned(),
            product: "redis".to_owned(),
            version: "8.2.3".to_owned(),
            guard: "watch".to_owned(),
            keys: Some(1200),
            notes: Vec::new(),
        }),
        ..ended("status", 0)
    }
}

/// A worker that made a backup, or removed one.
pub(crate) fn backed_up() -> Outcome {
    Outcome {
        backup: Some(BackupOutcome {
            artifacts: vec![Artifact {
                kind: "RdbFile".to_owned(),
                name: "before".to_owned(),
                sha256: Some("ee".repeat(32)),
                proven: true,
            }],
            bytes: Some(1000),
            taken_at: Some("2026-01-01T00:00:00Z".to_owned()),
        }),
        ..ended("backup create", 0)
    }
}

/// A worker that did its part.
pub(crate) fn migrated() -> Outcome {
    Outcome {
        end: Some("completed".to_owned()),
        tally: Some(Tally {
            scanned: 1000,
            written: 990,
            skipped: 10,
            ..Tally::default()
        }),
        ..ended("run", 0)
    }
}

/// A target, and a migration of it with these fields beside selection and transform.
pub(crate) fn documents(name: &str, more: &str) -> String {
    format!(
        "
apiVersion: remold.dev/v1alpha1
kind: RedisTarget
metadata: {{ name: shop }}
spec: {{ service: {{ name: redis }}, auth: {{ passwordFrom: {{ name: redis, key: password }} }} }}
---
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: {{ name: {name} }}
spec:
  targetRef: {{ name: shop }}
  select: {{ match: \"user:*\", type: hash }}
  transform: {{ rhai: {{ source: 'fn migrate(rec) {{ rec.set(\"seen\", \"1\"); }}' }} }}
{more}"
    )
}

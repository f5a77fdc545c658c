//! A namespace with the chart in it, and things that somebody could lay hands on.

use remold_kube::workers::{Connection, Task, Tracing, Work, report_role, service_account};
use remold_tests::{Answer, ControlPlane, Kubectl, rendered, wait_for};
use serde_json::{Value, json};

use super::super::controller::stage::{PLAN, documents, install_definitions};

const FURNITURE: &str = "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: redis}, stringData: {password: x}}
- {apiVersion: v1, kind: Pod, metadata: {name: app}, spec: {containers: [{name: app, image: none}]}}
- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: shop}
  spec: {replicas: 0, selector: {matchLabels: {app: shop}}, template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: shop, image: none}]}}}
- {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: another}, spec: {holderIdentity: somebody}}
- apiVersion: remold.dev/v1alpha1
  kind: RedisSchema
  metadata: {name: user-1.0.0}
  spec: {subject: user, version: 1.0.0, keys: 'user:{id}', type: hash, targetRef: {name: shop}}
- apiVersion: remold.dev/v1alpha1
  kind: RedisBackup
  metadata: {name: before}
  spec: {targetRef: {name: shop}, provider: {journal: {run: one}}}
";

/// A namespace with the chart, a migration, two runs of it, and what else is there in a shop.
pub(super) struct House {
    cluster: &'static ControlPlane,
    namespace: String,
    /// The release, and the name of all that the chart makes.
    release: String,
}

/// Applies what the chart renders for a controller that looks after this one namespace, and has no pod of its own. Its service
/// account is `remold`. Returns the name of the release, for objects that belong to no namespace.
pub(super) fn install_chart(cluster: &ControlPlane, namespace: &str) -> String {
    let release = format!("remold-{namespace}");
    let values = json!({
        "watchNamespaces": [namespace],
        "replicas": 0,
        "serviceAccount": { "name": "remold" },
    });
    let text = rendered("remold", &release, namespace, &values.to_string()).succeeded();
    cluster.apply(namespace, &text);
    release
}

impl House {
    pub(super) fn new() -> Self {
        let cluster = ControlPlane::shared();
        install_definitions(cluster);
        let namespace = cluster.namespace("house");
        let release = install_chart(cluster, &namespace);
        cluster.apply(&namespace, &documents("one", "  suspend: true\n"));
        cluster.apply(&namespace, FURNITURE);
        for name in ["one-run", "other-run"] {
            cluster.apply(&namespace, &run(name));
        }
        Self {
            cluster,
            namespace,
            release,
        }
    }

    pub(super) fn controller(&self) -> Kubectl {
        self.cluster.service_account(&self.namespace, "remold")
    }

    /// Makes the service account of the workers of a run, with its role, as the controller does.
    pub(super) fn worker(&self, run: &str) -> Kubectl {
        let work = Work {
            name: run.to_owned(),
            namespace: Some(self.namespace.clone()),
            instance: "one".to_owned(),
            owner: None,
            image: "none".to_owned(),
            pull_policy: None,
            pull_secrets: Vec::new(),
            task: Task::Look,
            connection: Connection::at("redis://redis:6379"),
            storage: None,
            backups: None,
            manifest: None,
            settings: serde_json::from_value(json!({})).expect("nothing has to be set"),
            service_account: "worker".to_owned(),
            report_to: Some(run.to_owned()),
            tracing: Tracing::default(),
            suspend: false,
        };
        let (role, binding) = report_role(&work, run);
        let objects = [json!(service_account(&work)), json!(role), json!(binding)];
        for object in objects {
            self.cluster.apply(&self.namespace, &object.to_string());
        }
        self.cluster.service_account(&self.namespace, "worker")
    }

    pub(super) fn person(&self, name: &str) -> Kubectl {
        self.cluster.user(name)
    }

    /// Gives a person a role of the cluster in this namespace; of the chart's, `approver`, without the release's name.
    pub(super) fn bind(&self, role: &str, person: &str) {
        let role = role.replace("RELEASE", &self.release);
        let words = [
            "create".to_owned(),
            "rolebinding".to_owned(),
            format!("{person}-{role}"),
            format!("--clusterrole={role}"),
            format!("--user={person}"),
            format!("--namespace={}", self.namespace),
        ];
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.cluster.kubectl(&words).succeeded();
    }

    /// Makes a request: words for kubectl, of which RELEASE, NAMESPACE and PLAN stand for what they say.
    pub(super) fn ask(&self, who: &Kubectl, request: &str, input: &str) -> Answer {
        let fill = |text: &str| {
            text.replace("RELEASE", &self.release)
                .replace("NAMESPACE", &self.namespace)
                .replace("PLAN", PLAN)
        };
        // The namespace that a request names itself comes later, and wins.
        let request = format!("--namespace {} {}", self.namespace, fill(request));
        let words: Vec<&str> = request.split(' ').collect();
        who.run_with(&words, &fill(input))
    }

    #[track_caller]
    pub(super) fn allowed(&self, who: &Kubectl, request: &str, input: &str) {
        let answer = self.ask(who, request, input);
        assert!(answer.is_success(), "{request}\n{input}\n{answer:#?}");
    }

    /// Makes a request that must be refused because of who makes it, and returns the words.
    #[track_caller]
    pub(super) fn refused(&self, who: &Kubectl, request: &str, input: &str) -> String {
        let answer = self.ask(who, request, input);
        let words = answer.stderr.to_lowercase();
        assert!(
            !answer.is_success() && (words.contains("forbidden") || words.contains("cannot ")),
            "{request}\n{input}\n{answer:#?}"
        );
        answer.stderr
    }

    /// Waits until a role is in force: the API server hears of it a moment later.
    #[track_caller]
    pub(super) fn wait_until_allowed(&self, who: &Kubectl, request: &str) {
        wait_for(request, || {
            self.ask(who, request, "").is_success().then_some(())
        });
    }

    /// Waits until a policy is in force, of which the API server hears a moment later too. The request only asks what would
    /// happen.
    #[track_caller]
    pub(super) fn wait_until_refused(&self, who: &Kubectl, request: &str) {
        let request = format!("{request} --dry-run=server");
        wait_for(&request, || {
            (!self.ask(who, &request, "").is_success()).then_some(())
        });
    }
}

fn run(name: &str) -> String {
    json!({
        "apiVersion": "remold.dev/v1alpha1",
        "kind": "RedisMigrationRun",
        "metadata": { "name": name },
        "spec": {
            "migrationRef": { "name": "one" },
            "targetRef": { "name": "shop" },
            "action": "Migrate",
            "run": name,
            "planDigest": PLAN,
            "migrationDigest": PLAN,
            "workers": 2,
            "manifest": {},
        },
    })
    .to_string()
}

/// The fields of a run's status, by its definition, but for what workers write; each with a value that it may have.
pub(super) fn fields_of_the_controller() -> Vec<(String, Value)> {
    let definitions = json!(remold_kube::definitions::all());
    let definitions = definitions.as_array().expect("there are several");
    let run = definitions
        .iter()
        .find(|one| one["spec"]["names"]["kind"] == "RedisMigrationRun")
        .expect("it is one of them");
    let status = run
        .pointer("/spec/versions/0/schema/openAPIV3Schema/properties/status/properties")
        .and_then(Value::as_object)
        .expect("it has a status");
    let fields = status.iter().filter(|(name, _)| *name != "workers");
    let fields: Vec<(String, Value)> = fields
        .map(|(name, schema)| (name.clone(), a_value_of(name, schema)))
        .collect();
    assert!(fields.len() > 6, "{fields:?}");
    fields
}

fn a_value_of(name: &str, schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("string") => json!("one"),
        Some("integer") => json!(7),
        Some("object") => {
            json!({ "scanned": 1, "written": 1, "skipped": 0, "rejected": 0, "conflicts": 0 })
        }
        Some("array") if schema["items"]["type"] == "string" => json!(["one"]),
        Some("array") => json!([{
            "type": "Migrated",
            "status": "True",
            "reason": "Completed",
            "message": "",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }]),
        other => panic!("{name} is of the type {other:?}"),
    }
}

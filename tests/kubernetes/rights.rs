//! Who may do what, by the roles and policies of the chart and by those of workers: each thing is asked of the real API server
//! with a request that would do it.

mod house;

use remold_tests::wait_for;
use serde_json::json;

use super::controller::stage::{PLAN, Stage, backed_up, condition, documents};
use house::House;

/// What the controller does; each request as arguments of kubectl and what it reads.
const CONTROLLER_MAY: &[(&str, &str)] = &[
    (
        "get redistargets,redisschemas,redismigrations,redismigrationruns,redisbackups",
        "",
    ),
    (
        "patch redismigration one --subresource=status --type=merge --patch {\"status\":{\"phase\":\"Planning\"}}",
        "",
    ),
    (
        "patch redismigrationrun one-run --subresource=status --type=merge --patch {\"status\":{\"phase\":\"Running\"}}",
        "",
    ),
    (
        "patch redistarget shop --subresource=status --type=merge --patch {\"status\":{\"version\":\"8.2.3\"}}",
        "",
    ),
    (
        "patch redisschema user-1.0.0 --subresource=status --type=merge --patch {\"status\":{\"registered\":true}}",
        "",
    ),
    (
        "patch redisbackup before --subresource=status --type=merge --patch {\"status\":{\"phase\":\"Made\"}}",
        "",
    ),
    (
        "patch redismigration one --type=merge --patch {\"metadata\":{\"finalizers\":[\"remold.dev/workers\"]}}",
        "",
    ),
    (
        "patch redismigration one --type=merge --patch {\"metadata\":{\"finalizers\":[]}}",
        "",
    ),
    ("delete redismigrationrun other-run", ""),
    ("delete redisbackup before", ""),
    ("get pods", ""),
    ("get configmaps", ""),
    ("create configmap made --from-literal=a=b", ""),
    ("delete configmap made", ""),
    ("create job made --image=none", ""),
    (
        "patch job made --type=merge --patch {\"spec\":{\"suspend\":true}}",
        "",
    ),
    ("delete job made", ""),
    ("create serviceaccount made", ""),
    ("get persistentvolumeclaim data", ""),
    (
        "create -f -",
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: made}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
    ),
    (
        "create role made --verb=get,patch --resource=redismigrationruns.remold.dev/status --resource-name=one-run",
        "",
    ),
    (
        "create rolebinding made --role=made --serviceaccount=default:made",
        "",
    ),
    (
        "create -f -",
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: made}, spec: {podSelector: {}}}",
    ),
    (
        "create -f -",
        "{apiVersion: events.k8s.io/v1, kind: Event, metadata: {name: made}, eventTime: '2026-01-01T00:00:00.000000Z', action: Plan, reason: Planning, type: Normal, reportingController: remold, reportingInstance: one, regarding: {apiVersion: remold.dev/v1alpha1, kind: RedisMigration, name: one, namespace: NAMESPACE}}",
    ),
    (
        "create -f -",
        "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: RELEASE}, spec: {holderIdentity: one}}",
    ),
    ("get lease RELEASE", ""),
    (
        "patch deployment shop --type=merge --patch {\"spec\":{\"replicas\":0}}",
        "",
    ),
];

/// What it never does, and must not be able to.
const CONTROLLER_MAY_NOT: &[(&str, &str)] = &[
    ("get secret redis", ""),
    ("get secrets", ""),
    ("create secret generic made --from-literal=a=b", ""),
    ("exec app -- true", ""),
    ("logs app", ""),
    ("delete pod app", ""),
    (
        "create -f -",
        "{apiVersion: v1, kind: Pod, metadata: {name: made}, spec: {containers: [{name: made, image: none}]}}",
    ),
    ("delete redismigration one", ""),
    ("delete redistarget shop", ""),
    ("delete redisschema user-1.0.0", ""),
    (
        "patch redistarget shop --type=merge --patch {\"spec\":{\"database\":1}}",
        "",
    ),
    (
        "patch redisschema user-1.0.0 --type=merge --patch {\"spec\":{\"description\":\"other\"}}",
        "",
    ),
    (
        "create -f -",
        "{apiVersion: remold.dev/v1alpha1, kind: RedisTarget, metadata: {name: made}, spec: {url: 'redis://a'}}",
    ),
    // It may change a migration, for its finalizer, and yet approve nothing.
    (
        "patch redismigration one --type=merge --patch {\"spec\":{\"approvedPlan\":\"PLAN\"}}",
        "",
    ),
    ("delete persistentvolumeclaim data", ""),
    ("delete deployment shop", ""),
    ("get lease another", ""),
    ("delete lease RELEASE", ""),
    // Nothing that it does not have itself can be given to others.
    ("create role more --verb=get --resource=secrets", ""),
    (
        "create rolebinding more --clusterrole=admin --serviceaccount=default:made",
        "",
    ),
    (
        "create clusterrolebinding more --clusterrole=cluster-admin --serviceaccount=default:made",
        "",
    ),
    ("create token default", ""),
    ("get nodes", ""),
    ("get redismigrations --namespace default", ""),
    ("get pods --namespace default", ""),
    ("get redismigrations --as admin", ""),
];

/// What a worker of the run `one-run` does.
const WORKER_MAY: &[(&str, &str)] = &[
    ("get redismigrationrun one-run --subresource=status", ""),
    (
        "patch redismigrationrun one-run --subresource=status --type=merge --patch {\"status\":{\"workers\":[{\"index\":0,\"state\":\"Running\"}]}}",
        "",
    ),
    (
        "apply --server-side --subresource=status --field-manager=remold-worker-1 -f -",
        "{apiVersion: remold.dev/v1alpha1, kind: RedisMigrationRun, metadata: {name: one-run}, status: {workers: [{index: 1, state: Running}]}}",
    ),
];

const WORKER_MAY_NOT: &[(&str, &str)] = &[
    ("get redismigrationrun one-run", ""),
    ("get redismigrationruns", ""),
    ("get redismigration one", ""),
    ("get redismigrationrun other-run --subresource=status", ""),
    // An apply on the server's side asks for nothing before it writes.
    (
        "apply --server-side --subresource=status -f -",
        "{apiVersion: remold.dev/v1alpha1, kind: RedisMigrationRun, metadata: {name: other-run}, status: {workers: []}}",
    ),
    (
        "apply --server-side -f -",
        "{apiVersion: remold.dev/v1alpha1, kind: RedisMigrationRun, metadata: {name: one-run, labels: {a: b}}}",
    ),
    (
        "apply --server-side -f -",
        "{apiVersion: remold.dev/v1alpha1, kind: RedisMigration, metadata: {name: one}, spec: {approvedPlan: PLAN}}",
    ),
    (
        "apply --server-side --subresource=status -f -",
        "{apiVersion: remold.dev/v1alpha1, kind: RedisMigration, metadata: {name: one}, status: {phase: Completed}}",
    ),
    ("delete redismigrationrun one-run", ""),
    ("get secret redis", ""),
    ("get configmaps", ""),
    ("get pods", ""),
    (
        "create --raw /api/v1/namespaces/NAMESPACE/pods/app/exec?command=true -f -",
        "{}",
    ),
    ("create job made --image=none", ""),
    ("create token default", ""),
];

#[test]
fn the_controller_may_do_its_work_and_nothing_else() {
    let house = House::new();
    let controller = house.controller();
    house.wait_until_allowed(&controller, "get redismigrations");
    for (request, input) in CONTROLLER_MAY_NOT {
        house.refused(&controller, request, input);
    }
    for (request, input) in CONTROLLER_MAY {
        house.allowed(&controller, request, input);
    }
}

#[test]
fn a_worker_may_say_what_it_does_and_nothing_else() {
    let house = House::new();
    let worker = house.worker("one-run");
    house.wait_until_allowed(
        &worker,
        "get redismigrationrun one-run --subresource=status",
    );
    house.wait_until_refused(
        &worker,
        "patch redismigrationrun one-run --subresource=status --type=merge --patch {\"status\":{\"phase\":\"Completed\"}}",
    );
    for (request, input) in WORKER_MAY {
        house.allowed(&worker, request, input);
    }
    for (request, input) in WORKER_MAY_NOT {
        house.refused(&worker, request, input);
    }
    // Of the status it has its own part: the policy names every other field that there is.
    for (field, value) in house::fields_of_the_controller() {
        let patch = json!({ "status": { field.as_str(): value } });
        let request = format!(
            "patch redismigrationrun one-run --subresource=status --type=merge --patch {patch}"
        );
        let complaint = house.refused(&worker, &request, "");
        assert!(
            complaint.contains("a worker may write `status.workers` alone"),
            "{field}: {complaint}"
        );
    }
}

#[test]
fn people_ask_for_migrations_and_only_some_approve_plans() {
    let house = House::new();
    let (ada, grace) = (house.person("ada"), house.person("grace"));
    house.bind("admin", "ada");
    house.bind("edit", "grace");
    house.bind("RELEASE-approver", "grace");
    for person in [&ada, &grace] {
        // Roles of people come together from several, some time after the chart was applied.
        house.wait_until_allowed(
            person,
            "patch redismigration one --type=merge --patch {\"spec\":{\"suspend\":true}}",
        );
    }
    house.wait_until_allowed(&grace, "get redismigration one");

    let approve = format!(
        "patch redismigration one --type=merge --patch {{\"spec\":{{\"approvedPlan\":\"{PLAN}\"}}}}"
    );
    house.wait_until_refused(&ada, &approve);
    let complaint = house.refused(&ada, &approve, "");
    assert!(
        complaint.contains("approving a plan needs the verb `approve`")
            && complaint.contains("-approver"),
        "{complaint}"
    );
    // Nor with a new document.
    let text = documents("two", &format!("  approvedPlan: {PLAN}\n"));
    let (_, migration) = text.split_once("---").expect("two documents");
    let complaint = house.refused(&ada, "create -f -", migration);
    assert!(
        complaint.contains("needs the verb `approve`"),
        "{complaint}"
    );
    for request in [
        "patch redismigration one --subresource=status --type=merge --patch {\"status\":{\"phase\":\"Completed\"}}",
        "patch redismigrationrun one-run --subresource=status --type=merge --patch {\"status\":{\"phase\":\"Completed\"}}",
        "delete redismigrationrun one-run",
    ] {
        house.refused(&ada, request, "");
    }

    house.allowed(&grace, &approve, "");
    // What is approved may be changed by others; the approval itself may be taken back by whoever may change it.
    house.allowed(
        &ada,
        "patch redismigration one --type=merge --patch {\"spec\":{\"suspend\":false}}",
        "",
    );
    house.allowed(
        &ada,
        "patch redismigration one --type=merge --patch {\"spec\":{\"approvedPlan\":null}}",
        "",
    );
}

/// Every request that the controller makes in a migration's life is one that its role allows.
#[test]
fn the_controller_comes_to_its_end_with_the_rights_of_the_chart() {
    let stage = Stage::without_controller("rights");
    house::install_chart(stage.cluster, &stage.namespace);
    let account = stage.cluster.service_account(&stage.namespace, "remold");
    wait_for("the controller's rights", || {
        let question = ["get", "redismigrations", "--namespace", &stage.namespace];
        account.run(&question).is_success().then_some(())
    });
    for task in ["backup", "remove"] {
        stage.nodes.answer(task, |_| Some(backed_up()));
    }
    stage.start_controller_as(&account);
    stage.apply(
        "
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: shop } }
  template: { metadata: { labels: { app: shop } }, spec: { containers: [{ name: shop, image: none }] } }
---
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: { name: user-1.0.0 }
spec: { subject: user, version: 1.0.0, keys: 'user:{id}', type: hash, targetRef: { name: shop } }
",
    );
    stage.apply(&documents(
        "one",
        "  policy: { approval: manual }\n  job: { workers: 2 }\n  backup: { rdb: { store: { claim: { name: backups } } } }\n  coordination: { pause: [{ kind: Deployment, name: shop }] }\n",
    ));
    stage.wait_for("redisschema", "user-1.0.0", "Registered");
    stage.wait_for("redismigration", "one", "AwaitingApproval");
    stage.change("one", &json!({ "approvedPlan": PLAN }));
    stage.wait_for("redismigration", "one", "Completed");
    stage.change("one", &json!({ "rollback": { "requested": true } }));
    let migration = stage.wait_for("redismigration", "one", "RolledBack");
    assert!(condition(&migration, "BackupReady").is_some_and(|found| found["status"] == "True"));
    for kind in ["redismigration/one", "redisbackup --all"] {
        let words = format!(
            "delete {kind} --timeout=60s --namespace {}",
            stage.namespace
        );
        let words: Vec<&str> = words.split(' ').collect();
        stage.cluster.kubectl(&words).succeeded();
    }
    stage.stop_controller();

    let user = format!("system:serviceaccount:{}:remold", stage.namespace);
    let mut requests = stage.cluster.requests_of(&user);
    // Those of kubectl, above, were to be refused until the role was in force.
    requests.retain(|request| !request.agent.starts_with("kubectl"));
    assert!(requests.len() > 100, "{}", requests.len());
    requests.retain(|request| request.status == 403 || request.status == 401);
    assert!(requests.is_empty(), "{requests:#?}");
}

//! Users and what they may do.

use remold_tests::{ControlPlane, wait_for};

/// Lets the service account `reader` read `ConfigMap` objects, and ada too.
const READERS: &str = "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: reader}}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: Role
  metadata: {name: reader}
  rules: [{apiGroups: [\"\"], resources: [configmaps], verbs: [get, list]}]
- apiVersion: rbac.authorization.k8s.io/v1
  kind: RoleBinding
  metadata: {name: reader}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
  subjects:
  - {kind: ServiceAccount, name: reader}
  - {apiGroup: rbac.authorization.k8s.io, kind: User, name: ada}
";

#[test]
fn a_service_account_may_do_what_its_role_says_and_nothing_else() {
    let cluster = ControlPlane::shared();
    let namespace = cluster.namespace("readers");
    cluster.apply(&namespace, READERS);
    let reader = cluster.service_account(&namespace, "reader");
    // The authorizer hears of a new role a moment later.
    wait_for("the reader may read", || {
        reader
            .run(&["get", "configmaps", "--namespace", &namespace])
            .is_success()
            .then_some(())
    });

    let complaint = reader
        .run(&["get", "secrets", "--namespace", &namespace])
        .refused();
    let user = format!("system:serviceaccount:{namespace}:reader");
    assert!(
        complaint.contains("Forbidden")
            && complaint.contains(&user)
            && complaint.contains("secrets"),
        "{complaint}"
    );

    let refused = wait_for("the refusal is counted", || {
        let mut requests = cluster.requests_of(&user);
        requests.retain(|request| request.resource == "secrets");
        (!requests.is_empty()).then_some(requests)
    });
    assert_eq!(refused.len(), 1, "{refused:#?}");
    assert_eq!(
        (refused[0].verb.as_str(), refused[0].status),
        ("list", 403),
        "{refused:#?}"
    );
    assert!(refused[0].agent.starts_with("kubectl/"), "{refused:#?}");
}

#[test]
fn a_person_may_do_what_is_bound_to_them() {
    let cluster = ControlPlane::shared();
    let namespace = cluster.namespace("people");
    cluster.apply(&namespace, READERS);
    let (ada, grace) = (cluster.user("ada"), cluster.user("grace"));
    let question = [
        "auth",
        "can-i",
        "get",
        "configmaps",
        "--namespace",
        &namespace,
    ];
    wait_for("ada may read", || {
        ada.run(&question).is_success().then_some(())
    });
    let answer = grace.run(&question);
    assert_eq!(
        (answer.status, answer.stdout.as_str()),
        (Some(1), "no\n"),
        "{answer:?}"
    );
    let answer = ada.run(&[
        "auth",
        "can-i",
        "delete",
        "configmaps",
        "--namespace",
        &namespace,
    ]);
    assert_eq!(
        (answer.status, answer.stdout.as_str()),
        (Some(1), "no\n"),
        "{answer:?}"
    );
}

#[test]
fn each_request_is_counted_once_and_by_its_user() {
    let cluster = ControlPlane::shared();
    let namespace = cluster.namespace("counted");
    cluster.apply(
        &namespace,
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: asker}}",
    );
    let asker = cluster.service_account(&namespace, "asker");
    for _ in 0..3 {
        asker.run(&["get", "--raw", "/version"]).succeeded();
        let path = format!("/api/v1/namespaces/{namespace}/pods/none");
        asker.run(&["get", "--raw", &path]).refused();
    }
    let user = format!("system:serviceaccount:{namespace}:asker");
    let requests = wait_for("six requests", || {
        let requests = cluster.requests_of(&user);
        (requests.len() >= 6).then_some(requests)
    });
    let pods = requests
        .iter()
        .filter(|request| request.resource == "pods" && request.name == "none");
    assert_eq!((requests.len(), pods.count()), (6, 3), "{requests:#?}");
}

//! What `deploy/` holds: charts, definitions and Kustomize folders are what the generator makes, render for every choice to what
//! the API server takes, and refuse what makes no sense.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use remold_tests::{ControlPlane, helm, rendered, root};
use serde_json::{Value, json};

/// Kinds of the Prometheus operator, which the chart makes if it is told to.
const MONITORS: &str = "
apiVersion: v1
kind: List
items:
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: podmonitors.monitoring.coreos.com}
  spec: &spec
    group: monitoring.coreos.com
    scope: Namespaced
    names: {plural: podmonitors, singular: podmonitor, kind: PodMonitor}
    versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: prometheusrules.monitoring.coreos.com}
  spec:
    <<: *spec
    names: {plural: prometheusrules, singular: prometheusrule, kind: PrometheusRule}
";

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder can be read");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn what_is_committed_is_what_the_generator_makes() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let definitions = folder.path().join("definitions");
    fs::write(&definitions, remold_kube::definitions::yaml()).expect("a file can be written");
    let made = folder.path().join("made");
    let output = Command::new(root().join("deploy/generate"))
        .arg("--definitions")
        .arg(&definitions)
        .arg("--to")
        .arg(&made)
        .output()
        .expect("it can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let all = files(&made);
    assert_eq!(all.len(), 4, "{all:?}");
    for path in all {
        let name = path.strip_prefix(&made).expect("it is below");
        let committed = fs::read_to_string(root().join("deploy").join(name)).unwrap_or_default();
        let new = fs::read_to_string(&path).expect("it was just written");
        assert!(
            committed == new,
            "deploy/{} is not what it is made of says: run deploy/generate",
            name.display()
        );
    }
}

#[test]
fn the_charts_are_clean() {
    let arguments = [
        "lint",
        "--strict",
        "deploy/helm/remold",
        "deploy/helm/remold-crds",
    ];
    let said = helm(&arguments, "").succeeded();
    assert!(said.contains("0 chart(s) failed"), "{said}");
}

/// Every value has a row in the chart's page and words in the schema, the same; and there is no other.
#[test]
fn every_value_is_documented() {
    let text =
        fs::read_to_string(root().join("deploy/helm/remold/README.md")).expect("it is there");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let told: BTreeMap<String, String> = rows
        .map(|row| {
            let mut cells = row.split(" | ");
            let name = cells.next().unwrap_or_default().trim_end_matches('`');
            (name.to_owned(), cells.next().unwrap_or_default().to_owned())
        })
        .filter(|(name, _)| !name.contains(' '))
        .collect();
    let schema =
        fs::read(root().join("deploy/helm/remold/values.schema.json")).expect("it is there");
    let schema: Value = serde_json::from_slice(&schema).expect("it is JSON");
    let mut known = BTreeMap::new();
    describe(&schema, "", &mut known);
    known.remove("global");
    assert!(told.len() > 30, "{told:#?}");
    assert_eq!(told, known);
}

/// Collects the values of a schema with their words. What has words is a value, however it is made up.
fn describe(schema: &Value, name: &str, known: &mut BTreeMap<String, String>) {
    if let Some(words) = schema["description"].as_str() {
        known.insert(name.to_owned(), words.to_owned());
        return;
    }
    match schema["properties"].as_object() {
        Some(properties) => {
            for (property, schema) in properties {
                let dot = if name.is_empty() { "" } else { "." };
                describe(schema, &format!("{name}{dot}{property}"), known);
            }
        }
        None => {
            known.insert(name.to_owned(), String::new());
        }
    }
}

#[test]
fn wrong_values_are_refused_by_name() {
    for (values, words) in [
        ("replicas: two", "at '/replicas': got string, want integer"),
        (
            "image: { tga: v1 }",
            "at '/image': additional properties 'tga' not allowed",
        ),
        ("image: { digest: abc }", "at '/image/digest'"),
        ("watchNamespaces: [Shop]", "at '/watchNamespaces/0'"),
        (
            "controller: { log: xml }",
            "value must be one of 'json', 'text'",
        ),
        ("metrics: { port: 0 }", "at '/metrics/port'"),
        (
            "tracing: { endpoint: 'collector:4318' }",
            "at '/tracing/endpoint'",
        ),
        (
            "tracing: { resourceAttributes: { a: 'b,c' } }",
            "at '/tracing/resourceAttributes/a'",
        ),
        (
            "rbac: { veleroNamespace: 'a b' }",
            "at '/rbac/veleroNamespace'",
        ),
        ("resources: { limit: {} }", "at '/resources'"),
        (
            "podDisruptionBudget: { enabled: true }",
            "podDisruptionBudget.enabled needs replicas of 2 or more",
        ),
    ] {
        let complaint = rendered("remold", "remold", "default", values).refused();
        assert!(complaint.contains(words), "{values}: {complaint}");
    }
    let complaint = rendered("remold-crds", "remold", "default", "crds: false").refused();
    assert!(
        complaint.contains("additional properties 'crds' not allowed"),
        "{complaint}"
    );
}

/// Has the API server look at documents as if they were applied; returns them as it would keep them.
#[track_caller]
fn looked_at(cluster: &ControlPlane, documents: &str) -> Vec<Value> {
    let arguments = [
        "apply",
        "--dry-run=server",
        "--output=json",
        "--filename",
        "-",
    ];
    let answer = cluster.admin().run_with(&arguments, documents).succeeded();
    let answer: Value = serde_json::from_str(&answer).expect("kubectl writes JSON");
    match answer["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![answer],
    }
}

#[track_caller]
fn find<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    objects
        .iter()
        .find(|object| object["kind"] == kind && object["metadata"]["name"] == name)
        .unwrap_or_else(|| panic!("there is no {kind} {name}"))
}

fn kinds(objects: &[Value]) -> BTreeMap<&str, usize> {
    let mut kinds = BTreeMap::new();
    for object in objects {
        *kinds
            .entry(object["kind"].as_str().unwrap_or_default())
            .or_default() += 1;
    }
    kinds
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn each_choice_renders_what_the_api_server_takes() {
    let cluster = ControlPlane::shared();
    cluster.apply("default", MONITORS);
    for name in ["podmonitors", "prometheusrules"] {
        let name = format!("{name}.monitoring.coreos.com");
        cluster.wait_for_condition("crd", "default", &name, "Established");
    }
    let (own, shop, velero) = (
        cluster.namespace("chart"),
        cluster.namespace("chart"),
        cluster.namespace("chart"),
    );
    let render = |values: &str| {
        let documents = rendered("remold", "remold", &own, values).succeeded();
        looked_at(cluster, &documents)
    };

    let plain = render("");
    assert_eq!(
        kinds(&plain),
        BTreeMap::from([
            ("ClusterRole", 4),
            ("ClusterRoleBinding", 1),
            ("Deployment", 1),
            ("NetworkPolicy", 1),
            ("Role", 1),
            ("RoleBinding", 1),
            ("ServiceAccount", 1),
            ("ValidatingAdmissionPolicy", 2),
            ("ValidatingAdmissionPolicyBinding", 2),
        ])
    );
    let pod = &find(&plain, "Deployment", "remold")["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["image"], "ghcr.io/remold/remold:0.1.0");
    let arguments = pod["containers"][0]["args"].to_string();
    assert!(
        arguments.contains(&format!("--lease={own}/remold")) && !arguments.contains("--namespace"),
        "{arguments}"
    );

    let variables = pod["containers"][0]["env"].to_string();
    assert!(!variables.contains("OTEL_"), "{variables}");
    let traced = render(
        "tracing: { endpoint: 'http://collector:4318', sampler: parentbased_traceidratio, samplerArgument: '0.5', \
         resourceAttributes: { deployment.environment.name: live, team: shop } }",
    );
    let pod = &find(&traced, "Deployment", "remold")["spec"]["template"]["spec"];
    let variables = pod["containers"][0]["env"].as_array().expect("it has some");
    for (name, value) in [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.5"),
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "deployment.environment.name=live,team=shop",
        ),
    ] {
        let variable = json!({ "name": name, "value": value });
        assert!(variables.contains(&variable), "{name}: {variables:?}");
    }

    let few = render(&format!("watchNamespaces: [{own}, {shop}]"));
    // Only what is for people, and bound to nobody.
    assert_eq!(kinds(&few).get("ClusterRole"), Some(&3));
    assert_eq!(kinds(&few).get("ClusterRoleBinding"), None);
    assert_eq!(kinds(&few).get("Role"), Some(&3));
    let arguments = find(&few, "Deployment", "remold")["spec"]["template"]["spec"]["containers"][0]
        ["args"]
        .to_string();
    assert!(
        arguments.contains(&format!("--namespace={shop}")),
        "{arguments}"
    );
    let binding = find(&few, "ValidatingAdmissionPolicyBinding", "remold-status");
    let values =
        &binding["spec"]["matchResources"]["namespaceSelector"]["matchExpressions"][0]["values"];
    assert_eq!(*values, json!([own, shop]));

    let many = render(&format!(
        "
image: {{ digest: 'sha256:{}', pullPolicy: Always }}
imagePullSecrets: [{{ name: registry }}, {{ name: mirror }}]
replicas: 2
watchNamespaces: [{velero}]
controller: {{ concurrency: 3, log: text }}
rbac: {{ veleroNamespace: {velero}, volumeSnapshots: true, workloads: false, people: false }}
serviceAccount: {{ name: other, annotations: {{ one: two }} }}
admissionPolicies: {{ enabled: false }}
metrics:
  port: 9090
  podMonitor: {{ enabled: true, interval: 15s, labels: {{ release: prometheus }} }}
  prometheusRule: {{ enabled: true }}
  dashboard: {{ enabled: true }}
networkPolicy: {{ metricsFrom: [{{ matchLabels: {{ name: monitoring }} }}] }}
podDisruptionBudget: {{ enabled: true }}
resources: {{ limits: {{ memory: 1Gi, cpu: 2 }} }}
nodeSelector: {{ disk: fast }}
tolerations: [{{ key: a, operator: Exists }}]
affinity: {{ nodeAffinity: {{ preferredDuringSchedulingIgnoredDuringExecution: [] }} }}
podLabels: {{ team: shop }}
podAnnotations: {{ note: one }}
priorityClassName: high
",
        "ab".repeat(32)
    ));
    let count = kinds(&many);
    for (kind, expected) in [
        ("PodMonitor", 2),
        ("PodDisruptionBudget", 1),
        ("ClusterRole", 1),
        ("Role", 3),
        ("ValidatingAdmissionPolicy", 0),
    ] {
        assert_eq!(
            count.get(kind).copied().unwrap_or_default(),
            expected,
            "{kind}: {count:?}"
        );
    }
    // With files to render, or without.
    for (file, kind) in [
        ("rules.yaml", "PrometheusRule"),
        ("dashboard.json", "ConfigMap"),
    ] {
        let is_there = root().join("deploy/helm/remold/files").join(file).exists();
        assert_eq!(count.contains_key(kind), is_there, "{file}: {count:?}");
    }
    let deployment = find(&many, "Deployment", "remold");
    assert_eq!(deployment["spec"]["replicas"], 2);
    let template = &deployment["spec"]["template"];
    assert_eq!(template["metadata"]["labels"]["team"], "shop");
    let pod = &template["spec"];
    for (pointer, expected) in [
        ("/serviceAccountName", json!("other")),
        ("/imagePullSecrets/0/name", json!("registry")),
        (
            "/containers/0/image",
            json!(format!("ghcr.io/remold/remold@sha256:{}", "ab".repeat(32))),
        ),
        ("/containers/0/ports/0/containerPort", json!(9090)),
        ("/containers/0/resources/limits/memory", json!("1Gi")),
        ("/nodeSelector/disk", json!("fast")),
        ("/tolerations/0/key", json!("a")),
        ("/priorityClassName", json!("high")),
    ] {
        assert_eq!(pod.pointer(pointer), Some(&expected), "{pointer}");
    }
    // Workers pull the same image.
    let variables = pod["containers"][0]["env"].as_array();
    let pulled = json!({ "name": "REMOLD_IMAGE_PULL_SECRETS", "value": "registry,mirror" });
    assert!(
        variables.is_some_and(|all| all.contains(&pulled)),
        "{variables:?}"
    );
    let snapshots = find(&many, "ClusterRole", "remold-snapshots");
    assert_eq!(snapshots["rules"][0]["verbs"], json!(["get"]));
    find(&many, "Role", "remold-velero");
    let rules = find(&many, "Role", "remold")["rules"].to_string();
    assert!(
        !rules.contains("deployments") && rules.contains("volumesnapshots"),
        "{rules}"
    );

    let bare = render(
        "{rbac: {create: false}, serviceAccount: {create: false, name: mine}, admissionPolicies: {enabled: false}, networkPolicy: {enabled: false}}",
    );
    assert_eq!(kinds(&bare), BTreeMap::from([("Deployment", 1)]));
}

#[test]
fn definitions_are_the_same_in_each_form_and_are_kept_when_the_chart_goes() {
    let cluster = ControlPlane::shared();
    let chart = looked_at(
        cluster,
        &rendered("remold-crds", "crds", "default", "").succeeded(),
    );
    let folder = root().join("deploy/kustomize/crds").display().to_string();
    let text = cluster.kubectl(&["kustomize", &folder]).succeeded();
    let plain = looked_at(cluster, &text);
    assert_eq!((chart.len(), plain.len()), (5, 5));
    for definition in &plain {
        let name = definition["metadata"]["name"].as_str().unwrap_or_default();
        let kept = find(&chart, "CustomResourceDefinition", name);
        assert_eq!(kept["spec"], definition["spec"]);
        assert_eq!(
            kept["metadata"]["annotations"]["helm.sh/resource-policy"],
            "keep"
        );
    }
}

#[test]
fn kustomize_renders_the_controller_for_a_cluster_and_for_a_namespace() {
    let cluster = ControlPlane::shared();
    for name in ["remold-system", "shop"] {
        cluster.kubectl(&["create", "namespace", name]).succeeded();
    }
    let render = |folder: &str| {
        let folder = root().join("deploy/kustomize").join(folder);
        let text = cluster
            .kubectl(&["kustomize", &folder.display().to_string()])
            .succeeded();
        assert!(
            !text.contains("Helm") && !text.contains("helm.sh"),
            "{text}"
        );
        looked_at(cluster, &text)
    };
    let base = render("base");
    find(&base, "ClusterRoleBinding", "remold");
    let namespaced = render("overlays/namespaced");
    assert_eq!(kinds(&namespaced).get("ClusterRoleBinding"), None);
    let role = find(&namespaced, "Role", "remold");
    assert_eq!(role["metadata"]["namespace"], "shop");
    assert_eq!(
        find(&namespaced, "RoleBinding", "remold")["roleRef"]["kind"],
        "Role"
    );
    let arguments = find(&namespaced, "Deployment", "remold")["spec"]["template"]["spec"]["containers"][0]["args"].to_string();
    assert!(arguments.contains("--namespace=shop"), "{arguments}");
}

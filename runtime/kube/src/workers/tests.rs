//! The objects of workers by themselves. That a real API server and a real node take them is in `tests/kubernetes`.

use serde_json::{Value, json};

use super::{BundleError, Connection, Manifest, Papers, Storage, Task, Tracing, Work, bundle, job};
use crate::resources::{SecretKey, ServiceReference, TargetSpec};

fn work(task: Task) -> Work {
    let target = TargetSpec {
        service: Some(ServiceReference {
            name: "redis".to_owned(),
            port: None,
            tls: false,
        }),
        ..TargetSpec::default()
    };
    let connection = Connection::of(&target, "shop").expect("it names a service");
    Work {
        name: "names".to_owned(),
        namespace: Some("shop".to_owned()),
        instance: "names".to_owned(),
        owner: None,
        image: "remold:1".to_owned(),
        pull_policy: None,
        pull_secrets: Vec::new(),
        task,
        connection: connection.with_password(SecretKey {
            name: "redis".to_owned(),
            key: "secret".to_owned(),
        }),
        storage: Some(Storage::Claim("names-journal".to_owned())),
        backups: None,
        manifest: Some(Manifest {
            config_map: "names-manifest".to_owned(),
            files: Some("names-files".to_owned()),
        }),
        settings: remold_manifest::JobSpec::default(),
        service_account: "names".to_owned(),
        report_to: None,
        tracing: Tracing::default(),
        suspend: false,
    }
}

fn as_json(work: &Work) -> Value {
    serde_json::to_value(job(work)).expect("a job is an object")
}

#[test]
fn a_shared_run_has_a_pod_for_each_part() {
    let job = as_json(&work(Task::Run {
        run: "names-1".to_owned(),
        workers: 3,
        plan: Some("ab12".to_owned()),
        again: false,
    }));
    assert_eq!(job["spec"]["completions"], 3);
    assert_eq!(job["spec"]["completionMode"], "Indexed");
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let arguments: Vec<&str> = container["args"]
        .as_array()
        .expect("it has arguments")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let line = arguments.join(" ");
    assert_eq!(
        line,
        "run /migration/migration.yaml --run names-1 --approve ab12 --yes --share $(JOB_COMPLETION_INDEX)/3 --wait 2m \
         --lenient-exit --target redis://redis.shop.svc:6379 --password-file /credentials/password --journal /storage \
         --output json"
    );
}

#[test]
fn secrets_are_mounted_and_never_variables() {
    let job = as_json(&work(Task::Plan));
    let pod = &job["spec"]["template"]["spec"];
    let volumes = pod["volumes"].as_array().expect("it has volumes");
    let credentials = volumes
        .iter()
        .find(|volume| volume["name"] == "credentials")
        .expect("it has credentials");
    assert_eq!(
        credentials["projected"]["sources"],
        json!([{ "secret": { "name": "redis", "items": [{ "key": "secret", "path": "password" }] } }])
    );
    let variables = pod["containers"][0]["env"].to_string();
    assert!(!variables.contains("secret"), "{variables}");
    assert_eq!(pod["automountServiceAccountToken"], false);
}

#[test]
fn a_pod_names_the_secrets_with_which_its_image_is_pulled() {
    let pod = |work: &Work| json!(job(work))["spec"]["template"]["spec"].clone();
    let mut work = work(Task::Plan);
    assert_eq!(pod(&work)["imagePullSecrets"], Value::Null);
    work.pull_secrets = vec!["registry".to_owned(), "mirror".to_owned()];
    assert_eq!(
        pod(&work)["imagePullSecrets"],
        json!([{ "name": "registry" }, { "name": "mirror" }])
    );
}

#[test]
fn the_port_of_an_address_is_found() {
    let port = |address: &str| Connection::at(address).port();
    assert_eq!(port("redis://redis.shop:6380/0"), Some(6380));
    assert_eq!(port("rediss://user@redis.shop:7000"), Some(7000));
    assert_eq!(port("redis://redis.shop"), None);
}

fn papers(name: &str, content: &[u8]) -> Papers {
    Papers {
        manifest: "kind: RedisMigration\n".to_owned(),
        files: [(name.to_owned(), content.to_vec())].into(),
    }
}

#[test]
fn a_bundle_brings_all_that_the_job_names() {
    let mut work = work(Task::Plan);
    work.manifest = None;
    let claim = remold_manifest::NewClaim::default();
    let objects = bundle(
        work,
        Some(&papers("names.wasm", b"\0asm\xff")),
        Some(&claim),
    );
    let objects = objects.expect("it can be made");
    let kinds: Vec<&str> = objects
        .iter()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "ServiceAccount",
            "NetworkPolicy",
            "ConfigMap",
            "ConfigMap",
            "PersistentVolumeClaim",
            "Job"
        ]
    );
    assert_eq!(objects[3]["binaryData"]["names.wasm"], "AGFzbf8=");
    let volumes = objects[5]["spec"]["template"]["spec"]["volumes"].as_array();
    let volume = volumes.expect("it has volumes").iter();
    let mut volume = volume.filter(|one| one["name"] == "migration");
    let sources = &volume.next().expect("it has the manifest")["projected"]["sources"];
    assert_eq!(sources[0]["configMap"]["name"], "names-files");
    assert_eq!(sources[1]["configMap"]["name"], "names-manifest");
}

#[test]
fn what_fits_into_no_config_map_is_refused() {
    let refused = |name: &str, content: &[u8]| {
        bundle(work(Task::Plan), Some(&papers(name, content)), None).expect_err("it is refused")
    };
    let error = refused("names.wasm", &vec![0; (1 << 20) + 1]);
    assert!(
        matches!(
            error,
            BundleError::TooLarge {
                bytes: 1_048_577,
                ..
            }
        ),
        "{error}"
    );
    let error = refused("steps/names.rhai", b"");
    assert!(matches!(error, BundleError::InvalidFile { .. }), "{error}");
    let error = refused(super::MANIFEST_KEY, b"");
    assert!(matches!(error, BundleError::InvalidFile { .. }), "{error}");
}

#[test]
fn a_name_that_is_none_of_an_object_is_refused() {
    for name in ["", "-a", "Names", "a.b", &"a".repeat(53)] {
        let work = Work {
            name: name.to_owned(),
            ..work(Task::Plan)
        };
        let error = bundle(work, None, None).expect_err("it is refused");
        assert!(matches!(error, BundleError::InvalidName { .. }), "{name}");
    }
}

#[test]
fn what_a_program_has_backed_up_goes_to_a_place_of_its_own() {
    let run = Task::Run {
        run: "names-1".to_owned(),
        workers: 1,
        plan: None,
        again: false,
    };
    let store = |url: &str, endpoint: Option<&str>, secret: &str| {
        Storage::Store(remold_manifest::StoreSpec {
            url: url.to_owned(),
            endpoint: endpoint.map(str::to_owned),
            region: None,
            credentials: Some(remold_manifest::Reference {
                name: secret.to_owned(),
            }),
        })
    };
    let on_claims = Work {
        backups: Some(Storage::Claim("backups".to_owned())),
        ..work(run)
    };
    let argument_of = |work: &Work, option: &str| {
        let container = as_json(work)["spec"]["template"]["spec"]["containers"][0].clone();
        let arguments = container["args"].as_array().expect("it has some").clone();
        let at = arguments.iter().position(|one| one == option)?;
        arguments.get(at + 1)?.as_str().map(str::to_owned)
    };
    assert_eq!(
        argument_of(&on_claims, "--backup-store").as_deref(),
        Some("/backups")
    );
    let pod = as_json(&on_claims)["spec"]["template"]["spec"].clone();
    let volume = json!({ "name": "backups", "persistentVolumeClaim": { "claimName": "backups" } });
    assert!(pod["volumes"].as_array().expect("some").contains(&volume));
    let mounts = pod["containers"][0]["volumeMounts"].as_array();
    let mounted = json!({ "name": "backups", "mountPath": "/backups" });
    assert!(mounts.expect("some").contains(&mounted), "{pod:#}");

    // In stores that have nothing to do with one another.
    let in_stores = Work {
        storage: Some(store(
            "s3://undo",
            Some("http://minio.shop:9000"),
            "journals",
        )),
        backups: Some(store("s3://kept", None, "kept")),
        ..on_claims.clone()
    };
    let container = as_json(&in_stores)["spec"]["template"]["spec"]["containers"][0].clone();
    assert_eq!(
        argument_of(&in_stores, "--backup-store").as_deref(),
        Some("s3://kept")
    );
    let variables = container["env"].as_array().expect("some");
    for (name, value) in [
        ("AWS_ENDPOINT_URL", "http://minio.shop:9000"),
        ("AWS_ALLOW_HTTP", "true"),
        ("REMOLD_BACKUP_AWS_ENDPOINT_URL", ""),
        ("REMOLD_BACKUP_AWS_ALLOW_HTTP", ""),
    ] {
        let variable = json!({ "name": name, "value": value });
        assert!(variables.contains(&variable), "{name}: {variables:#?}");
    }
    assert_eq!(
        container["envFrom"],
        json!([
            { "secretRef": { "name": "journals" } },
            { "prefix": "REMOLD_BACKUP_", "secretRef": { "name": "kept" } },
        ])
    );
    let policy = json!(super::network_policy(&in_stores));
    let ports = policy["spec"]["egress"][0]["ports"].as_array();
    let reached = json!({ "protocol": "TCP", "port": 9000 });
    assert!(ports.expect("some").contains(&reached), "{policy:#}");

    // Nobody but a run has a program.
    let verifying = Work {
        task: Task::Verify {
            run: "names-1".to_owned(),
            workers: 1,
        },
        ..on_claims
    };
    assert_eq!(argument_of(&verifying, "--backup-store"), None);
}

#[test]
fn a_worker_can_be_scraped_and_reached_in_no_other_way() {
    let work = work(Task::Plan);
    let pod = json!(job(&work))["spec"]["template"]["spec"]["containers"][0].clone();
    assert_eq!(
        pod["ports"],
        json!([{ "name": "metrics", "containerPort": 9090 }])
    );
    let variables = pod["env"].as_array().expect("it has some");
    for (name, value) in [("REMOLD_METRICS", "0.0.0.0:9090"), ("REMOLD_LOG", "json")] {
        assert!(
            variables.contains(&json!({ "name": name, "value": value })),
            "{variables:?}"
        );
    }
    let policy = json!(super::network_policy(&work));
    let ingress = json!([{ "from": [{ "namespaceSelector": {} }], "ports": [{ "protocol": "TCP", "port": 9090 }] }]);
    assert_eq!(policy["spec"]["ingress"], ingress);
}

#[test]
fn a_worker_is_told_where_its_traces_go_and_can_reach_it() {
    let told = |name: &str| match name {
        "OTEL_EXPORTER_OTLP_ENDPOINT" => Some("http://collector.otel:4318".to_owned()),
        "OTEL_RESOURCE_ATTRIBUTES" => Some("deployment.environment.name=live".to_owned()),
        "OTEL_EXPORTER_OTLP_HEADERS" => Some("authorization=word".to_owned()),
        _ => None,
    };
    let traced = Work {
        tracing: Tracing::handed_on(told),
        ..work(Task::Plan)
    };
    let variables = |work: &Work| {
        let pod = as_json(work)["spec"]["template"]["spec"]["containers"][0].clone();
        let all = pod["env"].as_array().expect("it has some").clone();
        let of_tracing = |one: &Value| {
            one["name"]
                .as_str()
                .is_some_and(|name| name.starts_with("OTEL_"))
        };
        all.into_iter().filter(of_tracing).collect::<Vec<_>>()
    };
    assert_eq!(
        variables(&traced),
        [
            json!({ "name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://collector.otel:4318" }),
            json!({
                "name": "OTEL_RESOURCE_ATTRIBUTES",
                "value": "k8s.namespace.name=shop,k8s.job.name=names,deployment.environment.name=live"
            }),
        ]
    );
    let reaches = |work: &Work| {
        let policy = json!(super::network_policy(work));
        let ports = policy["spec"]["egress"][0]["ports"].clone();
        ports
            .as_array()
            .expect("some")
            .contains(&json!({ "protocol": "TCP", "port": 4318 }))
    };
    assert!(reaches(&traced));
    let untraced = work(Task::Plan);
    assert_eq!(variables(&untraced), Vec::<Value>::new());
    assert!(!reaches(&untraced));
}

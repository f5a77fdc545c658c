//! The objects of workers by themselves. That a real API server and a real node take them is in `tests/kubernetes`.

use serde_json::{Value, json};

use super::{Connection, Manifest, Storage, Task, Work, job};
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
        task,
        connection: connection.with_password(SecretKey {
            name: "redis".to_owned(),
            key: "secret".to_owned(),
        }),
        storage: Some(Storage::Claim("names-journal".to_owned())),
        manifest: Some(Manifest {
            config_map: "names-manifest".to_owned(),
            files: Some("names-files".to_owned()),
        }),
        settings: remold_manifest::JobSpec::default(),
        service_account: "names".to_owned(),
        report_to: None,
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
fn the_port_of_an_address_is_found() {
    let port = |address: &str| Connection::at(address).port();
    assert_eq!(port("redis://redis.shop:6380/0"), Some(6380));
    assert_eq!(port("rediss://user@redis.shop:7000"), Some(7000));
    assert_eq!(port("redis://redis.shop"), None);
}

//! What a controller that is told of a collector hands on to its workers.

use remold_kube::workers::Tracing;
use serde_json::{Value, json};

use super::stage::{Stage, documents};

fn told(name: &str) -> Option<String> {
    let value = match name {
        "OTEL_EXPORTER_OTLP_ENDPOINT" => "http://collector.otel:4318",
        "OTEL_EXPORTER_OTLP_HEADERS" => "authorization=word",
        "OTEL_TRACES_SAMPLER" => "parentbased_always_on",
        _ => return None,
    };
    Some(value.to_owned())
}

#[test]
fn every_worker_is_told_where_its_traces_go_and_may_reach_it() {
    let mut stage = Stage::without_controller("traced");
    stage.tracing = Tracing::handed_on(told);
    stage.start_controller(stage.client());
    stage.apply(&documents("names", ""));
    stage.wait_for("redismigration", "names", "Completed");
    let namespace = &stage.namespace;
    let jobs = stage.names("jobs");
    let run = stage.names("redismigrationruns").remove(0);
    assert!(jobs.len() > 1 && jobs.contains(&run), "{jobs:?}");
    for name in jobs {
        let job = stage.get("job", &name);
        let pod = &job["spec"]["template"]["spec"]["containers"][0];
        let variables = pod["env"].as_array().expect("it has some");
        let attributes = format!("k8s.namespace.name={namespace},k8s.job.name={name}");
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.otel:4318"),
            ("OTEL_TRACES_SAMPLER", "parentbased_always_on"),
            ("OTEL_RESOURCE_ATTRIBUTES", &attributes),
        ] {
            let variable = json!({ "name": name, "value": value });
            assert!(variables.contains(&variable), "{name}: {variables:?}");
        }
        assert!(!job.to_string().contains("authorization"), "{job}");
    }
    let policies = stage.names("networkpolicies");
    let reaches = |name: &String| {
        let policy = stage.get("networkpolicy", name);
        let rules = policy["spec"]["egress"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let ports = rules.iter().filter_map(|rule| rule["ports"].as_array());
        let collector = json!({ "protocol": "TCP", "port": 4318 });
        ports.flatten().any(|port: &Value| *port == collector)
    };
    assert!(policies.iter().any(reaches), "{policies:?}");
}

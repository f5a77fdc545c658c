//! Metrics as a real Prometheus sees them: of the controller, of a worker, the alerts, and every query of the dashboard.

#![allow(clippy::float_cmp, reason = "they are whole numbers")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;

use remold_kube::metrics::table::{self, Exposer, NOTIFICATIONS};
use remold_kube::metrics::{rows, serve_in_background};
use remold_kube::resources::Tally;
use remold_kube::workers::Outcome;
use remold_tests::{Prometheus, Server, ServerVersion, http_get, promtool, start_remold, wait_for};
use serde_json::Value;

use super::stage::{Stage, documents, failed, migrated};

const OPEN_METRICS: (&str, &str) = ("Accept", "application/openmetrics-text;version=1.0.0");

fn deploy(file: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy");
    PathBuf::from(root).join(file)
}

#[test]
fn promtool_takes_the_alerts_and_they_do_what_their_tests_say() {
    let rules = deploy("helm/remold/files/rules.yaml");
    promtool(&["check", "rules", &rules.display().to_string()], "");
    let tests = deploy("monitoring/rules_test.yaml");
    promtool(&["test", "rules", &tests.display().to_string()], "");
}

/// What an address exposes is good by promtool's rules, in the format that it reads, and the same as `OpenMetrics`.
fn check_exposed(address: SocketAddr) -> BTreeSet<String> {
    let (status, text) = http_get(address, "/metrics", &[]);
    assert_eq!(status, 200, "{text}");
    promtool(&["check", "metrics"], &text);
    let (_, open) = http_get(address, "/metrics", &[OPEN_METRICS]);
    assert!(open.ends_with("# EOF\n"), "{open}");
    let name = |line: &str| Some(line.strip_prefix("# TYPE ")?.split(' ').next()?.to_owned());
    open.lines().filter_map(name).collect()
}

fn assert_all_of(by: Exposer, exposed: &BTreeSet<String>, but: &[&str]) {
    for metric in table::all().filter(|metric| metric.is_of(by)) {
        let name = metric.name();
        assert!(
            exposed.contains(name) || but.contains(&name),
            "{name} is not in {exposed:?}"
        );
    }
}

#[test]
fn a_prometheus_reads_the_controller_and_an_alert_fires() {
    let stage = Stage::new("monitored");
    let served = serve_in_background(([127, 0, 0, 1], 0).into(), stage.metrics.exposition());
    let served = served.expect("a port is free");
    let rules = deploy("helm/remold/files/rules.yaml");
    let prometheus = Prometheus::start(&[("controller", served.address())], Some(&rules));
    stage.nodes.answer("run", |pod| {
        let is_bad = pod
            .metadata
            .name
            .as_ref()
            .is_some_and(|name| name.starts_with("bad"));
        Some(if is_bad {
            failed("run", 6, "user:1: NOPERM")
        } else {
            Outcome {
                tally: Some(Tally {
                    scanned: 5,
                    written: 5,
                    ..Tally::default()
                }),
                ..migrated()
            }
        })
    });
    stage.apply(&documents("waits", "  policy: { approval: manual }"));
    stage.wait_for("redismigration", "waits", "AwaitingApproval");
    stage.apply(&documents("good", ""));
    stage.wait_for("redismigration", "good", "Completed");
    stage.apply(&documents("bad", ""));
    stage.wait_for("redismigration", "bad", "RunFailed");
    let of = |more: &str| format!("{{namespace=\"{}\"{more}}}", stage.namespace);
    prometheus.wait_for(
        &format!("remold_migrations{}", of(",phase=\"Completed\"")),
        |found| found == 1.0,
    );
    prometheus.wait_for(
        &format!("remold_run_failed{}", of(",migration=\"bad\"")),
        |found| found == 1.0,
    );
    prometheus.wait_for(
        &format!("remold_run_progress_ratio{}", of(",migration=\"good\"")),
        |found| found == 1.0,
    );
    let waits = format!(
        "time() - remold_migration_awaiting_approval_since_timestamp_seconds{}",
        of(",migration=\"waits\"")
    );
    prometheus.wait_for(&waits, |seconds| (0.0..600.0).contains(&seconds));
    prometheus.wait_for("remold_controller_leading", |leading| leading == 1.0);
    prometheus.wait_for(
        "remold_controller_api_requests_total{verb=\"create\",status=\"201\"}",
        |requests| requests > 3.0,
    );
    prometheus.wait_for(
        "remold_controller_reconciliations_total{kind=\"RedisMigration\"}",
        |count| count > 3.0,
    );
    let alert = wait_for("the alert of the run that failed", || {
        let alerts = prometheus.firing();
        alerts
            .into_iter()
            .find(|alert| alert["labels"]["alertname"] == "RemoldRunFailed")
    });
    assert_eq!(alert["labels"]["migration"], "bad");
    let summary = format!("A run of migration {}/bad has failed", stage.namespace);
    assert_eq!(alert["annotations"]["summary"], summary.as_str());
    let exposed = check_exposed(served.address());
    // Nobody was waited for, failed, or was there of these.
    let absent = [
        "remold_controller_reconciliation_failures",
        "remold_controller_objects_retried",
        "remold_controller_reconciliations_active",
        NOTIFICATIONS.name(),
        "remold_run_keys",
        "remold_run_conflicts",
        "remold_backups",
        "remold_backup_newest_proven_timestamp_seconds",
        "remold_schemas",
    ];
    assert_all_of(Exposer::Controller, &exposed, &absent);
}

#[test]
fn every_query_of_the_dashboard_is_one_that_prometheus_understands() {
    let prometheus = Prometheus::start(&[], None);
    for panel in rows().into_iter().flat_map(|row| row.panels) {
        for (expression, _) in panel.queries {
            let asked = expression
                .replace("$namespace", ".*")
                .replace("$migration", ".*");
            prometheus.query(&asked);
        }
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "one story")]
fn a_prometheus_reads_a_worker_that_writes_a_log_of_what_it_does() {
    let server = Server::start(ServerVersion::Redis7_0, remold_tests::Options::new());
    let mut connection = server.connection();
    let mut pipe = redis::pipe();
    for user in 0..6000 {
        pipe.cmd("HSET")
            .arg(format!("user:{user}"))
            .arg("name")
            .arg("Ada")
            .ignore();
    }
    pipe.exec(&mut connection).expect("they are written");
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = folder.path().join("migration.yaml");
    std::fs::write(&manifest, MIGRATION).expect("it is written");
    let journal = folder.path().join("journal");
    let (url, manifest, journal) = (
        server.url(),
        manifest.display().to_string(),
        journal.display().to_string(),
    );
    let port = free_port();
    let address = format!("127.0.0.1:{port}");
    let mut worker = start_remold(&[
        "run",
        &manifest,
        "--yes",
        "--target",
        &url,
        "--journal",
        &journal,
        "--metrics",
        &address,
        "--log",
        "json",
    ]);
    let said = worker.stderr.take().expect("it is piped");
    let log = std::thread::spawn(move || {
        BufReader::new(said)
            .lines()
            .map_while(Result::ok)
            .collect::<Vec<String>>()
    });
    let address: SocketAddr = address.parse().expect("an address");
    let prometheus = Prometheus::start(&[("worker", address)], None);
    prometheus.wait_for(
        "remold_worker_records_total{outcome=\"changed\"}",
        |records| records > 200.0,
    );
    prometheus.wait_for(
        "sum(remold_worker_rejects_total{code=\"odd\"})",
        |rejects| rejects > 10.0,
    );
    prometheus.wait_for("remold_worker_throttled{reason=\"rate\"}", |throttled| {
        throttled == 1.0
    });
    prometheus.wait_for(
        "remold_worker_throttled_seconds_total{reason=\"rate\"}",
        |seconds| seconds > 0.5,
    );
    prometheus.wait_for("remold_worker_batch_duration_seconds_count", |batches| {
        batches > 3.0
    });
    prometheus.wait_for("remold_worker_journal_written_bytes_total", |bytes| {
        bytes > 10_000.0
    });
    prometheus.wait_for(
        "remold_worker_journal_sync_duration_seconds_count",
        |syncs| syncs > 1.0,
    );
    prometheus.wait_for("remold_worker_progress_ratio", |ratio| {
        ratio > 0.0 && ratio < 1.0
    });
    prometheus.wait_for("remold_worker_remaining_seconds", |seconds| seconds > 0.0);
    prometheus.wait_for("remold_worker_probe_latency_seconds", |seconds| {
        seconds > 0.0 && seconds < 5.0
    });
    prometheus.wait_for("remold_worker_resident_memory_bytes", |bytes| bytes > 1e6);
    let exposed = check_exposed(address);
    assert_all_of(Exposer::Worker, &exposed, &["remold_worker_retries"]);
    let output = worker.wait_with_output().expect("it ends");
    let lines = log.join().expect("it was read");
    assert_eq!(output.status.code(), Some(3), "{lines:#?}");
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not a log line: {line}")))
        .collect();
    let of = |message: &str| -> Vec<&Value> {
        lines.iter().filter(|line| line["msg"] == message).collect()
    };
    let begin = of("begin")[0];
    assert_eq!(
        (&begin["level"], &begin["migration"], &begin["product"]),
        (&"info".into(), &"mark".into(), &"redis".into())
    );
    assert_eq!(of("stage done").len(), 1);
    let end = of("end")[0];
    assert_eq!(
        (&end["scanned"], &end["written"], &end["rejected"]),
        (&6000.into(), &5400.into(), &600.into())
    );
    for line in &lines {
        assert_eq!(line["run"], begin["run"], "{line}");
        let time = line["ts"].as_str().expect("a time");
        assert!(
            time.parse::<remold_kube::k8s_openapi::jiff::Timestamp>()
                .is_ok(),
            "{time}"
        );
    }
}

/// Of ten keys one is rejected; it takes half a minute.
const MIGRATION: &str = "\
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: mark }
spec:
  select: { match: 'user:*', type: hash }
  transform:
    rhai:
      source: |
        fn migrate(rec) {
            if rec.key.ends_with(\"7\") { return reject(\"odd\", \"it ends with 7\"); }
            rec.hash.set(\"seen\", \"1\");
        }
  strategy:
    canary: [1%]
    throttle: { keysPerSecond: 200, maxLatency: 1s }
  policy: { maxRejected: 50% }
";

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    listener.local_addr().expect("it has one").port()
}

//! Everything of the table that is the controller's is exposed, and says what the objects say.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::metrics::table::{self, API_REQUESTS, NOTIFICATIONS};
use crate::metrics::{Exposition, Format};

const THEN: &str = "2026-11-30T12:00:00Z";

fn object<K: serde::de::DeserializeOwned>(name: &str, spec: &Value, status: &Value) -> K {
    let metadata = json!({ "name": name, "namespace": "shop", "creationTimestamp": THEN });
    let kind = std::any::type_name::<K>().rsplit("::").next();
    let document = json!({
        "apiVersion": "remold.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec, "status": status,
    });
    serde_json::from_value(document).expect("it is such an object")
}

fn condition(kind: &str, status: &str, reason: &str) -> Value {
    json!({ "type": kind, "status": status, "reason": reason, "message": "", "lastTransitionTime": THEN })
}

fn run(name: &str, action: &str, status: &Value) -> Arc<crate::resources::RedisMigrationRun> {
    let spec = json!({
        "migrationRef": { "name": "names" }, "targetRef": { "name": "redis" }, "action": action, "run": "names-1",
        "migrationDigest": "d", "workers": 1,
    });
    Arc::new(object(name, &spec, status))
}

/// What the controller says of objects.
fn said(read: impl Fn(&mut Samples) + Send + Sync + 'static) -> String {
    let exposition = Exposition::new(Exposer::Controller, "1.2.3");
    exposition.read_from(read);
    exposition.text(Format::OpenMetrics)
}

fn assert_has(text: &str, line: &str) {
    assert!(
        text.lines().any(|found| found == line),
        "{line}\nis not in\n{text}"
    );
}

fn some_of_everything(samples: &mut Samples) {
    let waiting = json!({ "conditions": [
        condition("Ready", "False", "AwaitingApproval"), condition("Approved", "False", "AwaitingApproval"),
    ] });
    let stuck = json!({ "conditions": [
        condition("Ready", "False", "ValidationFailed"), condition("Stalled", "True", "ValidationFailed"),
        condition("Validated", "False", "KeysDiffer"),
    ] });
    for (name, status) in [("names", &waiting), ("ages", &stuck)] {
        let spec = json!({ "select": { "match": "*" }, "transform": { "rhai": { "source": "" } } });
        objects::read_migration(&object(name, &spec, status), samples);
    }
    let tally =
        json!({ "scanned": 100, "written": 60, "skipped": 30, "rejected": 10, "conflicts": 2 });
    let done = json!({
        "conditions": [condition("Ready", "False", "RunFailed")], "startedAt": THEN, "endedAt": "2026-11-30T12:01:00Z",
        "total": tally, "progressPercent": 40,
    });
    objects::read_runs(&[run("names-1", "Migrate", &done)], samples);
    let spec = json!({ "url": "redis://redis", "policy": { "requireBackup": true } });
    let reached = json!({ "conditions": [condition("Ready", "True", "Reachable")] });
    objects::read_target(&object("redis", &spec, &reached), samples);
    let backup = |name: &str, status: &Value| -> Arc<crate::resources::RedisBackup> {
        let provider = json!({ "velero": { "namespace": "velero" } });
        let spec = json!({ "targetRef": { "name": "redis" }, "provider": provider });
        Arc::new(object(name, &spec, status))
    };
    let backups = [
        backup(
            "old",
            // It is being restored.
            &json!({ "conditions": [condition("Ready", "False", "Restoring")], "provenAt": "2026-11-29T12:00:00Z" }),
        ),
        backup(
            "new",
            &json!({ "conditions": [condition("Ready", "True", "Proven")], "provenAt": THEN }),
        ),
        backup(
            "bad",
            &json!({ "conditions": [condition("Stalled", "True", "BackupFailed")] }),
        ),
    ];
    backups
        .iter()
        .for_each(|backup| objects::read_backup(backup, samples));
    objects::read_proven(&backups, samples);
    let spec = json!({ "targetRef": { "name": "redis" }, "subject": "user", "version": "1.0.0", "keys": "user:*", "type": "hash" });
    let failed = json!({ "conditions": [condition("Stalled", "True", "RegistrationFailed")] });
    objects::read_schema(&object("user-1", &spec, &failed), samples);
}

#[test]
fn the_objects_are_told_of_as_they_are() {
    let text = said(some_of_everything);
    for line in [
        "remold_migrations{namespace=\"shop\",phase=\"AwaitingApproval\"} 1",
        "remold_migration_awaiting_approval_since_timestamp_seconds{namespace=\"shop\",migration=\"names\"} 1796040000",
        "remold_migration_stalled{namespace=\"shop\",migration=\"ages\",phase=\"ValidationFailed\"} 1",
        "remold_migration_validated{namespace=\"shop\",migration=\"ages\"} 0",
        "remold_runs{namespace=\"shop\",action=\"Migrate\",phase=\"RunFailed\"} 1",
        "remold_run_active{namespace=\"shop\",migration=\"names\",target=\"redis\",action=\"Migrate\"} 0",
        "remold_run_failed{namespace=\"shop\",migration=\"names\",target=\"redis\",action=\"Migrate\"} 1",
        "remold_run_progress_ratio{namespace=\"shop\",migration=\"names\",target=\"redis\",action=\"Migrate\"} 0.4",
        "remold_run_keys{namespace=\"shop\",migration=\"names\",target=\"redis\",action=\"Migrate\",outcome=\"written\"} 60",
        "remold_run_ended_timestamp_seconds{namespace=\"shop\",migration=\"names\",target=\"redis\",action=\"Migrate\"} 1796040060",
        "remold_backups{namespace=\"shop\",target=\"redis\",state=\"proven\"} 2",
        "remold_backups{namespace=\"shop\",target=\"redis\",state=\"failed\"} 1",
        "remold_backup_newest_proven_timestamp_seconds{namespace=\"shop\",target=\"redis\"} 1796040000",
        "remold_target_backup_required{namespace=\"shop\",target=\"redis\"} 1",
        "remold_schemas{namespace=\"shop\",target=\"redis\",state=\"failed\"} 1",
        "remold_targets{namespace=\"shop\",state=\"reachable\"} 1",
    ] {
        assert_has(&text, line);
    }
}

#[test]
fn the_newest_run_of_a_migration_is_the_one_that_is_told_of() {
    let going = json!({ "conditions": [condition("Ready", "False", "Running")] });
    let held = json!({ "conditions": [condition("Ready", "False", "Suspended")] });
    let active = |status: &Value| {
        let runs = [
            run("names-1", "Migrate", &json!({})),
            run("names-1-back", "RollBack", status),
        ];
        said(move |samples| objects::read_runs(&runs, samples))
    };
    let name = "remold_run_active{namespace=\"shop\",migration=\"names\",target=\"redis\",action=\"RollBack\"}";
    assert_has(&active(&going), &format!("{name} 1"));
    assert_has(&active(&held), &format!("{name} 0"));
    assert!(!active(&going).contains("remold_run_active{namespace=\"shop\",migration=\"names\",target=\"redis\",action=\"Migrate\"}"));
}

#[test]
fn all_of_the_table_is_exposed() {
    let metrics = Metrics::default();
    let exposition = metrics.exposition();
    exposition.read_from(some_of_everything);
    let before = exposition.text(Format::OpenMetrics);
    assert_has(&before, "remold_controller_leading 0");
    let going = metrics.begin("RedisMigration");
    metrics.set_leading(true);
    metrics.set_retried("RedisMigration", 1);
    metrics.counts().add(&API_REQUESTS, &["get", "200"], 1.0);
    metrics.counts().add(&NOTIFICATIONS, &["delivered"], 1.0);
    going.end(Some("api"));
    let text = exposition.text(Format::OpenMetrics);
    for line in [
        "remold_controller_reconciliations_total{kind=\"RedisMigration\"} 1",
        "remold_controller_reconciliation_failures_total{kind=\"RedisMigration\",error=\"api\"} 1",
        "remold_controller_reconciliations_active{kind=\"RedisMigration\"} 1",
        "remold_controller_objects_retried{kind=\"RedisMigration\"} 1",
        "remold_controller_reconciliation_duration_seconds_count{kind=\"RedisMigration\"} 1",
        "remold_controller_leading 1",
    ] {
        assert_has(&text, line);
    }
    for metric in table::all().filter(|metric| metric.is_of(Exposer::Controller)) {
        assert!(
            text.contains(&format!("# TYPE {} ", metric.name())),
            "{} is never exposed",
            metric.name()
        );
    }
    drop(going);
    let after = exposition.text(Format::OpenMetrics);
    assert!(!after.contains("reconciliations_active{"), "{after}");
}

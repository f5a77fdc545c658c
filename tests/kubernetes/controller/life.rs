//! A migration's life: planned, approved, run, verified; suspended, aborted, undone, run again; changed and deleted.

use remold_kube::resources::VersionSummary;
use remold_kube::workers::{Outcome, RegisteredOutcome};
use remold_tests::{said, start_remold};
use serde_json::json;

use super::stage::{
    PLAN, Stage, backed_up, condition, documents, ended, failed, migrated, planned,
};

#[test]
fn a_migration_is_planned_run_and_verified() {
    let stage = Stage::new("run");
    stage.apply(&documents("split-name", ""));
    let migration = stage.wait_for("redismigration", "split-name", "Completed");
    for kind in [
        "Ready",
        "Planned",
        "Approved",
        "BackupReady",
        "Migrated",
        "Validated",
    ] {
        let found = condition(&migration, kind)
            .unwrap_or_else(|| panic!("{kind} is missing: {migration:#}"));
        assert_eq!(found["status"], "True", "{found:#}");
    }
    assert!(condition(&migration, "Reconciling").is_none());
    let status = &migration["status"];
    assert_eq!(
        status["observedGeneration"],
        migration["metadata"]["generation"]
    );
    assert_eq!(status["phase"], "Completed");
    assert_eq!(status["progressPercent"], 100);
    assert_eq!(status["plan"]["digest"], PLAN);
    let runs = stage.names("redismigrationruns");
    assert_eq!(runs.len(), 1);
    let run = stage.get("redismigrationrun", &runs[0]);
    assert_eq!(run["spec"]["planDigest"], PLAN);
    assert_eq!(run["status"]["phase"], "Completed");
    // What there is nothing of is not written, or it would be written each time.
    assert!(run["status"]["backups"].is_null(), "{run:#}");
    let target = stage.wait_for("redistarget", "shop", "Reachable");
    assert_eq!(target["status"]["version"], "8.2.3");
    let events = stage.events("split-name");
    for reason in ["Planning", "Running", "Completed"] {
        let event = events.iter().find(|(event, _)| event == reason);
        assert!(
            event.is_some_and(|(_, note)| !note.is_empty()),
            "{reason} is not in {events:?}, or says nothing"
        );
    }
}

#[test]
fn a_plan_waits_for_its_approval_and_a_new_plan_for_a_new_one() {
    let stage = Stage::new("approval");
    stage.apply(&documents("one", "  policy: { approval: manual }\n"));
    let migration = stage.wait_for("redismigration", "one", "AwaitingApproval");
    assert!(
        condition(&migration, "Reconciling").is_none()
            && condition(&migration, "Stalled").is_none()
    );
    let message = condition(&migration, "Ready").expect("it is there")["message"].to_string();
    assert!(
        message.contains(PLAN) && message.contains("1000 keys"),
        "{message}"
    );
    assert!(stage.names("redismigrationruns").is_empty());
    let other = "dd".repeat(32);
    stage.change("one", &json!({ "approvedPlan": other }));
    // What is approved is not this plan. Another document has another plan.
    stage
        .nodes
        .answer("plan", |_| Some(planned(&"dd".repeat(32))));
    stage.change("one", &json!({ "select": { "match": "account:*" } }));
    let migration = stage.wait_for("redismigration", "one", "Completed");
    assert_eq!(migration["status"]["plan"]["digest"], other);
    assert_eq!(stage.names("redismigrationruns").len(), 1);
}

#[test]
fn applying_the_same_again_changes_nothing_and_something_else_is_not_run() {
    let stage = Stage::new("gitops");
    let text = documents("one", "");
    stage.apply(&text);
    let first = stage.wait_for("redismigration", "one", "Completed");
    for _ in 0..3 {
        stage.apply(&text);
    }
    let again = stage.get("redismigration", "one");
    assert_eq!(
        first["metadata"]["resourceVersion"],
        again["metadata"]["resourceVersion"]
    );
    let runs = stage.names("redismigrationruns");
    stage.apply(&text.replace("seen", "looked-at"));
    let changed = stage.wait_for("redismigration", "one", "ChangedAfterRun");
    let message = condition(&changed, "Ready").expect("it is there")["message"].to_string();
    assert!(message.contains("runToken"), "{message}");
    assert_eq!(stage.names("redismigrationruns"), runs);
    // A new token asks for it.
    stage.change("one", &json!({ "runToken": "once more" }));
    stage.wait_for("redismigration", "one", "Completed");
    assert_eq!(stage.names("redismigrationruns").len(), 2);
}

#[test]
fn a_backup_that_grew_old_while_its_run_waited_is_made_again() {
    let stage = Stage::new("fresh");
    stage.nodes.answer("backup", |_| Some(backed_up()));
    stage.nodes.answer("run", |_| None);
    stage.apply(&documents("one", ""));
    stage.wait_for("redismigration", "one", "Running");
    let backup = "  backup: { rdb: { store: { claim: { name: backups } } }, maxAge: 1s }\n";
    stage.apply(&documents("two", backup));
    stage.wait_for("redismigration", "two", "TargetBusy");
    let first = stage.names("redisbackups");
    assert_eq!(first.len(), 1, "{first:?}");
    let second = format!("{}-2", first[0]);
    stage.wait_for("redisbackup", &second, "Proven");
    stage.nodes.answer("run", |_| Some(migrated()));
    let migration = stage.wait_for("redismigration", "two", "Completed");
    let named = migration["status"]["backups"].as_array();
    let named = named.expect("it names its backup");
    assert!(
        named.len() == 1 && named[0] != first[0].as_str(),
        "{named:?}"
    );
}

#[test]
fn what_a_program_had_backed_up_is_looked_after_as_any_other_backup() {
    let stage = Stage::new("asked");
    stage.nodes.answer("backup", |_| Some(backed_up()));
    stage.nodes.answer("run", |_| {
        Some(Outcome {
            // The second cannot be the name of an object.
            backups: vec!["one-1.before".to_owned(), "one-1.Before".to_owned()],
            ..migrated()
        })
    });
    let more = "  capabilities: { backup: true }\n  \
                backup: { rdb: { store: { claim: { name: backups } }, retention: { keepLast: 1 } } }\n";
    stage.apply(&documents("one", more));
    stage.wait_for("redismigration", "one", "Completed");
    let run = stage.names("redismigrationruns").remove(0);
    let status = &stage.get("redismigrationrun", &run)["status"];
    assert_eq!(
        status["backups"],
        json!(["one-1.Before", "one-1.before"]),
        "{status:#}"
    );
    let backup = stage.wait_for("redisbackup", "one-1.before", "Proven");
    let spec = &backup["spec"];
    assert_eq!(spec["provider"]["rdb"]["store"]["claim"]["name"], "backups");
    assert_eq!(spec["migrationRef"]["name"], "one");
    assert_eq!(
        stage.names("redisbackups").len(),
        2,
        "the one that was made before the run stays"
    );
}

#[test]
fn a_suspended_run_stops_and_goes_on() {
    let stage = Stage::new("suspend");
    stage.nodes.answer("run", |_| None);
    stage.apply(&documents("one", "  job: { workers: 2 }\n"));
    stage.wait_for("redismigration", "one", "Running");
    stage.change("one", &json!({ "suspend": true }));
    stage.wait_for("redismigration", "one", "Suspended");
    stage.nodes.answer("run", |_| Some(migrated()));
    stage.change("one", &json!({ "suspend": false }));
    stage.wait_for("redismigration", "one", "Completed");
    assert_eq!(stage.names("redismigrationruns").len(), 1);
}

#[test]
fn an_aborted_run_ends_as_it_stands() {
    let stage = Stage::new("abort");
    stage.nodes.answer("run", |_| None);
    stage.apply(&documents("one", ""));
    stage.wait_for("redismigration", "one", "Running");
    stage.change("one", &json!({ "abort": true }));
    let migration = stage.wait_for("redismigration", "one", "Aborted");
    assert!(condition(&migration, "Stalled").is_none());
    // What it has written can be undone.
    stage.change(
        "one",
        &json!({ "abort": false, "rollback": { "requested": true } }),
    );
    stage.wait_for("redismigration", "one", "RolledBack");
}

#[test]
fn a_run_that_is_going_on_is_undone_when_that_is_asked_for() {
    let stage = Stage::new("undo");
    stage.nodes.answer("run", |_| None);
    stage.apply(&documents("one", ""));
    stage.wait_for("redismigration", "one", "Running");
    stage.change("one", &json!({ "rollback": { "requested": true } }));
    let migration = stage.wait_for("redismigration", "one", "RolledBack");
    assert_eq!(
        condition(&migration, "RolledBack").expect("it is there")["status"],
        "True"
    );
    let back: Vec<String> = stage
        .names("redismigrationruns")
        .into_iter()
        .filter(|name| name.ends_with("-back"))
        .collect();
    assert_eq!(back.len(), 1, "{back:?}");
}

#[test]
fn a_run_that_fails_says_why_and_is_gone_on_with_by_a_new_token() {
    let stage = Stage::new("failure");
    stage.nodes.answer("run", |_| {
        Some(failed("run", 6, "another run holds the lock"))
    });
    stage.apply(&documents("one", ""));
    let migration = stage.wait_for("redismigration", "one", "RunFailed");
    let stalled = condition(&migration, "Stalled").expect("it is there");
    assert_eq!(stalled["message"], "another run holds the lock");
    stage.nodes.answer("run", |_| Some(migrated()));
    stage.change("one", &json!({ "runToken": "again" }));
    stage.wait_for("redismigration", "one", "Completed");
    let runs = stage.names("redismigrationruns");
    let ids: Vec<String> = runs
        .iter()
        .map(|name| stage.get("redismigrationrun", name)["spec"]["run"].to_string())
        .collect();
    assert_eq!(ids[0], ids[1], "the same run is gone on with");
}

#[test]
fn a_run_that_fails_is_undone_where_the_document_says_so() {
    let stage = Stage::new("automatic");
    stage.nodes.answer("verify", |_| {
        Some(failed("verify", 4, "3 keys would still change"))
    });
    stage.apply(&documents("one", "  rollback: { onFailure: roll-back }\n"));
    let migration = stage.wait_for("redismigration", "one", "RolledBack");
    assert!(condition(&migration, "Stalled").is_some(), "{migration:#}");
    let message = condition(&migration, "Ready").expect("it is there")["message"].to_string();
    assert!(message.contains("3 keys would still change"), "{message}");
}

#[test]
fn a_plan_that_cannot_be_made_says_why() {
    let stage = Stage::new("planless");
    stage.nodes.answer("plan", |_| {
        Some(failed("plan", 2, "the transform does not compile"))
    });
    stage.apply(&documents("one", ""));
    let migration = stage.wait_for("redismigration", "one", "PlanFailed");
    assert!(
        migration
            .to_string()
            .contains("the transform does not compile")
    );
}

#[test]
fn what_is_missing_is_named_and_waited_for() {
    let stage = Stage::new("missing");
    let text = documents("one", "").replace(
        "rhai: { source: 'fn migrate(rec) { rec.set(\"seen\", \"1\"); }' }",
        "rhai: { file: one.rhai }",
    );
    let text = format!("{text}  filesFrom: {{ configMap: {{ name: scripts }} }}\n");
    let (target, migration) = text.split_once("---").expect("two documents");
    stage.apply(migration);
    stage.wait_for("redismigration", "one", "TargetNotFound");
    stage.apply(target);
    stage.wait_for("redismigration", "one", "FilesNotFound");
    stage.apply("{ apiVersion: v1, kind: ConfigMap, metadata: { name: scripts }, data: { one.rhai: 'fn migrate(rec) {}' } }");
    stage.wait_for("redismigration", "one", "Completed");
}

#[test]
fn a_version_is_registered_by_a_worker() {
    let stage = Stage::new("schema");
    stage.apply(&documents("one", "  suspend: true\n"));
    let version = |version: &str| {
        format!(
            "
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: {{ name: user-{version} }}
spec: {{ subject: user, version: {version}, keys: 'user:{{id}}', type: hash, targetRef: {{ name: shop }} }}
"
        )
    };
    stage.apply(&version("1.0.0"));
    let schema = stage.wait_for("redisschema", "user-1.0.0", "Registered");
    assert_eq!(schema["status"]["registered"], true);
    // What kubectl prints of it is a document as well.
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("user.yaml");
    let words = ["get", "redisschema", "--output=yaml", "--namespace"];
    let printed = stage
        .cluster
        .kubectl(&[&words[..], &[&stage.namespace]].concat());
    std::fs::write(&file, printed.succeeded()).expect("it can be written");
    let lint = start_remold(&["schema", "lint", &file.display().to_string()]);
    let lint = lint.wait_with_output().expect("it ends");
    assert!(lint.status.success(), "{}", said(&lint));
    stage.wait_for("redismigration", "one", "Suspended");
    // What changed since the version before is for people who look at the list.
    stage.nodes.answer("register", |_| {
        Some(Outcome {
            registered: Some(RegisteredOutcome {
                digest: "dd".repeat(32),
                compared: Some(VersionSummary {
                    with: "1.0.0".to_owned(),
                    changes: 7,
                    breaking: 3,
                }),
            }),
            ..ended("schema register", 0)
        })
    });
    stage.apply(&version("2.0.0"));
    stage.wait_for("redisschema", "user-2.0.0", "Registered");
    let arguments = [
        "get",
        "redisschema",
        "user-2.0.0",
        "--output=wide",
        "--namespace",
    ];
    let shown = stage
        .cluster
        .kubectl(&[&arguments[..], &[&stage.namespace]].concat());
    let columns: Vec<String> = shown.succeeded().lines().map(str::to_owned).collect();
    assert!(
        columns[0].contains("CHANGES") && columns[0].contains("BREAKING"),
        "{columns:#?}"
    );
    let words: Vec<&str> = columns[1].split_whitespace().collect();
    assert!(words.contains(&"7") && words.contains(&"3"), "{columns:#?}");
}

#[test]
fn workloads_are_stopped_for_the_run_and_started_with_the_size_that_they_had() {
    let stage = Stage::new("pause");
    stage.apply(
        "
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: shop } }
  template: { metadata: { labels: { app: shop } }, spec: { containers: [{ name: shop, image: none }] } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  schedule: '0 0 1 1 *'
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: report, image: none }] } } } }
",
    );
    stage.nodes.answer("run", |_| None);
    stage.apply(&documents(
        "one",
        "  coordination: { pause: [{ kind: Deployment, name: shop }, { kind: CronJob, name: report }] }\n",
    ));
    stage.wait_for("redismigration", "one", "Running");
    assert_eq!(stage.get("deployment", "shop")["spec"]["replicas"], 0);
    assert_eq!(stage.get("cronjob", "report")["spec"]["suspend"], true);
    stage.nodes.answer("run", |_| Some(ended("run", 3)));
    let migration = stage.wait_for("redismigration", "one", "Completed");
    assert_eq!(stage.get("deployment", "shop")["spec"]["replicas"], 3);
    assert_eq!(stage.get("cronjob", "report")["spec"]["suspend"], false);
    assert_eq!(
        condition(&migration, "Migrated").expect("it is there")["reason"],
        "CompletedWithRejects"
    );
}

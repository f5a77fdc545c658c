//! A controller in trouble comes to the same end: it dies before and after each of its writes, reads what was, misses events,
//! and the API server goes away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use remold_kube::kube::Api;
use remold_kube::resources::RedisMigration;
use serde_json::{Value, json};

use super::faults::{Fault, Faults};
use super::stage::{Stage, condition, config_of, documents, runtime};

/// How long a story may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// Tells the story of a migration that is applied, comes to its end and is undone, while a controller is at work that this goes
/// wrong with. Returns what is there at the end, and how many writes the controller made that had the fault.
fn tell(name: &str, fault: Fault) -> (Value, usize) {
    let stage = Stage::without_controller(name);
    let (client, faults) = Faults::client(config_of(stage.cluster), fault);
    stage.start_controller(client);
    let watched = Arc::clone(&faults);
    let restarted = AtomicUsize::new(0);
    let go_on = || {
        if watched.is_dead() && restarted.swap(1, Ordering::SeqCst) == 0 {
            stage.kill_controller();
            stage.start_controller(stage.client());
        }
    };
    stage.apply(&documents("one", "  job: { workers: 2 }\n"));
    wait(&stage, "Completed", &go_on);
    stage.change("one", &json!({ "rollback": { "requested": true } }));
    let migration = wait(&stage, "RolledBack", &go_on);
    (end_of(&stage, &migration), faults.writes())
}

/// Waits for the end of the migration, asking in this process: kubectl would take more time than the controllers.
fn wait(stage: &Stage, reason: &str, go_on: &dyn Fn()) -> Value {
    let migrations: Api<RedisMigration> = Api::namespaced(stage.client(), &stage.namespace);
    let mut seen = Value::Null;
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        go_on();
        let migration = runtime().block_on(migrations.get_opt("one"));
        seen = json!(migration.expect("the API server answers"));
        if condition(&seen, "Ready").is_some_and(|ready| ready["reason"] == reason) {
            return seen;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("not {reason} within {PATIENCE:?}: {seen:#}");
}

/// What is there at the end, without what is another one each time: names with a hash, times, versions.
fn end_of(stage: &Stage, migration: &Value) -> Value {
    let mut conditions: Vec<(String, String, String)> = migration["status"]["conditions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| {
            let word = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            (word("type"), word("status"), word("reason"))
        })
        .collect();
    conditions.sort();
    let count = |kind: &str| {
        let all = stage.names(kind);
        all.iter().filter(|name| name.starts_with("one")).count()
    };
    json!({
        "conditions": conditions,
        "phase": migration["status"]["phase"],
        "progress": migration["status"]["progressPercent"],
        "runs": count("redismigrationruns"),
        "jobs": count("jobs"),
        "configMaps": count("configmaps"),
        "serviceAccounts": count("serviceaccounts"),
        "roles": count("roles"),
        "claims": count("persistentvolumeclaims"),
    })
}

/// Tells the story with each fault, several at a time, and compares the ends.
fn check(name: &str, faults: &[Fault]) {
    let (expected, _) = tell(name, Fault::None);
    let next = AtomicUsize::new(0);
    let wrong = std::sync::Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::SeqCst);
                    let Some(fault) = faults.get(index) else {
                        return;
                    };
                    let (end, _) = tell(name, *fault);
                    if end != expected {
                        let text = format!("{fault:?}: {end:#}");
                        wrong.lock().expect("nobody panics").push(text);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("nobody panics");
    assert!(
        wrong.is_empty(),
        "expected {expected:#}\n{}",
        wrong.join("\n")
    );
}

#[test]
fn it_comes_to_the_same_end_at_whichever_write_it_dies() {
    let (_, writes) = tell("count", Fault::None);
    assert!(writes > 15, "the story has its writes: {writes}");
    let each = (1..=writes).flat_map(|write| [Fault::DiesBefore(write), Fault::DiesAfter(write)]);
    check("dies", &each.collect::<Vec<_>>());
}

#[test]
fn it_comes_to_the_same_end_when_it_reads_what_was() {
    check("stale", &[Fault::StaleReads; 3]);
}

#[test]
fn it_comes_to_the_same_end_when_it_misses_events() {
    check("missed", &[Fault::MissedEvents; 3]);
}

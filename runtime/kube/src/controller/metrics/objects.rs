//! What the controller says of the objects that it looks after: read off the watches' own copies at each scrape, so that it costs
//! the API server nothing.
//!
//! One of several controllers that does not lead watches nothing, and says nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::reflector::Store;

use crate::controller::conditions::{find, holds};
use crate::metrics::Samples;
use crate::metrics::table::{
    APPROVAL_AWAITED, BACKUP_PROVEN, BACKUP_REQUIRED, BACKUPS, MIGRATION_STALLED,
    MIGRATION_VALIDATED, MIGRATIONS, RUN_ACTIVE, RUN_CONFLICTS, RUN_ENDED, RUN_FAILED, RUN_KEYS,
    RUN_PROGRESS, RUN_STARTED, RUNS, SCHEMAS, TARGETS,
};
use crate::resources::{
    RedisBackup, RedisMigration, RedisMigrationRun, RedisSchema, RedisTarget, RunAction, RunStatus,
};

/// The watches' copies of the objects. Clones share them.
#[derive(Clone, Default)]
pub(in crate::controller) struct Objects(Arc<Mutex<Stores>>);

#[derive(Default)]
struct Stores {
    migrations: Vec<Store<RedisMigration>>,
    runs: Vec<Store<RedisMigrationRun>>,
    targets: Vec<Store<RedisTarget>>,
    schemas: Vec<Store<RedisSchema>>,
    backups: Vec<Store<RedisBackup>>,
}

impl fmt::Debug for Objects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Objects")
    }
}

impl Objects {
    pub(in crate::controller) fn add_migrations(&self, store: Store<RedisMigration>) {
        self.stores().migrations.push(store);
    }

    pub(in crate::controller) fn add_runs(&self, store: Store<RedisMigrationRun>) {
        self.stores().runs.push(store);
    }

    pub(in crate::controller) fn add_targets(&self, store: Store<RedisTarget>) {
        self.stores().targets.push(store);
    }

    pub(in crate::controller) fn add_schemas(&self, store: Store<RedisSchema>) {
        self.stores().schemas.push(store);
    }

    pub(in crate::controller) fn add_backups(&self, store: Store<RedisBackup>) {
        self.stores().backups.push(store);
    }

    pub(super) fn read(&self, samples: &mut Samples) {
        let stores = self.stores();
        for migration in stores.migrations.iter().flat_map(Store::state) {
            read_migration(&migration, samples);
        }
        let runs: Vec<_> = stores.runs.iter().flat_map(Store::state).collect();
        read_runs(&runs, samples);
        for target in stores.targets.iter().flat_map(Store::state) {
            read_target(&target, samples);
        }
        for schema in stores.schemas.iter().flat_map(Store::state) {
            read_schema(&schema, samples);
        }
        for backup in stores.backups.iter().flat_map(Store::state) {
            read_backup(&backup, samples);
        }
        let backups: Vec<_> = stores.backups.iter().flat_map(Store::state).collect();
        read_proven(&backups, samples);
    }

    fn stores(&self) -> MutexGuard<'_, Stores> {
        // Lists that only grow.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn read_migration(migration: &RedisMigration, samples: &mut Samples) {
    let (namespace, name) = (
        migration.namespace().unwrap_or_default(),
        migration.name_any(),
    );
    let status = migration.status.clone().unwrap_or_default();
    let ready = find(&status.conditions, "Ready");
    let phase = ready.map_or("Planning", |ready| ready.reason.as_str());
    samples.add(&MIGRATIONS, &[&namespace, phase], 1.0);
    if holds(&status.conditions, "Stalled") {
        samples.add(&MIGRATION_STALLED, &[&namespace, &name, phase], 1.0);
    }
    let approved = find(&status.conditions, "Approved");
    if let (Some(approved), "AwaitingApproval") = (approved, phase) {
        let since = seconds(approved.last_transition_time.0);
        samples.add(&APPROVAL_AWAITED, &[&namespace, &name], since);
    }
    if let Some(validated) = find(&status.conditions, "Validated") {
        let is_good = validated.status == "True";
        // One that could not be compared is not known to differ.
        if is_good || validated.reason == "KeysDiffer" {
            let value = f64::from(u8::from(is_good));
            samples.add(&MIGRATION_VALIDATED, &[&namespace, &name], value);
        }
    }
}

pub(super) fn read_runs(runs: &[Arc<RedisMigrationRun>], samples: &mut Samples) {
    let mut newest: BTreeMap<(String, String), &RedisMigrationRun> = BTreeMap::new();
    for run in runs {
        let namespace = run.namespace().unwrap_or_default();
        let status = run.status.as_ref();
        let ready = status.and_then(|status| find(&status.conditions, "Ready"));
        let phase = ready.map_or("Starting", |ready| ready.reason.as_str());
        samples.add(&RUNS, &[&namespace, action(run), phase], 1.0);
        let place = (namespace, run.spec.migration_ref.name.clone());
        let begun = |run: &RedisMigrationRun| (run.creation_timestamp(), run.name_any());
        newest
            .entry(place)
            .and_modify(|known| {
                if begun(known) < begun(run) {
                    *known = run;
                }
            })
            .or_insert(run);
    }
    for run in newest.into_values() {
        read_newest(run, samples);
    }
}

/// What is said of the newest run of a migration, also when it has ended: a pod that lived shorter than from one scrape to the
/// next is seen by it.
fn read_newest(run: &RedisMigrationRun, samples: &mut Samples) {
    let namespace = run.namespace().unwrap_or_default();
    let (migration, target) = (&run.spec.migration_ref.name, &run.spec.target_ref.name);
    let labels = [&namespace, migration, target, action(run)];
    let status = run.status.clone().unwrap_or_default();
    let mut say = |metric, value| samples.add(metric, &labels, value);
    say(&RUN_ACTIVE, f64::from(u8::from(is_active(run, &status))));
    let reason = find(&status.conditions, "Ready").map_or("", |ready| ready.reason.as_str());
    let failed = ["RunFailed", "AbortFailed"].contains(&reason);
    say(&RUN_FAILED, f64::from(u8::from(failed)));
    let percent = status.progress_percent.unwrap_or_default();
    say(&RUN_PROGRESS, whole(percent) / 100.0);
    for (metric, time) in [
        (&RUN_STARTED, &status.started_at),
        (&RUN_ENDED, &status.ended_at),
    ] {
        if let Some(time) = time.as_deref().and_then(parsed) {
            say(metric, time);
        }
    }
    let Some(total) = status.total else {
        return;
    };
    say(&RUN_CONFLICTS, whole(total.conflicts));
    for (outcome, keys) in [
        ("scanned", total.scanned),
        ("written", total.written),
        ("skipped", total.skipped),
        ("rejected", total.rejected),
    ] {
        let [namespace, migration, target, action] = labels;
        let labels = [namespace, migration, target, action, outcome];
        samples.add(&RUN_KEYS, &labels, whole(keys));
    }
}

/// Says whether workers of a run are to be at work on its keys.
fn is_active(run: &RedisMigrationRun, status: &RunStatus) -> bool {
    let done = match run.spec.action {
        RunAction::Migrate => "Migrated",
        RunAction::RollBack => "RolledBack",
    };
    let ready = find(&status.conditions, "Ready");
    let is_held =
        ready.is_some_and(|ready| ["Suspended", "Suspending"].contains(&ready.reason.as_str()));
    status.ended_at.is_none() && !is_held && !holds(&status.conditions, done)
}

pub(super) fn read_target(target: &RedisTarget, samples: &mut Samples) {
    let (namespace, name) = (target.namespace().unwrap_or_default(), target.name_any());
    let status = target.status.as_ref();
    let conditions = status.map_or(&[][..], |status| &status.conditions);
    let state = state(conditions, ["reachable", "going", "unreachable"]);
    samples.add(&TARGETS, &[&namespace, state], 1.0);
    let policy = target.spec.policy.as_ref();
    let required = policy.is_some_and(|policy| policy.require_backup);
    let required = f64::from(u8::from(required));
    samples.add(&BACKUP_REQUIRED, &[&namespace, &name], required);
}

pub(super) fn read_schema(schema: &RedisSchema, samples: &mut Samples) {
    let namespace = schema.namespace().unwrap_or_default();
    let target = schema.spec.text("/targetRef/name").unwrap_or_default();
    let status = schema.status.as_ref();
    let conditions = status.map_or(&[][..], |status| &status.conditions);
    let now = state(conditions, ["registered", "going", "failed"]);
    for state in ["registered", "going", "failed"] {
        let value = f64::from(u8::from(state == now));
        samples.add(&SCHEMAS, &[&namespace, target, state], value);
    }
}

pub(super) fn read_backup(backup: &RedisBackup, samples: &mut Samples) {
    if is_journal(backup) {
        return;
    }
    let namespace = backup.namespace().unwrap_or_default();
    let status = backup.status.as_ref();
    let conditions = status.map_or(&[][..], |status| &status.conditions);
    // One that is being restored is still one that was proven.
    let now = match state(conditions, ["proven", "going", "failed"]) {
        "going" if status.is_some_and(|status| status.proven_at.is_some()) => "proven",
        now => now,
    };
    for state in ["proven", "going", "failed"] {
        let value = f64::from(u8::from(state == now));
        let labels = [&namespace, target_of(backup), state];
        samples.add(&BACKUPS, &labels, value);
    }
}

pub(super) fn read_proven(backups: &[Arc<RedisBackup>], samples: &mut Samples) {
    let mut newest: BTreeMap<(String, &str), f64> = BTreeMap::new();
    for backup in backups {
        let Some(status) = backup.status.as_ref() else {
            continue;
        };
        let is_backup = !is_journal(backup);
        let held = status.taken_at.as_deref().or(status.proven_at.as_deref());
        let held = held.and_then(parsed);
        if let (true, Some(time), Some(_)) = (is_backup, held, &status.proven_at) {
            let namespace = backup.namespace().unwrap_or_default();
            let place = (namespace, target_of(backup));
            let known = newest.entry(place).or_insert(time);
            *known = known.max(time);
        }
    }
    for ((namespace, target), time) in newest {
        samples.add(&BACKUP_PROVEN, &[&namespace, target], time);
    }
}

fn is_journal(backup: &RedisBackup) -> bool {
    backup.spec.raw().pointer("/provider/journal").is_some()
}

fn target_of(backup: &RedisBackup) -> &str {
    backup.spec.text("/targetRef/name").unwrap_or_default()
}

/// Chooses the word for an object that is ready, on its way, or stalled.
fn state(conditions: &[Condition], words: [&'static str; 3]) -> &'static str {
    let [done, going, stuck] = words;
    if holds(conditions, "Ready") {
        done
    } else if holds(conditions, "Stalled") {
        stuck
    } else {
        going
    }
}

const fn action(run: &RedisMigrationRun) -> &'static str {
    match run.spec.action {
        RunAction::Migrate => "Migrate",
        RunAction::RollBack => "RollBack",
    }
}

fn parsed(time: &str) -> Option<f64> {
    time.parse::<Timestamp>().ok().map(seconds)
}

fn seconds(time: Timestamp) -> f64 {
    whole(time.as_second())
}

#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
fn whole(number: i64) -> f64 {
    number as f64
}

//! What `kubectl get` shows of each kind, and by which fields it can select. Columns of priority 1 are shown with `-o wide`.

use serde_json::{Value, json};

use crate::resources::{RedisBackup, RedisMigration, RedisMigrationRun, RedisSchema};

fn column(name: &str, path: &str) -> Value {
    json!({ "name": name, "type": "string", "jsonPath": path })
}

fn number(name: &str, path: &str) -> Value {
    json!({ "name": name, "type": "integer", "jsonPath": path })
}

fn wide(mut column: Value) -> Value {
    column["priority"] = 1.into();
    column
}

fn ready() -> Value {
    column("Ready", ".status.conditions[?(@.type=='Ready')].status")
}

fn reason() -> Value {
    column("Reason", ".status.conditions[?(@.type=='Ready')].reason")
}

fn message() -> Value {
    wide(column(
        "Message",
        ".status.conditions[?(@.type=='Ready')].message",
    ))
}

fn age() -> Value {
    json!({ "name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp" })
}

pub(super) fn target() -> Value {
    json!([
        column("Address", ".status.address"),
        column("Flavour", ".status.flavour"),
        column("Version", ".status.version"),
        ready(),
        wide(number("Keys", ".status.keys")),
        wide(column("Run", ".status.activeRun")),
        message(),
        age(),
    ])
}

pub(super) fn schema() -> Value {
    json!([
        column("Subject", ".spec.subject"),
        column("Version", ".spec.version"),
        column("Target", ".spec.targetRef.name"),
        ready(),
        reason(),
        wide(number("Changes", ".status.compared.changes")),
        wide(number("Breaking", ".status.compared.breaking")),
        message(),
        age(),
    ])
}

pub(super) fn migration() -> Value {
    json!([
        column("Target", ".spec.targetRef.name"),
        column("Phase", ".status.phase"),
        number("Progress", ".status.progressPercent"),
        ready(),
        wide(number("Keys", ".status.plan.keys")),
        wide(column("Run", ".status.lastRun")),
        wide(column("Plan", ".status.plan.digest")),
        message(),
        age(),
    ])
}

pub(super) fn run() -> Value {
    json!([
        column("Migration", ".spec.migrationRef.name"),
        column("Action", ".spec.action"),
        column("Phase", ".status.phase"),
        number("Progress", ".status.progressPercent"),
        number("Written", ".status.total.written"),
        number("Rejected", ".status.total.rejected"),
        wide(number("Workers", ".spec.workers")),
        wide(column("Target", ".spec.targetRef.name")),
        wide(column("Ended", ".status.endedAt")),
        message(),
        age(),
    ])
}

pub(super) fn backup() -> Value {
    json!([
        column("Target", ".spec.targetRef.name"),
        column("Phase", ".status.phase"),
        ready(),
        number("Bytes", ".status.bytes"),
        column("Taken", ".status.takenAt"),
        wide(column("Proven", ".status.provenAt")),
        wide(column("Expires", ".status.expiresAt")),
        message(),
        age(),
    ])
}

/// The fields by which objects can be selected.
pub(super) fn selectable(kind: &str) -> Value {
    let paths: &[&str] = match kind {
        RedisSchema::KIND => &[".spec.subject", ".spec.targetRef.name"],
        RedisMigrationRun::KIND => &[".spec.migrationRef.name", ".spec.targetRef.name"],
        RedisMigration::KIND | RedisBackup::KIND => &[".spec.targetRef.name"],
        _ => &[],
    };
    paths
        .iter()
        .map(|path| json!({ "jsonPath": path }))
        .collect()
}

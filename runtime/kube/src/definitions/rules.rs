//! What documents have to hold to beside their shape, as rules that the API server checks when they are applied.

use serde_json::{Value, json};

use super::structural::{bound, exactly_one};
use crate::resources::{RedisBackup, RedisMigration, RedisSchema, RedisTarget};

/// The most bytes of a script that is written in the document itself.
const LONGEST_SOURCE: u64 = 256 << 10;

fn rule(rule: &str, message: &str) -> Value {
    json!({ "rule": rule, "message": message })
}

fn add(schema: &mut Value, pointer: &str, rules: Vec<Value>) {
    let place = schema.pointer_mut(pointer).expect("it is in the schema");
    match place.get_mut("x-kubernetes-validations") {
        Some(Value::Array(there)) => there.extend(rules),
        _ => place["x-kubernetes-validations"] = rules.into(),
    }
}

fn require(schema: &mut Value, name: &str) {
    match schema.get_mut("required") {
        Some(Value::Array(names)) => names.push(name.into()),
        _ => schema["required"] = json!([name]),
    }
}

/// The rules of `RedisTarget`.
pub(super) fn target(mut spec: Value) -> Value {
    let names = ["url", "urlFrom", "service", "binding", "operator"].map(str::to_owned);
    bound(&mut spec, "/properties/url", Some(2048));
    add(
        &mut spec,
        "",
        vec![
            exactly_one(&names),
            rule(
                "!has(self.tls) || (has(self.tls.certFrom) == has(self.tls.keyFrom))",
                "`tls.certFrom` and `tls.keyFrom` belong together",
            ),
        ],
    );
    add(
        &mut spec,
        "/properties/url",
        vec![rule(
            "!self.matches('^rediss?://[^/@]*:[^/@]+@')",
            "a password in `url` can be read by everybody who can read this object: name its Secret in \
             `auth.passwordFrom`, or put the whole address into a Secret and use `urlFrom`",
        )],
    );
    spec
}

/// The rules of `RedisSchema`.
pub(super) fn schema(mut spec: Value) -> Value {
    require(&mut spec, "targetRef");
    spec
}

/// The rules of `RedisMigration`.
pub(super) fn migration(mut spec: Value) -> Value {
    require(&mut spec, "targetRef");
    bound(
        &mut spec,
        "/properties/transform/properties/rhai/properties/source",
        Some(LONGEST_SOURCE),
    );
    add(
        &mut spec,
        "",
        vec![
            rule(
                "self.targetRef.name == oldSelf.targetRef.name",
                "`targetRef` cannot change: apply another migration for another target",
            ),
            rule(
                "!has(self.transform.rhai) || !has(self.transform.rhai.file) || has(self.filesFrom)",
                "`transform.rhai.file` is a key of the ConfigMap that `filesFrom` names; or write the script into \
                 `transform.rhai.source`",
            ),
            rule(
                "!has(self.transform.wasm) || !has(self.transform.wasm.file) || has(self.filesFrom)",
                "`transform.wasm.file` is a key of the ConfigMap that `filesFrom` names; or push the component to a \
                 registry and use `transform.wasm.oci`",
            ),
            rule(
                "!has(self.transform.wasm) || !has(self.transform.wasm.oci) || has(self.transform.wasm.digest)",
                "`transform.wasm.oci` needs `digest`: a tag can be moved",
            ),
            rule(
                "!has(self.schema) || !has(self.schema.registry)",
                "the registry is in Redis itself here: leave `schema.registry` out, and apply the versions as \
                 RedisSchema objects",
            ),
            rule(
                "!has(self.backup) || !has(self.backup.journal) || !has(self.backup.journal.directory)",
                "the journal is where `job.journal` says here: leave `backup.journal.directory` out",
            ),
            rule(
                "!has(self.rollback) || !has(self.rollback.requested) || !self.rollback.requested || !has(self.abort) || \
                 !self.abort",
                "`abort` and `rollback.requested` exclude each other: a rollback ends what is going on",
            ),
        ],
    );
    spec
}

/// The rules of `RedisMigrationRun`.
pub(super) fn run(mut spec: Value) -> Value {
    bound(&mut spec, "/properties/migrationDigest", Some(128));
    add(
        &mut spec,
        "",
        vec![rule(
            "self == oldSelf",
            "what a run does never changes: apply the migration instead",
        )],
    );
    spec
}

/// The rules of `RedisBackup`.
pub(super) fn backup(mut spec: Value) -> Value {
    add(
        &mut spec,
        "",
        vec![
            rule(
                "self.targetRef.name == oldSelf.targetRef.name",
                "`targetRef` cannot change: make another backup",
            ),
            rule(
                "self.provider == oldSelf.provider",
                "`provider` cannot change: make another backup",
            ),
        ],
    );
    spec
}

/// The rules that look at more than the spec.
pub(super) fn whole(kind: &str) -> Option<Value> {
    let short_name = rule(
        "self.metadata.name.size() <= 63 && !self.metadata.name.contains('.')",
        "the name becomes a label and part of other names: at most 63 characters out of `a` to `z`, `0` to `9` and `-`",
    );
    match kind {
        RedisTarget::KIND | RedisMigration::KIND => Some(json!([short_name])),
        RedisSchema::KIND => Some(json!([rule(
            "!has(oldSelf.status) || !has(oldSelf.status.registered) || !oldSelf.status.registered || self.spec == \
             oldSelf.spec",
            "what is registered never changes: apply another version",
        )])),
        RedisBackup::KIND => Some(json!([rule(
            "!has(self.spec.restore) || self.spec.restore.confirm == self.metadata.name",
            "a restore drops what was written since the backup: confirm it by writing the backup's name into \
             `restore.confirm`",
        )])),
        _ => None,
    }
}

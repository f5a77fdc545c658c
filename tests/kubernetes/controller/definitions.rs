//! The API server takes the definitions, and refuses what a document must not say, with words that help.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::stage::{Stage, documents};

#[track_caller]
fn check(stage: &Stage, document: &str, words: &[&str]) {
    let complaint = stage.refused(document);
    for word in words {
        assert!(complaint.contains(word), "{word} is not in\n{complaint}");
    }
}

fn migration(spec: &str) -> String {
    format!(
        "{{ apiVersion: remold.dev/v1alpha1, kind: RedisMigration, metadata: {{ name: one }}, spec: {{ {spec} }} }}"
    )
}

fn target(spec: &str) -> String {
    format!(
        "{{ apiVersion: remold.dev/v1alpha1, kind: RedisTarget, metadata: {{ name: one }}, spec: {{ {spec} }} }}"
    )
}

#[test]
fn documents_that_make_no_sense_are_refused_when_they_are_applied() {
    let stage = Stage::without_controller("refused");
    let source = "transform: { rhai: { source: 'fn migrate(rec) {}' } }";
    check(
        &stage,
        &migration(source),
        &["spec.targetRef: Required value"],
    );
    let to = "targetRef: { name: shop }";
    check(
        &stage,
        &migration(&format!("{to}, transform: {{ rhai: {{ file: a.rhai }} }}")),
        &["`transform.rhai.file` is a key of the ConfigMap that `filesFrom` names"],
    );
    check(
        &stage,
        &migration(&format!(
            "{to}, transform: {{ uses: redact, rhai: {{ source: x }} }}"
        )),
        &["give exactly one of `rhai`, `wasm`, `uses`, `steps`"],
    );
    check(
        &stage,
        &migration(&format!(
            "{to}, transform: {{ wasm: {{ oci: 'registry/one:1' }} }}"
        )),
        &["`transform.wasm.oci` needs `digest`"],
    );
    check(
        &stage,
        &migration(&format!(
            "{to}, {source}, schema: {{ subject: user, to: 1.0.0, registry: schemas }}"
        )),
        &["leave `schema.registry` out"],
    );
    check(
        &stage,
        &migration(&format!(
            "{to}, {source}, abort: true, rollback: {{ requested: true }}"
        )),
        &["`abort` and `rollback.requested` exclude each other"],
    );
    check(
        &stage,
        &migration(&format!("{to}, {source}, selekt: {{ match: 'user:*' }}")),
        &["unknown field \"spec.selekt\""],
    );
    check(
        &stage,
        &target("url: 'redis://a', service: { name: b }"),
        &["give exactly one of `url`"],
    );
    check(
        &stage,
        &target("url: 'redis://user:secret@a:6379'"),
        &["a password in `url` can be read by everybody"],
    );
}

#[test]
fn what_is_decided_cannot_be_changed() {
    let stage = Stage::without_controller("decided");
    stage.apply(&documents("one", ""));
    let other =
        documents("one", "").replace("targetRef: { name: shop }", "targetRef: { name: other }");
    check(&stage, &other, &["`targetRef` cannot change"]);

    let schema = "
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: { name: user-1.0.0 }
spec:
  subject: user
  version: 1.0.0
  keys: user:{id}
  type: hash
  targetRef: { name: shop }
  schema: { type: object, properties: { name: { type: string } } }
";
    stage.apply(schema);
    // As long as it is not registered it may be mended.
    stage.apply(&schema.replace("type: string", "type: integer"));
    let patch = json!({
        "status": { "registered": true, "observedGeneration": 2, "conditions": [] },
    });
    let admin = stage.cluster.admin();
    admin
        .patch_status("redisschema", &stage.namespace, "user-1.0.0", &patch)
        .succeeded();
    for (from, to) in [
        ("type: string", "type: boolean"),
        ("type: hash", "type: text"),
    ] {
        check(
            &stage,
            &schema
                .replace("type: string", "type: integer")
                .replace(from, to)
                .replace("integer", "number"),
            &["what is registered never changes"],
        );
    }
}

#[test]
fn people_see_the_columns_that_matter() {
    let stage = Stage::without_controller("columns");
    stage.apply(&documents("split-name", ""));
    let get = |kind: &str| {
        let arguments = ["get", kind, "--namespace", &stage.namespace];
        stage.cluster.kubectl(&arguments).succeeded()
    };
    let header = |text: &str| {
        let first = text.lines().next().unwrap_or_default().to_owned();
        first
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        header(&get("rm")),
        ["NAME", "TARGET", "PHASE", "PROGRESS", "READY", "AGE"]
    );
    assert_eq!(
        header(&get("rt")),
        ["NAME", "ADDRESS", "FLAVOUR", "VERSION", "READY", "AGE"]
    );
    let all = stage
        .cluster
        .kubectl(&["get", "remold", "--namespace", &stage.namespace])
        .succeeded();
    assert!(
        all.contains("redismigration.remold.dev/split-name"),
        "{all}"
    );
    let explained = stage
        .cluster
        .kubectl(&["explain", "redismigration.spec.strategy.canary"])
        .succeeded();
    assert!(
        explained.contains("Ascending shares of the keys"),
        "{explained}"
    );
}

/// Those of a cluster alone; what else the guides show is read by `examples::documents`.
#[test]
fn documents_that_the_guides_show_are_taken() {
    let stage = Stage::without_controller("guides");
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide");
    let mut count = 0;
    for entry in fs::read_dir(guides).expect("the guides can be listed") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|kind| kind != "md") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a guide is a text");
        for block in text.split("```yaml\n").skip(1) {
            let document = block.split("```").next().unwrap_or_default();
            let kinds = ["kind: RedisTarget\n", "kind: RedisBackup\n"];
            if !kinds.iter().any(|kind| document.contains(kind)) {
                continue;
            }
            count += 1;
            let arguments = [
                "create",
                "--namespace",
                &stage.namespace,
                "--validate=strict",
                "--dry-run=server",
                "--filename",
                "-",
            ];
            let answer = stage.cluster.admin().run_with(&arguments, document);
            let shown = path.display();
            assert!(answer.is_success(), "{shown}\n{document}\n{answer:#?}");
        }
    }
    assert!(count >= 2, "{count} are shown");
}

//! What changes a digest, and what does not.

use serde_json::json;

use super::*;
use crate::parse;

const BASE: &str = r#"
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: split }
spec:
  select: { match: "user:*", type: hash, exclude: ["user:admin:*"] }
  transform: { rhai: { file: split.rhai } }
  parameters: { currency: EUR, rate: 1.50, nested: { b: 1, a: [1, 2] } }
"#;

fn digest(text: &str) -> Digest {
    let migration = parse("base.yaml", text).expect("the document is valid");
    migration.digest(&[("split.rhai", b"fn migrate(rec) {}")])
}

#[test]
fn cosmetics_have_no_effect() {
    let same = r#"
# another order, other quotes, other metadata, written defaults, units of equal worth
kind: RedisMigration
apiVersion: "remold.dev/v1alpha1"
spec:
  limits: { timeout: 0250ms, memory: 65536KiB }
  parameters:
    nested: { a: [1, 2], b: 1 }
    rate: 1.50
    currency: 'EUR'
  transform:
    rhai:
      file: split.rhai
  strategy: {}
  select:
    exclude:
      - user:admin:*
    type: hash
    match: user:*
metadata: { name: another, labels: { team: a } }
"#;
    assert_eq!(digest(same), digest(BASE));
}

#[test]
fn every_change_of_the_spec_has_an_effect() {
    let migration = parse("base.yaml", BASE).expect("the document is valid");
    let files: &[(&str, &[u8])] = &[("split.rhai", b"fn migrate(rec) {}")];
    let mut digests = vec![migration.digest(files)];
    for (pointer, value) in [
        ("/select/match", json!("user:1*")),
        ("/select/type", json!("text")),
        ("/select/exclude", json!([])),
        ("/transform", json!({ "rhai": { "file": "other.rhai" } })),
        ("/transform", json!({ "rhai": { "source": "split.rhai" } })),
        ("/parameters/currency", json!("USD")),
        ("/parameters/nested/a", json!([2, 1])),
        ("/parameters/rate", json!(1.5)),
        ("/capabilities/read", json!(["plan:*"])),
        ("/capabilities/write", json!(["plan:*"])),
        ("/capabilities/scan", json!(["plan:*"])),
        ("/capabilities/backup", json!(true)),
        ("/limits/fuel/base", json!(1)),
        ("/limits/fuel/perRecord", json!(1)),
        ("/limits/fuel/perByte", json!(1)),
        ("/limits/timeout", json!("1s")),
        ("/limits/memory", json!("1MiB")),
        ("/limits/output", json!("2MiB")),
        ("/limits/maxKeyBytes", json!("1MiB")),
        ("/limits/oversized", json!("skip")),
        ("/strategy/canary", json!(["1%"])),
        ("/strategy/parallelism", json!(1)),
        ("/strategy/batchSize", json!(1)),
        ("/strategy/guard", json!("lua")),
        ("/strategy/throttle", json!({ "keysPerSecond": 1 })),
        ("/strategy/throttle", json!({ "maxLatency": "2ms" })),
        ("/backup/journal", json!({ "directory": "journals" })),
        ("/backup/journal", json!({ "retention": "7d" })),
        ("/policy/maxRejected", json!(1)),
        ("/policy/maxRejected", json!("1%")),
        ("/policy/overwrite", json!(true)),
        ("/policy/conflictRetries", json!(1)),
        ("/policy/retry/maxElapsed", json!("2m")),
    ] {
        let mut document = migration.to_json();
        *document["spec"].pointer_mut(pointer).expect(pointer) = value;
        let changed = parse("changed.json", &document.to_string()).expect(pointer);
        digests.push(changed.digest(files));
    }
    digests.push(migration.digest(&[]));
    digests.push(migration.digest(&[("split.rhai", b"fn migrate(rec) { }")]));
    digests.push(migration.digest(&[("split2.rhai", b"fn migrate(rec) {}")]));
    digests.push(migration.digest(&[("split.rhaifn migrate(rec)", b" {}")]));
    digests.push(migration.digest(&[files[0], ("b.rhai", b"")]));
    let all = digests.len();
    let distinct: std::collections::HashSet<Digest> = digests.into_iter().collect();
    assert_eq!(distinct.len(), all);
}

#[test]
fn the_order_of_files_has_no_effect() {
    let migration = parse("base.yaml", BASE).expect("the document is valid");
    let files: &[(&str, &[u8])] = &[("a.rhai", b"1"), ("b.rhai", b"2")];
    let turned = [files[1], files[0]];
    assert_eq!(migration.digest(files), migration.digest(&turned));
}

#[test]
fn the_digest_stays_what_it_was() {
    assert_eq!(
        digest(BASE).to_string(),
        "3709e23209f52269d7ef8fb0496a522dce0bbdcfd8b2656445ac4b2a83b3b1c1",
        "a changed digest makes every journal and history of earlier versions foreign"
    );
}

#[test]
fn the_effective_document_is_read_back() {
    let keys = BASE.replace(r#"match: "user:*", "#, r#"keys: ["user:1", "a b"], "#);
    for text in [BASE, &keys] {
        let migration = parse("base.yaml", text).expect("the document is valid");
        let effective = serde_json::to_string_pretty(&migration.to_json()).expect("it is JSON");
        assert_eq!(parse("effective.json", &effective), Ok(migration));
    }
}

#[test]
fn where_a_component_comes_from_has_no_effect_and_what_it_is_has_one() {
    let pinned = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let of = |wasm: &str, name: &str, bytes: &[u8]| {
        let text = BASE.replace("rhai: { file: split.rhai }", &format!("wasm: {{ {wasm} }}"));
        let migration = parse("base.yaml", &text).expect("the document is valid");
        migration.digest(&[(name, bytes)])
    };
    let base = of("file: split.wasm", "split.wasm", b"component");
    let name = "ghcr.io/acme/split:1.0.0";
    let mirror = format!("mirror.acme.internal/split@{pinned}");
    for (wasm, file) in [
        ("file: build/other.wasm".to_owned(), "build/other.wasm"),
        (
            format!("file: split.wasm, digest: \"{pinned}\""),
            "split.wasm",
        ),
        (format!("oci: \"{name}\", digest: \"{pinned}\""), name),
        (
            format!("oci: \"{mirror}\", signature: {{ key: cosign.pub }}"),
            &mirror,
        ),
    ] {
        assert_eq!(of(&wasm, file, b"component"), base, "{wasm}");
    }
    assert_ne!(of("file: split.wasm", "split.wasm", b"another"), base);
    let reused = of("file: split.wasm, reuse: 1", "split.wasm", b"component");
    assert_ne!(reused, base);
}

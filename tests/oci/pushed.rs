//! What is pushed is pulled again, pinned, kept, and is what other tools expect.

use super::house::{DELETE, House, NOTHING, text, text_of};
use serde_json::Value;

#[test]
fn what_is_pushed_is_pulled_again_byte_for_byte() {
    let house = House::new();
    let module = house.module("split.wasm", NOTHING);
    let name = house.name("acme/split:1.2.0");
    let said = house.remold(&["push", &module, &name]).exit(0);
    assert!(said.contains("pushed"), "{said}");
    assert!(said.contains("cosign sign --key"), "{said}");

    let file = text_of(&house.path("pulled.wasm"));
    let pulled = house.json(&["pull", &name, "--into", &file]);
    assert_eq!(pulled["fromCache"], false, "{pulled:#}");
    assert_eq!(
        pulled["annotations"]["org.opencontainers.image.title"],
        "split"
    );
    assert_eq!(
        pulled["annotations"]["org.opencontainers.image.version"],
        "1.2.0"
    );
    // A component was made of the core module, once: pushed again it is the same artifact.
    let bytes = std::fs::read(&file).expect("the file was written");
    assert!(bytes.starts_with(b"\0asm\x0d\0\x01\0"), "it is a component");
    let again = house.json(&[
        "push",
        &file,
        &house.name("acme/split:again"),
        "--annotation",
        "org.opencontainers.image.title=split",
        "--annotation",
        "org.opencontainers.image.version=1.2.0",
    ]);
    assert_eq!(again["digest"], pulled["digest"], "{again:#}");
    assert_eq!(again["wasThere"], false);
    // The lines to paste pin it.
    let lines = text(&pulled["manifest"]);
    assert!(said.contains(&text(&pulled["digest"])), "{said}");
    assert_eq!(
        lines,
        format!(
            "transform:\n  wasm:\n    oci: \"{name}\"\n    digest: {}\n",
            text(&pulled["digest"])
        )
    );
    let manifest = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: pasted }}\nspec:\n  {}",
        lines.replace('\n', "\n  ")
    );
    let manifest = text_of(&house.write("pasted.yaml", manifest));
    house.remold(&["check", &manifest]).exit(0);
}

#[test]
fn the_artifact_is_what_other_tools_for_components_write() {
    let house = House::new();
    let digest = house.push("acme/nothing:1");
    let blob = |digest: &str| -> Value {
        let mut found = None;
        let hex = digest.strip_prefix("sha256:").expect("a digest");
        house
            .registry
            .spoil(hex, |bytes| found = serde_json::from_slice(bytes).ok());
        found.expect("it is JSON")
    };
    let manifest = blob(&digest);
    assert_eq!(manifest["schemaVersion"], 2);
    assert_eq!(
        manifest["mediaType"],
        "application/vnd.oci.image.manifest.v1+json"
    );
    assert_eq!(
        manifest["config"]["mediaType"],
        "application/vnd.wasm.config.v0+json"
    );
    assert_eq!(manifest["layers"].as_array().map(Vec::len), Some(1));
    assert_eq!(manifest["layers"][0]["mediaType"], "application/wasm");
    let config = blob(&text(&manifest["config"]["digest"]));
    assert_eq!(config["architecture"], "wasm");
    assert_eq!(config["os"], "wasip2");
    assert_eq!(config["layerDigests"][0], manifest["layers"][0]["digest"]);
    assert_eq!(config["component"]["exports"][0], "migrate", "{config:#}");
    assert_eq!(config["created"], "1970-01-01T00:00:00Z");
}

#[test]
fn a_push_says_what_it_is_told_of_the_component() {
    let mut house = House::new();
    house.set("SOURCE_DATE_EPOCH", "1700000000");
    let module = house.module("a.wasm", NOTHING);
    let name = house.name("acme/a:1");
    let source = "org.opencontainers.image.source=https://acme.dev/a?b=c";
    let pushed = house.json(&["push", &module, &name, "--annotation", source]);
    assert_eq!(pushed["exitCode"], 0, "{pushed:#}");
    let pulled = house.json(&["pull", &name]);
    assert_eq!(
        pulled["annotations"]["org.opencontainers.image.source"],
        "https://acme.dev/a?b=c"
    );
    house.set("SOURCE_DATE_EPOCH", "yesterday");
    house.refused(
        &["push", &module, &name],
        "usage",
        2,
        &["SOURCE_DATE_EPOCH"],
    );
}

#[test]
fn the_same_component_has_the_same_digest() {
    let house = House::new();
    // Several exports, and an import: whatever is put together has an order.
    let module = house.module(
        "a.wasm",
        &DELETE.replace(
            "(memory",
            "(func (export \"revert\") (param i32)) (func (export \"lookups\") (param i32)) (memory",
        ),
    );
    let push = |tag: &str| {
        let name = house.name(&format!("acme/a:{tag}"));
        let without = ["--annotation", "org.opencontainers.image.version="];
        let pushed = house.json(&[&["push", &module, &name], &without[..]].concat());
        assert_eq!(pushed["exitCode"], 0, "{pushed:#}");
        text(&pushed["digest"])
    };
    let first = push("1");
    assert_eq!(push("2"), first);
    assert_eq!(push("3"), first);
}

#[test]
fn a_manifests_component_is_pushed_and_a_script_is_not() {
    let house = House::new();
    house.module("by-file/a.wasm", NOTHING);
    let folder = house.manifest("by-file", "file: a.wasm");
    let pushed = house.json(&["push", &folder, &house.name("acme/a:1")]);
    assert_eq!(pushed["exitCode"], 0, "{pushed:#}");
    let script = "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: a }\nspec:\n  \
        transform: { rhai: { source: \"fn migrate(rec) {}\" } }\n";
    let script = text_of(&house.write("script.yaml", script));
    house.refused(
        &["push", &script, &house.name("acme/b:1")],
        "target",
        2,
        &["script"],
    );
}

#[test]
fn a_tag_is_moved_only_on_purpose() {
    let house = House::new();
    let digest = house.push("acme/a:1");
    let module = house.module("nothing.wasm", NOTHING);
    let name = house.name("acme/a:1");
    let again = house.json(&["push", &module, &name]);
    assert_eq!(again["wasThere"], true, "{again:#}");
    let other = ["push", &module, &name, "--annotation", "a=b"];
    house.refused(&other, "tag-taken", 6, &[&digest]);
    let moved = house.json(&[&other[..], &["--replace"]].concat());
    assert_eq!(moved["wasThere"], false, "{moved:#}");
    assert_ne!(text(&moved["digest"]), digest);
    // What was pinned is still what it was.
    house.json(&["pull", &format!("{}@{digest}", house.name("acme/a"))]);
}

#[test]
fn a_push_needs_a_tag_and_a_component_of_the_contract() {
    let house = House::new();
    let module = house.module("nothing.wasm", NOTHING);
    house.refused(
        &["push", &module, &house.name("acme/a")],
        "no-tag",
        2,
        &["no tag"],
    );
    let pinned = format!("{}@sha256:{}", house.name("acme/a:1"), "0".repeat(64));
    house.refused(&["push", &module, &pinned], "no-tag", 2, &["no tag"]);
    let empty = house.module("empty.wasm", "(module)");
    let name = house.name("acme/a:1");
    house.refused(
        &["push", &empty, &name],
        "component",
        1,
        &["neither migrate nor run"],
    );
    house.refused(
        &["push", &module, "acme/a:1"],
        "usage",
        2,
        &["registry is missing"],
    );
    house.refused(&["pull", &name], "artifact-not-found", 1, &["acme/a:1"]);
}

#[test]
fn what_was_pulled_needs_no_registry_again() {
    let house = House::new();
    let digest = house.push("acme/a:1");
    let oci = format!("oci: \"{}\", digest: \"{digest}\"", house.name("acme/a:1"));
    let folder = house.manifest("cached", &oci);
    house.remold(&["check", &folder]).exit(0);
    let pinned = format!("{}@{digest}", house.name("acme/a"));
    house.registry.stop();
    house.remold(&["check", &folder]).exit(0);
    assert_eq!(house.json(&["pull", &pinned])["fromCache"], true);
    // A tag says nothing without the registry.
    let by_tag = house.name("acme/a:1");
    house.refused(
        &["pull", &by_tag],
        "registry-unreachable",
        1,
        &["cannot be reached"],
    );
    // What is damaged is not used, nor is what another digest asks for.
    let blobs = house.path("cache/oci/blobs/sha256");
    for blob in std::fs::read_dir(blobs)
        .expect("there is a cache")
        .flatten()
    {
        std::fs::write(blob.path(), "damaged").expect("a file can be written");
    }
    house.refused(
        &["check", &folder],
        "registry-unreachable",
        1,
        &["cannot be reached"],
    );
}

#[test]
fn a_file_is_replaced_only_on_purpose() {
    let house = House::new();
    house.push("acme/a:1");
    let file = text_of(&house.write("there.wasm", "something else"));
    let name = house.name("acme/a:1");
    house.refused(
        &["pull", &name, "--into", &file],
        "target-exists",
        6,
        &["there.wasm"],
    );
    house
        .remold(&["pull", &name, "--into", &file, "--yes"])
        .exit(0);
    // The same again changes nothing, so nobody need be asked.
    house.remold(&["pull", &name, "--into", &file]).exit(0);
}

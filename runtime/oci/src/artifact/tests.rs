//! What is a component and what is not, and what of other people's texts reaches a terminal.

use serde_json::json;

use super::*;

fn manifest(change: impl FnOnce(&mut serde_json::Value)) -> Manifest {
    let digest = format!("sha256:{}", "ab".repeat(32));
    let mut value = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": { "mediaType": CONFIG, "digest": digest, "size": 2 },
        "layers": [{ "mediaType": LAYER, "digest": digest, "size": 8 }],
    });
    change(&mut value);
    Manifest::read(value.to_string().as_bytes()).expect("it can be read")
}

#[track_caller]
fn refused(change: impl FnOnce(&mut serde_json::Value), words: &str) {
    let problem = manifest(change)
        .component()
        .and_then(Descriptor::digest)
        .expect_err("it is no component")
        .to_string();
    assert!(problem.contains(words), "{problem}");
}

#[test]
fn a_component_is_found_by_its_types() {
    let whole = manifest(|_| ());
    assert_eq!(whole.component().expect("a component").size, 8);
    // Null stands for nothing in what some tools write, and the type of the manifest may be left out.
    let sparse = manifest(|value| {
        value["annotations"] = json!(null);
        value["mediaType"] = json!(null);
        value["layers"][0]["annotations"] = json!(null);
    });
    sparse.component().expect("a component");
}

#[test]
fn what_is_none_is_refused_with_what_it_is() {
    refused(|value| value["mediaType"] = json!(INDEX), "a list");
    refused(|value| value["config"] = json!(null), "configuration");
    refused(
        |value| value["config"]["mediaType"] = json!("application/vnd.oci.empty.v1+json"),
        "application/vnd.oci.empty.v1+json",
    );
    refused(|value| value["layers"] = json!([]), "0 layers");
    refused(|value| value["layers"] = json!(null), "0 layers");
    refused(
        |value| value["layers"][0]["mediaType"] = json!("text/plain\u{1b}[31m"),
        "`text/plain [31m`",
    );
    refused(
        |value| value["layers"][0]["size"] = json!(MAX_COMPONENT_BYTES + 1),
        "the limit is",
    );
    refused(
        |value| value["layers"][0]["digest"] = json!("sha512:00"),
        "sha512:00",
    );
}

#[test]
fn what_is_no_manifest_is_refused() {
    for text in ["", "<html>", "{}", "{\"schemaVersion\": 1}", "[]"] {
        Manifest::read(text.as_bytes()).expect_err(text);
    }
}

#[test]
fn texts_of_others_are_short_and_harmless() {
    assert_eq!(shortened("a\u{1b}]0;b\n"), "a ]0;b");
    let long = shortened(&"ä".repeat(1000));
    assert_eq!(long.chars().count(), 301);
}

//! What other tools wrote once (`recorded/README.md`): signatures in the form of cosign 3, a component by the library of `wkg`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::house::{House, text, text_of};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("oci/recorded/cosign-3.1.1")
}

pub(crate) fn blob(digest: &str) -> Vec<u8> {
    let hex = digest.replace("sha256:", "");
    fs::read(folder().join("blobs").join(hex)).expect("it was recorded")
}

pub(crate) fn list() -> Vec<Value> {
    let list = fs::read(folder().join("manifests.json")).expect("it was recorded");
    serde_json::from_slice(&list).expect("it is a list")
}

/// Stores a manifest, with everything that it names before it.
fn store(house: &House, entry: &Value, repository: &str, reference: &str) {
    let manifest = blob(&text(&entry["digest"]));
    let parsed: Value = serde_json::from_slice(&manifest).expect("it is JSON");
    let layers = parsed["layers"].as_array().into_iter().flatten();
    let parts = layers.chain(parsed.get("config"));
    let blobs: Vec<Vec<u8>> = parts.map(|part| blob(&text(&part["digest"]))).collect();
    let blobs: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
    let media_type = text(&entry["mediaType"]);
    house
        .registry
        .store(repository, reference, &media_type, &manifest, &blobs);
}

/// Puts what was recorded into a registry.
fn replay(house: &House) {
    for entry in &list() {
        let (repository, reference) = (text(&entry["repository"]), text(&entry["reference"]));
        store(house, entry, &repository, &reference);
    }
}

/// Returns the digest of the artifact in a repository.
pub(crate) fn digest_of(repository: &str) -> String {
    let list = list();
    let mut named = list
        .iter()
        .filter(|entry| entry["repository"] == repository && entry["reference"] == "1");
    text(&named.next().expect("it was recorded")["digest"])
}

pub(crate) fn key(name: &str) -> String {
    text_of(&folder().join(format!("{name}.pub")))
}

#[test]
fn bundles_of_cosign_3_hold_by_each_kind_of_key() {
    let house = House::new();
    replay(&house);
    let name = house.name("acme/signed:1");
    for kind in ["ecdsa-p256", "ecdsa-p384", "rsa-2048"] {
        let pulled = house.json(&["pull", &name, "--key", &key(kind)]);
        assert_eq!(pulled["signed"], true, "{kind}: {pulled:#}");
    }
    let stranger = ["pull", &name, "--key", &key("stranger")];
    house.refused(&stranger, "bad-signature", 6, &["none of the 4"]);
}

#[test]
fn an_attestation_in_a_bundle_is_no_signature() {
    let house = House::new();
    replay(&house);
    let name = house.name("acme/attested:1");
    let words = ["https://cosign.sigstore.dev/attestation/v1"];
    house.refused(
        &["pull", &name, "--key", &key("ecdsa-p256")],
        "bad-signature",
        6,
        &words,
    );
    let other = house.name("acme/other:1");
    house.refused(
        &["pull", &other, "--key", &key("ecdsa-p256")],
        "unsigned",
        6,
        &[],
    );
}

#[test]
fn a_bundle_of_another_artifact_does_not_hold() {
    let house = House::new();
    replay(&house);
    let (signed, other) = (digest_of("acme/signed"), digest_of("acme/other"));
    // The list of what refers to the signed one, put where that of the other belongs.
    let list = list();
    for entry in list
        .iter()
        .filter(|entry| entry["repository"] == "acme/signed")
    {
        let reference = match text(&entry["reference"]) {
            _ if entry["mediaType"] == INDEX => other.replace(':', "-"),
            tag if tag == "1" => "signed".to_owned(),
            digest => digest,
        };
        store(&house, entry, "acme/other", &reference);
    }
    let name = house.name("acme/other:1");
    let words = ["this key made it for another artifact", signed.as_str()];
    house.refused(
        &["pull", &name, "--key", &key("ecdsa-p256")],
        "bad-signature",
        6,
        &words,
    );
}

#[test]
fn a_component_by_the_library_of_wkg_is_pulled() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("oci/recorded/oci-wasm-0.6");
    let part = |name: &str| fs::read(folder.join(name)).expect("it was recorded");
    let (manifest, component) = (part("manifest.json"), part("component.wasm"));
    let house = House::new();
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let blobs = [part("config.json"), component.clone()];
    let blobs: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
    house
        .registry
        .store("acme/theirs", "1", media_type, &manifest, &blobs);
    let file = text_of(&house.path("theirs.wasm"));
    let name = house.name("acme/theirs:1");
    house.remold(&["pull", &name, "--into", &file]).exit(0);
    assert_eq!(fs::read(&file).expect("it was written"), component);
}

//! Signatures that the real cosign made, by key: what holds, and what does not.

use std::path::PathBuf;
use std::process::Command;

use remold_tests::cosign;

use super::house::{House, NOTHING, text_of};

/// A pair of keys, and an artifact to be signed.
struct Signing {
    house: House,
    digest: String,
}

impl Signing {
    fn new() -> Self {
        let house = House::new();
        let digest = house.push("acme/a:1");
        Self { house, digest }
    }

    /// Calls cosign in the home; there is no password.
    #[track_caller]
    fn cosign(&self, arguments: &[&str]) {
        let output = Command::new(cosign())
            .args(arguments)
            .current_dir(self.house.home.path())
            .env("HOME", self.house.home.path())
            .env("COSIGN_PASSWORD", "")
            .env("COSIGN_EXPERIMENTAL", "1")
            .output()
            .expect("cosign starts");
        assert!(output.status.success(), "{}", remold_tests::said(&output));
    }

    fn key_pair(&self, name: &str) -> PathBuf {
        self.cosign(&["generate-key-pair", "--output-key-prefix", name]);
        self.house.path(&format!("{name}.pub"))
    }

    fn sign(&self, key: &str, digest: &str) {
        let artifact = format!("{}@{digest}", self.house.name("acme/a"));
        let key = format!("{key}.key");
        self.cosign(&[
            "sign",
            "--key",
            &key,
            "--tlog-upload=false",
            "--yes",
            &artifact,
        ]);
    }

    /// Writes a manifest that asks for a signature by a key, whose file is put beside it.
    fn manifest(&self, key: &str) -> String {
        let folder = format!("by-{key}");
        let text = std::fs::read(self.house.path(&format!("{key}.pub"))).expect("there is a key");
        self.house.write(&format!("{folder}/cosign.pub"), text);
        let wasm = format!(
            "oci: \"{}\", digest: \"{}\", signature: {{ key: cosign.pub }}",
            self.house.name("acme/a:1"),
            self.digest
        );
        self.house.manifest(&folder, &wasm)
    }
}

#[test]
fn a_signature_by_the_key_holds_and_one_by_another_does_not() {
    let signing = Signing::new();
    let ours = text_of(&signing.key_pair("ours"));
    let theirs = text_of(&signing.key_pair("theirs"));
    let (house, name) = (&signing.house, signing.house.name("acme/a:1"));
    house.refused(
        &["pull", &name, "--key", &ours],
        "unsigned",
        6,
        &["not signed"],
    );
    house.refused(
        &["check", &signing.manifest("ours")],
        "unsigned",
        6,
        &["not signed"],
    );

    signing.sign("theirs", &signing.digest);
    house.refused(
        &["check", &signing.manifest("ours")],
        "bad-signature",
        6,
        &["not made by this key"],
    );

    // Several may sign: ours is among them now.
    signing.sign("ours", &signing.digest);
    house.remold(&["check", &signing.manifest("ours")]).exit(0);
    house
        .remold(&["check", &signing.manifest("theirs")])
        .exit(0);
    assert_eq!(
        house.json(&["pull", &name, "--key", &theirs])["signed"],
        true
    );

    // What was verified once is verified again without the registry, and by another key it is not.
    let stranger = signing.key_pair("stranger");
    house.registry.stop();
    house.remold(&["check", &signing.manifest("ours")]).exit(0);
    house.refused(
        &["check", &signing.manifest("stranger")],
        "registry-unreachable",
        1,
        &[],
    );
    drop(stranger);
}

#[test]
fn a_signature_of_another_artifact_does_not_hold() {
    let signing = Signing::new();
    signing.key_pair("ours");
    let house = &signing.house;
    let module = house.module("other.wasm", NOTHING);
    let other = house.json(&[
        "push",
        &module,
        &house.name("acme/a:2"),
        "--annotation",
        "a=b",
    ]);
    let other = other["digest"].as_str().expect("a digest").to_owned();
    signing.sign("ours", &other);
    // The signature is genuine, and put where this artifact's belongs.
    let tag = |digest: &str| format!("{}.sig", digest.replace(':', "-"));
    house
        .registry
        .copy_tag("acme/a", &tag(&other), &tag(&signing.digest));
    house.refused(
        &["check", &signing.manifest("ours")],
        "bad-signature",
        6,
        &["this key made it for another artifact", &other],
    );
}

#[test]
fn a_signature_that_refers_to_the_artifact_holds_too() {
    let signing = Signing::new();
    signing.key_pair("ours");
    let artifact = format!("{}@{}", signing.house.name("acme/a"), signing.digest);
    let arguments = ["sign", "--key", "ours.key", "--tlog-upload=false", "--yes"];
    let referring = ["--registry-referrers-mode=oci-1-1", artifact.as_str()];
    signing.cosign(&[&arguments[..], &referring].concat());
    signing
        .house
        .remold(&["check", &signing.manifest("ours")])
        .exit(0);
}

#[test]
fn an_attestation_is_no_signature() {
    let signing = Signing::new();
    signing.key_pair("ours");
    let predicate = text_of(
        &signing
            .house
            .write("predicate.json", "{\"tests\": \"failed\"}"),
    );
    let artifact = format!("{}@{}", signing.house.name("acme/a"), signing.digest);
    let arguments = [
        "attest",
        "--key",
        "ours.key",
        "--tlog-upload=false",
        "--yes",
        "--predicate",
    ];
    signing.cosign(&[&arguments[..], &[&predicate, &artifact]].concat());
    signing
        .house
        .refused(&["check", &signing.manifest("ours")], "unsigned", 6, &[]);
}

#[test]
fn a_key_that_is_none_is_refused_at_its_place() {
    let signing = Signing::new();
    signing.key_pair("ours");
    let house = &signing.house;
    let private = std::fs::read(house.path("ours.key")).expect("there is a key");
    house.write("private.pub", private);
    house.refused(
        &["check", &signing.manifest("private")],
        "signature-key",
        1,
        &["private key"],
    );
    house.write("nonsense.pub", "hello");
    house.refused(
        &["check", &signing.manifest("nonsense")],
        "signature-key",
        1,
        &["no public key"],
    );
    let folder = signing.manifest("ours");
    std::fs::remove_file(house.path("by-ours/cosign.pub")).expect("it was there");
    let found = house.json(&["check", &folder]);
    let detail = &found["error"]["details"][0];
    assert_eq!(
        detail["path"], "spec.transform.wasm.signature.key",
        "{found:#}"
    );
}

#[test]
fn a_key_may_stand_in_the_manifest_itself() {
    let signing = Signing::new();
    let key = std::fs::read_to_string(signing.key_pair("ours")).expect("there is a key");
    signing.sign("ours", &signing.digest);
    let key = key.replace('\n', "\\n");
    let wasm = format!(
        "oci: \"{}\", digest: \"{}\", signature: {{ key: \"{key}\" }}",
        signing.house.name("acme/a:1"),
        signing.digest
    );
    let folder = signing.house.manifest("inline", &wasm);
    signing.house.remold(&["check", &folder]).exit(0);
}

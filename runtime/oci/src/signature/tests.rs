//! What signatures show, with a key made here. What the real cosign writes is in `tests/oci`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::*;
use crate::digest::digest_of;

/// The beginning of a public Ed25519 key in DER.
const DER: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

struct Pair {
    secret: Ed25519KeyPair,
    key: PublicKey,
}

impl Pair {
    fn new() -> Self {
        let secret = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        let secret = Ed25519KeyPair::from_pkcs8(secret.as_ref()).expect("a key");
        let der = STANDARD.encode([&DER, secret.public_key().as_ref()].concat());
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n");
        let key = PublicKey::from_pem(&pem).expect("a key");
        Self { secret, key }
    }

    fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(self.secret.sign(message))
    }

    fn simple(&self, payload: &Value) -> Evidence {
        let payload = payload.to_string();
        Evidence::Simple {
            signature: self.sign(payload.as_bytes()),
            payload,
        }
    }

    fn bundle(&self, kind: &str, statement: &Value) -> Evidence {
        let statement = statement.to_string();
        let message = format!(
            "DSSEv1 {} {kind} {} {statement}",
            kind.len(),
            statement.len()
        );
        let bundle = json!({ "dsseEnvelope": {
            "payloadType": kind,
            "payload": STANDARD.encode(statement),
            "signatures": [{ "sig": self.sign(message.as_bytes()) }],
        }});
        Evidence::Bundle(bundle.to_string())
    }
}

fn payload(digest: &str, kind: &str) -> Value {
    json!({ "critical": {
        "identity": { "docker-reference": "" },
        "image": { "docker-manifest-digest": digest },
        "type": kind,
    }, "optional": null })
}

fn statement(hex: &str, predicate: &str) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "digest": { "sha256": hex } }],
        "predicateType": predicate,
    })
}

const SIMPLE: &str = "cosign container image signature";
const IN_TOTO: &str = "application/vnd.in-toto+json";
const SIGNED: &str = "https://sigstore.dev/cosign/sign/v1";

#[track_caller]
fn refused(evidence: &[Evidence], pair: &Pair, words: &str) {
    let digest = digest_of(b"manifest");
    let problem = verify(evidence, &pair.key, &digest).expect_err("it does not hold");
    let problem = problem.to_string();
    assert!(problem.contains(words), "{problem}");
}

#[test]
fn a_signature_of_either_form_holds_among_others_that_do_not() {
    let (ours, theirs) = (Pair::new(), Pair::new());
    let digest = digest_of(b"manifest");
    let good = payload(digest.as_str(), SIMPLE);
    verify(&[ours.simple(&good)], &ours.key, &digest).expect("it holds");
    let bundle = ours.bundle(IN_TOTO, &statement(digest.hex(), SIGNED));
    let broken = Evidence::Bundle("{".to_owned());
    verify(&[theirs.simple(&good), broken, bundle], &ours.key, &digest).expect("it holds");
}

#[test]
fn what_does_not_hold_says_why() {
    let (ours, theirs) = (Pair::new(), Pair::new());
    let digest = digest_of(b"manifest");
    let other = digest_of(b"another");
    refused(&[], &ours, "is not signed");
    let good = payload(digest.as_str(), SIMPLE);
    refused(&[theirs.simple(&good)], &ours, "not made by this key");
    refused(
        &[theirs.simple(&good), theirs.simple(&good)],
        &ours,
        "none of the 2",
    );
    let elsewhere = payload(other.as_str(), SIMPLE);
    refused(
        &[theirs.simple(&good), ours.simple(&elsewhere)],
        &ours,
        other.as_str(),
    );
    let elsewhere = statement(other.hex(), SIGNED);
    refused(&[ours.bundle(IN_TOTO, &elsewhere)], &ours, other.as_str());
    refused(
        &[ours.simple(&payload(digest.as_str(), "atomic"))],
        &ours,
        "atomic",
    );
    let attested = statement(digest.hex(), "https://slsa.dev/provenance/v1");
    refused(
        &[ours.bundle(IN_TOTO, &attested)],
        &ours,
        "https://slsa.dev/provenance/v1",
    );
    let signed = statement(digest.hex(), SIGNED);
    refused(&[ours.bundle("text/plain", &signed)], &ours, "text/plain");
    refused(&[ours.simple(&json!([]))], &ours, "cannot be read");
    refused(&[Evidence::Bundle("{}".to_owned())], &ours, "no envelope");
}

#[test]
fn what_is_changed_after_it_was_signed_does_not_hold() {
    let ours = Pair::new();
    let digest = digest_of(b"manifest");
    let other = digest_of(b"another");
    let Evidence::Simple { payload, signature } = ours.simple(&payload(other.as_str(), SIMPLE))
    else {
        unreachable!("it is simple");
    };
    let payload = payload.replace(other.as_str(), digest.as_str());
    refused(
        &[Evidence::Simple { payload, signature }],
        &ours,
        "not made by this key",
    );
    let Evidence::Bundle(text) = ours.bundle(IN_TOTO, &statement(other.hex(), SIGNED)) else {
        unreachable!("it is a bundle");
    };
    let mut bundle: Value = serde_json::from_str(&text).expect("it is JSON");
    bundle["dsseEnvelope"]["payload"] =
        json!(STANDARD.encode(statement(digest.hex(), SIGNED).to_string()));
    refused(
        &[Evidence::Bundle(bundle.to_string())],
        &ours,
        "not made by this key",
    );
}

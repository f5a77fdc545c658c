//! Sigstore bundles: an envelope (DSSE) around a statement (in-toto) that names a digest.
//!
//! The formats: <https://github.com/sigstore/protobuf-specs>, <https://github.com/secure-systems-lab/dsse>,
//! <https://github.com/in-toto/attestation>.

use std::collections::BTreeMap;

use remold_manifest::ContentDigest;
use serde::Deserialize;

use super::{Flaw, from_base64};
use crate::artifact::shortened;
use crate::key::PublicKey;

/// What an envelope holds.
const STATEMENT: &str = "application/vnd.in-toto+json";
/// What a statement says that is a signature; others are attestations, such as of how something was built.
const SIGNED: &str = "https://sigstore.dev/cosign/sign/v1";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bundle {
    dsse_envelope: Option<Envelope>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Deserialize)]
struct Signature {
    sig: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    subject: Vec<Subject>,
    predicate_type: String,
}

#[derive(Deserialize)]
struct Subject {
    digest: BTreeMap<String, String>,
}

/// Checks that a key signed a bundle's statement, and that the statement names a digest.
pub(super) fn verify(text: &str, key: &PublicKey, digest: &ContentDigest) -> Result<(), Flaw> {
    let malformed = |error: serde_json::Error| Flaw::Malformed(shortened(&error.to_string()));
    let no_base64 = || Flaw::Malformed("its envelope is no base64".to_owned());
    let bundle: Bundle = serde_json::from_str(text).map_err(malformed)?;
    let envelope = bundle
        .dsse_envelope
        .ok_or_else(|| Flaw::Malformed("the bundle has no envelope (DSSE)".to_owned()))?;
    let payload = from_base64(&envelope.payload).ok_or_else(no_base64)?;
    let message = encoded(&envelope.payload_type, &payload);
    let mut signed = false;
    for signature in &envelope.signatures {
        let signature = from_base64(&signature.sig).ok_or_else(no_base64)?;
        signed |= key.signed(&message, &signature);
    }
    // First of all: nothing that the key did not sign is looked at.
    if !signed {
        return Err(Flaw::AnotherKey);
    }
    if envelope.payload_type != STATEMENT {
        return Err(Flaw::NoSignature(shortened(&envelope.payload_type)));
    }
    let statement: Statement = serde_json::from_slice(&payload).map_err(malformed)?;
    if statement.predicate_type != SIGNED {
        return Err(Flaw::NoSignature(shortened(&statement.predicate_type)));
    }
    let digests = || {
        let subjects = statement.subject.iter();
        subjects.filter_map(|subject| subject.digest.get("sha256"))
    };
    if !digests().any(|found| found == digest.hex()) {
        let found = digests().next().map_or("of no SHA-256", String::as_str);
        return Err(Flaw::AnotherArtifact(format!(
            "sha256:{}",
            shortened(found)
        )));
    }
    Ok(())
}

/// Writes what is signed, the encoding PAE of DSSE: lengths before texts, so that no two pairs look the same.
fn encoded(kind: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

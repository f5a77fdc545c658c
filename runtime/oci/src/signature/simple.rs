//! Simple signing: a document that names a digest, and the signature of its bytes.

use remold_manifest::ContentDigest;
use serde::Deserialize;

use super::{Flaw, from_base64};
use crate::artifact::shortened;
use crate::key::PublicKey;

/// What such a document says it is.
const KINDS: [&str; 2] = [
    "cosign container image signature",
    "https://sigstore.dev/cosign/sign/v1",
];

#[derive(Deserialize)]
struct Payload {
    critical: Critical,
}

#[derive(Deserialize)]
struct Critical {
    image: Image,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Image {
    #[serde(rename = "docker-manifest-digest")]
    digest: String,
}

/// Checks that a key signed a document, and that the document names a digest.
pub(super) fn verify(
    payload: &str,
    signature: &str,
    key: &PublicKey,
    digest: &ContentDigest,
) -> Result<(), Flaw> {
    let signature = from_base64(signature)
        .ok_or_else(|| Flaw::Malformed("its signature is no base64".to_owned()))?;
    // First of all: nothing that the key did not sign is looked at.
    if !key.signed(payload.as_bytes(), &signature) {
        return Err(Flaw::AnotherKey);
    }
    let payload: Payload = serde_json::from_str(payload)
        .map_err(|error| Flaw::Malformed(shortened(&error.to_string())))?;
    if !KINDS.contains(&payload.critical.kind.as_str()) {
        return Err(Flaw::NoSignature(shortened(&payload.critical.kind)));
    }
    let found = payload.critical.image.digest;
    if found != digest.as_str() {
        return Err(Flaw::AnotherArtifact(shortened(&found)));
    }
    Ok(())
}

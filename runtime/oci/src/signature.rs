//! Signatures in both of cosign's formats, made by a key.
//!
//! - *Simple signing*, up to cosign 2: a layer is a small JSON document that names the artifact's digest; the signature of its
//!   bytes is in an annotation.
//! - *Bundles*, from cosign 3: a layer is a Sigstore bundle with an envelope (DSSE) around a statement (in-toto) that names the
//!   digest.
//!
//! The layers are in a manifest under the tag `sha256-HEX.sig`, or in artifacts that refer to the signed one.
//!
//! A signature holds if the key made it and what it signs names the digest. Signatures by certificate (keyless) and
//! attestations are passed over: neither says that the owner of the key vouches for the artifact.

mod bundle;
mod gather;
mod simple;

use remold_manifest::ContentDigest;
use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::key::PublicKey;

pub(crate) use gather::gather;

/// What may show that an artifact is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Evidence {
    /// A document and its signature, base64.
    Simple {
        /// The document.
        payload: String,
        /// The signature of its bytes, base64.
        signature: String,
    },
    /// A Sigstore bundle, JSON.
    Bundle(String),
}

/// Why evidence shows nothing, the reason that says most last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Flaw {
    /// It is none at all.
    Malformed(String),
    /// It says something else than that the artifact is signed.
    NoSignature(String),
    /// Somebody else made it.
    AnotherKey,
    /// The key made it, for another artifact.
    AnotherArtifact(String),
}

/// Checks that one of several signatures shows that the owner of a key signed an artifact.
pub(crate) fn verify(
    evidence: &[Evidence],
    key: &PublicKey,
    digest: &ContentDigest,
) -> Result<(), Problem> {
    let mut closest: Option<Flaw> = None;
    for evidence in evidence {
        let checked = match evidence {
            Evidence::Simple { payload, signature } => {
                simple::verify(payload, signature, key, digest)
            }
            Evidence::Bundle(text) => bundle::verify(text, key, digest),
        };
        match checked {
            Ok(()) => return Ok(()),
            Err(flaw) => closest = closest.max(Some(flaw)),
        }
    }
    let reason = match closest {
        None => return Err(Problem::Unsigned),
        Some(Flaw::Malformed(what)) => format!("what should be one cannot be read: {what}"),
        Some(Flaw::NoSignature(what)) => format!("what is there says something else: {what}"),
        Some(Flaw::AnotherKey) => match evidence.len() {
            1 => "it was not made by this key".to_owned(),
            many => format!("none of the {many} was made by this key"),
        },
        Some(Flaw::AnotherArtifact(found)) => {
            format!("this key made it for another artifact, {found}")
        }
    };
    Err(Problem::Signature { reason })
}

/// Reads base64, with or without padding, in the usual alphabet.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
    let text = text.trim();
    STANDARD
        .decode(text)
        .or_else(|_| STANDARD_NO_PAD.decode(text))
        .ok()
}

#[cfg(test)]
mod tests;

//! Public keys, of the kinds that cosign makes and takes: ECDSA on P-256 and P-384, RSA, Ed25519.

use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use spki::SubjectPublicKeyInfoOwned;
use spki::der::DecodePem;

use crate::error::Problem;

/// The largest key, bytes of PEM.
const MAX_BYTES: usize = 64 << 10;

const EC: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";
const RSA: &str = "1.2.840.113549.1.1.1";
const ED25519: &str = "1.3.101.112";

/// A public key that signatures are verified with.
#[derive(Clone)]
pub struct PublicKey {
    algorithms: Vec<&'static dyn VerificationAlgorithm>,
    key: Vec<u8>,
}

impl PublicKey {
    /// Reads a key, PEM (`-----BEGIN PUBLIC KEY-----`).
    pub fn from_pem(text: &str) -> Result<Self, Problem> {
        let refused = |message: String| Problem::Key { message };
        if text.len() > MAX_BYTES {
            return Err(refused(format!("it is longer than {MAX_BYTES} bytes")));
        }
        if text.contains("PRIVATE KEY-----") {
            return Err(refused(
                "it is a private key, which belongs in nobody's manifest".to_owned(),
            ));
        }
        if text.contains("-----BEGIN CERTIFICATE-----") {
            return Err(refused("it is a certificate, and not a key".to_owned()));
        }
        let info = SubjectPublicKeyInfoOwned::from_pem(text.trim())
            .map_err(|error| refused(format!("it is no public key in PEM: {error}")))?;
        let curve = info
            .algorithm
            .parameters
            .as_ref()
            .and_then(|curve| curve.decode_as::<spki::ObjectIdentifier>().ok())
            .map(|curve| curve.to_string());
        let kind = info.algorithm.oid.to_string();
        let algorithms: Vec<&'static dyn VerificationAlgorithm> = match (
            kind.as_str(),
            curve.as_deref(),
        ) {
            (EC, Some(P256)) => vec![&signature::ECDSA_P256_SHA256_ASN1],
            // Older versions of cosign take SHA-256 with every key.
            (EC, Some(P384)) => vec![
                &signature::ECDSA_P384_SHA384_ASN1,
                &signature::ECDSA_P384_SHA256_ASN1,
            ],
            (RSA, _) => vec![&signature::RSA_PKCS1_2048_8192_SHA256],
            (ED25519, _) => vec![&signature::ED25519],
            _ => {
                return Err(refused(format!(
                    "its kind ({kind}) is not supported; ECDSA on P-256 and P-384, RSA from 2048 bits and Ed25519 are"
                )));
            }
        };
        let key = info.subject_public_key.as_bytes();
        let key = key.ok_or_else(|| refused("it is no whole number of bytes".to_owned()))?;
        Ok(Self {
            algorithms,
            key: key.to_vec(),
        })
    }

    /// Says whether the owner of the key signed a message.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.algorithms.iter().any(|&algorithm| {
            UnparsedPublicKey::new(algorithm, &self.key)
                .verify(message, signature)
                .is_ok()
        })
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({})", hex::encode(&self.key))
    }
}

#[cfg(test)]
mod tests;

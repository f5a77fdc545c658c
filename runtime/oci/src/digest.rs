//! The digest of bytes.

use remold_manifest::ContentDigest;
use sha2::{Digest as _, Sha256};

/// Returns the SHA-256 of some bytes.
pub(crate) fn digest_of(bytes: &[u8]) -> ContentDigest {
    let digits = hex::encode(Sha256::digest(bytes));
    ContentDigest::of_hex(&digits).expect("a SHA-256 has 64 hexadecimal digits")
}

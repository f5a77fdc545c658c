//! Which keys are taken, and with which words others are refused.

use super::*;

const P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4YcQVsXCXFgrQ8w0p+rz/zB7DT86
ZMkDCBIiqIuODHCU75IJNK6JWhk/CBGAb+GbuNBOhhCUjmXrMKSFMcBuMQ==
-----END PUBLIC KEY-----
";

/// On secp256k1, which is no curve of cosign.
const K1: &str = "-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAErDwOqbGM4tE+N47/f4JxSkG2fhlzTJHW
+sHi/yMqxIzYFFviZNgx77TUqWCOCdnxKtbshlGfxw/ymkRdkqTDMA==
-----END PUBLIC KEY-----
";

#[track_caller]
fn refused(text: &str, words: &str) {
    let problem = PublicKey::from_pem(text).expect_err(text).to_string();
    assert!(problem.contains(words), "{problem}");
}

#[test]
fn a_key_is_read_however_its_lines_end() {
    PublicKey::from_pem(P256).expect("a key");
    PublicKey::from_pem(&P256.replace('\n', "\r\n")).expect("a key");
    PublicKey::from_pem(&format!("\n  {P256}\n\n")).expect("a key");
}

#[test]
fn what_is_no_public_key_is_refused() {
    refused("", "no public key in PEM");
    refused("cosign.pub", "no public key in PEM");
    refused(&P256.replace("MFkw", "MFkx"), "no public key in PEM");
    refused(
        &P256.replace("PUBLIC", "ENCRYPTED SIGSTORE PRIVATE"),
        "private key",
    );
    refused(&P256.replace("PUBLIC KEY", "CERTIFICATE"), "certificate");
    refused(K1, "1.2.840.10045.2.1");
    refused(&"x".repeat(MAX_BYTES + 1), "longer than");
}

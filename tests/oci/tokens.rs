//! A server of tokens for a real registry, which checks them: `GET` with a password, or `POST` with an identity.
//!
//! <https://distribution.github.io/distribution/spec/auth/jwt/>

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair, SigningKey as _};
use serde_json::json;
use tempfile::TempDir;

use super::http::{Request, Response, serve};

/// A server that runs until the process ends.
pub(crate) struct TokenServer {
    port: u16,
    folder: TempDir,
}

struct Signer {
    key: KeyPair,
    certificate: Vec<u8>,
}

impl TokenServer {
    pub(crate) fn start() -> Self {
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = CertificateParams::default()
            .self_signed(&key)
            .expect("it can sign itself");
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(folder.path().join("tokens.crt"), certificate.pem())
            .expect("a file can be written");
        let signer = Signer {
            key,
            certificate: certificate.der().to_vec(),
        };
        let port = serve(move |request| signer.answer(request));
        Self { port, folder }
    }

    pub(crate) fn realm(&self) -> String {
        format!("http://127.0.0.1:{}/token", self.port)
    }

    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("tokens.crt")
    }
}

impl Signer {
    fn answer(&self, request: &Request) -> Response {
        let query = request.path.split_once('?').map_or("", |(_, query)| query);
        let form = String::from_utf8_lossy(&request.body).into_owned();
        let fields = if request.method == "POST" {
            &form
        } else {
            query
        };
        let field = |name: &str| {
            let mut fields = fields.split('&').filter_map(|field| field.split_once('='));
            let found = fields.find(|(known, _)| *known == name);
            found.map(|(_, value)| decoded(value)).unwrap_or_default()
        };
        let (status, answer) = match user(request.header("authorization"), &field("refresh_token"))
        {
            Err(refusal) => (401, json!({ "details": refusal })),
            Ok(user) => {
                assert_eq!(field("service"), "registry");
                self.token(&user, &field("scope"))
            }
        };
        Response::new(status, "application/json", answer.to_string())
    }

    /// Makes a token for what somebody may do of what is asked for.
    fn token(&self, user: &str, scope: &str) -> (u16, serde_json::Value) {
        let mut parts = scope.splitn(3, ':');
        let (kind, name, actions) = (parts.next(), parts.next(), parts.next());
        let asked: Vec<&str> = actions.unwrap_or_default().split(',').collect();
        if user == "bob" && asked.contains(&"push") {
            return (
                403,
                json!({ "errors": [{ "code": "DENIED", "message": "bob may not push" }] }),
            );
        }
        let allowed: Vec<&str> = asked
            .into_iter()
            .filter(|action| *action == "pull" || user == "ada")
            .collect();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("it is after 1970").as_secs();
        let head =
            json!({ "typ": "JWT", "alg": "ES256", "x5c": [STANDARD.encode(&self.certificate)] });
        let claims = json!({
            "iss": "tests", "sub": user, "aud": "registry", "jti": "1",
            "iat": now - 10, "nbf": now - 10, "exp": now + 600,
            "access": [{ "type": kind, "name": name, "actions": allowed }],
        });
        let encoded = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encoded(&head), encoded(&claims));
        let signature = self.key.sign(message.as_bytes()).expect("it can sign");
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(raw(&signature)));
        (200, json!({ "access_token": token }))
    }
}

/// Finds out who asks.
fn user(authorization: Option<&str>, identity: &str) -> Result<String, String> {
    if identity == "ada's identity" {
        return Ok("ada".to_owned());
    }
    let Some(authorization) = authorization else {
        return Ok(String::new());
    };
    let encoded = authorization.strip_prefix("Basic ").expect("a password");
    let text = STANDARD.decode(encoded).expect("it is base64");
    let text = String::from_utf8(text).expect("it is text");
    match text.split_once(':') {
        Some((user @ ("ada" | "bob"), "open sesame")) => Ok(user.to_owned()),
        other => Err(format!(
            "who is {}?",
            other.map_or("that", |(user, _)| user)
        )),
    }
}

/// Takes the two numbers of a signature out of their DER, each in 32 bytes.
fn raw(der: &[u8]) -> Vec<u8> {
    let mut rest = &der[2..];
    let mut raw = Vec::new();
    for _ in 0..2 {
        let length = usize::from(rest[1]);
        let number = &rest[2..2 + length];
        let number = &number[number.len().saturating_sub(32)..];
        raw.extend(std::iter::repeat_n(0, 32 - number.len()));
        raw.extend(number);
        rest = &rest[2 + length..];
    }
    raw
}

/// Undoes the percent signs of a field.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut letters = text.bytes();
    while let Some(letter) = letters.next() {
        if letter == b'%' {
            let digits = [letters.next(), letters.next()].map(|digit| digit.unwrap_or(b'0'));
            let digits = String::from_utf8_lossy(&digits).into_owned();
            bytes.push(u8::from_str_radix(&digits, 16).expect("two hexadecimal digits"));
        } else {
            bytes.push(letter);
        }
    }
    String::from_utf8(bytes).expect("a field is text")
}

//! One notification on its way: a POST by HTTP or HTTPS, tried several times.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::{Note, NotifySettings, NotifyUrl};

/// The pauses between attempts.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
];
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a notification did not arrive. Never with the address, which is a secret.
#[derive(Debug, thiserror::Error)]
pub(super) enum Undelivered {
    /// The file with the address cannot be read.
    #[error("the file with the webhook's address cannot be read: {0}")]
    NoAddress(#[source] std::io::Error),
    /// The address is none.
    #[error("the webhook's address is no URL of http or https")]
    BadAddress,
    /// The roots of trust of the system cannot be read.
    #[error("the system's certificates cannot be read: {0}")]
    NoRoots(#[source] std::io::Error),
    /// It could not be reached.
    #[error("the webhook could not be reached: {0}")]
    Unreachable(String),
    /// It does not answer.
    #[error("the webhook did not answer within {PATIENCE:?}")]
    Silent,
    /// It did not take it.
    #[error("the webhook answered {0}")]
    Refused(StatusCode),
}

impl Undelivered {
    /// Says whether another attempt may do.
    fn may_pass(&self) -> bool {
        match self {
            Self::Refused(status) => {
                status.is_server_error() || [408, 425, 429].contains(&status.as_u16())
            }
            Self::BadAddress => false,
            _ => true,
        }
    }
}

/// Where notifications go.
pub(super) struct Webhook {
    settings: NotifySettings,
}

impl Webhook {
    pub(super) const fn new(settings: NotifySettings) -> Self {
        Self { settings }
    }

    /// Delivers a note, with several attempts.
    pub(super) async fn deliver(&self, note: &Note) -> Result<(), Undelivered> {
        let (kind, body) = note.written(self.settings.format);
        let mut pauses = PAUSES.iter();
        loop {
            let tried = tokio::time::timeout(PATIENCE, self.attempt(kind, &body)).await;
            let error = match tried.unwrap_or(Err(Undelivered::Silent)) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            match pauses.next().filter(|_| error.may_pass()) {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return Err(error),
            }
        }
    }

    async fn attempt(&self, kind: &'static str, body: &Value) -> Result<(), Undelivered> {
        let url = match &self.settings.url {
            NotifyUrl::Here(url) => url.clone(),
            NotifyUrl::File(file) => {
                std::fs::read_to_string(file).map_err(Undelivered::NoAddress)?
            }
        };
        let request = Request::builder()
            .method(Method::POST)
            .uri(url.trim())
            .header(CONTENT_TYPE, kind)
            .header(USER_AGENT, concat!("remold/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(Bytes::from(body.to_string())))
            .map_err(|_| Undelivered::BadAddress)?;
        let scheme = request.uri().scheme_str();
        if !matches!(scheme, Some("http" | "https")) {
            return Err(Undelivered::BadAddress);
        }
        let answer = client()?.request(request).await;
        let answer = answer.map_err(|error| Undelivered::Unreachable(causes(&error)))?;
        let status = answer.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(Undelivered::Refused(status))
        }
    }
}

/// A client for one request: notifications are rare, and the certificates of the system may be changed.
fn client() -> Result<Client<HttpsConnector<HttpConnector>, Full<Bytes>>, Undelivered> {
    let connector = HttpsConnectorBuilder::new()
        .with_native_roots()
        .map_err(Undelivered::NoRoots)?
        .https_or_http()
        .enable_http1()
        .build();
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

/// The words of an error and of its causes, of which the last one says what happened.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

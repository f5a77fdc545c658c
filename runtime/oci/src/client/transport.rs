//! HTTP: requests with time limits, answers with size limits, failures told apart.

use std::io::Read;
use std::time::Duration;

use serde::Deserialize;
use ureq::http::{Request, Response};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, Error};

use crate::artifact::shortened;
use crate::error::Problem;

const CONNECT: Duration = Duration::from_secs(15);
/// How long nothing may come or go.
const SILENCE: Duration = Duration::from_mins(1);
/// How long one request may take altogether.
const WHOLE: Duration = Duration::from_mins(15);
/// The largest complaint of a registry that is read, bytes.
const MAX_COMPLAINT: u64 = 64 << 10;

/// A request.
pub(super) struct Call<'a> {
    method: &'static str,
    pub(super) url: String,
    headers: Vec<(&'static str, String)>,
    body: Option<&'a [u8]>,
}

impl<'a> Call<'a> {
    pub(super) const fn get(url: String) -> Self {
        Self::new("GET", url, None)
    }

    pub(super) const fn head(url: String) -> Self {
        Self::new("HEAD", url, None)
    }

    pub(super) const fn with_body(method: &'static str, url: String, body: &'a [u8]) -> Self {
        Self::new(method, url, Some(body))
    }

    const fn new(method: &'static str, url: String, body: Option<&'a [u8]>) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body,
        }
    }

    /// Says whether it changes nothing in the registry.
    pub(super) const fn only_reads(&self) -> bool {
        self.body.is_none()
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An answer, its body not read yet.
pub(super) struct Answer {
    response: Response<Body>,
    from: String,
}

/// What registries say in the body of an answer that refuses.
#[derive(Deserialize)]
struct Complaint {
    #[serde(default)]
    errors: Vec<Entry>,
    /// What servers of tokens say in its place.
    #[serde(default, alias = "message")]
    details: String,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl Answer {
    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Returns a header's text; an empty one if there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        let value = self.response.headers().get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// Walks the texts of a header that may be there more than once.
    pub(super) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.response.headers().get_all(name).into_iter();
        values.filter_map(|value| value.to_str().ok())
    }

    /// Reads the body; nothing if it has more bytes than `limit`.
    pub(super) fn read(self, limit: u64) -> Result<Option<Vec<u8>>, Problem> {
        let mut bytes = Vec::new();
        let body = self.response.into_body();
        // One byte more, which tells a body of the limit from a larger one.
        let read = body.into_reader().take(limit + 1).read_to_end(&mut bytes);
        match read {
            Ok(_) if bytes.len() as u64 > limit => Ok(None),
            Ok(_) => Ok(Some(bytes)),
            Err(error) => Err(problem(&self.from, error.into())),
        }
    }

    /// Reads what is said about a refusal, in a form that is fit for a message.
    pub(super) fn complaint(self) -> String {
        let is_text = self.header("content-type").starts_with("text/plain");
        let body = self.read(MAX_COMPLAINT).ok().flatten().unwrap_or_default();
        if let Ok(complaint) = serde_json::from_slice::<Complaint>(&body) {
            let entries = complaint.errors.iter();
            let said: Vec<&str> = entries
                .map(|entry| match entry.message.as_str() {
                    "" => entry.code.as_str(),
                    message => message,
                })
                .chain([complaint.details.as_str()])
                .filter(|text| !text.is_empty())
                .collect();
            return shortened(&said.join("; "));
        }
        if is_text {
            return shortened(&String::from_utf8_lossy(&body));
        }
        String::new()
    }
}

/// Sends requests to a registry and to the servers that it names.
pub(super) struct Transport {
    agent: Agent,
    registry: String,
}

impl Transport {
    /// `encrypted`: nothing is sent over plain HTTP, wherever the registry leads.
    pub(super) fn new(registry: &str, encrypted: bool) -> Result<Self, Problem> {
        let tls = TlsConfig::builder().root_certs(trusted(registry, encrypted)?);
        let mut config = Agent::config_builder()
            .tls_config(tls.build())
            .https_only(encrypted)
            .http_status_as_error(false)
            .max_redirects(5)
            .timeout_connect(Some(CONNECT))
            .timeout_per_read(Some(SILENCE))
            .timeout_per_write(Some(SILENCE))
            .timeout_global(Some(WHOLE))
            .user_agent(concat!("remold/", env!("CARGO_PKG_VERSION")));
        if super::is_this_machine(registry) {
            // A proxy would look for it on a machine of its own.
            config = config.proxy(None);
        }
        Ok(Self {
            agent: config.build().new_agent(),
            registry: registry.to_owned(),
        })
    }

    /// Sends a request. Credentials are not sent along when it is redirected.
    pub(super) fn send(
        &self,
        call: &Call<'_>,
        authorization: Option<&str>,
    ) -> Result<Answer, Problem> {
        let mut request = Request::builder().method(call.method).uri(&call.url);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let from = self.named(&call.url);
        let response = match call.body {
            None => request.body(()).map(|request| self.agent.run(request)),
            Some(body) => request.body(body).map(|request| self.agent.run(request)),
        };
        match response {
            Ok(Ok(response)) => Ok(Answer { response, from }),
            Ok(Err(error)) => Err(problem(&from, error)),
            Err(error) => Err(problem(&from, error.into())),
        }
    }

    /// Names who is asked, for messages: another server than the registry as well.
    fn named(&self, url: &str) -> String {
        let host = url.split('/').nth(2).unwrap_or_default();
        let is_registry = host == super::host_of(&self.registry);
        if is_registry || host.is_empty() {
            return self.registry.clone();
        }
        format!("{} (named by {})", shortened(host), self.registry)
    }

    /// Asks a registry of this machine whether it speaks plain HTTP. One that has TLS answers with nothing, or with 400.
    pub(super) fn answers_plainly(registry: &str, host: &str) -> bool {
        let Ok(transport) = Self::new(registry, false) else {
            return false;
        };
        let answer = transport.send(&Call::get(format!("http://{host}/v2/")), None);
        answer.is_ok_and(|answer| answer.status() != 400)
    }
}

/// Finds the authorities that may vouch for a server: those of the machine, or those of Mozilla where it has none.
fn trusted(registry: &str, encrypted: bool) -> Result<RootCerts, Problem> {
    if !encrypted {
        return Ok(RootCerts::WebPki);
    }
    let found = rustls_native_certs::load_native_certs();
    if !found.certs.is_empty() {
        let certificates = found.certs.iter();
        let certificates =
            certificates.map(|certificate| Certificate::from_der(certificate).to_owned());
        return Ok(certificates.collect::<Vec<_>>().into());
    }
    match found.errors.first() {
        // Somebody named a file, and means it.
        Some(error) => Err(Problem::Tls {
            registry: registry.to_owned(),
            message: format!("the authorities that are trusted cannot be read: {error}"),
        }),
        None => Ok(RootCerts::WebPki),
    }
}

/// Tells the ways to fail apart.
fn problem(from: &str, error: Error) -> Problem {
    let registry = from.to_owned();
    let unreachable = |message: String| Problem::Unreachable {
        registry: from.to_owned(),
        message,
    };
    match error {
        Error::HostNotFound => unreachable("there is no such host".to_owned()),
        Error::ConnectionFailed => unreachable("no connection".to_owned()),
        Error::Timeout(limit) => unreachable(format!("no answer in time ({limit})")),
        // What TLS says of a certificate comes as bad data of the connection.
        Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => Problem::Tls {
            registry,
            message: error.to_string(),
        },
        Error::Io(error) => unreachable(error.to_string()),
        Error::Rustls(error) => Problem::Tls {
            registry,
            message: error.to_string(),
        },
        Error::Tls(message) => Problem::Tls {
            registry,
            message: message.to_owned(),
        },
        Error::RequireHttpsOnly(_) => Problem::Tls {
            registry,
            message: "it leads to a server without TLS".to_owned(),
        },
        error => Problem::Protocol {
            registry,
            message: shortened(&error.to_string()),
        },
    }
}

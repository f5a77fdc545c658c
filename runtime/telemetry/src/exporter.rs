//! Sends spans: one request for a batch, in protobuf, with a bounded time and one attempt more for what passes by itself.

use std::future::{Future, ready};
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use prost::Message as _;
use ureq::http::Request;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Error};

use crate::settings::Settings;
use crate::trouble::{Complaints, Trouble};

/// How long is waited before what passes by itself is tried once more.
const PAUSE: Duration = Duration::from_millis(500);
/// The largest answer that is read, bytes.
const MAX_ANSWER: u64 = 64 << 10;
/// How much of what a collector says is told on, characters.
const MAX_SAID: usize = 200;
/// Statuses after which the specification has the same request sent again.
const PASSING: [u16; 4] = [429, 502, 503, 504];

/// Sends spans to one collector.
#[derive(Debug)]
pub(crate) struct Exporter {
    agent: Agent,
    settings: Settings,
    resource: ResourceAttributesWithSchema,
    complaints: Arc<Complaints>,
}

impl Exporter {
    pub(crate) fn new(settings: Settings, complaints: Arc<Complaints>) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(settings.timeout))
            .user_agent(concat!("remold/", env!("CARGO_PKG_VERSION")));
        if settings.endpoint.scheme_str() == Some("https") {
            let tls = TlsConfig::builder().root_certs(trusted(&settings));
            config = config.tls_config(tls.build());
        }
        Self {
            agent: config.build().new_agent(),
            settings,
            resource: ResourceAttributesWithSchema::default(),
            complaints,
        }
    }

    fn send(&self, spans: Vec<SpanData>) -> Result<(), Trouble> {
        let request = ExportTraceServiceRequest {
            resource_spans: group_spans_by_resource_and_scope(spans, &self.resource),
        };
        let body = request.encode_to_vec();
        match self.attempt(&body) {
            Err(trouble) if passes(&trouble) => {
                std::thread::sleep(PAUSE);
                self.attempt(&body)
            }
            done => done,
        }
    }

    fn attempt(&self, body: &[u8]) -> Result<(), Trouble> {
        let mut request = Request::post(self.settings.endpoint.clone())
            .header("content-type", "application/x-protobuf");
        for (name, value) in &self.settings.headers {
            request = request.header(name, value);
        }
        let place = self.settings.place();
        let sent = request.body(body).map(|request| self.agent.run(request));
        let mut answer = match sent {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(trouble(place, &error)),
            Err(error) => return Err(trouble(place, &error.into())),
        };
        let status = answer.status();
        if !status.is_success() {
            let status = status.as_u16();
            return Err(Trouble::Refused { place, status });
        }
        let mut bytes = Vec::new();
        let reader = answer.body_mut().as_reader();
        // What it took, it took, whether or not it finishes its answer.
        if reader.take(MAX_ANSWER).read_to_end(&mut bytes).is_err() {
            return Ok(());
        }
        let answer = ExportTraceServiceResponse::decode(bytes.as_slice()).unwrap_or_default();
        match answer.partial_success {
            Some(part) if part.rejected_spans > 0 => Err(Trouble::Partial {
                place,
                spans: part.rejected_spans,
                why: part.error_message.chars().take(MAX_SAID).collect(),
            }),
            _ => Ok(()),
        }
    }
}

impl SpanExporter for Exporter {
    /// Blocks; it is called on the thread that the SDK has for it.
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        let sent = self.send(batch).map_err(|trouble| {
            self.complaints.tell(&trouble);
            OTelSdkError::InternalFailure(trouble.to_string())
        });
        ready(sent)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = resource.into();
    }
}

/// Says whether the same request may be taken a moment later.
fn passes(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Unreachable { .. } => true,
        Trouble::Refused { status, .. } => PASSING.contains(status),
        Trouble::Late { .. } | Trouble::Partial { .. } | Trouble::Strange { .. } => false,
    }
}

/// Tells the ways to fail apart.
fn trouble(place: String, error: &Error) -> Trouble {
    let why = match error {
        Error::Timeout(_) => return Trouble::Late { place },
        Error::HostNotFound => "there is no such host".to_owned(),
        Error::ConnectionFailed => "no connection".to_owned(),
        Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            return Trouble::Late { place };
        }
        Error::Io(error) => error.to_string(),
        Error::Rustls(error) => error.to_string(),
        Error::Tls(message) => (*message).to_owned(),
        error => {
            let why = error.to_string().chars().take(MAX_SAID).collect();
            return Trouble::Strange { place, why };
        }
    };
    Trouble::Unreachable { place, why }
}

/// Finds the authorities that may vouch for the collector: those of the file that was named, those of the machine, or those of
/// Mozilla where it has none. A file that cannot be read vouches for nobody, which the first request tells.
fn trusted(settings: &Settings) -> RootCerts {
    let found: Vec<Certificate<'static>> = match &settings.certificate {
        Some(path) => {
            let text = std::fs::read(path).unwrap_or_default();
            let items = parse_pem(&text).filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            });
            return items.collect::<Vec<_>>().into();
        }
        None => rustls_native_certs::load_native_certs()
            .certs
            .iter()
            .map(|certificate| Certificate::from_der(certificate).to_owned())
            .collect(),
    };
    if found.is_empty() {
        return RootCerts::WebPki;
    }
    found.into()
}

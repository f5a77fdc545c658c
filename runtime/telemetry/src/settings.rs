//! What OpenTelemetry's variables say: where spans go, and whose child the trace is.
//!
//! Nothing is read here but what the caller looks up. Sampling, limits of spans and of the queue, and the attributes of the
//! resource are read by OpenTelemetry's own SDK, as every program does that has it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use percent_encoding::percent_decode_str;
use ureq::http::{HeaderName, HeaderValue, Uri};

/// How long the collector may take for one request, unless told otherwise: as the specification has it.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The only way to speak with a collector that is there.
const PROTOCOL: &str = "http/protobuf";

/// Where spans go, and whose child the trace is.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) endpoint: Uri,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) timeout: Duration,
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) service: Option<String>,
    pub(crate) parent: Option<SpanContext>,
}

/// Why variables cannot be followed, so that nothing is traced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Another protocol than the one that is there.
    #[error("{variable} is {value}, and spans can be sent by http/protobuf only")]
    Protocol {
        /// The variable.
        variable: &'static str,
        /// What it says.
        value: String,
    },
    /// Not an address.
    #[error("{variable} is no URL with http:// or https:// and a host")]
    Endpoint {
        /// The variable.
        variable: &'static str,
    },
    /// Not headers.
    #[error("{variable} is no list NAME=VALUE,NAME=VALUE of headers")]
    Headers {
        /// The variable. Its value may be a secret.
        variable: &'static str,
    },
}

impl Unusable {
    /// Returns what helps, a sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Protocol { .. } => {
                "set it to http/protobuf, and the endpoint to the collector's port for OTLP over HTTP, 4318 as a rule"
            }
            Self::Endpoint { .. } => "it looks like http://collector:4318",
            Self::Headers { .. } => "it looks like authorization=Bearer%20TOKEN",
        }
    }
}

impl Settings {
    /// Reads the variables; nothing if nobody asks for traces, or somebody forbids them. A variable that is empty is not set.
    pub fn read(look_up: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, Unusable> {
        let look_up = |name: &str| look_up(name).filter(|value| !value.trim().is_empty());
        let is = |name, expected: &str| {
            look_up(name).is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
        };
        if is("OTEL_SDK_DISABLED", "true") || is("OTEL_TRACES_EXPORTER", "none") {
            return Ok(None);
        }
        // What is said of traces alone wins over what is said of everything.
        let either = |own: &'static str, all: &'static str| {
            let own = look_up(own).map(|value| (own, value));
            own.or_else(|| look_up(all).map(|value| (all, value)))
        };
        let Some(endpoint) = endpoint(&look_up)? else {
            return Ok(None);
        };
        if let Some((variable, value)) = either(
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            "OTEL_EXPORTER_OTLP_PROTOCOL",
        ) && value.trim() != PROTOCOL
        {
            return Err(Unusable::Protocol { variable, value });
        }
        let headers = either(
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
            "OTEL_EXPORTER_OTLP_HEADERS",
        );
        let timeout = either(
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
            "OTEL_EXPORTER_OTLP_TIMEOUT",
        );
        let millis = timeout.and_then(|(_, value)| value.trim().parse().ok());
        let certificate = either(
            "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
            "OTEL_EXPORTER_OTLP_CERTIFICATE",
        );
        Ok(Some(Self {
            endpoint,
            headers: match headers {
                Some((variable, text)) => {
                    headers_of(&text).ok_or(Unusable::Headers { variable })?
                }
                None => Vec::new(),
            },
            timeout: millis.map_or(TIMEOUT, Duration::from_millis),
            certificate: certificate.map(|(_, path)| PathBuf::from(path)),
            service: look_up("OTEL_SERVICE_NAME"),
            parent: parent(&look_up),
        }))
    }

    /// Names the collector for messages: scheme, host and port, nothing that could be a secret.
    pub(crate) fn place(&self) -> String {
        let scheme = self.endpoint.scheme_str().unwrap_or_default();
        let host = self.endpoint.host().unwrap_or_default();
        let port = self.endpoint.port_u16();
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{scheme}://{host}{port}")
    }
}

fn endpoint(look_up: &impl Fn(&str) -> Option<String>) -> Result<Option<Uri>, Unusable> {
    let (variable, text) = if let Some(text) = look_up("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", text.trim().to_owned())
    } else if let Some(base) = look_up("OTEL_EXPORTER_OTLP_ENDPOINT") {
        let base = base.trim().trim_end_matches('/');
        ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("{base}/v1/traces"))
    } else {
        return Ok(None);
    };
    let uri: Option<Uri> = text.parse().ok();
    let uri = uri.filter(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    uri.map(Some).ok_or(Unusable::Endpoint { variable })
}

/// Reads `NAME=VALUE,NAME=VALUE` with values that are percent-encoded.
fn headers_of(text: &str) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let header = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
        Some((name.trim().parse().ok()?, value.parse().ok()?))
    };
    let pairs = text.split(',').map(str::trim);
    pairs.filter(|pair| !pair.is_empty()).map(header).collect()
}

/// Reads whose child the trace is, from `TRACEPARENT` and `TRACESTATE`, in the form of W3C Trace Context.
fn parent(look_up: &impl Fn(&str) -> Option<String>) -> Option<SpanContext> {
    let names = ["traceparent", "tracestate"];
    let carrier: HashMap<String, String> = names
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), look_up(&name.to_ascii_uppercase())?)))
        .collect();
    let context = TraceContextPropagator::new().extract(&carrier);
    let parent = context.span().span_context().clone();
    parent.is_valid().then_some(parent)
}

#[cfg(test)]
mod tests;

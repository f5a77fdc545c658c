//! A real OpenTelemetry Collector that takes traces and writes down what it took: on a free port with a folder of its own,
//! stopped when it is dropped and when the test process dies.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Child;

use serde_json::Value;

use crate::cache::fetch;
use crate::patience::{try_wait_for, wait_for};
use crate::server::process;
use crate::tls::Certificates;

/// A collector that runs.
#[derive(Debug)]
pub struct Collector {
    folder: PathBuf,
    port: u16,
    certificates: Option<Certificates>,
    child: Child,
}

/// A span that a collector took.
#[derive(Debug, Clone)]
pub struct Span {
    /// The id of its trace, hexadecimal.
    pub trace: String,
    /// Its id, hexadecimal.
    pub id: String,
    /// The id of its parent; empty if it has none.
    pub parent: String,
    /// What it is called.
    pub name: String,
    /// When it began and ended, Unix nanoseconds.
    pub time: (u64, u64),
    /// The words of its status, if that is an error.
    pub error: Option<String>,
    /// Its attributes: texts and numbers.
    pub attributes: BTreeMap<String, Value>,
    /// What happened in it, in order.
    pub events: Vec<SpanEvent>,
    /// The attributes of the program that it is of.
    pub resource: BTreeMap<String, Value>,
}

/// What happened in a span.
#[derive(Debug, Clone)]
pub struct SpanEvent {
    /// What it is called.
    pub name: String,
    /// When, Unix nanoseconds.
    pub time: u64,
    /// Its attributes.
    pub attributes: BTreeMap<String, Value>,
}

impl Collector {
    /// Starts one.
    pub fn start() -> Self {
        Self::start_in(process::new_folder(), None)
    }

    /// Starts one that speaks TLS, with a certificate of an authority that nobody knows.
    pub fn start_with_tls() -> Self {
        let folder = process::new_folder();
        let certificates = Certificates::create(&folder);
        Self::start_in(folder, Some(certificates))
    }

    fn start_in(folder: PathBuf, certificates: Option<Certificates>) -> Self {
        let programs = fetch("monitoring.sh", "collector");
        let tls = certificates.as_ref().map_or_else(String::new, |files| {
            let (certificate, key) = (files.server.display(), files.server_key.display());
            format!(", tls: {{ cert_file: \"{certificate}\", key_file: \"{key}\" }}")
        });
        let program = PathBuf::from(programs.trim()).join("collector");
        let file = folder.join("collector.yaml");
        let traces = folder.join("traces.json");
        let log = folder.join("collector.log");
        let (port, child) = process::start_on_free_port(&program, &log, |command, port| {
            let configuration = format!(
                "receivers: {{ otlp: {{ protocols: {{ http: {{ endpoint: \"127.0.0.1:{port}\"{tls} }} }} }} }}\n\
                 exporters: {{ file: {{ path: \"{}\" }} }}\n\
                 service:\n  telemetry: {{ metrics: {{ level: none }} }}\n  \
                 pipelines: {{ traces: {{ receivers: [otlp], exporters: [file] }} }}\n",
                traces.display()
            );
            fs::write(&file, configuration).expect("a file can be written");
            command.arg("--config").arg(&file);
        });
        let collector = Self {
            folder,
            port,
            certificates,
            child,
        };
        let ready = try_wait_for(|| {
            let log = fs::read_to_string(collector.folder.join("collector.log")).ok()?;
            log.contains("Everything is ready").then_some(())
        });
        let log = fs::read_to_string(collector.folder.join("collector.log"));
        assert!(
            ready.is_some(),
            "the collector did not start:\n{}",
            log.unwrap_or_default()
        );
        collector
    }

    /// Returns the address at which it takes OTLP over HTTP.
    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Returns the same as OpenTelemetry's variables have it.
    pub fn url(&self) -> String {
        let scheme = self.certificates.as_ref().map_or("http", |_| "https");
        format!("{scheme}://{}", self.address())
    }

    /// Returns the file of the authority that vouches for it, if it speaks TLS.
    pub fn authority(&self) -> Option<&Path> {
        self.certificates
            .as_ref()
            .map(|files| files.authority.as_path())
    }

    /// Returns everything that it took, as it wrote it: a line of JSON for each request.
    pub fn text(&self) -> String {
        fs::read_to_string(self.folder.join("traces.json")).unwrap_or_default()
    }

    /// Returns the spans that it took, in the order in which they came.
    pub fn spans(&self) -> Vec<Span> {
        let text = self.text();
        // The last line may not be there in full.
        let requests = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        requests.flat_map(|request| spans_of(&request)).collect()
    }

    /// Waits until it has so many spans that have no parent in what it took, and returns all, in the order of their beginnings.
    #[track_caller]
    pub fn wait_for_commands(&self, count: usize) -> Vec<Span> {
        wait_for("the traces", || {
            let mut spans = self.spans();
            let commands = spans
                .iter()
                .filter(|span| span.name.starts_with("remold "))
                .count();
            spans.sort_by_key(|span| span.time);
            (commands >= count).then_some(spans)
        })
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn spans_of(request: &Value) -> Vec<Span> {
    let mut spans = Vec::new();
    for resource in list(&request["resourceSpans"]) {
        let of = attributes(&resource["resource"]);
        let scopes = list(&resource["scopeSpans"]).iter();
        for span in scopes.flat_map(|scope| list(&scope["spans"])) {
            spans.push(span_of(span, &of));
        }
    }
    spans
}

fn span_of(span: &Value, resource: &BTreeMap<String, Value>) -> Span {
    let text = |name: &str| span[name].as_str().unwrap_or_default().to_owned();
    let status = &span["status"];
    let message = status["message"].as_str().unwrap_or_default();
    let event = |event: &Value| SpanEvent {
        name: event["name"].as_str().unwrap_or_default().to_owned(),
        time: nanoseconds(&event["timeUnixNano"]),
        attributes: attributes(event),
    };
    Span {
        trace: text("traceId"),
        id: text("spanId"),
        parent: text("parentSpanId"),
        name: text("name"),
        time: (
            nanoseconds(&span["startTimeUnixNano"]),
            nanoseconds(&span["endTimeUnixNano"]),
        ),
        error: (status["code"] == 2).then(|| message.to_owned()),
        attributes: attributes(span),
        events: list(&span["events"]).iter().map(event).collect(),
        resource: resource.clone(),
    }
}

/// 64-bit numbers are texts in the JSON of OTLP.
fn nanoseconds(value: &Value) -> u64 {
    let text = value.as_str().unwrap_or_default();
    text.parse().expect("a number of nanoseconds")
}

fn attributes(of: &Value) -> BTreeMap<String, Value> {
    let attribute = |one: &Value| {
        let name = one["key"].as_str()?.to_owned();
        let (kind, value) = one["value"].as_object()?.iter().next()?;
        let number = || value.as_str()?.parse::<i64>().ok();
        let value = match (kind.as_str(), number()) {
            ("intValue", Some(number)) => number.into(),
            _ => value.clone(),
        };
        Some((name, value))
    };
    list(&of["attributes"])
        .iter()
        .filter_map(attribute)
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

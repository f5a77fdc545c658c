//! A trace that has its name: spans on their way, by OpenTelemetry's SDK with a thread and a bounded queue of its own.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{
    Event, Span as _, SpanBuilder, SpanKind, Status, TraceContextExt as _, TraceId,
    TracerProvider as _,
};
use opentelemetry::{Context, InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::{EnvResourceDetector, TelemetryResourceDetector};
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, IdGenerator, RandomIdGenerator, SdkTracer, SdkTracerProvider, Span,
};
use sha2::{Digest as _, Sha256};

use crate::exporter::Exporter;
use crate::settings::Settings;
use crate::table::Command;
use crate::trouble::Complaints;

/// What a service is called unless its variables say.
const SERVICE: &str = "remold";

/// A stage that has ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) name: &'static str,
    pub(super) since: SystemTime,
    pub(super) until: SystemTime,
    pub(super) attributes: Vec<KeyValue>,
    pub(super) events: Vec<Event>,
    pub(super) error: Option<String>,
}

/// Spans on their way.
#[derive(Debug)]
pub(super) struct Sending {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    root: Span,
    below: Context,
}

impl Sending {
    /// Begins to send; the root span is begun. A trace without a name gets one that nobody else has.
    pub(super) fn begin(
        settings: Settings,
        complaints: Arc<Complaints>,
        command: &'static Command,
        version: &'static str,
        name: Option<&str>,
        begun: SystemTime,
    ) -> Self {
        let resource = resource(&settings, version);
        let parent = settings.parent.clone();
        let exporter = Exporter::new(settings, complaints);
        let provider = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_id_generator(Ids(name.map(trace_id)))
            .with_span_processor(BatchSpanProcessor::builder(exporter).build())
            .build();
        let scope = InstrumentationScope::builder(SERVICE).with_version(version);
        let tracer = provider.tracer_with_scope(scope.build());
        let above = match parent {
            Some(parent) => Context::new().with_remote_span_context(parent),
            None => Context::new(),
        };
        let root = SpanBuilder::from_name(command.span)
            .with_kind(SpanKind::Internal)
            .with_start_time(begun)
            .start_with_context(&tracer, &above);
        let below = Context::new().with_remote_span_context(root.span_context().clone());
        Self {
            provider,
            tracer,
            root,
            below,
        }
    }

    pub(super) fn send(&mut self, ended: Ended) {
        let mut span = SpanBuilder::from_name(ended.name)
            .with_kind(SpanKind::Internal)
            .with_start_time(ended.since)
            .with_attributes(ended.attributes)
            .with_events(ended.events)
            .start_with_context(&self.tracer, &self.below);
        if let Some(error) = ended.error {
            span.set_status(Status::error(error));
        }
        span.end_with_timestamp(ended.until);
    }

    /// Ends the root span, and waits until everything is delivered or was tried; says whether that was so in time.
    pub(super) fn end(
        mut self,
        attributes: Vec<KeyValue>,
        until: SystemTime,
        error: Option<&str>,
        patience: Duration,
    ) -> bool {
        self.root.set_attributes(attributes);
        if let Some(error) = error {
            self.root.set_status(Status::error(error.to_owned()));
        }
        self.root.end_with_timestamp(until);
        self.provider.shutdown_with_timeout(patience).is_ok()
    }
}

/// Says of which program the spans are. What the variables say wins.
fn resource(settings: &Settings, version: &'static str) -> Resource {
    let resource = Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", SERVICE),
            KeyValue::new("service.version", version),
        ])
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_detector(Box::new(EnvResourceDetector::new()));
    match &settings.service {
        Some(service) => resource.with_service_name(service.clone()).build(),
        None => resource.build(),
    }
}

/// Makes the id of a trace out of its name: the same in every process.
fn trace_id(name: &str) -> TraceId {
    let digest = Sha256::new_with_prefix(b"remold.dev/trace\0").chain_update(name);
    let mut id = [0; 16];
    id.copy_from_slice(&digest.finalize()[..16]);
    TraceId::from_bytes(id)
}

/// Gives ids: to a trace the one that it has by its name, to spans any.
#[derive(Debug)]
struct Ids(Option<TraceId>);

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> opentelemetry::trace::TraceId {
        let any = || RandomIdGenerator::default().new_trace_id();
        self.0.unwrap_or_else(any)
    }

    fn new_span_id(&self) -> opentelemetry::trace::SpanId {
        RandomIdGenerator::default().new_span_id()
    }
}

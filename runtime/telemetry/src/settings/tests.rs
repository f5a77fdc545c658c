//! Variables as people set them, rightly and wrongly.

use opentelemetry::trace::{SpanId, TraceId};

use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Option<Settings>, Unusable> {
    Settings::read(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

fn settings(variables: &[(&str, &str)]) -> Settings {
    let read = read(variables).expect("they can be followed");
    read.expect("traces are asked for")
}

const BASE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/");

#[test]
fn nothing_is_traced_unless_it_is_asked_for_and_not_forbidden() {
    for variables in [
        &[][..],
        &[("OTEL_SERVICE_NAME", "remold"), ("TRACEPARENT", "00")],
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")],
        &[BASE, ("OTEL_SDK_DISABLED", "True")],
        &[BASE, ("OTEL_TRACES_EXPORTER", "none")],
    ] {
        assert!(
            read(variables).expect("no mistake").is_none(),
            "{variables:?}"
        );
    }
    assert!(read(&[BASE, ("OTEL_SDK_DISABLED", "false")]).is_ok_and(|read| read.is_some()));
}

#[test]
fn the_endpoint_of_everything_gets_a_path_and_that_of_traces_is_taken_as_it_is() {
    let endpoint = |variables: &[(&str, &str)]| settings(variables).endpoint.to_string();
    assert_eq!(endpoint(&[BASE]), "http://collector:4318/v1/traces");
    let below = ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://host/otlp");
    assert_eq!(endpoint(&[below]), "https://host/otlp/v1/traces");
    let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:1/x");
    assert_eq!(endpoint(&[BASE, own]), "http://traces:1/x");
    for wrong in ["collector:4318", "grpc://collector:4317", "http://", "a b"] {
        let variable = "OTEL_EXPORTER_OTLP_ENDPOINT";
        let refused = read(&[(variable, wrong)]).map(|_| ());
        assert_eq!(refused, Err(Unusable::Endpoint { variable }), "{wrong}");
    }
}

#[test]
fn messages_name_the_collector_without_what_may_be_secret() {
    let secret = (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "https://me:word@host:1/?token=word",
    );
    assert_eq!(settings(&[secret]).place(), "https://host:1");
    let headers = read(&[BASE, ("OTEL_EXPORTER_OTLP_HEADERS", "word")]);
    let complaint = headers.expect_err("no header").to_string();
    assert!(!complaint.contains("word"), "{complaint}");
}

#[test]
fn another_protocol_is_refused_by_name() {
    for (variable, value) in [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
    ] {
        let refused = read(&[BASE, (variable, value)]).map(|_| ());
        let value = value.to_owned();
        assert_eq!(refused, Err(Unusable::Protocol { variable, value }));
    }
    let own = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", PROTOCOL);
    settings(&[BASE, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), own]);
}

#[test]
fn headers_are_percent_encoded_and_those_of_traces_win() {
    let all = ("OTEL_EXPORTER_OTLP_HEADERS", "a=1");
    let own = (
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        " authorization = Bearer%20x=, b=2,",
    );
    let settings = settings(&[BASE, all, own]);
    let headers: Vec<(&str, &str)> = settings
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("a text")))
        .collect();
    assert_eq!(headers, [("authorization", "Bearer x="), ("b", "2")]);
}

#[test]
fn a_request_may_take_as_long_as_is_said() {
    let timeout = |value| settings(&[BASE, ("OTEL_EXPORTER_OTLP_TIMEOUT", value)]).timeout;
    assert_eq!(timeout("250"), Duration::from_millis(250));
    assert_eq!(timeout("soon"), TIMEOUT);
}

#[test]
fn a_parent_is_taken_if_it_is_one() {
    let parent = |text| settings(&[BASE, ("TRACEPARENT", text)]).parent;
    let found = parent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let found = found.expect("it is one");
    assert_eq!(
        (found.trace_id(), found.span_id(), found.is_sampled()),
        (
            TraceId::from(0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c),
            SpanId::from(0xb7ad_6b71_6920_3331),
            true
        )
    );
    assert!(parent("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01").is_none());
    assert!(parent("x").is_none());
}

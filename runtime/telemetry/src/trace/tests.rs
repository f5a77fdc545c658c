//! Traces as a collector gets them, and what becomes of a command whose collector does not do its part.

use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver};
use std::time::Instant;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use prost::Message as _;

use super::*;
use crate::stub::{Answer, Stub};
use crate::table;

const TAKEN: u16 = 200;

fn settings(port: u16, more: &[(&str, &str)]) -> Settings {
    let read = Settings::read(|name| match name {
        "OTEL_EXPORTER_OTLP_ENDPOINT" => Some(format!("http://127.0.0.1:{port}")),
        name => {
            let found = more.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        }
    });
    read.expect("no mistake").expect("traces are asked for")
}

fn begin(port: u16, more: &[(&str, &str)]) -> (Trace, Receiver<Trouble>) {
    let (tell, told) = mpsc::channel();
    let command = Command::find("run").expect("it is traced");
    let trace = Trace::begin(settings(port, more), command, "1.2.3", move |trouble| {
        tell.send(trouble.clone()).expect("somebody listens");
    });
    (trace, told)
}

fn taken() -> Stub {
    Stub::start(vec![Answer::Status(TAKEN, Vec::new())])
}

fn attributes(span: &Span) -> Vec<(&str, &Any)> {
    let all = span.attributes.iter();
    let value = |value: &'_ Option<_>| value.is_some();
    all.filter(|one| value(&one.value))
        .filter_map(|one| Some((one.key.as_str(), one.value.as_ref()?.value.as_ref()?)))
        .collect()
}

#[test]
fn stages_are_children_of_the_command_one_after_the_other_inside_of_it() {
    let stub = taken();
    let (trace, told) = begin(stub.port, &[("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b")]);
    trace.enter(&table::LOAD);
    trace.enter(&table::ENTER);
    trace.set_in_stage(&table::EPOCH, 1);
    trace.enter(&table::ENTER);
    trace.set_in_stage(&table::EPOCH, 2);
    trace.identify("one");
    trace.enter(&table::MIGRATE);
    trace.happened(
        &table::WAITING,
        [(&table::FAULT, "lost".into()), (&table::DELAY, 0.5.into())],
    );
    trace.enter(&table::CHECK);
    trace.enter(&table::MIGRATE);
    trace.set(&table::RUN, "names-1");
    trace.set(&table::RUN, "names-2");
    trace.end(None);
    trace.enter(&table::RECORD);
    trace.identify("two");
    trace.end(None);
    assert!(told.try_recv().is_err(), "nothing went wrong");
    assert_eq!(
        stub.requests().len(),
        1,
        "what comes after the end is not heard"
    );

    let (head, request) = stub.requests().remove(0);
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /v1/traces "), "{head}");
    for header in [
        "content-type: application/x-protobuf",
        "x-key: a b",
        "user-agent: remold/",
    ] {
        assert!(head.contains(header), "{header} in {head}");
    }
    let resource = request.resource_spans[0].resource.clone().expect("one");
    let text = format!("{resource:?}");
    for part in [
        "service.name",
        "\"remold\"",
        "service.version",
        "1.2.3",
        "telemetry.sdk",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let spans = stub.spans();
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(
        names,
        ["load", "enter", "migrate", "check", "migrate", "remold run"]
    );
    let (root, stages) = spans.split_last().expect("six");
    assert!(root.parent_span_id.is_empty());
    assert_eq!(
        attributes(root),
        [("remold.run.id", &Any::StringValue("names-2".into()))]
    );
    assert_eq!(
        attributes(&stages[1]),
        [("remold.epoch", &Any::IntValue(2))]
    );
    assert_eq!(stages[2].events[0].name, "waiting");
    assert_eq!(stages[2].events[0].attributes.len(), 2);
    let mut last = root.start_time_unix_nano;
    for stage in stages {
        assert_eq!(stage.trace_id, root.trace_id);
        assert_eq!(stage.parent_span_id, root.span_id);
        assert!(last <= stage.start_time_unix_nano, "{stage:?}");
        assert!(
            stage.start_time_unix_nano <= stage.end_time_unix_nano,
            "{stage:?}"
        );
        assert_eq!(stage.status, Some(Status::default()));
        last = stage.end_time_unix_nano;
    }
    assert!(last <= root.end_time_unix_nano);
}

#[test]
fn a_trace_has_one_id_by_its_name_in_every_process_and_any_other_without() {
    let ids = |name: Option<&str>| {
        let stub = taken();
        let (trace, _told) = begin(stub.port, &[]);
        name.iter().for_each(|name| trace.identify(name));
        trace.enter(&table::LOAD);
        trace.end(None);
        let spans = stub.spans();
        (spans[0].trace_id.clone(), spans[0].span_id.clone())
    };
    let (one, span) = ids(Some("one"));
    let (again, other) = ids(Some("one"));
    assert_eq!(one, again);
    assert_ne!(span, other);
    assert_ne!(one, ids(Some("two")).0);
    assert_ne!(ids(None).0, ids(None).0);
    assert_eq!((one.len(), span.len()), (16, 8));
}

#[test]
fn a_parent_decides_which_trace_it_is_and_whether_it_is_sent() {
    let traced = |flags: &str| {
        let stub = taken();
        let parent = format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
        let (trace, _told) = begin(stub.port, &[("TRACEPARENT", &parent)]);
        trace.identify("one");
        trace.enter(&table::LOAD);
        trace.end(None);
        stub.spans()
    };
    let spans = traced("01");
    let trace = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes();
    assert!(spans.iter().all(|span| span.trace_id == trace));
    assert_eq!(
        spans[1].parent_span_id,
        0xb7ad_6b71_6920_3331_u64.to_be_bytes()
    );
    assert_eq!(spans[0].parent_span_id, spans[1].span_id);
    assert_eq!(traced("00"), []);
}

#[test]
fn a_failure_is_the_status_of_the_command_and_of_the_stage_it_happened_in() {
    let stub = taken();
    let (trace, _told) = begin(stub.port, &[]);
    trace.enter(&table::LOAD);
    trace.enter(&table::OPEN);
    trace.end(Some("server-unavailable"));
    let spans = stub.spans();
    let failed = Status {
        message: "server-unavailable".to_owned(),
        code: 2,
    };
    let expected = [Some(Status::default()), Some(failed.clone()), Some(failed)];
    let statuses: Vec<_> = spans.into_iter().map(|span| span.status).collect();
    assert_eq!(statuses, expected);
}

#[test]
fn a_stage_tells_a_bounded_number_of_events_and_how_many_more_there_were() {
    let stub = taken();
    let (trace, _told) = begin(stub.port, &[]);
    trace.enter(&table::MIGRATE);
    for _ in 0..MOST_EVENTS + 3 {
        trace.happened(&table::HELD_BACK, [(&table::REASON, "rate".into())]);
    }
    trace.end(None);
    let spans = stub.spans();
    assert_eq!(spans[0].events.len(), MOST_EVENTS);
    assert_eq!(
        attributes(&spans[0]),
        [("remold.events_left_out", &Any::IntValue(3))]
    );
}

/// Ends a trace of two spans, and returns what was told and how long the end took.
fn ended(port: u16, more: &[(&str, &str)]) -> (Option<Trouble>, Duration) {
    let (trace, told) = begin(port, more);
    trace.identify("one");
    trace.enter(&table::LOAD);
    let since = Instant::now();
    trace.end(None);
    let took = since.elapsed();
    let first = told.try_recv().ok();
    assert!(told.try_recv().is_err(), "it is told once");
    (first, took)
}

#[test]
fn a_collector_that_is_gone_is_tried_twice_and_told_of_once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let (trouble, took) = ended(port, &[]);
    let trouble = trouble.expect("it is told");
    assert!(
        matches!(&trouble, Trouble::Unreachable { place, .. } if *place == format!("http://127.0.0.1:{port}")),
        "{trouble}"
    );
    assert!(
        took >= Duration::from_millis(500) && took < Duration::from_secs(2),
        "{took:?}"
    );
}

#[test]
fn a_collector_that_refuses_is_not_asked_again_and_one_that_is_busy_is() {
    let stub = Stub::start(vec![Answer::Status(500, b"no".to_vec())]);
    let (trouble, _) = ended(stub.port, &[]);
    assert!(
        matches!(trouble, Some(Trouble::Refused { status: 500, .. })),
        "{trouble:?}"
    );
    assert_eq!(stub.requests().len(), 1);

    let stub = Stub::start(vec![
        Answer::Status(503, Vec::new()),
        Answer::Status(TAKEN, Vec::new()),
    ]);
    assert_eq!(ended(stub.port, &[]).0, None);
    let requests = stub.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].1, requests[1].1);
}

#[test]
fn a_collector_that_never_answers_is_waited_for_no_longer_than_is_said() {
    let stub = Stub::start(vec![Answer::Silence]);
    let (trouble, took) = ended(stub.port, &[("OTEL_EXPORTER_OTLP_TIMEOUT", "200")]);
    assert!(matches!(trouble, Some(Trouble::Late { .. })), "{trouble:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");

    let (trouble, took) = ended(stub.port, &[]);
    assert!(matches!(trouble, Some(Trouble::Late { .. })), "{trouble:?}");
    assert!(took >= PATIENCE && took < PATIENCE * 2, "{took:?}");
}

#[test]
fn what_a_collector_did_not_take_is_told_and_so_is_what_is_none() {
    let response = ExportTraceServiceResponse {
        partial_success: Some(ExportTracePartialSuccess {
            rejected_spans: 1,
            error_message: "too old".to_owned(),
        }),
    };
    let stub = Stub::start(vec![Answer::Status(TAKEN, response.encode_to_vec())]);
    let (trouble, _) = ended(stub.port, &[]);
    assert!(
        matches!(&trouble, Some(Trouble::Partial { spans: 1, why, .. }) if why == "too old"),
        "{trouble:?}"
    );

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("it comes");
            drop(std::io::Write::write_all(
                &mut stream,
                b"\0\0\x06\x04\0\0\0\0\0 gRPC\r\n\r\n",
            ));
        }
    });
    let (trouble, _) = ended(port, &[]);
    assert!(
        matches!(trouble, Some(Trouble::Strange { .. })),
        "{trouble:?}"
    );
}

//! A collector that is gone, hangs, or answers wrongly: the run is the same, and one warning says what to do.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use remold_tests::Collector;

use super::{COUNT, answer, run_of, start_traced, told};
use crate::bad_input::{Answer, Place, SUCCESS, hashes};

/// Runs a migration whose traces go to a port; returns what it said, and how long it took.
fn run_with(url: &str, more: &[(&str, &str)], options: &[&str]) -> (Answer, Duration) {
    let stage = hashes(20);
    let place = Place::new(&stage.manifest(""), COUNT);
    let (manifest, target, journals) =
        (place.path("migration.yaml"), stage.url(), place.journals());
    let arguments = [&run_of(&manifest, &target, &journals)[..], options].concat();
    let begun = Instant::now();
    let said = answer(start_traced(url, &arguments, more));
    (said, begun.elapsed())
}

/// How often a text says something.
fn times(answer: &Answer, words: &str) -> usize {
    answer.text.matches(words).count()
}

/// A server that answers each request so; never, if there is nothing to answer with.
fn server(answer: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.expect("it comes");
            if let Some(answer) = answer {
                // A request of this size comes in one piece or two; who has gone away has no use for an answer.
                drop(stream.read(&mut [0; 8192]));
                drop(stream.write_all(answer.as_bytes()));
            } else {
                open.push(stream);
            }
        }
    });
    format!("http://{address}")
}

#[test]
fn a_collector_that_is_gone_or_refuses_costs_a_warning() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    let refuses = server(Some(
        "HTTP/1.1 500 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ));
    for (url, why) in [
        (&gone, "cannot be reached"),
        (&refuses, "answered with status 500"),
    ] {
        let (said, took) = run_with(url, &[], &[]);
        let warning = format!("warning: traces are not delivered: {url} {why}");
        said.says(SUCCESS, &["Completed", &warning, "hint: "]);
        assert_eq!(times(&said, "traces"), 1, "{}", said.text);
        assert!(took < Duration::from_secs(20), "{took:?}");
        let (said, _) = run_with(url, &[], &["--log", "json"]);
        said.says(
            SUCCESS,
            &[
                "\"level\":\"warn\",\"msg\":\"traces are not delivered\"",
                why,
            ],
        );
        assert_eq!(times(&said, "traces are not delivered"), 1, "{}", said.text);
    }
}

#[test]
fn a_collector_that_never_answers_is_waited_for_five_seconds_after_the_answer() {
    let silent = server(None);
    let (said, took) = run_with(&silent, &[], &[]);
    said.says(SUCCESS, &["Completed", "does not answer in time"]);
    assert_eq!(times(&said, "traces are not delivered"), 1, "{}", said.text);
    let [end, warning] = ["Completed", "warning: traces"].map(|words| said.text.find(words));
    assert!(end.is_some() && warning.is_some(), "{}", said.text);
    assert!(
        took >= Duration::from_secs(5) && took < Duration::from_secs(25),
        "{took:?}"
    );
}

#[test]
fn what_cannot_be_followed_is_said_and_nothing_is_traced() {
    let silent = server(None);
    let (said, took) = run_with(&silent, &[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")], &[]);
    let warning = "warning: nothing is traced: OTEL_EXPORTER_OTLP_PROTOCOL is grpc";
    said.says(SUCCESS, &["Completed", warning, "http/protobuf", "4318"]);
    assert!(took < Duration::from_secs(20), "{took:?}");
    let (said, _) = run_with("collector:4318", &[], &[]);
    said.says(
        SUCCESS,
        &["warning: nothing is traced: OTEL_EXPORTER_OTLP_ENDPOINT is no URL"],
    );
}

#[test]
fn a_collector_with_tls_has_to_be_vouched_for_by_somebody_who_is_trusted() {
    let collector = Collector::start_with_tls();
    let (said, _) = run_with(&collector.url(), &[], &[]);
    said.says(
        SUCCESS,
        &["Completed", "traces are not delivered", "certificate"],
    );
    let authority = collector.authority().expect("it speaks TLS");
    let authority = authority.display().to_string();
    let variable = ("OTEL_EXPORTER_OTLP_CERTIFICATE", authority.as_str());
    let (said, _) = run_with(&collector.url(), &[variable], &[]);
    said.says(SUCCESS, &["Completed"]).never_says(&["traces"]);
    told(&collector, 1);
    let nowhere = ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere.pem");
    let (said, _) = run_with(&collector.url(), &[nowhere], &[]);
    said.says(SUCCESS, &["Completed", "traces are not delivered"]);
}

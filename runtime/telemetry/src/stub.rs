//! A collector for the tests of this crate: it answers as it is told, and keeps what it was sent. Real ones are in `tests/`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

/// How it answers a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// With this status and body.
    Status(u16, Vec<u8>),
    /// Never.
    Silence,
}

/// A request: its head, as it came, and what it holds.
type Request = (String, ExportTraceServiceRequest);

pub(crate) struct Stub {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Stub {
    /// Answers the first request with the first answer, and so on; the last one serves for all that come after.
    pub(crate) fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let kept = Arc::clone(&requests);
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            let mut answers = answers.into_iter().peekable();
            for stream in listener.incoming() {
                let mut stream = stream.expect("it comes");
                let request = read(&stream);
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(request);
                let answer = answers.next().expect("there is one");
                if answers.peek().is_none() {
                    answers = vec![answer.clone()].into_iter().peekable();
                }
                match answer {
                    Answer::Status(status, body) => {
                        let head = format!(
                            "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                            body.len()
                        );
                        // Who has gone away has no use for it.
                        drop(stream.write_all(&[head.as_bytes(), &body].concat()));
                    }
                    Answer::Silence => silent.push(stream),
                }
            }
        });
        Self { port, requests }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the spans, in the order in which they came.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let requests = self.requests().into_iter();
        let resources = requests.flat_map(|(_, request)| request.resource_spans);
        let scopes = resources.flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).expect("a head") > 0);
    }
    let length = head.to_ascii_lowercase();
    let length = length.split("content-length: ").nth(1).expect("a length");
    let length: usize = length
        .lines()
        .next()
        .unwrap_or_default()
        .parse()
        .expect("a number");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let request = ExportTraceServiceRequest::decode(body.as_slice()).expect("a request");
    (head, request)
}

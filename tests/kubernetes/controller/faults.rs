//! A client between the controller and the API server that dies before or after a write, reads what was, and misses events.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{StreamExt as _, future};
use http::{Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;
use remold_kube::kube::client::{Body, ClientBuilder};
use remold_kube::kube::{Client, Config};
use tower::{BoxError, Layer, Service};

use super::stage::runtime;

/// How long ago a stale answer was true.
const LAG: Duration = Duration::from_millis(1500);

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing.
    None,
    /// The process dies before its so many-th write reaches the API server.
    DiesBefore(usize),
    /// The process dies after its so many-th write was done, before it hears of it.
    DiesAfter(usize),
    /// Objects and lists are read as they were a moment ago.
    StaleReads,
    /// Of what watches tell, each third is missed: that something came, changed or went.
    MissedEvents,
}

/// What has gone wrong so far.
#[derive(Debug)]
pub(super) struct Faults {
    fault: Fault,
    writes: AtomicUsize,
    is_dead: AtomicBool,
    events: AtomicUsize,
    seen: Mutex<HashMap<String, Vec<(Instant, Bytes)>>>,
}

impl Faults {
    /// Makes a client with which this goes wrong.
    pub(super) fn client(config: Config, fault: Fault) -> (Client, Arc<Self>) {
        let faults = Arc::new(Self {
            fault,
            writes: AtomicUsize::new(0),
            is_dead: AtomicBool::new(false),
            events: AtomicUsize::new(0),
            seen: Mutex::default(),
        });
        let _inside = runtime().enter();
        let builder = ClientBuilder::try_from(config).expect("a client");
        let client = builder.with_layer(&Between(Arc::clone(&faults))).build();
        (client, faults)
    }

    /// Returns how many writes were asked for.
    pub(super) fn writes(&self) -> usize {
        self.writes.load(Ordering::SeqCst)
    }

    /// Says whether the process would be dead by now.
    pub(super) fn is_dead(&self) -> bool {
        self.is_dead.load(Ordering::SeqCst)
    }

    /// Returns what an answer was a moment ago.
    fn stale(&self, path: &str, now: Bytes) -> Bytes {
        let mut seen = self.seen.lock().expect("nobody panics");
        let history = seen.entry(path.to_owned()).or_default();
        history.push((Instant::now(), now));
        let old = history.iter().rposition(|(at, _)| at.elapsed() > LAG);
        history.drain(..old.unwrap_or_default());
        history[0].1.clone()
    }
}

#[derive(Clone)]
struct Between(Arc<Faults>);

impl<S> Layer<S> for Between {
    type Service = Faulty<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Faulty {
            inner,
            faults: Arc::clone(&self.0),
        }
    }
}

struct Faulty<S> {
    inner: S,
    faults: Arc<Faults>,
}

type Content = UnsyncBoxBody<Bytes, BoxError>;
type Answer = Pin<Box<dyn Future<Output = Result<Response<Content>, BoxError>> + Send>>;

impl<S, B> Service<Request<Body>> for Faulty<S>
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Content>;
    type Error = BoxError;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let faults = Arc::clone(&self.faults);
        if faults.is_dead() {
            return Box::pin(future::pending());
        }
        let path = request.uri().to_string();
        let is_event = path.contains("/events");
        let is_write = *request.method() != Method::GET && !is_event;
        let is_watch = path.contains("watch=true");
        let write = if is_write {
            faults.writes.fetch_add(1, Ordering::SeqCst) + 1
        } else {
            0
        };
        if is_write && faults.fault == Fault::DiesBefore(write) {
            faults.is_dead.store(true, Ordering::SeqCst);
            return Box::pin(future::pending());
        }
        let call = self.inner.call(request);
        Box::pin(async move {
            let response = call.await.map_err(Into::into)?;
            if is_write && faults.fault == Fault::DiesAfter(write) {
                faults.is_dead.store(true, Ordering::SeqCst);
                return future::pending().await;
            }
            let (parts, body) = response.into_parts();
            if is_watch && faults.fault == Fault::MissedEvents {
                return Ok(Response::from_parts(parts, without_some(body, faults)));
            }
            let is_read = !is_write && !is_watch && !is_event;
            if is_read && faults.fault == Fault::StaleReads && parts.status.is_success() {
                let now = body.collect().await.map_err(Into::into)?.to_bytes();
                let old = faults.stale(&path, now);
                let mut parts = parts;
                parts.headers.remove(http::header::CONTENT_LENGTH);
                return Ok(Response::from_parts(
                    parts,
                    Full::new(old)
                        .map_err(|never| match never {})
                        .boxed_unsync(),
                ));
            }
            Ok(Response::from_parts(
                parts,
                body.map_err(Into::into).boxed_unsync(),
            ))
        })
    }
}

/// Takes each third event out of a watch.
fn without_some<B>(body: B, faults: Arc<Faults>) -> Content
where
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let mut rest = Vec::new();
    let frames = body.into_data_stream().map(move |data| {
        let mut kept = Vec::new();
        rest.extend_from_slice(&data.map_err(Into::into)?);
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = rest.drain(..=end).collect();
            // What is told in between, how far the watch is, is no event.
            let is_event = !line.starts_with(b"{\"type\":\"BOOKMARK\"");
            let number = faults
                .events
                .fetch_add(usize::from(is_event), Ordering::SeqCst);
            if !is_event || number % 3 != 2 {
                kept.extend(line);
            }
        }
        Ok::<_, BoxError>(Frame::data(Bytes::from(kept)))
    });
    StreamBody::new(frames).boxed_unsync()
}

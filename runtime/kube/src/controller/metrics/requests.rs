//! Counts the requests to the API server, by what the server answered.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::{Method, Request, Response};
use kube::Client;
use kube::client::Body;
use tower::Service;

use crate::metrics::Counts;
use crate::metrics::table::API_REQUESTS;

/// Makes a client whose requests are counted.
pub(in crate::controller) fn counted(client: Client, counts: &Counts) -> Client {
    let namespace = client.default_namespace().to_owned();
    let counting = Counting {
        inner: client,
        counts: counts.clone(),
    };
    Client::new(counting, namespace)
}

struct Counting {
    inner: Client,
    counts: Counts,
}

type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, kube::Error>> + Send>>;

impl Service<Request<Body>> for Counting {
    type Response = Response<Body>;
    type Error = kube::Error;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), kube::Error>> {
        // The client inside waits by itself until it can send.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let verb = verb(&request);
        let (client, counts) = (self.inner.clone(), self.counts.clone());
        Box::pin(async move {
            let answer = client.send(request).await;
            let status = answer.as_ref().map(hyper::Response::status);
            let status = status.as_ref().map_or("none", |status| status.as_str());
            counts.add(&API_REQUESTS, &[verb, status], 1.0);
            answer
        })
    }
}

fn verb(request: &Request<Body>) -> &'static str {
    let query = request.uri().query().unwrap_or_default();
    let watches = query.split('&').any(|part| part.starts_with("watch=true"));
    match *request.method() {
        Method::GET if watches => "watch",
        Method::GET | Method::HEAD => "get",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        _ => crate::metrics::table::OTHER,
    }
}

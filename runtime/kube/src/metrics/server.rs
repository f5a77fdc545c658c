//! `/metrics`, `/healthz` and `/readyz`, for Prometheus and the kubelet.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::exposition::Exposition;
use super::text::Format;

/// Serves until `stop` says so.
pub async fn serve(
    address: SocketAddr,
    exposition: Exposition,
    stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    accept(listener, exposition, stop).await
}

/// A server in a thread of its own, until it is dropped.
#[derive(Debug)]
pub struct Background {
    address: SocketAddr,
    _stop: watch::Sender<bool>,
}

impl Background {
    /// Returns where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Begins to serve in a thread of its own. The address is taken on return, or cannot be.
pub fn serve_in_background(address: SocketAddr, exposition: Exposition) -> io::Result<Background> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (sender, mut stop) = watch::channel(false);
    let thread = std::thread::Builder::new().name("metrics".to_owned());
    thread.spawn(move || {
        runtime.block_on(async {
            let dropped = async {
                // Whoever holds the sender never sends anything.
                while stop.changed().await.is_ok() {}
            };
            let (_keep, never) = watch::channel(false);
            let served = async {
                let listener = TcpListener::from_std(listener)?;
                accept(listener, exposition, never).await
            };
            tokio::select! {
                () = dropped => {}
                // Without it the work goes on; whoever scrapes sees that it is gone.
                _ = served => {}
            }
        });
    })?;
    Ok(Background {
        address,
        _stop: sender,
    })
}

pub(crate) async fn accept(
    listener: TcpListener,
    exposition: Exposition,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted?.0,
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        };
        let exposition = exposition.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let answer = answer(&request, &exposition);
                std::future::ready(Ok::<_, Infallible>(answer))
            });
            // Whoever goes away in the middle of an answer needs none.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

fn answer(request: &Request<Incoming>, exposition: &Exposition) -> Response<Full<Bytes>> {
    let (status, kind, body) = match request.uri().path() {
        "/metrics" => {
            let accept = request.headers().get(ACCEPT);
            let accept = accept.and_then(|accept| accept.to_str().ok());
            let format = Format::accepted(accept.unwrap_or_default());
            let text = exposition.text(format);
            (StatusCode::OK, format.content_type(), text)
        }
        "/healthz" | "/readyz" => (StatusCode::OK, "text/plain", "ok\n".to_owned()),
        _ => (
            StatusCode::NOT_FOUND,
            "text/plain",
            "there are /metrics, /healthz and /readyz\n".to_owned(),
        ),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

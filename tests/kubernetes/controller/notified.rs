//! Notifications, taken by a real HTTP server: each transition once, with the same id after a crash, also when the server fails.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use remold_kube::controller::{NotifyFormat, NotifySettings, NotifyUrl};
use remold_kube::metrics::Format;
use remold_tests::{Certificates, start_remold_with, wait_for};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use super::stage::{PLAN, Stage, documents, failed};

/// A webhook that takes what it is sent, after it has failed a few times.
struct Receiver {
    url: String,
    taken: Arc<Mutex<Vec<(String, Value)>>>,
    asked: Arc<AtomicUsize>,
}

impl Receiver {
    /// Starts one that answers the first requests with 503.
    fn failing_at_first(failures: usize) -> Self {
        Self::start("http", failures, Ok)
    }

    /// Starts one that speaks TLS.
    fn by_tls(files: &Certificates) -> Self {
        let certificates = CertificateDer::pem_file_iter(&files.server).expect("a certificate");
        let key = PrivateKeyDer::from_pem_file(&files.server_key).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("it has some")
            .with_no_client_auth()
            .with_single_cert(certificates.flatten().collect(), key)
            .expect("they belong together");
        let config = Arc::new(config);
        Self::start("https", 0, move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config));
            let connection = connection.map_err(std::io::Error::other)?;
            Ok(StreamOwned::new(connection, stream))
        })
    }

    /// `open` makes of a connection one of the scheme.
    fn start<S: Read + Write>(
        scheme: &str,
        failures: usize,
        open: impl Fn(TcpStream) -> std::io::Result<S> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let address = listener.local_addr().expect("it has one");
        let receiver = Self {
            url: format!("{scheme}://{address}/hooks/secret"),
            taken: Arc::default(),
            asked: Arc::default(),
        };
        let (taken, asked) = (Arc::clone(&receiver.taken), Arc::clone(&receiver.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let fails = asked.fetch_add(1, Ordering::SeqCst) < failures;
                let answer = if fails {
                    "503 Service Unavailable"
                } else {
                    "202 Accepted"
                };
                let Ok(mut stream) = open(stream) else {
                    continue;
                };
                let Some(request) = read(&mut stream) else {
                    continue;
                };
                if !fails {
                    taken.lock().expect("nobody panics").push(request);
                }
                drop(write!(
                    stream,
                    "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                ));
            }
        });
        receiver
    }

    fn settings(&self, format: NotifyFormat) -> NotifySettings {
        let url = NotifyUrl::Here(self.url.clone());
        NotifySettings { url, format }
    }

    fn taken(&self) -> Vec<(String, Value)> {
        self.taken.lock().expect("nobody panics").clone()
    }
}

/// Reads a request: its content type and its body.
fn read(stream: &mut impl Read) -> Option<(String, Value)> {
    let mut reader = BufReader::new(stream);
    let (mut kind, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let (name, value) = match line.trim_end().split_once(": ") {
            Some(pair) => pair,
            None if line.trim_end().is_empty() => break,
            None => continue,
        };
        match name.to_ascii_lowercase().as_str() {
            "content-type" => value.clone_into(&mut kind),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((kind, serde_json::from_slice(&body).ok()?))
}

fn stage_with(name: &str, settings: NotifySettings) -> Stage {
    let mut stage = Stage::without_controller(name);
    stage.notify = Some(settings);
    stage.start_controller(stage.client());
    stage
}

#[test]
fn approval_and_end_are_told_once_each_as_cloud_events() {
    let receiver = Receiver::failing_at_first(2);
    let stage = stage_with("notified", receiver.settings(NotifyFormat::CloudEvents));
    stage.apply(&documents("names", "  policy: { approval: manual }"));
    stage.wait_for("redismigration", "names", "AwaitingApproval");
    let told = wait_for("the first notification, tried three times", || {
        receiver.taken().first().cloned()
    });
    let (kind, event) = told;
    assert_eq!(kind, "application/cloudevents+json; charset=utf-8");
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["type"], "dev.remold.migration.awaiting-approval");
    assert_eq!(
        event["subject"],
        format!("{}/names", stage.namespace).as_str()
    );
    let uid = stage.get("redismigration", "names")["metadata"]["uid"].clone();
    let uid = uid.as_str().expect("it has one").to_owned();
    assert_eq!(event["id"], format!("{uid}/1/AwaitingApproval").as_str());
    stage.change("names", &json!({ "approvedPlan": PLAN }));
    stage.wait_for("redismigration", "names", "Completed");
    let second = wait_for("the second notification", || {
        receiver.taken().get(1).cloned()
    });
    assert_eq!(second.1["id"], format!("{uid}/2/Completed").as_str());
    wait_for("nothing is left to be told", || {
        let annotations = &stage.get("redismigration", "names")["metadata"]["annotations"];
        annotations["remold.dev/notifications"]
            .is_null()
            .then_some(())
    });
    // A controller that begins anew tells nothing again.
    stage.stop_controller();
    stage.start_controller(stage.client());
    stage.apply(&documents("again", ""));
    stage.wait_for("redismigration", "again", "Completed");
    wait_for("the third notification", || {
        receiver.taken().get(2).cloned()
    });
    let ids: Vec<Value> = receiver
        .taken()
        .into_iter()
        .map(|(_, event)| event["id"].clone())
        .collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    let text = stage.metrics.exposition().text(Format::OpenMetrics);
    assert!(
        text.contains("remold_controller_notifications_total{outcome=\"delivered\"} 3\n"),
        "{text}"
    );
}

#[test]
fn what_was_not_told_when_the_controller_died_is_told_by_the_next() {
    // The webhook of the first controller does not answer at all.
    let silent = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    let address = silent.local_addr().expect("it has one");
    let url = NotifyUrl::Here(format!("http://{address}/"));
    let mut stage = stage_with(
        "untold",
        NotifySettings {
            url,
            format: NotifyFormat::Slack,
        },
    );
    stage
        .nodes
        .answer("run", |_| Some(failed("run", 6, "user:1: NOPERM")));
    stage.apply(&documents("names", ""));
    // Nobody waits for a webhook.
    stage.wait_for("redismigration", "names", "RunFailed");
    stage.kill_controller();
    let receiver = Receiver::failing_at_first(0);
    stage.notify = Some(receiver.settings(NotifyFormat::Slack));
    stage.start_controller(stage.client());
    let (kind, told) = wait_for("the notification", || receiver.taken().first().cloned());
    assert_eq!(kind, "application/json; charset=utf-8");
    let text = format!("Migration {}/names has failed: ", stage.namespace);
    let said = told["text"].as_str().expect("a text");
    assert!(said.starts_with(&text) && said.contains("NOPERM"), "{said}");
}

#[test]
fn a_webhook_is_reached_by_tls_if_its_authority_is_trusted() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let files = Certificates::create(folder.path());
    let receiver = Receiver::by_tls(&files);
    let stage = stage_with("secured", receiver.settings(NotifyFormat::Slack));
    stage.apply(&documents("names", ""));
    stage.wait_for("redismigration", "names", "Completed");
    // The system does not know this authority: what is secret is not told, however often it is tried.
    wait_for("the notification to be given up", || {
        let text = stage.metrics.exposition().text(Format::OpenMetrics);
        text.contains("remold_controller_notifications_total{outcome=\"failed\"} 1\n")
            .then_some(())
    });
    assert_eq!(receiver.taken(), []);
    stage.stop_controller();
    let kubeconfig = stage.cluster.admin().kubeconfig().to_owned();
    let mut controller = start_remold_with(
        &[
            "controller",
            "--namespace",
            &stage.namespace,
            "--image=remold.test/remold",
            "--image-pull-policy=Never",
            "--address=127.0.0.1:0",
            "--notify-format=slack",
            "--notify",
            &receiver.url,
        ],
        &[
            ("KUBECONFIG".to_owned(), kubeconfig.into()),
            ("SSL_CERT_FILE".to_owned(), files.authority.into()),
        ],
    );
    stage.apply(&documents("again", ""));
    let (_, told) = wait_for("the notification", || receiver.taken().first().cloned());
    controller.kill().expect("it is there");
    controller.wait().expect("it ends");
    let said = told["text"].as_str().expect("a text");
    assert!(said.contains("/again"), "{said}");
}

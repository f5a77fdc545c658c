//! A real Prometheus: Debian's package on a free port with a folder of its own, stopped when it is dropped and when the test
//! process dies. And its `promtool`, which knows what Prometheus takes.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::cache::{cache, fetch};
use crate::patience::{try_wait_for, wait_for};
use crate::server::process;

/// A Prometheus that runs.
#[derive(Debug)]
pub struct Prometheus {
    folder: PathBuf,
    port: u16,
    child: Child,
}

fn program(name: &str) -> PathBuf {
    fetch("monitoring.sh", name);
    cache().join("monitoring/prometheus/bin").join(name)
}

/// Runs promtool with something to read.
///
/// # Panics
///
/// With what it says, if it is not content.
#[track_caller]
pub fn promtool(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program("promtool"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool starts");
    let mut pipe = child.stdin.take().expect("it reads");
    pipe.write_all(input.as_bytes())
        .expect("it takes all of it");
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    let said = crate::said(&output);
    assert!(
        output.status.success(),
        "promtool {arguments:?}: {said}\n{input}"
    );
    said
}

/// Asks an HTTP server for a path, and returns status and body.
pub fn http_get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let asked = || -> std::io::Result<(u16, String)> {
        let mut stream = TcpStream::connect(address)?;
        let headers = headers
            .iter()
            .fold(String::new(), |mut text, (name, value)| {
                write!(text, "{name}: {value}\r\n").expect("a text takes everything");
                text
            });
        write!(
            stream,
            "GET {path} HTTP/1.0\r\nHost: {address}\r\n{headers}\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
        Ok((status.unwrap_or_default(), body.to_owned()))
    };
    asked().unwrap_or_default()
}

impl Prometheus {
    /// Starts one that scrapes these addresses every second, each as a job of its own, and evaluates the rules of a file.
    pub fn start(targets: &[(&str, SocketAddr)], rules: Option<&Path>) -> Self {
        let mut configuration = String::from("scrape_configs:\n");
        for (job, address) in targets {
            writeln!(
                configuration,
                "  - {{ job_name: {job}, honor_labels: true, static_configs: [{{ targets: [\"{address}\"] }}] }}"
            )
            .expect("a text takes everything");
        }
        if let Some(rules) = rules {
            let rules = rules.canonicalize().expect("the rules are there");
            writeln!(configuration, "rule_files: [\"{}\"]", rules.display())
                .expect("a text takes everything");
        }
        Self::start_with(&configuration)
    }

    /// Starts one that scrapes every second what runs in the pods of a cluster and has a port called `metrics`.
    pub fn of_pods(kubeconfig: &Path) -> Self {
        let kubeconfig = kubeconfig.display();
        Self::start_with(&format!(
            "
scrape_configs:
- job_name: pods
  honor_labels: true
  kubernetes_sd_configs: [{{ role: pod, kubeconfig_file: \"{kubeconfig}\" }}]
  relabel_configs:
  - {{ source_labels: [__meta_kubernetes_pod_container_port_name], regex: metrics, action: keep }}
  - {{ source_labels: [__meta_kubernetes_pod_phase], regex: Running, action: keep }}
  - {{ source_labels: [__meta_kubernetes_pod_name], target_label: pod }}
"
        ))
    }

    fn start_with(configuration: &str) -> Self {
        let program = program("prometheus");
        let folder = process::new_folder();
        let configuration =
            format!("global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\n{configuration}");
        let file = folder.join("prometheus.yml");
        fs::write(&file, configuration).expect("a file can be written");
        let log = folder.join("prometheus.log");
        let (port, child) = process::start_on_free_port(&program, &log, |command, port| {
            command
                .arg(format!("--config.file={}", file.display()))
                .arg(format!(
                    "--storage.tsdb.path={}",
                    folder.join("data").display()
                ))
                .arg(format!("--web.listen-address=127.0.0.1:{port}"));
        });
        let prometheus = Self {
            folder,
            port,
            child,
        };
        let ready = try_wait_for(|| {
            let (status, _) = http_get(prometheus.address(), "/-/ready", &[]);
            (status == 200).then_some(())
        });
        assert!(
            ready.is_some(),
            "Prometheus did not start:\n{}",
            process::tail(&log)
        );
        prometheus
    }

    /// Returns where its API is.
    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Returns an answer of its API.
    ///
    /// # Panics
    ///
    /// If it is an error.
    #[track_caller]
    pub fn api(&self, path: &str) -> Value {
        let (status, body) = http_get(self.address(), path, &[]);
        let answer: Value = serde_json::from_str(&body).unwrap_or_default();
        assert!(
            status == 200 && answer["status"] == "success",
            "{path}: {status} {body}"
        );
        answer["data"].clone()
    }

    /// Evaluates an expression now, and returns the series with their values.
    #[track_caller]
    pub fn query(&self, expression: &str) -> Vec<(Value, f64)> {
        let data = self.api(&format!(
            "/api/v1/query?query={}",
            percent_encoded(expression)
        ));
        let result = data["result"].as_array().cloned().unwrap_or_default();
        let value = |series: &Value| series["value"][1].as_str()?.parse().ok();
        let pair = |series: Value| Some((series["metric"].clone(), value(&series)?));
        result.into_iter().filter_map(pair).collect()
    }

    /// Evaluates an expression at each step of a span of time, in Unix seconds, and returns the series with their points.
    #[track_caller]
    pub fn query_range(&self, expression: &str, span: (u64, u64), step: u64) -> Vec<Value> {
        let data = self.api(&format!(
            "/api/v1/query_range?query={}&start={}&end={}&step={step}",
            percent_encoded(expression),
            span.0,
            span.1
        ));
        data["result"].as_array().cloned().unwrap_or_default()
    }

    /// Waits until the sum of an expression's series is as it should be, and returns it.
    #[track_caller]
    pub fn wait_for(&self, expression: &str, is_right: impl Fn(f64) -> bool) -> f64 {
        wait_for(expression, || {
            let series = self.query(expression);
            let sum: f64 = series.iter().map(|(_, value)| value).sum();
            (!series.is_empty() && is_right(sum)).then_some(sum)
        })
    }

    /// Returns the alerts that fire.
    pub fn firing(&self) -> Vec<Value> {
        let data = self.api("/api/v1/alerts");
        let alerts = data["alerts"].as_array().cloned().unwrap_or_default();
        alerts
            .into_iter()
            .filter(|alert| alert["state"] == "firing")
            .collect()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn percent_encoded(text: &str) -> String {
    let encoded = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encoded).collect()
}

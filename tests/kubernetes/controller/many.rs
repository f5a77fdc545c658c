//! Many migrations over many targets: the binary itself as the controller, its memory and its requests.
//!
//! A tenth of the size by default; `REMOLD_MANY=500` for the whole, which prints what it measured.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::stage::{Stage, documents};

/// The most memory that the controller may take, KiB.
const MEMORY: u64 = 150 * 1024;

/// The binary as a controller of one namespace.
struct Controller {
    child: Child,
    port: u16,
}

impl Controller {
    fn start(stage: &Stage, kubeconfig: &std::path::Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let child = Command::new(remold_tests::remold_binary())
            .args([
                "controller",
                "--namespace",
                &stage.namespace,
                "--image",
                "remold.test/remold",
            ])
            .args([
                "--image-pull-policy",
                "Never",
                "--address",
                &format!("127.0.0.1:{port}"),
            ])
            .env("KUBECONFIG", kubeconfig)
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        Self { child, port }
    }

    /// Returns the most memory that it has had, KiB.
    fn peak(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let words = line.expect("it has memory").split_whitespace();
        words.flat_map(str::parse).next().expect("a number")
    }

    /// Adds up a counter of its metrics over all labels.
    fn count(&self, name: &str) -> u64 {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it serves");
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("it listens");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers");
        let lines = text.lines().filter(|line| line.starts_with(name));
        lines
            .filter_map(|line| line.split_whitespace().next_back()?.parse::<u64>().ok())
            .sum()
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn many_migrations_are_planned_in_little_memory() {
    let count = std::env::var("REMOLD_MANY")
        .ok()
        .and_then(|text| text.parse().ok());
    let count: usize = count.unwrap_or(50);
    let targets = (count / 10).max(1);
    let stage = Stage::without_controller("many");
    // An account of its own, so that its requests can be told from those of the test, and nobody else gets its rights.
    let namespace = &stage.namespace;
    let account = ["create", "serviceaccount", "many", "--namespace", namespace];
    stage.cluster.kubectl(&account).succeeded();
    let role = [
        "create",
        "clusterrolebinding",
        &format!("many-{namespace}"),
        "--clusterrole=cluster-admin",
        &format!("--serviceaccount={namespace}:many"),
    ];
    stage.cluster.kubectl(&role).succeeded();
    let account = stage.cluster.service_account(namespace, "many");
    let mut all = String::new();
    for number in 0..count {
        let text = documents(&format!("one-{number}"), "  policy: { approval: manual }\n")
            .replace("name: shop", &format!("name: shop-{}", number % targets));
        let (target, migration) = text.split_once("---").expect("two documents");
        if number < targets {
            write!(all, "{target}---").expect("a text");
        }
        writeln!(all, "{migration}---").expect("a text");
    }
    let begun = Instant::now();
    let controller = Controller::start(&stage, account.kubeconfig());
    let arguments = ["create", "--namespace", &stage.namespace, "--filename", "-"];
    stage.cluster.admin().run_with(&arguments, &all).succeeded();
    let arguments = [
        "get",
        "redismigrations",
        "--namespace",
        &stage.namespace,
        "--output",
        "jsonpath={.items[*].status.phase}",
    ];
    let end = Instant::now() + Duration::from_secs(60 + 2 * count as u64);
    loop {
        let phases = stage.cluster.kubectl(&arguments).succeeded();
        let planned = phases
            .split_whitespace()
            .filter(|phase| *phase == "AwaitingApproval")
            .count();
        if planned == count {
            break;
        }
        assert!(
            Instant::now() < end,
            "{planned} of {count} are planned: {phases}"
        );
        std::thread::sleep(Duration::from_millis(500));
    }
    let elapsed = begun.elapsed();
    let (peak, reconciliations) = (
        controller.peak(),
        controller.count("remold_controller_reconciliations_total"),
    );
    let failures = controller.count("remold_controller_reconciliation_failures_total");
    let requests = stage
        .cluster
        .requests_of(&format!("system:serviceaccount:{namespace}:many"))
        .len();
    println!(
        "{count} migrations over {targets} targets planned in {elapsed:.1?}: {} MiB at most, {reconciliations} \
         reconciliations, {requests} requests, which is {} for each migration; {failures} tried again",
        peak / 1024,
        requests / count,
    );
    assert!(peak < MEMORY, "{peak} KiB");
}

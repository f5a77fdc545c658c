//! No server outlives its tests.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;

use remold_tests::{Options, Server, ServerVersion, wait_for};

/// Set in the process that is killed.
const VICTIM: &str = "REMOLD_TESTS_VICTIM";

#[test]
fn a_server_dies_with_the_test_process() {
    if std::env::var_os(VICTIM).is_some() {
        let server = Server::start(ServerVersion::Redis7_0, Options::new());
        println!("\nport {}", server.port());
        loop {
            thread::park();
        }
    }
    let program = std::env::current_exe().expect("a test has a program");
    let mut victim = Command::new(program)
        .args([
            "--exact",
            "lifetime::a_server_dies_with_the_test_process",
            "--nocapture",
        ])
        .env(VICTIM, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test's own program can be started");
    let output = BufReader::new(victim.stdout.take().expect("it is piped"));
    let mut lines = output.lines().map(|line| line.expect("it is text"));
    let port = lines.find_map(|line| line.strip_prefix("port ")?.parse::<u16>().ok());
    let port = port.expect("the victim says where its server is");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    victim.kill().expect("it can be killed");
    victim.wait().expect("it can be waited for");
    wait_for("the end of the server", || {
        TcpStream::connect(("127.0.0.1", port)).err()
    });
}

#[test]
fn a_server_outlives_the_thread_that_started_it() {
    let start = || Server::start(ServerVersion::Redis7_0, Options::new());
    let server = thread::spawn(start).join().expect("it starts");
    // The kernel would have killed it by now, had it tied it to that thread.
    assert!(redis::cmd("PING").exec(&mut server.connection()).is_ok());
}

#[test]
fn a_folder_goes_with_its_server() {
    let server = Server::start(ServerVersion::Redis7_0, Options::new());
    let folder = server.folder().to_owned();
    assert!(folder.join("server.log").exists());
    drop(server);
    assert!(!folder.exists());
}

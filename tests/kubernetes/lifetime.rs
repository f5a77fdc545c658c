//! Nothing of a cluster outlives its test process, however that ends.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread;

use remold_tests::{ControlPlane, Node, wait_for};

/// Set in a process that is killed.
const VICTIM: &str = "REMOLD_TESTS_VICTIM";

/// The folder of a node whose test process was killed before this one took its turn to have a node.
pub(super) static KILLED_NODE: LazyLock<PathBuf> = LazyLock::new(|| {
    let (mut victim, folder) = start_victim("lifetime::nothing_is_left_of_a_killed_node");
    assert!(!processes_that_name(&folder).is_empty());
    kill(&mut victim);
    wait_for("the end of the node's processes and network", || {
        let network = Path::new("/sys/class/net/remold-node");
        (processes_that_name(&folder).is_empty() && !network.exists()).then_some(())
    });
    folder.into()
});

#[test]
fn nothing_is_left_of_a_killed_node() {
    if std::env::var_os(VICTIM).is_some() {
        be_victim(|| {
            let node = Node::start();
            let folder = node.folder().display().to_string();
            (node, folder)
        });
    }
    let mounts = fs::read_to_string("/proc/self/mounts").expect("a process has mounts");
    let folder = KILLED_NODE.display().to_string();
    assert!(!mounts.contains(&folder), "{mounts}");
}

#[test]
fn a_control_plane_dies_with_the_test_process() {
    if std::env::var_os(VICTIM).is_some() {
        be_victim(|| {
            let cluster = ControlPlane::start();
            let address = cluster.url().replace("https://", "");
            (cluster, address)
        });
    }
    let (mut victim, address) =
        start_victim("lifetime::a_control_plane_dies_with_the_test_process");
    assert!(TcpStream::connect(&address).is_ok());
    kill(&mut victim);
    wait_for("the end of the API server", || {
        TcpStream::connect(&address).err()
    });
}

/// Starts something, says what it is, and waits for the end.
fn be_victim<T>(start: impl FnOnce() -> (T, String)) -> ! {
    let (_kept, what) = start();
    writeln!(io::stdout(), "\nstarted {what}").expect("somebody listens");
    loop {
        thread::park();
    }
}

/// Runs one test as a victim; returns what it has said that it started.
fn start_victim(test: &str) -> (Child, String) {
    let program = std::env::current_exe().expect("a test has a program");
    let mut victim = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(VICTIM, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test's own program can be started");
    let output = BufReader::new(victim.stdout.take().expect("it is piped"));
    let mut lines = output.lines().map(|line| line.expect("it is text"));
    let what = lines.find_map(|line| Some(line.strip_prefix("started ")?.to_owned()));
    (victim, what.expect("the victim says what it started"))
}

fn kill(victim: &mut Child) {
    victim.kill().expect("it can be killed");
    victim.wait().expect("it can be waited for");
}

/// The command lines that name a folder.
fn processes_that_name(folder: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").expect("there are processes");
    let lines = entries
        .flatten()
        .filter_map(|entry| fs::read_to_string(entry.path().join("cmdline")).ok());
    lines.filter(|line| line.contains(folder)).collect()
}

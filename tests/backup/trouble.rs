//! What breaks in the middle: connections, servers, disks, files. A backup is whole or none, and a restore is called again.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use remold_tests::{Server, ServerVersion, Shape, populate, remold_binary};

use super::house::{Answer, House, assert_same, fill, keys, prompt, run, server};

/// Stands before a server and, after so many bytes of one direction, does something and cuts the connection.
struct Cutter {
    port: u16,
}

/// Whose bytes are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    Server,
    Client,
}

impl Cutter {
    fn start(to: u16, from: From, after: usize, act: impl Fn() + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let act = Arc::new(act);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(("127.0.0.1", to)).expect("the server runs");
                let pair = || {
                    let clone =
                        |stream: &TcpStream| stream.try_clone().expect("a handle can be cloned");
                    (clone(&client), clone(&server))
                };
                for way in [From::Server, From::Client] {
                    let (client, server) = pair();
                    let (source, sink) = match way {
                        From::Server => (server, client),
                        From::Client => (client, server),
                    };
                    let limit = if way == from { after } else { usize::MAX };
                    let act = Arc::clone(&act);
                    thread::spawn(move || pump(source, sink, limit, act.as_ref()));
                }
            }
        });
        Self { port }
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }
}

fn pump(mut source: TcpStream, mut sink: TcpStream, limit: usize, act: &(dyn Fn() + Send + Sync)) {
    let mut passed = 0;
    let mut buffer = [0; 4096];
    loop {
        let count = source.read(&mut buffer).unwrap_or(0);
        passed += count;
        if passed > limit {
            act();
        }
        if count == 0 || passed > limit || sink.write_all(&buffer[..count]).is_err() {
            drop(source.shutdown(Shutdown::Both));
            drop(sink.shutdown(Shutdown::Both));
            return;
        }
    }
}

fn large(server: &Server) {
    let shapes = Shape::small(server.version());
    populate(&mut server.connection(), &shapes, "", 30_000);
}

#[test]
fn a_server_that_is_killed_in_the_middle_leaves_no_backup() {
    for diskless in ["yes", "no"] {
        let options = prompt()
            .config(&format!("repl-diskless-sync {diskless}"))
            .snapshots();
        let source = Arc::new(Server::start(ServerVersion::Redis7_0, options));
        large(&source);
        let killed = Arc::clone(&source);
        let cutter = Cutter::start(source.port(), From::Server, 300_000, move || killed.kill());
        let house = House::new();
        let answer = house.call("create", &["--name", "one", "--target", &cutter.url()]);
        let said = answer.refused(1, "connection-lost");
        assert!(said.contains("before the end of the snapshot"), "{said}");
        assert_eq!(house.list(), [], "{diskless}");
    }
}

#[test]
fn a_process_that_is_killed_in_the_middle_leaves_what_is_no_backup_and_is_pruned() {
    let source = server(ServerVersion::Redis7_0);
    large(&source);
    let house = House::new();
    // Nobody reads on: the cut never comes, and the process waits for bytes that are held back.
    let (held, release) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let (reached, is_reached) = std::sync::mpsc::channel::<()>();
    let release = std::sync::Mutex::new(release);
    let cutter = Cutter::start(source.port(), From::Server, 300_000, move || {
        let _ = reached.send(());
        drop(release.lock().map(|release| release.recv()));
    });
    let mut child = house.start("create", &["--name", "one", "--target", &cutter.url()]);
    is_reached.recv().expect("the snapshot is on its way");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    drop(held.lock().map(|held| held.send(())));
    assert_eq!(house.list(), [("one".to_owned(), "incomplete".to_owned())]);
    house
        .call("verify", &["one"])
        .refused(1, "backup-incomplete");
    house
        .call("restore", &["one", "--target", &source.url()])
        .refused(1, "backup-incomplete");
    let early = house.call("prune", &["--yes"]).done();
    assert_eq!(
        early["removed"].as_array().map(Vec::len),
        Some(0),
        "it may be at work still"
    );
    let dry = house.call("prune", &["--grace", "0ms", "--dry-run"]).done();
    assert_eq!(
        (&dry["dryRun"], &dry["removed"][0]["reason"]),
        (&true.into(), &"incomplete".into())
    );
    assert_eq!(house.list().len(), 1, "a dry run removes nothing");
    house
        .call("prune", &["--grace", "0ms"])
        .refused(6, "not-confirmed");
    house.call("prune", &["--grace", "0ms", "--yes"]).done();
    assert_eq!(house.list(), []);
    house.create("one", &source);
    house.call("verify", &["one"]).done();
}

#[test]
fn a_disk_that_is_full_leaves_no_backup() {
    let source = server(ServerVersion::Redis7_0);
    large(&source);
    let house = House::new();
    // No file may be larger than this: what a full disk does to a write, without a disk of its own.
    let script = "trap '' XFSZ; ulimit -f 200; exec \"$@\"";
    let output = Command::new("bash")
        .args(["-c", script, "bash"])
        .arg(remold_binary())
        .args(["backup", "create", "--output", "json", "--name", "one"])
        .args(["--store", &house.place, "--target", &source.url()])
        .stdin(Stdio::null())
        .output()
        .expect("bash is there");
    let said = Answer::of(&output).refused(1, "place-not-writable");
    assert!(said.contains("make room"), "{said}");
    assert_eq!(house.list(), []);
}

#[test]
fn a_place_that_is_none_is_said_so() {
    let source = server(ServerVersion::Redis7_0);
    let mut house = House::new();
    std::fs::write(house.path("backups"), "a file").expect("it can be written");
    let create = ["--name", "one", "--target", &source.url()];
    house
        .call("create", &create)
        .refused(1, "place-not-writable");
    "gs://bucket/x".clone_into(&mut house.place);
    house.call("create", &create).refused(2, "not-a-place");
}

#[test]
fn a_changed_byte_is_found_and_never_restored() {
    let source = server(ServerVersion::Redis7_0);
    let house = House::new();
    fill(&source);
    house.create("one", &source);
    house.call("verify", &["one"]).done();
    house.spoil("one");
    house.call("verify", &["one"]).refused(1, "backup-damaged");
    let taken = server(ServerVersion::Redis7_0);
    run(&mut taken.connection(), &["SET", "mine", "x"]);
    let into = ["one", "--target", &taken.url(), "--replace", "--yes"];
    house.call("restore", &into).refused(1, "backup-damaged");
    assert_eq!(keys(&taken), 1, "the server was not touched");
    let file = house.path("dump.rdb").display().to_string();
    house
        .call("restore", &["one", "--to", &file])
        .refused(1, "backup-damaged");
    assert!(!house.path("dump.rdb").exists());
}

#[test]
fn a_restore_that_was_cut_off_is_called_again() {
    let (house, source) = (House::new(), server(ServerVersion::Redis7_0));
    let fresh = server(ServerVersion::Redis7_0);
    fill(&source);
    large(&source);
    house.create("one", &source);
    run(&mut source.connection(), &["SET", "later", "x"]);
    house.create("two", &source);
    let cutter = Cutter::start(fresh.port(), From::Client, 1_500_000, || ());
    let cut = house.call("restore", &["one", "--target", &cutter.url()]);
    cut.refused(1, "connection-lost");
    let loaded = keys(&fresh);
    assert!(
        loaded > 1 && loaded < keys(&source),
        "it was in the middle: {loaded}"
    );
    let other = house.call("restore", &["two", "--target", &fresh.url()]);
    let said = other.refused(6, "not-empty");
    assert!(
        said.contains("unfinished restore of another backup"),
        "{said}"
    );
    let restored = house.restore("one", &fresh);
    assert_eq!(restored["resumed"], true);
    run(&mut source.connection(), &["DEL", "later"]);
    assert_same(&source, &fresh);
    house
        .call("restore", &["one", "--target", &fresh.url()])
        .refused(6, "not-empty");
}

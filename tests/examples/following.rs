//! Following the changes as the guide says: the binary until Ctrl-C, and the guide's own program in Python as a consumer group, of
//! which one consumer dies. And the reference names everything that an entry can hold.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use remold::host_api::StreamId;
use remold::{
    Control, Drift, FileTarget, Follower, Happening, RedisOptions, Registrar, RunEvent, Silent,
    Target,
};
use remold_engine::changes;
use remold_engine::port::{HistoryEntry, RegistrationNotice, RunChange, RunState};
use remold_tests::{Database, Server, ServerVersion, python_package, start_remold, wait_for};
use rustix::process::{Pid, Signal, kill_process};

use crate::story::examples;

/// The client of the guide's program.
const CLIENT: &str = "redis==8.1.0";

/// How long a consumer has to be silent to be taken for dead.
const IDLE_MS: &str = "300";

/// Lets the guide's program handle two events, and dies in the middle of the third, with others that it was given.
const DOOMED: &str = r#"
import os, signal, sys
import follow_changes

whole, handled = follow_changes.handle, 0

def handle(consumer, id, event):
    global handled
    handled += 1
    if handled == 3:
        print(consumer, id, "dies", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    whole(consumer, id, event)

follow_changes.handle = handle
follow_changes.consume(sys.argv[1], sys.argv[2], int(sys.argv[3]))
"#;

fn document(path: &str) -> String {
    let path = examples().join("../docs").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn registrar(database: &Database<'_>) -> Registrar {
    let options = RedisOptions::parse_url(&database.url()).expect("a server's URL");
    Registrar::to_write(&Target::Redis(Box::new(options))).expect("the server takes us")
}

fn drift(subject: &str) -> Happening {
    Happening::Drift(Drift {
        subject: subject.to_owned(),
        version: "1.0.0".to_owned(),
        ..Drift::default()
    })
}

/// A process whose lines are read as they come.
struct Talker {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Talker {
    fn listen(mut child: Child) -> Self {
        let out = child.stdout.take().expect("it is piped");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// What it has said since the last time.
    fn said(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    fn complaint(&mut self) -> String {
        let mut text = String::new();
        if let Some(mut pipe) = self.child.stderr.take() {
            pipe.read_to_string(&mut text).expect("it is text");
        }
        text
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn the_binary_follows_until_it_is_interrupted() {
    let database = Server::shared(ServerVersion::Redis8_2).fresh_database();
    let mut registrar = registrar(&database);
    registrar.announce(&drift("before")).expect("it answers");
    let url = database.url();
    let arguments = [
        "events", "--follow", "--since", "all", "--output", "json", "--target", &url,
    ];
    let mut follower = Talker::listen(start_remold(&arguments));
    let mut subjects = Vec::new();
    let mut expect = |count: usize| {
        wait_for("an event", || {
            for line in follower.said() {
                let line: serde_json::Value = serde_json::from_str(&line).expect("a document");
                assert_eq!(line["command"], "events");
                assert_eq!(line["event"]["known"], true, "{line}");
                subjects.push(line["event"]["detail"]["subject"].clone());
            }
            (subjects.len() >= count).then(|| subjects.clone())
        })
    };
    assert_eq!(expect(1), ["before"]);
    registrar.announce(&drift("after")).expect("it answers");
    assert_eq!(expect(2), ["before", "after"]);
    let id = i32::try_from(follower.child.id()).expect("ids are small");
    kill_process(Pid::from_raw(id).expect("an id"), Signal::INT).expect("it can be signalled");
    let ended = wait_for("its end", || {
        follower.child.try_wait().expect("it can be asked")
    });
    assert_eq!(ended.code(), Some(0), "{}", follower.complaint());
}

#[test]
fn events_of_a_consumer_that_died_are_handled_by_another() {
    let guide = document("guide/following-changes.md");
    let program = guide
        .split("```python\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the guide shows a program");
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("follow_changes.py", program), ("doomed.py", DOOMED)] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let packages = python_package(CLIENT);
    for version in [ServerVersion::Redis6_2, ServerVersion::Redis8_2] {
        let database = Server::shared(version).fresh_database();
        let url = database.url();
        let start = |program: &str, name: &str| {
            let mut python = Command::new("python3");
            python
                .args([program, &url, name, IDLE_MS])
                .current_dir(folder.path())
                .env("PYTHONPATH", &packages)
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            Talker::listen(python.spawn().expect("python3 starts"))
        };
        let mut registrar = registrar(&database);
        for number in 0..20 {
            registrar
                .announce(&drift(&format!("subject-{number}")))
                .expect("it answers");
        }
        let mut doomed = start("doomed.py", "first");
        let ended = wait_for("the death of the first", || {
            doomed.child.try_wait().expect("it can be asked")
        });
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&ended),
            Some(Signal::KILL.as_raw()),
            "{version}: {}",
            doomed.complaint()
        );
        let mut other = start("follow_changes.py", "second");
        for number in 20..25 {
            registrar
                .announce(&drift(&format!("subject-{number}")))
                .expect("it answers");
        }
        let all: BTreeSet<String> = (0..25).map(|number| format!("subject-{number}")).collect();
        // By subject, who has handled it.
        let mut handled: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut note = |line: String| {
            let words: Vec<&str> = line.split(' ').collect();
            if let [consumer, _, "drift", subject] = words[..] {
                let by = handled.entry(subject.to_owned()).or_default();
                by.push(consumer.to_owned());
            }
            handled.len()
        };
        // What the first has said may still be on its way.
        wait_for("every event", || {
            if let Some(status) = other.child.try_wait().expect("it can be asked") {
                panic!("{version}: {status}: {}", other.complaint());
            }
            let said = doomed.said().into_iter().chain(other.said());
            let known = said.map(&mut note).max();
            (known == Some(all.len())).then_some(())
        });
        let names: BTreeSet<String> = handled.keys().cloned().collect();
        assert_eq!(names, all, "{version}");
        let by = |consumer: &str| {
            let subjects = handled.iter();
            subjects
                .filter(|(_, by)| by.iter().any(|name| name == consumer))
                .count()
        };
        // The first has acknowledged two; of the ten that it was given the others were claimed.
        assert_eq!((by("first"), by("second")), (2, 23), "{version}");
        let mut connection = database.connection();
        wait_for("every event to be acknowledged", || {
            let pending: (u64, redis::Value, redis::Value, redis::Value) = redis::cmd("XPENDING")
                .arg("__remold:changes")
                .arg("warm-caches")
                .query(&mut connection)
                .expect("XPENDING");
            (pending.0 == 0).then_some(())
        });
    }
}

#[test]
fn nothing_is_registered_in_a_file_and_none_is_followed() {
    let target = Target::File(FileTarget {
        input: examples().join("01-split-name/data.rdb"),
        output: None,
        database: 0,
    });
    let refused = Registrar::to_write(&target).map(drop);
    assert_eq!(refused.expect_err("it is a file").code(), "target");
    let contents = Registrar::to_read(&target).and_then(|mut registrar| registrar.contents());
    assert_eq!(contents.expect("it can be read").entries.len(), 0);
    let mut follower = Follower::open(&target).expect("it can be read");
    let followed = follower.follow(StreamId::default(), &Control::new(), &Silent, |_| true);
    assert_eq!(followed.expect_err("it is a file").code(), "target");
}

#[test]
fn the_reference_names_everything_that_an_entry_can_hold() {
    let page = document("reference/events.md");
    let entry = HistoryEntry {
        run: String::new(),
        migration: String::new(),
        digest: String::new(),
        state: RunState::Running,
        undoes: Some(String::new()),
        started_at: 0,
        ended_at: Some(0),
        written: 0,
        rejected: 0,
        kept: 0,
        share: None,
        remold: String::new(),
    };
    let run = |event| {
        Happening::Run(Box::new(RunChange {
            event,
            entry: entry.clone(),
            reason: Some(String::new()),
        }))
    };
    let notice = RegistrationNotice {
        name: String::new(),
        kind: String::new(),
        subject: String::new(),
        version: String::new(),
        from: Some(String::new()),
        digest: String::new(),
        bytes: 0,
        by: String::new(),
    };
    let all = RunEvent::ALL
        .map(run)
        .into_iter()
        .chain([Happening::Registered(notice), drift("")]);
    for happening in all {
        let name = happening.name();
        assert!(page.contains(&format!("\n| `{name}` | ")), "{name}");
        for (field, text) in changes::write(&happening, 0) {
            assert!(page.contains(&format!("`{field}`")), "{name}: {field}");
            if field == "detail" {
                let detail: BTreeMap<String, serde_json::Value> =
                    serde_json::from_str(&text).expect("it is JSON");
                for field in detail.keys() {
                    assert!(page.contains(&format!("`{field}`")), "{name}: {field}");
                }
            }
        }
    }
    let kept = format!("{},000 entries", changes::KEPT / 1000);
    assert!(page.contains(&kept), "{kept}");
    assert!(page.contains(&format!("| `format` | `{}` |", changes::FORMAT)));
}

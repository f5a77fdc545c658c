//! Runs whose journal is in an object store: killed and gone on with, sealed by a second owner, undone, and stopped before the server
//! is written when the store is gone.

use std::fs;
use std::process::Child;

use redis::pipe;
use remold_tests::{ObjectServer, Server, ServerVersion, said, start_remold_with, wait_for};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::house::{Answer, server};

/// Applied twice, it shows.
const COUNT: &str = r#"
fn migrate(rec) { rec.hash.set("runs", rec.hash.get_or("runs", "0").parse_int() + 1); }
"#;

const MANIFEST: &str = "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: counted }\nspec:\n  \
                        select: { match: \"user:*\", type: hash }\n  transform: { rhai: { file: count.rhai } }\n  \
                        strategy: { batchSize: 16, throttle: { keysPerSecond: RATE } }\n";

const KEYS: u64 = 2000;

struct Stage {
    folder: TempDir,
    store: ObjectServer,
    data: Server,
    journals: String,
}

impl Stage {
    fn new(rate: u64) -> Self {
        let (folder, store) = (
            tempfile::tempdir().expect("a folder"),
            ObjectServer::start(),
        );
        let data = server(ServerVersion::Redis7_0);
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("it can be written");
        };
        write("count.rhai", COUNT);
        write(
            "migration.yaml",
            &MANIFEST.replace("RATE", &rate.to_string()),
        );
        let mut pipeline = pipe();
        for number in 0..KEYS {
            pipeline
                .cmd("HSET")
                .arg(format!("user:{number}"))
                .arg("name")
                .arg("Ada")
                .ignore();
        }
        pipeline
            .exec(&mut data.connection())
            .expect("the server takes writes");
        let journals = store.place("journals");
        Self {
            folder,
            store,
            data,
            journals,
        }
    }

    fn start(&self, words: &[&str]) -> Child {
        let variables = self.store.variables().into_iter();
        let variables: Vec<_> = variables
            .map(|(name, value)| (name, value.into()))
            .collect();
        let common = ["--journal", &self.journals, "--output", "json"];
        start_remold_with(&[words, &common].concat(), &variables)
    }

    fn on_target(&self, words: &[&str]) -> Child {
        let url = self.data.url();
        self.start(&[words, &["--target", &url]].concat())
    }

    fn call(&self, words: &[&str]) -> Answer {
        let child = self.on_target(words);
        Answer::of(&child.wait_with_output().expect("it ends"))
    }

    fn begin(&self) -> Child {
        let manifest = self
            .folder
            .path()
            .join("migration.yaml")
            .display()
            .to_string();
        self.on_target(&["run", &manifest, "--yes"])
    }

    /// How often each key was counted.
    fn counts(&self) -> Vec<u64> {
        let mut pipeline = pipe();
        for number in 0..KEYS {
            pipeline
                .cmd("HGET")
                .arg(format!("user:{number}"))
                .arg("runs");
        }
        let counts: Vec<Option<u64>> = pipeline.query(&mut self.data.connection()).expect("HGET");
        counts.into_iter().map(Option::unwrap_or_default).collect()
    }

    fn wait_until_written(&self, child: &mut Child, keys: usize) {
        wait_for("the run to get on", || {
            let ended = child.try_wait().expect("it is our child").is_some();
            let written = self.counts().iter().filter(|count| **count > 0).count();
            (ended || written >= keys).then_some(())
        });
    }

    fn only_run(&self) -> String {
        let child = self.start(&["journal", "list"]);
        let listed = Answer::of(&child.wait_with_output().expect("it ends")).done();
        let journals = listed["journals"].as_array().expect("a list").clone();
        assert_eq!(journals.len(), 1, "{listed:#}");
        assert_eq!(journals[0]["target"], self.data.url().as_str());
        journals[0]["run"]
            .as_str()
            .expect("a run has an id")
            .to_owned()
    }
}

#[test]
fn a_run_that_is_killed_three_times_applies_once_and_is_undone() {
    let stage = Stage::new(1200);
    let mut child = stage.begin();
    let mut run = None;
    for kill in 1..=3 {
        stage.wait_until_written(&mut child, kill * 350);
        child.kill().expect("it can be killed");
        let output = child.wait_with_output().expect("it was started");
        assert!(
            !output.status.success(),
            "it ended before it was killed:\n{}",
            said(&output)
        );
        let run = run.get_or_insert_with(|| stage.only_run());
        child = stage.on_target(&["resume", run, "--yes"]);
    }
    let ended = Answer::of(&child.wait_with_output().expect("it ends")).done();
    let run = run.expect("there was a first run");
    assert_eq!(
        stage.counts(),
        vec![1; usize::try_from(KEYS).expect("small")]
    );
    let place = format!("{}/{run}", stage.journals);
    assert_eq!(ended["journal"], place.as_str());
    stage.call(&["verify", &run]).done();
    let shown = stage.start(&["journal", "show", &run]).wait_with_output();
    let shown = Answer::of(&shown.expect("it ends")).done();
    assert_eq!(
        (&shown["state"], &shown["epochs"]),
        (&"completed".into(), &4.into())
    );
    let file = stage.folder.path().join("before.rdb").display().to_string();
    let exported = stage
        .start(&["journal", "export", &run, "--to", &file])
        .wait_with_output();
    let exported = Answer::of(&exported.expect("it ends")).done();
    assert_eq!(exported["keys"], KEYS);
    stage.call(&["rollback", &run, "--yes"]).done();
    assert_eq!(
        stage.counts(),
        vec![0; usize::try_from(KEYS).expect("small")]
    );
    let removed = stage
        .start(&["journal", "remove", &run, "--yes"])
        .wait_with_output();
    Answer::of(&removed.expect("it ends")).done();
    let gone = stage.start(&["journal", "show", &run]).wait_with_output();
    Answer::of(&gone.expect("it ends")).refused(1, "journal-not-found");
}

#[test]
fn an_owner_that_sleeps_while_another_takes_over_writes_nothing_more() {
    let stage = Stage::new(600);
    let mut sleeper = stage.begin();
    stage.wait_until_written(&mut sleeper, 200);
    let process = Pid::from_raw(i32::try_from(sleeper.id()).expect("a process id"))
        .expect("it is none of the kernel's");
    kill_process(process, Signal::STOP).expect("it runs");
    let run = stage.only_run();
    let url = stage.data.url();
    let unlocked =
        remold_tests::start_remold(&["unlock", "--yes", "--target", &url, "--output", "json"]);
    Answer::of(&unlocked.wait_with_output().expect("it ends")).done();
    let mut owner = stage.on_target(&["resume", &run, "--yes"]);
    stage.wait_until_written(&mut owner, 800);
    kill_process(process, Signal::CONT).expect("it runs");
    let woken = Answer::of(&sleeper.wait_with_output().expect("it ends"));
    assert_eq!(woken.exit, 6, "{:#}", woken.document);
    Answer::of(&owner.wait_with_output().expect("it ends")).done();
    assert_eq!(
        stage.counts(),
        vec![1; usize::try_from(KEYS).expect("small")]
    );
}

#[test]
fn a_store_that_is_gone_stops_the_run_before_the_server_is_written() {
    let stage = Stage::new(600);
    let mut child = stage.begin();
    stage.wait_until_written(&mut child, 100);
    stage.store.kill();
    let output = child.wait_with_output().expect("it ends");
    let stopped = Answer::of(&output);
    assert_eq!(
        (stopped.exit, &stopped.document["end"]),
        (5, &Value::from("journal")),
        "{}",
        said(&output)
    );
    let message = stopped.document["message"].as_str().expect("it says why");
    assert!(message.contains("does not answer"), "{message}");
    let before = stage.counts();
    let written = before.iter().sum::<u64>();
    assert!(
        written < KEYS && before.iter().all(|count| *count < 2),
        "{written}"
    );
}

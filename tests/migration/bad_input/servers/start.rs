//! Servers that are in trouble when something is to begin on them.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStderr};

use redis::cmd;
use remold_tests::{Options, ServerVersion};
use rustix::process::{Pid, Signal, kill_process};

use super::super::{Answer, FAILED, NOBODY, Place, REFUSED, STOPPED, SUCCESS, remold, start};
use super::{IMPATIENT, Story, Ward, connect, slow_to_load, without_groups};
use crate::stage::{COUNT, RESERVED, Stage};

const LATER: &str = "nothing was begun: give the same command again when that has passed";

/// Says whether a run on a server of which this is so is told so, and writes nothing.
#[track_caller]
fn refused_at_the_start(
    options: Options,
    begin: impl FnOnce(&Ward),
    end: impl FnOnce(&Ward),
    code: i32,
    words: &[&str],
) {
    let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 40);
    let (place, ward) = (
        Place::new(&stage.manifest(IMPATIENT), COUNT),
        Ward::of(&stage),
    );
    begin(&ward);
    let answer = place.run_at(&stage.url());
    end(&ward);
    ward.end_of_threads();
    answer.says(code, words);
    let journals = place.journals();
    assert!(
        !std::path::Path::new(&journals).exists(),
        "nothing was begun"
    );
    let ours: Vec<String> = cmd("KEYS")
        .arg([RESERVED, b"*"].concat())
        .query(&mut stage.connection())
        .expect("it answers");
    assert!(ours.is_empty(), "{ours:?}");
    stage.before.assert_same(&stage.now());
}

#[test]
fn what_does_not_pass_in_time_is_told_at_the_start() {
    for (begin, end, words) in [
        (
            "CONFIG SET min-replicas-to-write 1",
            "CONFIG SET min-replicas-to-write 0",
            ["NOREPLICAS", "min-replicas-to-write"],
        ),
        (
            "CONFIG SET maxmemory 1",
            "CONFIG SET maxmemory 0",
            ["OOM", "raise maxmemory or free some"],
        ),
        (
            "CONFIG SET maxclients 1",
            "CONFIG SET maxclients 100",
            ["max number of clients reached", "raise maxclients"],
        ),
    ] {
        let words = [&words[..], &["waiting: ", LATER]].concat();
        refused_at_the_start(
            Options::new(),
            |ward| ward.ask(begin),
            |ward| ward.ask(end),
            FAILED,
            &words,
        );
    }
    refused_at_the_start(
        Options::new().config("lua-time-limit 10"),
        Ward::keep_busy,
        |ward| ward.ask("SCRIPT KILL"),
        FAILED,
        &["waiting: ", "BUSY", "SCRIPT KILL", LATER],
    );
    refused_at_the_start(
        slow_to_load(),
        |ward| {
            ward.ask("SAVE");
            ward.load_slowly();
        },
        |ward| connect(ward.server).expect("it listens").load_fast(),
        FAILED,
        &["waiting: ", "LOADING", "reading its data from disk", LATER],
    );
}

/// A process that waits for its server.
struct Waiting {
    child: Child,
    /// What it has said so far, the last line about why it waits.
    said: String,
    stderr: BufReader<ChildStderr>,
}

impl Waiting {
    /// Starts the binary and reads what it says until it waits.
    #[track_caller]
    fn start(arguments: &[&str]) -> Self {
        let mut child = start(arguments);
        let stderr = child.stderr.take().expect("it is piped");
        let (mut stderr, mut said) = (BufReader::new(stderr), String::new());
        let mut line = String::new();
        while !line.starts_with("waiting: ") {
            line.clear();
            let read = stderr.read_line(&mut line).expect("it is text");
            said.push_str(&line);
            assert!(read > 0, "it never waited:\n{said}");
        }
        Self {
            child,
            said,
            stderr,
        }
    }

    /// As Ctrl-C does, which a process in the background may have been told to ignore.
    fn interrupt(&self) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let id = id.expect("a process has an id");
        kill_process(id, Signal::TERM).expect("it is our child");
    }

    fn answer(self) -> Answer {
        let Self {
            child,
            said,
            mut stderr,
        } = self;
        let mut rest = String::new();
        stderr.read_to_string(&mut rest).expect("it is text");
        let output = child.wait_with_output().expect("it was started");
        Answer {
            code: output.status.code(),
            text: format!("{}{said}{rest}", String::from_utf8_lossy(&output.stdout)),
        }
    }
}

/// Says whether a run that begins in bad times is carried to its end in good ones, with words about the wait.
#[track_caller]
fn is_waited_for(
    options: Options,
    begin: impl FnOnce(&Ward),
    end: impl FnOnce(&Ward),
    words: &[&str],
) {
    let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 40);
    let expected = stage.expected(COUNT);
    let (place, ward) = (Place::new(&stage.manifest(""), COUNT), Ward::of(&stage));
    let (manifest, journals, url) = (place.path("migration.yaml"), place.journals(), stage.url());
    begin(&ward);
    let waiting = Waiting::start(&[
        "run",
        &manifest,
        "--target",
        &url,
        "--journal",
        &journals,
        "--yes",
    ]);
    end(&ward);
    let answer = waiting.answer();
    ward.end_of_threads();
    answer.says(SUCCESS, words);
    answer.says(SUCCESS, &["Completed count"]);
    without_groups(expected).assert_same(&without_groups(stage.now()));
}

#[test]
fn what_passes_is_waited_for_at_the_start() {
    is_waited_for(
        Options::new().append_only(),
        |ward| ward.server.kill(),
        |ward| ward.server.restart(),
        &[
            "Connection refused",
            "next attempt in",
            "hint: is the server running",
        ],
    );
    is_waited_for(
        Options::new(),
        |ward| ward.ask("CONFIG SET min-replicas-to-write 1"),
        |ward| ward.ask("CONFIG SET min-replicas-to-write 0"),
        &["NOREPLICAS"],
    );
    is_waited_for(
        Options::new(),
        |ward| ward.ask("CONFIG SET maxmemory 1"),
        |ward| ward.ask("CONFIG SET maxmemory 0"),
        &["OOM"],
    );
    is_waited_for(
        Options::new(),
        |ward| ward.ask("CONFIG SET maxclients 1"),
        |ward| ward.ask("CONFIG SET maxclients 100"),
        &["connecting to redis://"],
    );
    is_waited_for(
        Options::new().config("lua-time-limit 10"),
        Ward::keep_busy,
        |ward| ward.ask("SCRIPT KILL"),
        &["BUSY"],
    );
    is_waited_for(
        slow_to_load(),
        |ward| {
            ward.ask("SAVE");
            ward.load_slowly();
        },
        |ward| connect(ward.server).expect("it listens").load_fast(),
        &["LOADING"],
    );
}

#[test]
fn every_command_of_a_migration_waits() {
    let options = Options::new().append_only();
    let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 40);
    let (place, ward) = (Place::new(&stage.manifest(""), COUNT), Ward::of(&stage));
    let (manifest, journals, url) = (place.path("migration.yaml"), place.journals(), stage.url());
    let waits = |arguments: &[&str], words: &[&str]| {
        ward.server.kill();
        let waiting = Waiting::start(&[arguments, &["--target", &url]].concat());
        ward.server.restart();
        waiting.answer().says(SUCCESS, words);
    };
    waits(&["dry-run", &manifest], &["Dry run of count"]);
    let with_journal = ["--journal", &journals, "--yes"];
    waits(
        &[&["run", manifest.as_str()][..], &with_journal].concat(),
        &["Completed count"],
    );
    let run = Stage::only_run_in(journals.as_ref());
    waits(&["verify", &run, "--journal", &journals], &["Verified"]);
    waits(
        &[&["rollback", run.as_str()][..], &with_journal].concat(),
        &["Rolled back count"],
    );
    without_groups(stage.before.clone()).assert_same(&without_groups(stage.now()));
}

#[test]
fn a_run_that_was_stopped_waits_when_it_is_resumed() {
    let story = Story::new(Options::new().append_only());
    // A journal keeps the manifest with which it was begun.
    let answer = story.disturbed(|ward| ward.server.kill());
    answer.says(STOPPED, &["remold resume count-"]);
    story
        .resume(&story.url())
        .says(FAILED, &["waiting: ", "connecting to redis://", LATER]);
    story.ward.server.restart();
    story
        .resume(&story.url())
        .says(SUCCESS, &["Completed count"]);
    story.has_ended_well();
}

#[test]
fn a_server_that_is_down() {
    let manifest = Stage::new(ServerVersion::Redis7_0, 0).manifest(IMPATIENT);
    let place = Place::new(&manifest, COUNT);
    let answer = place.run_at(NOBODY);
    answer.says(
        FAILED,
        &[
            "waiting: ",
            "connecting to redis://127.0.0.1:1",
            "is the server running",
            LATER,
        ],
    );
    for command in ["status", "history"] {
        let arguments = [command, "--target", NOBODY, "--journal", &place.journals()];
        remold(&arguments[..if command == "status" { 5 } else { 3 }])
            .says(FAILED, &["is the server running", LATER])
            .never_says(&["waiting"]);
    }
}

#[test]
fn a_wait_at_the_start_ends_with_an_interrupt() {
    let place = Place::new(&Stage::new(ServerVersion::Redis7_0, 0).manifest(""), COUNT);
    let (manifest, journals) = (place.path("migration.yaml"), place.journals());
    let dry_run = Waiting::start(&["dry-run", &manifest, "--target", NOBODY]);
    dry_run.interrupt();
    dry_run
        .answer()
        .says(STOPPED, &["is the server running", "interrupted"]);
    let arguments = ["run", &manifest, "--target", NOBODY, "--journal", &journals];
    // A worker that may be started again says that this will help.
    let worker = ["--run", "r", "--share", "0/2", "--wait", "1m", "--yes"];
    let worker = Waiting::start(&[&arguments[..], &worker].concat());
    worker.interrupt();
    worker.answer().says(STOPPED, &["interrupted"]);
    let run = Waiting::start(&arguments);
    run.interrupt();
    // Nothing was begun that it would have to finish.
    assert_eq!(run.answer().code, None);
    assert!(!Path::new(&journals).exists(), "nothing was begun");
}

#[test]
fn a_replica_takes_no_writes() {
    for options in [
        Options::new(),
        Options::new().config("replica-serve-stale-data no"),
    ] {
        refused_at_the_start(
            options,
            |ward| ward.ask("REPLICAOF 127.0.0.1 1"),
            |ward| ward.ask("REPLICAOF NO ONE"),
            REFUSED,
            &[
                "the server is a replica, which takes no writes",
                "connect to its primary, 127.0.0.1:1",
            ],
        );
    }
}

//! A worker that was stopped for longer than its lock holds, and wakes up when another has taken over: it writes
//! nothing more, or only what nobody has written.

use std::path::Path;
use std::sync::mpsc::channel;

use redis::cmd;
use remold::{
    Control, JournalDirectory, RedisOptions, RunEnd, RunOptions, Runner, Silent, Step, Target,
};
use remold_tests::{Proxy, ServerVersion, wait_for};
use rustix::process::Signal;

use super::{COUNT, counts};
use crate::bad_input::locks::{answer_of, send, started};
use crate::bad_input::{Place, REFUSED, STOPPED, SUCCESS, hashes, remold};
use crate::stage::{Stage, die_at};

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a new folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("it can be listed");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(from, to).expect("it is copied");
        }
    }
}

#[test]
fn a_journal_that_was_gone_on_with_elsewhere_is_refused() {
    for (step, nth) in [
        (Step::AfterJournal, 6),
        (Step::AfterApply, 6),
        (Step::BeforeMark, 1),
    ] {
        let stage = Stage::new(ServerVersion::Redis7_0, 0);
        crate::bad_input::add_hashes(&stage, 200);
        let migration = stage.migration(COUNT);
        let until = |step, nth| RunOptions {
            steps: Some(die_at(step, nth)),
            ..RunOptions::default()
        };
        let first = stage
            .runner()
            .run(&migration, &until(step, nth), &Control::new(), &Silent)
            .expect("the run begins");
        assert_eq!(first.outcome.end, RunEnd::Interrupted);
        let elsewhere = stage.folder().with_extension("elsewhere");
        copy(stage.folder(), &elsewhere);
        let options = RedisOptions::parse_url(&stage.url()).expect("a server's URL");
        let other = Runner::new(
            Target::Redis(Box::new(options)),
            JournalDirectory::new(&elsewhere),
        );
        let there = other
            .resume(
                &first.run,
                &until(Step::AfterApply, 5),
                &Control::new(),
                &Silent,
            )
            .expect("it goes on");
        assert_eq!(there.outcome.end, RunEnd::Interrupted);
        let so_far = stage.now();

        let here =
            stage
                .runner()
                .resume(&first.run, &RunOptions::default(), &Control::new(), &Silent);
        let Ok(RunEnd::Journal(error)) = here.map(|report| report.outcome.end) else {
            panic!("{step:?}: it went on with an older copy");
        };
        assert_eq!(error.code(), "journal-outdated", "{error}");
        so_far.assert_same(&stage.now());
        let there = other
            .resume(&first.run, &RunOptions::default(), &Control::new(), &Silent)
            .expect("it goes on");
        assert_eq!(there.outcome.end, RunEnd::Completed);
        assert_eq!(
            counts(&mut stage.connection(), 200),
            [Some(1); 200],
            "{step:?}"
        );
        drop(std::fs::remove_dir_all(&elsewhere));
    }
}

/// Waits until the lock of a database is gone, by itself.
fn wait_until_the_lock_lapses(stage: &Stage) {
    let mut connection = stage.connection();
    wait_for("the lock to lapse", || {
        let left: i64 = cmd("PTTL")
            .arg("__remold:lock")
            .query(&mut connection)
            .expect("PTTL");
        assert_ne!(left, -1, "it has an expiry");
        (left == -2).then_some(())
    });
}

fn resume(run: &str, stage: &Stage, journals: &str) -> crate::bad_input::Answer {
    let url = stage.url();
    remold(&[
        "resume",
        run,
        "--target",
        &url,
        "--journal",
        journals,
        "--yes",
    ])
}

#[test]
fn a_worker_that_was_stopped_until_its_lock_lapsed_writes_no_more_beside_another_run() {
    let stage = hashes(100);
    let first = Place::new(&stage.manifest(""), COUNT);
    let other = stage.manifest("").replace("name: count", "name: other");
    let second = Place::new(&other, &COUNT.replace("runs", "other"));
    let proxies = [Proxy::start(stage.server), Proxy::start(stage.server)];
    let (slow, run) = started(&stage, &proxies[0], &first, |process| {
        send(process, Signal::STOP);
    });
    wait_until_the_lock_lapses(&stage);
    let (go_on, may_go_on) = channel();
    let (holder, held_by) = started(&stage, &proxies[1], &second, move |_| {
        may_go_on.recv().expect("it is told");
    });
    let so_far = counts(&mut stage.connection(), 100);
    assert!(so_far.contains(&None), "the first is in its middle");

    send(slow.id(), Signal::CONT);
    answer_of(slow).says(
        STOPPED,
        &[
            &format!("run {held_by} of "),
            "holds the keyspace's lock since 20",
            "what was applied can be undone",
            &format!("remold resume {run}"),
        ],
    );
    assert_eq!(
        counts(&mut stage.connection(), 100),
        so_far,
        "it wrote no more"
    );
    go_on.send(()).expect("it is waited for");
    answer_of(holder).says(SUCCESS, &["Completed other"]);
    resume(&run, &stage, &first.journals()).says(SUCCESS, &["Completed count"]);
    assert_eq!(counts(&mut stage.connection(), 100), [Some(1); 100]);
}

#[test]
fn a_worker_that_was_stopped_while_its_run_was_finished_elsewhere_writes_no_more() {
    let stage = hashes(100);
    let place = Place::new(&stage.manifest(""), COUNT);
    let proxy = Proxy::start(stage.server);
    let (slow, run) = started(&stage, &proxy, &place, |process| {
        send(process, Signal::STOP);
    });
    // The folder of journals as another machine has it.
    let (here, elsewhere) = (place.journals(), place.path("elsewhere"));
    copy(Path::new(&here), Path::new(&elsewhere));
    let in_use = resume(&run, &stage, &here);
    in_use.says(
        REFUSED,
        &["in use by another process", "wait for it, or stop it first"],
    );
    wait_until_the_lock_lapses(&stage);
    resume(&run, &stage, &elsewhere).says(SUCCESS, &["Completed count"]);
    assert_eq!(counts(&mut stage.connection(), 100), [Some(1); 100]);

    send(slow.id(), Signal::CONT);
    answer_of(slow)
        .says(
            REFUSED,
            &[
                "the run was gone on with elsewhere",
                "which is an older copy",
                "go on with the copy that knows more",
                &format!("to go on    with the newest copy of the journal: remold resume {run} "),
                " --journal FOLDER",
            ],
        )
        .never_says(&[&format!("--journal {here}"), "to undo"]);
    assert_eq!(
        counts(&mut stage.connection(), 100),
        [Some(1); 100],
        "it wrote no more"
    );
    // Neither a resume nor a rollback takes its journal for the whole one.
    let url = stage.url();
    let both = ["which is an older copy", "--journal names its folder"];
    resume(&run, &stage, &here)
        .says(REFUSED, &both)
        .says(
            REFUSED,
            &["to go on    with the newest copy of the journal: remold resume"],
        )
        .never_says(&["to undo"]);
    let undo = [
        "rollback",
        &run,
        "--target",
        &url,
        "--journal",
        &here,
        "--yes",
    ];
    remold(&undo).says(REFUSED, &both);
    assert_eq!(counts(&mut stage.connection(), 100), [Some(1); 100]);
}

//! Rollbacks after the application went on: what was written since is kept and reported.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use redis::cmd;
use remold::{Control, KeptReason, RunEnd, RunOptions, Silent, Step, StepWatcher, Verdict};
use remold_tests::{Options, ServerVersion};

use super::stage::{ALL, COUNT, Stage, once_at};

#[test]
fn what_was_written_since_is_kept_and_reported() {
    for version in ALL {
        let stage = Stage::new(version, 0);
        let mut connection = stage.connection();
        for key in ["user:same", "user:changed", "user:deleted", "user:touched"] {
            let () = cmd("HSET")
                .arg(key)
                .arg("name")
                .arg(key)
                .query(&mut connection)
                .expect("it is written");
        }
        let before = stage.now();
        let run = stage.run(COUNT).run;
        let () = cmd("HSET")
            .arg("user:changed")
            .arg("name")
            .arg("theirs")
            .query(&mut connection)
            .expect("written");
        let () = cmd("DEL")
            .arg("user:deleted")
            .query(&mut connection)
            .expect("written");
        let () = cmd("PEXPIREAT")
            .arg("user:touched")
            .arg("4102444800000")
            .query(&mut connection)
            .expect("written");
        let back = stage.roll_back(&run).report.outcome;
        assert_eq!(back.end, RunEnd::Completed, "{version}");
        let kept: BTreeMap<_, _> = back.kept.into_iter().collect();
        let expected = [
            ("user:changed", KeptReason::WrittenSince),
            ("user:deleted", KeptReason::DeletedSince),
        ];
        assert_eq!(
            kept,
            expected
                .map(|(key, reason)| (remold::host_api::Bytes::from(key), reason))
                .into(),
            "{version}"
        );
        let now = stage.now();
        assert_eq!(now.key("user:same"), before.key("user:same"), "{version}");
        // The application gave it an expiry since: the value goes back, the expiry stays.
        assert_eq!(
            now.key("user:touched").contents,
            before.key("user:touched").contents,
            "{version}"
        );
        assert!(now.key("user:touched").expires_at.is_some(), "{version}");
        assert!(!now.keys.contains_key(&b"user:deleted"[..]), "{version}");
        let theirs: String = cmd("HGET")
            .arg("user:changed")
            .arg("name")
            .query(&mut connection)
            .expect("it is there");
        assert_eq!(theirs, "theirs", "{version}");
    }
}

#[test]
fn what_was_written_since_goes_through_the_way_back() {
    let script = r#"
        fn migrate(rec) { rec.hash.rename("name", "title"); }
        fn revert(rec) { rec.hash.rename("title", "name"); }
    "#;
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    let mut connection = stage.connection();
    for key in ["user:1", "user:2"] {
        let () = cmd("HSET")
            .arg(key)
            .arg("name")
            .arg("old")
            .query(&mut connection)
            .expect("it is written");
    }
    let run = stage.run(script).run;
    let () = cmd("HSET")
        .arg("user:2")
        .arg("title")
        .arg("new")
        .query(&mut connection)
        .expect("it is written");
    let back = stage.roll_back(&run).report.outcome;
    assert_eq!(
        (
            back.end,
            back.tally.changed,
            back.tally.reverted,
            back.tally.kept
        ),
        (RunEnd::Completed, 1, 1, 0)
    );
    let names: Vec<String> = ["user:1", "user:2"]
        .map(|key| {
            cmd("HGET")
                .arg(key)
                .arg("name")
                .query(&mut connection)
                .expect("it is there")
        })
        .to_vec();
    assert_eq!(names, ["old", "new"]);
}

#[test]
fn renames_emissions_and_removals_go_back_together() {
    let script = r#"
        fn migrate(rec) {
            let id = rec.hash.get("id");
            rec.emit("index:" + id, text(rec.key));
            rec.remove("stale:" + id);
            rec.rename("account:" + id);
        }
    "#;
    let grants = "  capabilities: { write: [\"index:*\", \"stale:*\", \"account:*\"] }\n";
    for version in ALL {
        let stage = Stage::new(version, 0);
        let mut connection = stage.connection();
        for id in 0..100 {
            let key = format!("user:{id}");
            let () = cmd("HSET")
                .arg(&key)
                .arg("id")
                .arg(id)
                .query(&mut connection)
                .expect("it is written");
            let () = cmd("SET")
                .arg(format!("stale:{id}"))
                .arg(id)
                .query(&mut connection)
                .expect("it is written");
        }
        let () = cmd("PEXPIREAT")
            .arg("user:7")
            .arg("4102444800000")
            .query(&mut connection)
            .expect("it is written");
        let before = stage.now();
        let migration = stage.migration_with(script, grants);
        let options = remold::RunOptions::default();
        let report = stage.runner().run(
            &migration,
            &options,
            &remold::Control::new(),
            &remold::Silent,
        );
        let report = report.expect("the run begins");
        assert_eq!(report.outcome.end, RunEnd::Completed, "{version}");
        let migrated = stage.now();
        assert_eq!(migrated.keys.len(), 200, "{version}");
        assert_eq!(
            migrated.key("account:7").expires_at,
            before.key("user:7").expires_at,
            "{version}"
        );
        assert_eq!(
            migrated.key("account:3").contents,
            before.key("user:3").contents,
            "{version}"
        );

        // One of a group was written since: the whole group stays.
        let () = cmd("SET")
            .arg("index:5")
            .arg("theirs")
            .query(&mut connection)
            .expect("it is written");
        let back = stage.roll_back(&report.run).report.outcome;
        assert_eq!(
            (back.tally.changed, back.tally.kept),
            (99, 1),
            "{version}: {:?}",
            back.tally
        );
        let now = stage.now();
        assert!(
            now.keys.contains_key(&b"account:5"[..]) && !now.keys.contains_key(&b"user:5"[..]),
            "{version}"
        );
        for (key, state) in &before.keys {
            if !key.ends_with(b":5") || key.len() > 7 {
                assert_eq!(
                    now.keys.get(key),
                    Some(state),
                    "{version}: {}",
                    String::from_utf8_lossy(key)
                );
            }
        }
    }
}

/// A way there and back that does harm where it is not due.
const COUNTED: &str = r#"
    fn migrate(rec) { rec.hash.set("n", rec.hash.get("n").parse_int() + 1); }
    fn revert(rec) { rec.hash.set("n", rec.hash.get("n").parse_int() - 1); }
"#;

/// A run on a server that was saved in the middle of it. It has come to its end, or dies at an acknowledgement.
fn saved_in_the_middle(dies_at: Option<u32>) -> (Stage, String) {
    let stage = Stage::alone_with(ServerVersion::Redis7_0, Options::new(), 0);
    let mut connection = stage.connection();
    for id in 0..80 {
        let () = cmd("HSET")
            .arg(format!("user:{id}"))
            .arg("n")
            .arg(5)
            .query(&mut connection)
            .expect("it is written");
    }
    let saving = Mutex::new((stage.connection(), 0));
    let save: StepWatcher = Arc::new(move |step| {
        if step != Step::AfterAcknowledge {
            return Verdict::Continue;
        }
        let (connection, acknowledged) = &mut *saving.lock().expect("nobody panics");
        *acknowledged += 1;
        if *acknowledged == 1 {
            cmd("SAVE").exec(connection).expect("it can be saved");
        }
        if dies_at.is_some_and(|last| *acknowledged >= last) {
            Verdict::Die
        } else {
            Verdict::Continue
        }
    });
    let report = stage.run_watched(COUNTED, Some(save));
    let run = report.expect("the run begins").run;
    (stage, run)
}

/// Takes the server back to when it was saved, and lets the application write every key there.
fn go_back(stage: &Stage) {
    stage.server.kill();
    stage.server.restart();
    let mut connection = stage.connection();
    // It would lapse.
    cmd("DEL")
        .arg("__remold:lock")
        .exec(&mut connection)
        .expect("it can be deleted");
    for id in 0..80 {
        let () = cmd("HSET")
            .arg(format!("user:{id}"))
            .arg("theirs")
            .arg(1)
            .query(&mut connection)
            .expect("it is written");
    }
}

/// Rolls back to the end and checks that every key holds what it held at first and what the application wrote.
fn check_undone(stage: &Stage, run: &str) {
    let back = stage.roll_back(run).report.outcome;
    assert_eq!(back.end, RunEnd::Completed);
    assert!(back.tally.reverted > 0, "{:?}", back.tally);
    let mut connection = stage.connection();
    for id in 0..80 {
        let values: (String, String) = cmd("HMGET")
            .arg(format!("user:{id}"))
            .arg(&["n", "theirs"])
            .query(&mut connection)
            .expect("it is there");
        assert_eq!(values, ("5".to_owned(), "1".to_owned()), "user:{id}");
    }
}

#[test]
fn what_a_server_has_lost_of_a_run_is_not_taken_back() {
    let (stage, run) = saved_in_the_middle(None);
    go_back(&stage);
    check_undone(&stage, &run);
}

#[test]
fn what_a_server_has_lost_of_a_run_that_was_aborted_is_not_taken_back() {
    let (stage, run) = saved_in_the_middle(Some(5));
    stage.runner().abort(&run).expect("it can be aborted");
    go_back(&stage);
    check_undone(&stage, &run);
}

#[test]
fn a_rollback_whose_server_goes_back_into_the_run_stops_and_can_be_gone_on_with() {
    let (stage, run) = saved_in_the_middle(None);
    let stage = Arc::new(stage);
    let gone = Arc::clone(&stage);
    let options = RunOptions {
        steps: Some(once_at(Step::AfterAcknowledge, move || go_back(&gone))),
        ..RunOptions::default()
    };
    let runner = stage.runner();
    let stopped = runner.roll_back(&run, &options, &Control::new(), &Silent);
    let end = stopped.expect("it begins").report.outcome.end;
    assert!(
        matches!(&end, RunEnd::Unavailable(error) if error.code() == "history-changed"),
        "{end:?}"
    );
    check_undone(&stage, &run);
}

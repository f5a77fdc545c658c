//! Runs that are stopped many times, or for good, with keys of every shape that nobody else writes to.

use remold::{RunEnd, Step};

use crate::stage::{COUNT, Stage, die_at};
use remold_tests::ServerVersion;

#[test]
fn a_run_that_is_stopped_again_and_again_ends_all_the_same() {
    let stage = Stage::new(ServerVersion::Redis7_0, 200);
    let expected = stage.expected(COUNT);
    let first = stage
        .run_watched(COUNT, Some(die_at(Step::AfterApply, 2)))
        .expect("the run begins");
    let stops = [
        Step::BeforeSettle,
        Step::AfterJournal,
        Step::BeforeMark,
        Step::AfterApply,
        Step::AfterApply,
        Step::BeforeComplete,
    ];
    for step in stops {
        let options = remold::RunOptions {
            steps: Some(die_at(step, 2)),
            ..remold::RunOptions::default()
        };
        let report = stage.runner().resume(
            &first.run,
            &options,
            &remold::Control::new(),
            &remold::Silent,
        );
        let end = report.expect("the run goes on").outcome.end;
        assert!(
            matches!(end, RunEnd::Interrupted | RunEnd::Completed),
            "{step:?}: {end:?}"
        );
        if end == RunEnd::Completed {
            break;
        }
    }
    if stage
        .runner()
        .history()
        .expect("it can be read")
        .iter()
        .any(|entry| entry.state == remold::RunState::Running)
    {
        assert_eq!(stage.resume(&first.run).outcome.end, RunEnd::Completed);
    }
    expected.assert_same(&stage.now());
}

#[test]
fn an_interrupted_run_is_rolled_back_without_being_resumed() {
    for step in [Step::AfterJournal, Step::AfterApply, Step::AfterAcknowledge] {
        let stage = Stage::new(ServerVersion::Redis7_0, 160);
        let report = stage
            .run_watched(COUNT, Some(die_at(step, 6)))
            .expect("the run begins");
        assert_eq!(report.outcome.end, RunEnd::Interrupted);
        let back = stage.roll_back(&report.run).report.outcome;
        assert_eq!(
            (&back.end, back.tally.kept),
            (&RunEnd::Completed, 0),
            "{step:?}"
        );
        stage.before.assert_same(&stage.now());
    }
}

#[test]
fn a_rollback_that_is_gone_on_with_takes_the_way_back_once() {
    let script = r#"
        fn migrate(rec) { rec.hash.set("runs", 1); }
        fn revert(rec) { rec.hash.set("undone", rec.hash.get_or("undone", "0").parse_int() + 1); }
    "#;
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    let mut connection = stage.connection();
    let keys: Vec<String> = (0..40).map(|number| format!("user:{number}")).collect();
    let write = |connection: &mut redis::Connection| {
        for key in &keys {
            redis::cmd("HINCRBY")
                .arg(key)
                .arg("theirs")
                .arg(1)
                .exec(connection)
                .expect("it is written");
        }
    };
    write(&mut connection);
    let run = stage.run(script).run;
    // What was written since goes back by the script, and then looks like nothing that the journal knows.
    write(&mut connection);
    let options = remold::RunOptions {
        steps: Some(die_at(Step::AfterApply, 3)),
        ..remold::RunOptions::default()
    };
    let stopped =
        stage
            .runner()
            .roll_back(&run, &options, &remold::Control::new(), &remold::Silent);
    assert_eq!(
        stopped
            .expect("the rollback begins")
            .report
            .outcome
            .tally
            .reverted,
        16
    );
    let back = stage.roll_back(&run).report.outcome;
    assert_eq!(back.end, RunEnd::Completed);
    for key in &keys {
        let undone: u32 = redis::cmd("HGET")
            .arg(key)
            .arg("undone")
            .query(&mut connection)
            .expect("it is a number");
        assert_eq!(undone, 1, "{key}");
    }
}

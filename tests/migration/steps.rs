//! Stop at each step: whatever was reached, a resume ends where an undisturbed run ends.

use remold::{RunEnd, Step};

use super::stage::{COUNT, Stage, die_at};
use remold_tests::ServerVersion;

/// Steps that a run on a server passes, with the occasions that differ.
const RUN: [(Step, u32); 24] = [
    (Step::BeforeLock, 1),
    (Step::BeforeSeal, 1),
    (Step::BeforeRaise, 1),
    (Step::BeforeProgress, 1),
    (Step::BeforeSettle, 1),
    (Step::BeforeMark, 1),
    (Step::EpochEntered, 1),
    (Step::BeforeRead, 1),
    (Step::BeforeRead, 9),
    (Step::AfterRead, 1),
    (Step::AfterRead, 7),
    (Step::BeforeJournal, 1),
    (Step::BeforeJournal, 6),
    (Step::AfterJournal, 1),
    (Step::AfterJournal, 5),
    (Step::AfterJournal, 12),
    (Step::AfterApply, 1),
    (Step::AfterApply, 5),
    (Step::AfterApply, 12),
    (Step::AfterAcknowledge, 1),
    (Step::AfterAcknowledge, 9),
    (Step::BeforeComplete, 1),
    (Step::BeforeRecord, 1),
    (Step::BeforeUnlock, 1),
];

fn stopped_and_resumed(guard: &str) {
    for (step, nth) in RUN {
        let context = format!("{guard}: {step:?} for the {nth}th time");
        let stage = Stage::new(ServerVersion::Redis7_0, 160).guarded_by(guard);
        let expected = stage.expected(COUNT);
        let report = stage
            .run_watched(COUNT, Some(die_at(step, nth)))
            .expect("the run begins");
        let run = report.run.clone();
        if step == Step::BeforeUnlock {
            assert_eq!(report.outcome.end, RunEnd::Completed, "{context}");
            // The lock lapses by itself in a while.
            stage.runner().unlock().expect("it can be broken");
        } else {
            assert_eq!(report.outcome.end, RunEnd::Interrupted, "{context}");
            let resumed = stage.resume(&run);
            assert_eq!(resumed.outcome.end, RunEnd::Completed, "{context}");
            assert_eq!(
                resumed.outcome.tally.handled(),
                160,
                "{context}: {:?}",
                resumed.outcome.tally
            );
        }
        expected.assert_same(&stage.now());
        let back = stage.roll_back(&run).report.outcome;
        assert_eq!(
            (&back.end, back.tally.kept),
            (&RunEnd::Completed, 0),
            "{context}"
        );
        stage.before.assert_same(&stage.now());
    }
}

#[test]
fn a_run_that_is_stopped_at_any_step_is_resumed_to_the_same_end_under_watch() {
    stopped_and_resumed("watch");
}

#[test]
fn a_run_that_is_stopped_at_any_step_is_resumed_to_the_same_end_under_lua() {
    stopped_and_resumed("lua");
}

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
fn a_rollback_that_is_stopped_at_any_step_is_gone_on_with() {
    let steps = [
        Step::BeforeSeal,
        Step::BeforeMark,
        Step::BeforeRead,
        Step::BeforeJournal,
        Step::AfterJournal,
        Step::AfterApply,
        Step::AfterAcknowledge,
        Step::BeforeComplete,
        Step::BeforeRecord,
    ];
    for step in steps {
        let stage = Stage::new(ServerVersion::Redis7_0, 120);
        let run = stage.run(COUNT).run;
        let options = remold::RunOptions {
            steps: Some(die_at(step, 1)),
            ..remold::RunOptions::default()
        };
        let stopped =
            stage
                .runner()
                .roll_back(&run, &options, &remold::Control::new(), &remold::Silent);
        assert_eq!(
            stopped.expect("the rollback begins").report.outcome.end,
            RunEnd::Interrupted,
            "{step:?}"
        );
        let back = stage.roll_back(&run).report.outcome;
        assert_eq!(
            (&back.end, back.tally.kept),
            (&RunEnd::Completed, 0),
            "{step:?}: {:?}",
            back.tally
        );
        stage.before.assert_same(&stage.now());
    }
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

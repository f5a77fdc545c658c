//! What a run tells those who follow the changes: each step of its life, in order, with the server's time.

use redis::cmd;
use remold::{
    Control, Follower, Happening, Met, RedisOptions, RunChange, RunEnd, RunOptions, RunState,
    Silent, Step, Target,
};
use remold_tests::ServerVersion;

use super::stage::{ALL, COUNT, Stage, die_at, once_at};

/// Everything that was told so far.
fn told(stage: &Stage) -> Vec<RunChange> {
    let options = RedisOptions::parse_url(&stage.url()).expect("a server's URL");
    let mut follower =
        Follower::open(&Target::Redis(Box::new(options))).expect("the server answers");
    let mut told = Vec::new();
    let walked = follower.walk(remold::host_api::StreamId::default(), |met| {
        let Met::Event(event) = met else {
            panic!("nothing was dropped: {met:?}");
        };
        assert_eq!(event.format, 1);
        assert!(event.at.abs_diff(event.id.ms) < 60_000, "{event:?}");
        match event.happening {
            Happening::Run(change) => told.push(*change),
            other => panic!("nothing but runs: {other:?}"),
        }
        true
    });
    walked.expect("the server answers");
    told
}

/// The events' words with the runs that they are of.
fn words(told: &[RunChange]) -> Vec<(&str, &str)> {
    told.iter()
        .map(|change| (change.event.name(), change.entry.run.as_str()))
        .collect()
}

#[test]
fn a_run_and_its_rollback_are_told_in_order() {
    for version in ALL {
        for guard in ["watch", "lua", "none"] {
            let stage = Stage::new(version, 20).guarded_by(guard);
            let run = stage.run(COUNT);
            let back = stage.roll_back(&run.run).report;
            let told = told(&stage);
            let (run, undo) = (run.run.as_str(), back.run.as_str());
            let expected = [
                ("started", run),
                ("completed", run),
                ("started", undo),
                ("completed", undo),
                ("rolled-back", run),
            ];
            assert_eq!(words(&told), expected, "{version}, {guard}");
            let states = [1, 3, 4].map(|place| told[place].entry.state);
            let ended = [
                RunState::Completed,
                RunState::Completed,
                RunState::RolledBack,
            ];
            assert_eq!(states, ended, "{version}, {guard}");
            assert!(told[1].entry.written > 0, "{version}, {guard}");
            assert_eq!(told[2].entry.undoes.as_deref(), Some(run));
        }
    }
}

#[test]
fn a_run_that_is_stopped_fails_or_is_ended_says_so() {
    let stage = Stage::new(ServerVersion::Redis7_0, 60);
    let control = Control::new();
    let stop = control.clone();
    let options = RunOptions {
        steps: Some(once_at(Step::AfterAcknowledge, move || stop.stop())),
        ..RunOptions::default()
    };
    let report = stage
        .runner()
        .run(&stage.migration(COUNT), &options, &control, &Silent)
        .expect("the run begins");
    assert_eq!(report.outcome.end, RunEnd::Interrupted);
    stage.resume(&report.run);
    let first = told(&stage);
    let run = report.run.as_str();
    let expected = ["started", "interrupted", "resumed", "completed"].map(|word| (word, run));
    assert_eq!(words(&first), expected);
    assert_eq!(first[1].reason.as_deref(), Some("interrupted"));
    assert_eq!(first[1].entry.state, RunState::Running);

    let stage = Stage::new(ServerVersion::Valkey8, 60);
    let script = "fn migrate(rec) { reject(\"no\", \"never\") }";
    let strict = stage.migration_with(script, "  policy: { maxRejected: 1 }\n");
    let report = stage
        .runner()
        .run(&strict, &RunOptions::default(), &Control::new(), &Silent)
        .expect("the run begins");
    assert_eq!(report.outcome.end, RunEnd::TooManyRejected);
    stage.runner().abort(&report.run).expect("it can be ended");
    let second = told(&stage);
    let run = report.run.as_str();
    assert_eq!(
        words(&second),
        [("started", run), ("failed", run), ("aborted", run)]
    );
    assert_eq!(second[1].reason.as_deref(), Some("too-many-rejected"));
}

#[test]
fn a_killed_run_says_nothing_and_a_dry_run_never_does() {
    let stage = Stage::new(ServerVersion::Redis8_2, 30);
    let report = stage
        .run_watched(COUNT, Some(die_at(Step::AfterApply, 1)))
        .expect("the run begins");
    assert_eq!(words(&told(&stage)), [("started", report.run.as_str())]);
    let stage = Stage::new(ServerVersion::Redis8_2, 30);
    let migration = stage.migration(COUNT);
    stage
        .runner()
        .dry_run(&migration, &RunOptions::default(), &Control::new(), &Silent)
        .expect("it can be tried");
    assert_eq!(told(&stage), []);
    let keys: Vec<String> = cmd("KEYS")
        .arg("__remold:*")
        .query(&mut stage.connection())
        .expect("KEYS");
    assert_eq!(keys, [""; 0]);
}

//! The life of a migration: dry run, run, again, verify, roll back, run again.

use remold::{Control, Error, RunEnd, RunOptions, Silent};
use remold_tests::Trace;

use super::stage::{ALL, COUNT, Stage};

#[test]
fn a_dry_run_writes_nothing_and_tells_what_the_run_then_does() {
    for version in ALL {
        // A server of its own: nobody else's writes are counted.
        let stage = Stage::alone(version, 200);
        let _replica = stage.server.replica();
        Trace::forget(stage.server);
        let before = Trace::of(stage.server);
        let runner = stage.runner();
        let migration = stage.migration(COUNT);
        let options = RunOptions {
            show_changes: true,
            ..RunOptions::default()
        };
        let dry = runner
            .dry_run(&migration, &options, &Control::new(), &Silent)
            .expect("the dry run begins");
        assert_eq!(dry.outcome.end, RunEnd::Completed, "{version}");
        stage.before.assert_same(&stage.now());
        assert_eq!(before, Trace::of(stage.server), "{version}");
        let run = stage.run(COUNT);
        let after = Trace::of(stage.server);
        assert!(
            before.commands.is_empty()
                && !after.commands.is_empty()
                && before.dirty != after.dirty
                && before.offset != after.offset,
            "{version}: a run is seen: {before:?}, {after:?}"
        );
        assert_eq!(run.outcome.end, RunEnd::Completed, "{version}");
        assert_eq!(
            dry.outcome.tally.changed, run.outcome.tally.changed,
            "{version}"
        );
        assert_eq!(
            dry.outcome.tally.skipped, run.outcome.tally.skipped,
            "{version}"
        );
        assert_eq!(dry.digest, run.digest);
    }
}

#[test]
fn a_run_is_recognised_verified_rolled_back_and_can_be_run_again() {
    for version in ALL {
        for guard in ["watch", "lua", "none"] {
            let stage = Stage::new(version, 300).guarded_by(guard);
            let run = stage.run(COUNT);
            assert_eq!(run.outcome.end, RunEnd::Completed, "{version} {guard}");
            let tally = &run.outcome.tally;
            assert_eq!(tally.handled(), 300, "{version} {guard}: {tally:?}");
            assert!(tally.changed > 200, "{version} {guard}: {tally:?}");
            let migrated = stage.now();

            let again = stage.run_watched(COUNT, None).expect_err("it was applied");
            assert!(
                matches!(again, Error::AlreadyApplied(_)),
                "{version} {guard}: {again}"
            );
            let other = COUNT.replace("+ 1)", "+ 2)");
            let changed = stage
                .run_watched(&other, None)
                .expect_err("it was applied in another form");
            assert!(
                matches!(changed, Error::ChangedSinceApplied(_)),
                "{version} {guard}: {changed}"
            );
            migrated.assert_same(&stage.now());

            let verified = stage
                .runner()
                .verify(&run.run, &RunOptions::default(), &Control::new(), &Silent)
                .expect("it can be verified");
            assert_eq!(
                verified.intact, tally.changed,
                "{version} {guard}: {verified:?}"
            );
            assert!(verified.is_explained(), "{version} {guard}: {verified:?}");

            let back = stage.roll_back(&run.run).report.outcome;
            assert_eq!(back.end, RunEnd::Completed, "{version} {guard}");
            assert_eq!(
                back.tally.changed, tally.changed,
                "{version} {guard}: {:?}",
                back.tally
            );
            stage.before.assert_same(&stage.now());
            same_payloads(&stage);

            let twice = stage.runner().roll_back(
                &run.run,
                &RunOptions::default(),
                &Control::new(),
                &Silent,
            );
            assert!(
                matches!(twice, Err(Error::WrongState { .. })),
                "{version} {guard}"
            );
            let second = stage.run(COUNT);
            assert_eq!(second.outcome.end, RunEnd::Completed, "{version} {guard}");
            migrated.assert_same(&stage.now());
        }
    }
}

/// After a rollback even the serialised bytes are those of before.
fn same_payloads(stage: &Stage) {
    let now = stage.now();
    for (key, before) in &stage.before.keys {
        let now = &now.keys[key];
        // Tables of the server list their elements in an order of their own each time.
        // It also keeps a hint of the next field to expire, which RESTORE makes exact.
        if before.encoding != "hashtable" && before.encoding != "listpackex" {
            assert_eq!(
                before.payload,
                now.payload,
                "{}",
                String::from_utf8_lossy(key)
            );
        }
        // What APPEND left raw is embedded by RESTORE; the bytes are the same.
        if before.kind != "string" {
            assert_eq!(
                before.encoding,
                now.encoding,
                "{}",
                String::from_utf8_lossy(key)
            );
        }
    }
}

#[test]
fn a_run_keeps_what_the_transform_does_not_touch() {
    let script =
        "fn migrate(rec) { if rec.kind == \"hash\" { rec.hash.set(\"new\", \"field\"); } }";
    for version in ALL {
        let stage = Stage::new(version, 150);
        assert_eq!(stage.run(script).outcome.end, RunEnd::Completed);
        let now = stage.now();
        assert_eq!(now.keys.len(), stage.before.keys.len());
        for (key, before) in &stage.before.keys {
            let now = &now.keys[key];
            let slack = stage.before.tolerance;
            let near = match (before.expires_at, now.expires_at) {
                (Some(one), Some(other)) => one.abs_diff(other) <= slack,
                (one, other) => one == other,
            };
            assert!(
                near,
                "{version}: {} expires elsewhen",
                String::from_utf8_lossy(key)
            );
            if before.kind != "hash" {
                assert_eq!(
                    before.contents,
                    now.contents,
                    "{version}: {}",
                    String::from_utf8_lossy(key)
                );
            }
        }
    }
}

//! Canary shares, quarantine, programs: what a run is besides one pass over all keys.

use std::sync::Mutex;

use redis::cmd;
use remold::{Control, Event, Observer, RunEnd, RunOptions, Silent, Step, Verdict};
use remold_tests::ServerVersion;

use super::stage::{COUNT, Stage, die_at};

/// Remembers the shares that were done, and how many keys had been written by then.
#[derive(Default)]
struct Shares {
    control: Control,
    done: Mutex<Vec<(u32, u64)>>,
}

impl Observer for Shares {
    fn event(&self, event: Event) {
        if let Event::Stage { share } = event {
            let changed = self.control.tally().changed;
            self.done
                .lock()
                .expect("nobody panics")
                .push((share, changed));
        }
    }
}

/// Makes the stage's migration with another strategy.
fn with_strategy(stage: &Stage, strategy: &str) -> remold::Migration {
    let manifest = stage.manifest("");
    let others = manifest.lines().filter(|line| !line.contains("strategy"));
    let others = others.collect::<Vec<_>>().join("\n");
    let text = format!("{others}\n  strategy: {{ {strategy} }}\n");
    let sources = stage.migration(COUNT).sources().clone();
    remold::Migration::from_parts("migration.yaml", &text, sources).expect("the manifest is valid")
}

#[test]
fn a_run_that_is_held_back_by_a_rate_takes_its_time_and_leaves_no_batch_behind() {
    let stage = Stage::new(ServerVersion::Redis7_0, 300);
    let expected = stage.expected(COUNT);
    let strategy = "parallelism: 4, batchSize: 8, throttle: { keysPerSecond: 200 }";
    let migration = with_strategy(&stage, strategy);
    let begun = std::time::Instant::now();
    let report = stage
        .runner()
        .run(&migration, &RunOptions::default(), &Control::new(), &Silent)
        .expect("the run begins");
    assert_eq!(report.outcome.end, RunEnd::Completed);
    assert_eq!(report.outcome.tally.handled(), 300);
    // The last batch begins when the 292 keys before it have had their time.
    let least = std::time::Duration::from_millis(292 * 1000 / 200);
    assert!(begun.elapsed() >= least, "{:?}", begun.elapsed());
    expected.assert_same(&stage.now());
}

#[test]
fn a_canary_does_its_shares_one_after_the_other_and_every_key_once() {
    let stage = Stage::new(ServerVersion::Redis7_0, 600);
    let expected = stage.expected(COUNT);
    let canary = "canary: [\"5%\", \"30%\"], parallelism: 4, batchSize: 8";
    let shared = with_strategy(&stage, canary);
    let seen = Shares::default();
    let report = stage
        .runner()
        .run(&shared, &RunOptions::default(), &seen.control, &seen)
        .expect("the run begins");
    assert_eq!(report.outcome.end, RunEnd::Completed);
    assert_eq!(
        report.outcome.tally.handled(),
        600,
        "{:?}",
        report.outcome.tally
    );
    let done = seen.done.into_inner().expect("nobody panics");
    assert_eq!(
        done.iter().map(|(share, _)| *share).collect::<Vec<_>>(),
        [500, 3000]
    );
    let (first, second, all) = (done[0].1, done[1].1, report.outcome.tally.changed);
    assert!(
        first > 0 && first < second && second < all,
        "{done:?} of {all}"
    );
    assert!(first < all / 8 && second < all / 2, "{done:?} of {all}");
    expected.assert_same(&stage.now());
}

/// Runs a canary while something happens at each acknowledgement.
fn canary_while(
    act: impl Fn(&mut redis::Connection) + Send + Sync + 'static,
) -> (Stage, RunEnd, Vec<(u32, u64)>) {
    let stage = Stage::new(ServerVersion::Redis7_0, 200);
    let migration = with_strategy(&stage, "canary: [\"30%\"], parallelism: 1, batchSize: 8");
    let connection = Mutex::new(stage.connection());
    let options = RunOptions {
        steps: Some(std::sync::Arc::new(move |step| {
            if step == Step::AfterAcknowledge {
                act(&mut connection.lock().expect("nobody panics"));
            }
            Verdict::Continue
        })),
        ..RunOptions::default()
    };
    let seen = Shares::default();
    let report = stage
        .runner()
        .run(&migration, &options, &seen.control, &seen);
    let end = report.expect("the run begins").outcome.end;
    (stage, end, seen.done.into_inner().expect("nobody panics"))
}

#[test]
fn keys_that_come_up_while_a_canary_is_at_work_are_migrated_and_do_not_fail_it() {
    let number = std::sync::atomic::AtomicU32::new(0);
    let (stage, end, done) = canary_while(move |connection| {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let () = cmd("HSET")
            .arg(format!("user:new:{number}"))
            .arg("name")
            .arg("x")
            .query(connection)
            .expect("written");
    });
    assert_eq!(end, RunEnd::Completed);
    assert_eq!(done.len(), 1, "{done:?}");
    let mut connection = stage.connection();
    // Those of the canary were there before the rest was listed.
    for number in 0..done[0].1 / 8 {
        let runs: Option<String> = cmd("HGET")
            .arg(format!("user:new:{number}"))
            .arg("runs")
            .query(&mut connection)
            .expect("read");
        assert_eq!(runs.as_deref(), Some("1"), "user:new:{number}");
    }
}

#[test]
fn a_canary_of_which_nothing_is_as_it_was_left_ends_the_run() {
    let (_, end, done) = canary_while(|connection| {
        let keys: Vec<String> = cmd("KEYS").arg("user:*").query(connection).expect("read");
        for key in keys {
            let () = cmd("SET")
                .arg(&key)
                .arg("theirs")
                .query(connection)
                .expect("written");
        }
    });
    assert!(
        matches!(end, RunEnd::CanaryFailed { share: 3000, .. }),
        "{end:?}"
    );
    assert_eq!(done, []);
}

#[test]
fn rejected_keys_wait_in_quarantine_and_can_be_tried_again() {
    let script = r#"
        fn migrate(rec) {
            if !rec.hash.contains("name") { return reject("no-name", "there is no name"); }
            rec.hash.set("runs", rec.hash.get_or("runs", "0").parse_int() + 1);
        }
    "#;
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    let mut connection = stage.connection();
    for id in 0..50 {
        let field = if id % 10 == 0 { "title" } else { "name" };
        let () = cmd("HSET")
            .arg(format!("user:{id}"))
            .arg(field)
            .arg("x")
            .query(&mut connection)
            .expect("written");
    }
    let strict = stage.run(script);
    assert_eq!(strict.outcome.end, RunEnd::TooManyRejected);
    let back = stage.roll_back(&strict.run).report.outcome;
    assert_eq!((&back.end, back.tally.kept), (&RunEnd::Completed, 0));

    let migration = stage.migration_with(script, "  policy: { maxRejected: 5 }\n");
    let dry = stage.runner().dry_run(
        &stage.migration(script),
        &RunOptions::default(),
        &Control::new(),
        &Silent,
    );
    let dry = dry.expect("the dry run begins").outcome;
    assert_eq!(
        (dry.end, dry.rejected.len()),
        (RunEnd::TooManyRejected, 5),
        "a dry run tells all of them"
    );
    let run = stage
        .runner()
        .run(&migration, &RunOptions::default(), &Control::new(), &Silent)
        .expect("it begins");
    assert_eq!(
        (&run.outcome.end, run.outcome.tally.changed),
        (&RunEnd::Completed, 45)
    );
    let quarantine = stage.runner().quarantine(&run.run).expect("it can be read");
    assert_eq!(quarantine.len(), 5);

    for id in [0, 10, 20] {
        let () = cmd("HSET")
            .arg(format!("user:{id}"))
            .arg("name")
            .arg("y")
            .query(&mut connection)
            .expect("written");
    }
    let options = RunOptions {
        retry_rejected: true,
        ..RunOptions::default()
    };
    let again = stage
        .runner()
        .resume(&run.run, &options, &Control::new(), &Silent)
        .expect("it goes on")
        .outcome;
    assert_eq!(
        (&again.end, again.tally.rejected_total()),
        (&RunEnd::Completed, 2),
        "{:?}",
        again.tally
    );
    assert_eq!(
        stage
            .runner()
            .quarantine(&run.run)
            .expect("it can be read")
            .len(),
        2
    );
    for id in 0..50 {
        let runs: Option<u32> = cmd("HGET")
            .arg(format!("user:{id}"))
            .arg("runs")
            .query(&mut connection)
            .expect("it answers");
        assert_eq!(runs, (id != 30 && id != 40).then_some(1), "user:{id}");
    }
    // What was settled when the run ended the first time is undone too.
    let back = stage.roll_back(&run.run).report.outcome;
    assert_eq!(
        (&back.end, back.tally.changed, back.tally.kept),
        (&RunEnd::Completed, 48, 0)
    );
}

#[test]
fn a_program_is_exactly_once_wherever_it_is_stopped() {
    let script = r#"
        fn run() {
            for key in scan("user:*") {
                let rec = get(key);
                if rec == () { continue; }
                rec.hash.set("runs", rec.hash.get_or("runs", "0").parse_int() + 1);
                while apply(rec) == "conflict" {
                    rec = get(key);
                    rec.hash.set("runs", rec.hash.get_or("runs", "0").parse_int() + 1);
                }
            }
        }
    "#;
    let more = "  capabilities: { read: [\"user:*\"], write: [\"user:*\"], scan: [\"user:*\"] }\n";
    for (step, nth) in [
        (Step::BeforeRead, 9),
        (Step::AfterJournal, 7),
        (Step::AfterApply, 7),
        (Step::AfterAcknowledge, 30),
    ] {
        let stage = Stage::new(ServerVersion::Redis7_0, 0);
        let mut connection = stage.connection();
        for id in 0..60 {
            let () = cmd("HSET")
                .arg(format!("user:{id}"))
                .arg("id")
                .arg(id)
                .query(&mut connection)
                .expect("written");
        }
        let migration = stage.migration_with(script, more);
        let options = RunOptions {
            steps: Some(die_at(step, nth)),
            ..RunOptions::default()
        };
        let stopped = stage
            .runner()
            .run(&migration, &options, &Control::new(), &Silent)
            .expect("it begins");
        let resumed = if step == Step::BeforeRead && stopped.outcome.end == RunEnd::Completed {
            // A program reads key by key without this step.
            stopped
        } else {
            assert_eq!(stopped.outcome.end, RunEnd::Interrupted, "{step:?}");
            stage.resume(&stopped.run)
        };
        assert_eq!(
            resumed.outcome.end,
            RunEnd::Completed,
            "{step:?}: {:?}",
            resumed.outcome
        );
        for id in 0..60 {
            let runs: Option<u32> = cmd("HGET")
                .arg(format!("user:{id}"))
                .arg("runs")
                .query(&mut connection)
                .expect("it answers");
            assert_eq!(runs, Some(1), "{step:?}: user:{id}");
        }
    }
}

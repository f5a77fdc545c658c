//! Trouble with connections, servers, locks and disks: the run waits, recovers, or stops with a word on what to do.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use redis::cmd;
use remold::{Control, Error, RunEnd, RunOptions, Silent, Step};
use remold_tests::{Action, Options, Proxy, Rule, ServerVersion, Snapshot, wait_for};

use super::stage::{COUNT, Stage, die_at, once_at};

#[test]
fn a_connection_that_is_cut_at_a_transaction_is_recovered_from() {
    for guard in ["watch", "lua"] {
        let command = if guard == "watch" { "EXEC" } else { "EVALSHA" };
        for action in [Action::CutBefore, Action::LoseReply] {
            for nth in [4, 9, 15] {
                let context = format!("{guard}: {action:?} at the {nth}th {command}");
                let stage = Stage::new(ServerVersion::Redis7_0, 160).guarded_by(guard);
                let expected = stage.expected(COUNT);
                let proxy = Proxy::start(stage.server);
                let cut = proxy.add(Rule::nth_command(nth, action, command));
                let runner = stage.runner_at(&proxy.url_of(stage.database));
                let report = runner.run(
                    &stage.migration(COUNT),
                    &RunOptions::default(),
                    &Control::new(),
                    &Silent,
                );
                let report = report.expect("the run begins");
                assert_eq!(report.outcome.end, RunEnd::Completed, "{context}");
                assert_eq!(cut.fired(), 1, "{context}");
                expected.assert_same(&stage.now());
                let back = stage.roll_back(&report.run).report.outcome;
                assert_eq!(
                    (&back.end, back.tally.kept),
                    (&RunEnd::Completed, 0),
                    "{context}"
                );
                stage.before.assert_same(&stage.now());
            }
        }
    }
}

#[test]
fn a_server_that_is_killed_and_comes_back_is_waited_for() {
    for step in [Step::BeforeRead, Step::AfterJournal, Step::AfterApply] {
        let stage = Stage::alone_with(ServerVersion::Redis7_0, Options::new().append_only(), 160);
        let server = stage.server;
        let watcher = once_at(step, move || {
            server.kill();
            server.restart();
        });
        let report = stage
            .run_watched(COUNT, Some(watcher))
            .expect("the run begins");
        assert_eq!(report.outcome.end, RunEnd::Completed, "{step:?}");
        assert_eq!(
            report.outcome.tally.handled(),
            160,
            "{step:?}: {:?}",
            report.outcome.tally
        );
        check_counted_once(&stage, &format!("{step:?}"));
        let back = stage.roll_back(&report.run).report.outcome;
        assert_eq!(
            (&back.end, back.tally.kept),
            (&RunEnd::Completed, 0),
            "{step:?}"
        );
        // When its consumers were last seen is not in the server's own log.
        let without_groups = |mut keyspace: Snapshot| {
            keyspace
                .keys
                .retain(|key, _| !key.starts_with(b"user:stream-groups"));
            keyspace
        };
        without_groups(stage.before.clone()).assert_same(&without_groups(stage.now()));
    }
}

#[test]
fn a_server_that_lost_its_newest_writes_is_migrated_from_where_it_is() {
    let stage = Stage::alone_with(ServerVersion::Redis7_0, Options::new().snapshots(), 160);
    let (server, seen) = (stage.server, Arc::new(Mutex::new(0)));
    let count = Arc::clone(&seen);
    let watcher: remold::StepWatcher = Arc::new(move |step| {
        if step == Step::AfterApply {
            let mut count = count.lock().expect("nobody panics");
            *count += 1;
            if *count == 4 {
                let () = cmd("SAVE")
                    .query(&mut server.connection())
                    .expect("it is saved");
            }
            if *count == 11 {
                // What was written after the fourth batch is gone.
                server.kill();
                server.restart();
            }
        }
        remold::Verdict::Continue
    });
    let report = stage
        .run_watched(COUNT, Some(watcher))
        .expect("the run begins");
    assert_eq!(
        report.outcome.end,
        RunEnd::Completed,
        "{:?}",
        report.outcome
    );
    assert!(
        *seen.lock().expect("nobody panics") > 20,
        "batches were done again"
    );
    assert_eq!(
        report.outcome.tally.handled(),
        160,
        "{:?}",
        report.outcome.tally
    );
    assert!(report.outcome.tally.lost > 0, "{:?}", report.outcome.tally);
    check_counted_once(&stage, "after the loss");
}

#[test]
fn a_run_that_a_server_has_forgotten_is_made_known_to_it_again() {
    let stage = Stage::alone_with(ServerVersion::Redis7_0, Options::new().snapshots(), 160);
    let server = stage.server;
    let save = cmd("SAVE");
    save.exec(&mut server.connection()).expect("it is saved");
    let batches = AtomicU32::new(0);
    let watcher: remold::StepWatcher = Arc::new(move |step| {
        if step != Step::AfterApply {
            return remold::Verdict::Continue;
        }
        match batches.fetch_add(1, Ordering::SeqCst) {
            5 => {
                // It goes back to before the run was begun.
                server.kill();
                server.restart();
                remold::Verdict::Continue
            }
            // What was done since is there, and the process ends.
            14.. => remold::Verdict::Die,
            _ => remold::Verdict::Continue,
        }
    });
    let report = stage
        .run_watched(COUNT, Some(watcher))
        .expect("the run begins");
    assert_eq!(report.outcome.end, RunEnd::Interrupted);
    assert_eq!(stage.resume(&report.run).outcome.end, RunEnd::Completed);
    check_counted_once(&stage, "after the resume");
}

/// Every hash holds one mark.
fn check_counted_once(stage: &Stage, context: &str) {
    let mut connection = stage.connection();
    for key in stage.keys.iter().filter(|key| key.starts_with("user:hash")) {
        let runs: Option<u32> = cmd("HGET")
            .arg(key)
            .arg("runs")
            .query(&mut connection)
            .expect("it is a hash");
        assert_eq!(runs, Some(1), "{context}: {key}");
    }
}

#[test]
fn a_second_run_is_told_who_holds_the_lock() {
    let stage = Stage::new(ServerVersion::Redis7_0, 40);
    let first = stage
        .run_watched(COUNT, Some(die_at(Step::AfterApply, 2)))
        .expect("the run begins");
    assert_eq!(first.outcome.end, RunEnd::Interrupted);
    let other = stage.migration_with("fn migrate(rec) { rec.delete(); }", "");
    let options = RunOptions {
        again: true,
        ..RunOptions::default()
    };
    let second = stage
        .runner()
        .run(&other, &options, &Control::new(), &Silent)
        .expect("it is answered");
    let RunEnd::Locked(holder) = second.outcome.end else {
        panic!("{:?}", second.outcome.end)
    };
    assert_eq!(holder.run, first.run);
    assert!(holder.since > 0 && holder.expires_in > 0, "{holder:?}");
    assert!(
        stage
            .runner()
            .verify(
                &second.run,
                &RunOptions::default(),
                &Control::new(),
                &Silent
            )
            .is_err(),
        "nothing of it is left"
    );
    let unfinished = stage.run_watched(COUNT, None).expect_err("it was begun");
    assert!(matches!(unfinished, Error::Unfinished(_)), "{unfinished}");
    assert_eq!(
        stage
            .runner()
            .unlock()
            .expect("it can be broken")
            .map(|holder| holder.run),
        Some(first.run.clone())
    );
    assert_eq!(stage.resume(&first.run).outcome.end, RunEnd::Completed);
}

#[test]
fn a_server_that_stays_away_ends_the_run_so_that_it_can_be_resumed() {
    let stage = Stage::alone_with(ServerVersion::Redis7_0, Options::new().append_only(), 160);
    let migration = stage.migration_with(COUNT, "  policy: { retry: { maxElapsed: 300ms } }\n");
    let server = stage.server;
    let options = RunOptions {
        steps: Some(once_at(Step::AfterJournal, move || server.kill())),
        ..RunOptions::default()
    };
    let report = stage
        .runner()
        .run(&migration, &options, &Control::new(), &Silent)
        .expect("the run begins");
    let RunEnd::Unavailable(error) = &report.outcome.end else {
        panic!("{:?}", report.outcome.end)
    };
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
    server.restart();
    assert_eq!(stage.resume(&report.run).outcome.end, RunEnd::Completed);
    check_counted_once(&stage, "after the resume");
}

/// Takes a permission away while transactions are queued and none of them is executed yet.
fn forbid_between_queue_and_exec(server: &'static remold_tests::Server) -> Rule {
    let (restores, done) = (AtomicU32::new(0), AtomicBool::new(false));
    Rule::every(Action::Count, move |request| {
        if request.is("RESTORE") {
            restores.fetch_add(1, Ordering::SeqCst);
        }
        if !request.is("EXEC") || restores.load(Ordering::SeqCst) < 40 {
            return false;
        }
        if !done.swap(true, Ordering::SeqCst) {
            let mut connection = server.connection();
            // A permission is looked at when a command is queued, and again when it is executed.
            wait_for("a whole batch to be queued", || {
                let clients: String = cmd("CLIENT")
                    .arg("LIST")
                    .query(&mut connection)
                    .expect("CLIENT LIST");
                let queued = clients
                    .split("multi=")
                    .skip(1)
                    .filter_map(|rest| rest.split(' ').next()?.parse::<i32>().ok());
                (queued.max() >= Some(5)).then_some(())
            });
            cmd("ACL")
                .arg(&["SETUSER", "app", "-restore"])
                .exec(&mut connection)
                .expect("ACL SETUSER");
        }
        true
    })
}

#[test]
fn what_a_server_takes_only_in_part_is_put_into_quarantine_and_never_done_twice() {
    let options = Options::new().user("app on >secret ~* &* +@all");
    let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 160);
    let expected = stage.expected(COUNT);
    let proxy = Proxy::start(stage.server);
    let rule = proxy.add(forbid_between_queue_and_exec(stage.server));
    let runner = stage.runner_at(&format!(
        "redis://app:secret@{}/{}",
        proxy.address(),
        stage.database
    ));
    let run = |report: Result<remold::RunReport, Error>| report.expect("it begins");
    let (plain, silent) = (RunOptions::default(), Silent);
    let first = run(runner.run(&stage.migration(COUNT), &plain, &Control::new(), &silent));
    let RunEnd::Refused(error) = &first.outcome.end else {
        panic!("{:?}", first.outcome)
    };
    assert_eq!(error.code(), "partially-applied", "{error}");
    let refused = first.outcome.tally.rejected["partially-applied"];
    assert!(refused > 0 && rule.fired() > 0, "{:?}", first.outcome);

    proxy.clear();
    cmd("ACL")
        .arg(&["SETUSER", "app", "+restore"])
        .exec(&mut stage.connection())
        .expect("ACL SETUSER");
    let second = run(runner.resume(&first.run, &plain, &Control::new(), &silent));
    assert_eq!(second.outcome.end, RunEnd::Completed);
    let differ = expected.diff(&stage.now()).0.len() as u64;
    assert_eq!(differ, refused, "only what was refused is not done yet");
    let again = RunOptions {
        retry_rejected: true,
        ..RunOptions::default()
    };
    let third = run(runner.resume(&first.run, &again, &Control::new(), &silent));
    assert_eq!(third.outcome.end, RunEnd::Completed);
    expected.assert_same(&stage.now());
    let back = stage.roll_back(&first.run).report.outcome;
    assert_eq!((&back.end, back.tally.kept), (&RunEnd::Completed, 0));
    stage.before.assert_same(&stage.now());
}

#[test]
fn a_run_is_not_gone_on_with_where_nobody_knows_it() {
    let stage = Stage::new(ServerVersion::Redis7_0, 40);
    let elsewhere = Stage::new(ServerVersion::Redis7_0, 40);
    let first = stage
        .run_watched(COUNT, Some(die_at(Step::AfterApply, 2)))
        .expect("the run begins");
    let runner = |url: &str, prefix: Option<&str>| {
        let mut options = remold::RedisOptions::parse_url(url).expect("a server's URL");
        options.prefix = prefix.map_or(options.prefix, str::to_owned);
        remold::Runner::new(
            remold::Target::Redis(Box::new(options)),
            stage.runner().journals().clone(),
        )
    };
    let before = stage.now();
    for stranger in [
        runner(&elsewhere.url(), None),
        runner(&stage.url(), Some("other:")),
    ] {
        let resumed = stranger.resume(&first.run, &RunOptions::default(), &Control::new(), &Silent);
        assert!(
            matches!(resumed, Err(Error::WrongState { .. })),
            "{resumed:?}"
        );
        let undone =
            stranger.roll_back(&first.run, &RunOptions::default(), &Control::new(), &Silent);
        assert!(
            matches!(undone, Err(Error::WrongState { .. })),
            "{undone:?}"
        );
        assert!(matches!(
            stranger.abort(&first.run),
            Err(Error::WrongState { .. })
        ));
    }
    before.assert_same(&stage.now());
    elsewhere.before.assert_same(&elsewhere.now());
    assert_eq!(stage.resume(&first.run).outcome.end, RunEnd::Completed);
}

#[test]
fn bookkeeping_lives_under_the_prefix_that_is_named() {
    let stage = Stage::new(ServerVersion::Redis7_0, 40);
    let mut options = remold::RedisOptions::parse_url(&stage.url()).expect("a server's URL");
    "our:books:".clone_into(&mut options.prefix);
    let target = remold::Target::Redis(Box::new(options));
    let runner = remold::Runner::new(target, stage.runner().journals().clone());
    let migration = stage.migration(COUNT);
    let run = runner
        .run(&migration, &RunOptions::default(), &Control::new(), &Silent)
        .expect("it begins");
    assert_eq!(run.outcome.end, RunEnd::Completed);
    let now = Snapshot::take(&mut stage.connection());
    let new: Vec<_> = now
        .keys
        .keys()
        .filter(|key| !stage.before.keys.contains_key(*key))
        .collect();
    assert!(
        !new.is_empty() && new.iter().all(|key| key.starts_with(b"our:books:")),
        "{new:?}"
    );
    let again = runner.run(&migration, &RunOptions::default(), &Control::new(), &Silent);
    assert!(matches!(again, Err(Error::AlreadyApplied(_))));
    let back = runner
        .roll_back(&run.run, &RunOptions::default(), &Control::new(), &Silent)
        .expect("it begins");
    assert_eq!(back.report.outcome.end, RunEnd::Completed);
    stage
        .before
        .assert_same(&Snapshot::take(&mut stage.connection()).without_prefix(b"our:books:"));
}

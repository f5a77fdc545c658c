//! Keys above the size limit, read in parts; and users who may neither `DUMP` nor `RESTORE`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use redis::{Connection, cmd, pipe};
use remold::{Control, RunEnd, RunOptions, RunOutcome, RunReport, Runner, Silent, Step, Verdict};
use remold_tests::{Action, Options, Proxy, Request, Rule, Server, ServerVersion, Shape, Snapshot};

use super::stage::{ALL, COUNT, RESERVED, Stage};

const LIMITS: &str = "  limits: { maxKeyBytes: 16KiB, oversized: stream, timeout: 60s, memory: 256MiB, output: 16MiB }\n";

/// How many kinds of values the script counts in; streams it skips.
const COUNTED: u64 = 5;

/// One value of each kind far above the limit, and a small one.
fn fill(connection: &mut Connection) {
    let mut pipeline = pipe();
    let text = "0123456789abcdef".repeat(50_000);
    pipeline
        .cmd("SET")
        .arg("user:large:text")
        .arg(text)
        .ignore();
    for number in 0..4000 {
        // Above what the probe reads whole to learn the format.
        let name = format!("name {number:030}");
        let mut add = |words: &[&str]| {
            let (command, arguments) = words.split_first().expect("a command has a name");
            pipeline.cmd(command).arg(arguments).ignore();
        };
        let score = number.to_string();
        let id = format!("{}-1", number + 1);
        add(&["HSET", "user:large:hash", &name, "value"]);
        add(&["RPUSH", "user:large:list", &name]);
        add(&["SADD", "user:large:set", &name]);
        add(&["ZADD", "user:large:zset", &score, &name]);
        add(&["XADD", "user:large:stream", &id, &name, "value"]);
    }
    pipeline
        .cmd("HSET")
        .arg(&["user:small", "name", "value"])
        .ignore();
    pipeline
        .cmd("PEXPIREAT")
        .arg("user:large:hash")
        .arg(4_102_444_800_000_u64)
        .ignore();
    pipeline.exec(connection).expect("the commands are valid");
}

/// Adds one to a field that only the application knows, while the run has not yet written the hash.
fn write_theirs(server: &Server, database: u32, written: &AtomicU64) {
    let script = "if redis.call('HEXISTS', KEYS[1], 'runs') == 1 then return 0 end \
                  redis.call('HINCRBY', KEYS[1], 'theirs', 1) return 1";
    let mut app = server.connection_to(database);
    let count: u64 = cmd("EVAL")
        .arg(&[script, "1", "user:large:hash"])
        .query(&mut app)
        .expect("it is written");
    written.fetch_add(count, Ordering::SeqCst);
}

fn run(runner: &Runner, stage: &Stage, more: &str, options: &RunOptions) -> RunReport {
    let migration = stage.migration_with(COUNT, more);
    runner
        .run(&migration, options, &Control::new(), &Silent)
        .expect("the run begins")
}

fn dry_run(runner: &Runner, stage: &Stage, more: &str) -> RunReport {
    let migration = stage.migration_with(COUNT, more);
    let options = RunOptions::default();
    let dry = runner.dry_run(&migration, &options, &Control::new(), &Silent);
    dry.expect("the dry run begins")
}

fn roll_back(runner: &Runner, run: &str) -> RunOutcome {
    let options = RunOptions::default();
    let back = runner.roll_back(run, &options, &Control::new(), &Silent);
    back.expect("the rollback begins").report.outcome
}

fn counted(connection: &mut Connection) -> (String, u64, String) {
    let mut field = |name: &str| -> String {
        cmd("HGET")
            .arg("user:large:hash")
            .arg(name)
            .query(connection)
            .expect("it is there")
    };
    let (runs, theirs) = (field("runs"), field("theirs"));
    let score: f64 = cmd("ZSCORE")
        .arg(&["user:large:zset", "runs"])
        .query(connection)
        .expect("it is there");
    (runs, theirs.parse().expect("a number"), score.to_string())
}

fn whole(request: &Request, command: &str, key: &str) -> bool {
    request.is(command) && request.mentions(key.as_bytes())
}

/// Lets the application write between parts of the hash that are read, and between its read and its write.
fn meddle(stage: &Stage, proxy: &Proxy) -> (RunOptions, Arc<AtomicU64>) {
    let (server, database) = (stage.server, stage.database);
    let written = Arc::new(AtomicU64::new(0));
    let (by_parts, by_steps) = (Arc::clone(&written), Arc::clone(&written));
    let parts = AtomicU64::new(0);
    proxy.add(Rule::every(Action::Count, move |request| {
        let meddles = whole(request, "HSCAN", "user:large:hash")
            && [2, 5].contains(&(parts.fetch_add(1, Ordering::SeqCst) + 1));
        if meddles {
            write_theirs(server, database, &by_parts);
        }
        meddles
    }));
    let batches = AtomicU64::new(0);
    let options = RunOptions {
        steps: Some(Arc::new(move |step| {
            if step == Step::BeforeJournal && batches.fetch_add(1, Ordering::SeqCst) < 3 {
                write_theirs(server, database, &by_steps);
            }
            Verdict::Continue
        })),
        ..RunOptions::default()
    };
    (options, written)
}

#[test]
fn large_keys_are_migrated_once_in_parts_under_a_writer_and_rolled_back() {
    for version in ALL {
        let stage = Stage::new(version, 0);
        let mut app = stage.connection();
        fill(&mut app);
        let before = stage.now();
        let proxy = Proxy::start(stage.server);
        let dumps = proxy.add(Rule::every(Action::Count, |request| {
            whole(request, "DUMP", "user:large:")
        }));
        let edited = ["hash", "set", "zset"].map(|kind| format!("user:large:{kind}"));
        let restores = proxy.add(Rule::every(Action::Count, move |request| {
            edited.iter().any(|key| whole(request, "RESTORE", key))
        }));
        let runner = stage.runner_at(&proxy.url_of(stage.database));
        let dry = dry_run(&runner, &stage, LIMITS);
        assert_eq!(dry.outcome.end, RunEnd::Completed, "{version}");
        assert_eq!(dry.outcome.tally.changed, COUNTED + 1, "{version}");
        before.assert_same(&stage.now());

        let (options, written) = meddle(&stage, &proxy);
        let report = run(&runner, &stage, LIMITS, &options);
        let tally = &report.outcome.tally;
        assert_eq!(
            report.outcome.end,
            RunEnd::Completed,
            "{version}: {tally:?}"
        );
        assert_eq!(
            (tally.changed, tally.rejected_total()),
            (COUNTED + 1, 0),
            "{version}"
        );
        assert!(tally.conflicts > 0, "{version}: {tally:?}");
        let written = written.load(Ordering::SeqCst);
        assert!(written >= 3, "{version}: {written}");
        let once = ("1".to_owned(), written, "1".to_owned());
        assert_eq!(counted(&mut app), once, "{version}");
        let verified = runner
            .verify(
                &report.run,
                &RunOptions::default(),
                &Control::new(),
                &Silent,
            )
            .expect("it can be verified");
        assert_eq!(
            (verified.intact, verified.unexplained),
            (COUNTED + 1, 0),
            "{version}"
        );

        let back = roll_back(&runner, &report.run);
        assert_eq!(
            (back.end, back.tally.changed),
            (RunEnd::Completed, COUNTED + 1),
            "{version}"
        );
        assert_eq!(
            dumps.seen(),
            0,
            "{version}: a large key was read in one step"
        );
        // Only the rollback writes them whole.
        assert_eq!(restores.seen(), 3, "{version}");
        let theirs = cmd("HDEL").arg(&["user:large:hash", "theirs"]).to_owned();
        theirs.exec(&mut app).expect("it is there");
        before.assert_same(&stage.now());
    }
}

#[test]
fn without_dump_and_restore_keys_are_migrated_once_and_rolled_back() {
    for version in ALL {
        for (denied, more) in [
            ("-dump -restore", ""),
            ("-restore", LIMITS),
            ("-dump -restore -memory", LIMITS),
        ] {
            let user = format!("app on >secret ~* +@all {denied}");
            let shapes = Shape::all(version).len() as u64;
            let stage = Stage::alone_with(version, Options::new().user(&user), 3 * shapes);
            let context = format!("{version}, {denied}");
            let more = format!("{more}  policy: {{ maxRejected: 3 }}\n");
            let runner = stage.runner_at(&stage.server.url_as("app", "secret", 0));
            let dry = dry_run(&runner, &stage, &more);
            stage.before.assert_same(&stage.now());
            let report = run(&runner, &stage, &more, &RunOptions::default());
            assert_eq!(
                report.outcome.end,
                RunEnd::Completed,
                "{context}: {:?}",
                report.outcome
            );
            let tally = &report.outcome.tally;
            assert_eq!(tally.handled(), 3 * shapes, "{context}: {tally:?}");
            assert_eq!(tally.changed, dry.outcome.tally.changed, "{context}");
            assert_eq!(
                tally.rejected_total(),
                dry.outcome.tally.rejected_total(),
                "{context}"
            );
            // Nothing reads a set of vectors but DUMP; the script leaves it alone.
            let vectors = version == ServerVersion::Redis8_2 && denied.contains("dump");
            assert_eq!(
                tally.rejected_total(),
                if vectors { 3 } else { 0 },
                "{context}"
            );
            assert!(
                report
                    .outcome
                    .rejected
                    .iter()
                    .all(|rejected| rejected.code == "not-readable")
            );
            let migrated = stage.now();
            assert_eq!(
                counters(&migrated),
                counters(&expected(&stage)),
                "{context}"
            );
            let verified = runner
                .verify(
                    &report.run,
                    &RunOptions::default(),
                    &Control::new(),
                    &Silent,
                )
                .expect("it can be verified");
            assert_eq!(
                (verified.intact, verified.unexplained),
                (tally.changed, 0),
                "{context}: {verified:?}"
            );
            let back = roll_back(&runner, &report.run);
            assert_eq!(
                (back.end, back.tally.changed),
                (RunEnd::Completed, tally.changed),
                "{context}"
            );
            stage.before.assert_same(&stage.now());
        }
    }
}

/// What the same script makes of the same keys by `DUMP` and `RESTORE`.
fn expected(stage: &Stage) -> Snapshot {
    let other = Stage::alone(stage.server.version(), stage.keys.len() as u64);
    assert_eq!(other.run(COUNT).outcome.end, RunEnd::Completed);
    other.now()
}

/// Values alone: streams with consumers remember when they were made.
fn counters(snapshot: &Snapshot) -> Vec<(String, String)> {
    let keys = snapshot
        .keys
        .iter()
        .filter(|(key, _)| !key.starts_with(RESERVED));
    keys.filter(|(_, state)| state.kind != "stream")
        .map(|(key, state)| {
            let key = String::from_utf8_lossy(key).into_owned();
            (key, format!("{:?} {:?}", state.contents, state.expires_at))
        })
        .collect()
}

#[test]
fn a_change_that_commands_cannot_take_back_is_rejected_before_anything_is_written() {
    let script = r#"fn migrate(rec) { rec.rename(rec.key + ":new"); }"#;
    let user = "app on >secret ~* +@all -restore";
    let stage = Stage::alone_with(ServerVersion::Redis7_0, Options::new().user(user), 0);
    let mut app = stage.connection();
    for words in [
        ["XGROUP", "CREATE", "user:group", "g", "$", "MKSTREAM"].as_slice(),
        &["XGROUP", "CREATE", "user:consumer", "g", "$", "MKSTREAM"],
        &["XGROUP", "CREATECONSUMER", "user:consumer", "g", "c"],
    ] {
        cmd(words[0])
            .arg(&words[1..])
            .exec(&mut app)
            .expect("it is written");
    }
    let before = stage.now();
    let runner = stage.runner_at(&stage.server.url_as("app", "secret", 0));
    let migration = stage.migration_with(script, "  policy: { maxRejected: 1 }\n");
    let options = RunOptions::default();
    let report = runner
        .run(&migration, &options, &Control::new(), &Silent)
        .expect("the run begins");
    assert_eq!(report.outcome.tally.changed, 1);
    assert_eq!(report.outcome.rejected[0].code, "not-writable");
    assert!(
        report.outcome.rejected[0].message.contains("consumer"),
        "{:?}",
        report.outcome.rejected
    );
    let back = runner
        .roll_back(&report.run, &options, &Control::new(), &Silent)
        .expect("the rollback begins");
    assert_eq!(back.report.outcome.end, RunEnd::Completed);
    before.assert_same(&stage.now());
}

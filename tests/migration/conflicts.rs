//! Another client writes between read and write: its write is never lost, and the key is done again.

use redis::{Cmd, Connection, cmd};
use remold::{Control, Event, Observer, RunEnd, RunOptions, Step};
use remold_tests::{Server, ServerVersion};

use super::stage::{COUNT, Stage, once_at};

/// What happens to the key `user:hash-table:…` at the moment between read and write.
type Meddling = (&'static str, fn(&str) -> Vec<Cmd>);

const MEDDLING: [Meddling; 5] = [
    ("changed", |key| {
        vec![cmd("HSET").arg(key).arg("theirs").arg("1").to_owned()]
    }),
    ("deleted", |key| vec![cmd("DEL").arg(key).to_owned()]),
    ("deleted and created", |key| {
        vec![
            cmd("DEL").arg(key).to_owned(),
            cmd("HSET").arg(key).arg("theirs").arg("1").to_owned(),
        ]
    }),
    ("renamed", |key| {
        vec![cmd("RENAME").arg(key).arg("elsewhere").to_owned()]
    }),
    ("expired", |key| {
        vec![cmd("PEXPIRE").arg(key).arg(1).to_owned()]
    }),
];

fn field(connection: &mut Connection, key: &str, field: &str) -> Option<String> {
    cmd("HGET")
        .arg(key)
        .arg(field)
        .query(connection)
        .expect("it is a hash or nothing")
}

/// One hash, meddled with while the run has it in hand.
fn meddle(version: ServerVersion, guard: &str, (name, commands): Meddling) {
    let context = format!("{version}, {guard}, {name}");
    let stage = Stage::new(version, 0).guarded_by(guard);
    let mut connection = stage.connection();
    let key = "user:one";
    let () = cmd("HSET")
        .arg(key)
        .arg("mine")
        .arg("1")
        .query(&mut connection)
        .expect("it is written");
    let (server, database): (&'static Server, u32) = (stage.server, stage.database);
    let watcher = once_at(Step::AfterRead, move || {
        let mut other = server.connection_to(database);
        for command in commands(key) {
            let _: redis::Value = command.query(&mut other).expect("it is written");
        }
        if name == "expired" {
            remold_tests::wait_for("the key to expire", || {
                let left: i64 = cmd("PTTL").arg(key).query(&mut other).expect("it answers");
                (left == -2).then_some(())
            });
        }
    });
    let report = stage
        .run_watched(COUNT, Some(watcher))
        .expect("the run begins");
    assert_eq!(report.outcome.end, RunEnd::Completed, "{context}");
    assert_eq!(
        report.outcome.tally.conflicts, 1,
        "{context}: {:?}",
        report.outcome.tally
    );
    match name {
        "changed" => {
            assert_eq!(
                field(&mut connection, key, "theirs").as_deref(),
                Some("1"),
                "{context}"
            );
            assert_eq!(
                field(&mut connection, key, "mine").as_deref(),
                Some("1"),
                "{context}"
            );
            assert_eq!(
                field(&mut connection, key, "runs").as_deref(),
                Some("1"),
                "{context}"
            );
        }
        "deleted and created" => {
            assert_eq!(
                field(&mut connection, key, "theirs").as_deref(),
                Some("1"),
                "{context}"
            );
            assert_eq!(field(&mut connection, key, "mine"), None, "{context}");
            assert_eq!(
                field(&mut connection, key, "runs").as_deref(),
                Some("1"),
                "{context}"
            );
        }
        "renamed" => {
            assert_eq!(
                field(&mut connection, "elsewhere", "runs"),
                None,
                "{context}"
            );
            assert_eq!(field(&mut connection, key, "runs"), None, "{context}");
        }
        _ => assert_eq!(
            field(&mut connection, key, "runs"),
            None,
            "{context}: it came back to life"
        ),
    }
}

#[test]
fn no_write_of_another_client_is_lost_under_watch() {
    for version in super::stage::ALL {
        MEDDLING
            .into_iter()
            .for_each(|meddling| meddle(version, "watch", meddling));
    }
}

#[test]
fn no_write_of_another_client_is_lost_under_lua() {
    for version in super::stage::ALL {
        MEDDLING
            .into_iter()
            .for_each(|meddling| meddle(version, "lua", meddling));
    }
}

#[test]
fn a_target_that_comes_to_life_is_not_overwritten() {
    let script = "fn migrate(rec) { rec.rename(\"user:new\"); }";
    for guard in ["watch", "lua"] {
        let stage = Stage::new(ServerVersion::Redis7_0, 0).guarded_by(guard);
        let mut connection = stage.connection();
        let () = cmd("SET")
            .arg("user:old")
            .arg("old")
            .query(&mut connection)
            .expect("it is written");
        let (server, database) = (stage.server, stage.database);
        // After the target was seen to be absent, before the write.
        let watcher = once_at(Step::BeforeJournal, move || {
            let mut other = server.connection_to(database);
            let () = cmd("SET")
                .arg("user:new")
                .arg("theirs")
                .query(&mut other)
                .expect("it is written");
        });
        let report = stage
            .run_watched(script, Some(watcher))
            .expect("the run begins");
        assert_eq!(
            report.outcome.end,
            RunEnd::TooManyRejected,
            "{guard}: {:?}",
            report.outcome
        );
        assert_eq!(report.outcome.rejected[0].code, "target-exists", "{guard}");
        let theirs: String = cmd("GET")
            .arg("user:new")
            .query(&mut connection)
            .expect("it is there");
        let old: String = cmd("GET")
            .arg("user:old")
            .query(&mut connection)
            .expect("it is there");
        assert_eq!(
            (theirs.as_str(), old.as_str()),
            ("theirs", "old"),
            "{guard}"
        );
    }
}

#[test]
fn a_key_that_never_holds_still_is_reported_in_the_end() {
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    let mut connection = stage.connection();
    let () = cmd("HSET")
        .arg("user:hot")
        .arg("n")
        .arg("0")
        .query(&mut connection)
        .expect("it is written");
    let (server, database) = (stage.server, stage.database);
    let watcher: remold::StepWatcher = std::sync::Arc::new(move |step| {
        if step == Step::BeforeJournal {
            let mut other = server.connection_to(database);
            let () = cmd("HINCRBY")
                .arg("user:hot")
                .arg("n")
                .arg(1)
                .query(&mut other)
                .expect("it is written");
        }
        remold::Verdict::Continue
    });
    let report = stage
        .run_watched(COUNT, Some(watcher))
        .expect("the run begins");
    assert_eq!(report.outcome.rejected[0].code, "conflict");
    assert_eq!(
        field(&mut connection, "user:hot", "n").as_deref(),
        Some("17")
    );
    assert_eq!(field(&mut connection, "user:hot", "runs"), None);
}

/// Writes a key when a program tells its progress.
struct Meddler<F: Fn() + Send + Sync>(F);

impl<F: Fn() + Send + Sync> Observer for Meddler<F> {
    fn event(&self, event: Event) {
        if matches!(event, Event::Program { .. }) {
            (self.0)();
        }
    }
}

/// What a program makes of a key that it has read, it makes of it as it was: also where it writes it along with another one.
#[test]
fn a_program_meets_a_conflict_at_another_key_that_it_has_read() {
    const MORE: &str = "  capabilities: { write: [\"sum\"] }\n  policy: { overwrite: true }\n";
    let adding = |write: &str| {
        format!(
            r#"fn run() {{
                let rounds = 0;
                loop {{
                    let counter = get("user:counter");
                    let sum = get("sum");
                    progress(rounds);
                    rounds += 1;
                    let total = (if sum == () {{ 0 }} else {{ sum.text.parse_int() }}) + counter.text.parse_int();
                    {write}
                    if apply(if sum == () || {by_counter} {{ counter }} else {{ sum }}) != "conflict" {{ break; }}
                }}
                let rec = get("user:rounds");
                rec.text = rounds;
                apply(rec);
                done()
            }}"#,
            by_counter = write.contains("emit")
        )
    };
    // The counter brings the sum along, which is there or not; or the sum takes the counter away.
    let emitting = adding("counter.delete(); counter.emit(\"sum\", total);");
    let removing = adding("sum.text = total; sum.remove(\"user:counter\");");
    for (script, before, meddling, total) in [
        (&emitting, Some(10), ("INCRBY", "sum"), 111),
        (&emitting, None, ("INCRBY", "sum"), 101),
        (&removing, Some(10), ("INCRBY", "user:counter"), 111),
    ] {
        for guard in ["watch", "lua"] {
            let stage = Stage::new(ServerVersion::Redis7_0, 0).guarded_by(guard);
            let mut connection = stage.connection();
            let mut set = |key: &str, value: i64| {
                cmd("SET")
                    .arg(key)
                    .arg(value)
                    .exec(&mut connection)
                    .expect("it is written");
            };
            set("user:counter", 1);
            set("user:rounds", 0);
            if let Some(before) = before {
                set("sum", before);
            }
            let (server, database) = (stage.server, stage.database);
            let once = std::sync::Once::new();
            let meddler = Meddler(move || {
                once.call_once(|| {
                    let mut other = server.connection_to(database);
                    let (command, key) = meddling;
                    cmd(command)
                        .arg(key)
                        .arg(100)
                        .exec(&mut other)
                        .expect("it is written");
                });
            });
            let report = stage.runner().run(
                &stage.migration_with(script, MORE),
                &RunOptions::default(),
                &Control::new(),
                &meddler,
            );
            let end = report.expect("the run begins").outcome.end;
            assert_eq!(end, RunEnd::Completed, "{guard}, {before:?}, {meddling:?}");
            let read = |connection: &mut Connection, key: &str| -> Option<i64> {
                cmd("GET").arg(key).query(connection).expect("it answers")
            };
            let found =
                ["sum", "user:counter", "user:rounds"].map(|key| read(&mut connection, key));
            assert_eq!(
                found,
                [Some(total), None, Some(2)],
                "{guard}, {before:?}, {meddling:?}"
            );
        }
    }
}

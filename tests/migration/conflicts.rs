//! Another client writes between read and write: its write is never lost, and the key is done again.

use redis::{Cmd, Connection, cmd};
use remold::{RunEnd, Step};
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

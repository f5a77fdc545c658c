//! Probing, listing and reading write nothing: what a dry run does leaves no trace in the data.

use std::collections::BTreeSet;

use remold_engine::port::{Drift, Happening, Selection};
use remold_host_api::Pattern;
use remold_store_redis::{Access, GuardChoice, Options, RedisKeyspace};
use remold_tests::{Server, ServerVersion, Trace};

use super::{RUNGS, bytes, candidates, on_all, options, send, shard};

fn dry_run(keyspace: &RedisKeyspace) {
    let shard = shard(keyspace);
    shard.probe().expect("it can be probed");
    let selection = Selection {
        pattern: Pattern::new("*"),
        exclude: vec![],
        kind: None,
        keys: None,
        max_bytes: 1000,
    };
    let mut scanner = shard.scan(&selection).expect("a scanner");
    while let Some(page) = scanner.next_page().expect("a page") {
        let mut session = shard.session().expect("a session");
        session.read_guarded(0, &page, 1000).expect("it reads");
        session.extend_guard(&[bytes("more")]).expect("it reads");
        session.release().expect("it lets go");
        session.read(&[bytes("k1")]).expect("it reads");
    }
    let mut ledger = shard.ledger().expect("a ledger");
    ledger.epoch().expect("it answers");
    ledger.lock_holder().expect("it answers");
    ledger.progress("run").expect("it answers");
    ledger.history().expect("it answers");
    ledger.registry().expect("it answers");
    ledger.registered("schema/user/1.0.0").expect("it answers");
    let newest = ledger.newest_change().expect("it answers");
    let wait = std::time::Duration::from_millis(1);
    ledger.changes(newest, 10, wait).expect("it answers");
}

#[test]
fn a_dry_run_writes_nothing() {
    on_all(|version| {
        let server = Server::start(version, remold_tests::Options::new().append_only());
        let mut app = server.connection();
        for number in 0..100 {
            let () = send(&mut app, &format!("SET k{number} v"));
        }
        let _replica = server.replica();
        Trace::forget(&server);
        let before = Trace::of(&server);
        assert_eq!(before.commands, BTreeSet::new());
        for guard in RUNGS {
            for access in [Access::ReadOnly, Access::ReadWrite] {
                let options = Options {
                    guard,
                    access,
                    ..options(&server.url())
                };
                let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
                dry_run(&keyspace);
                assert_eq!(
                    Trace::of(&server),
                    before,
                    "{version}, {guard:?}, {access:?}"
                );
            }
        }
        assert_eq!(send::<u64>(&mut app, "DBSIZE"), 100);
    });
}

#[test]
fn where_only_reading_was_asked_for_nothing_can_be_written() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    for guard in RUNGS {
        let options = Options {
            guard,
            access: Access::ReadOnly,
            ..options(&database.url())
        };
        let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
        let mut session = shard(&keyspace).session().expect("a session");
        session
            .read_guarded(0, &candidates(&["k"]), u64::MAX)
            .expect("it reads");
        let batch = remold_engine::port::CommitBatch {
            run: "r",
            batch: 1,
            writes: &[],
            watermark: None,
        };
        assert_eq!(
            session.commit(&batch).expect_err("it may not").code(),
            "server-refused"
        );
        let mut ledger = shard(&keyspace).ledger().expect("a ledger");
        let refused = [
            ledger.raise_epoch("run", 1).map(drop),
            ledger.settle("r", 0, 1),
            ledger.forget("r"),
            ledger.break_lock().map(drop),
            ledger.unlock("r", "me"),
            ledger.append(&Happening::Drift(Drift::default())),
        ];
        for answer in refused {
            assert_eq!(
                answer.expect_err("it may not").code(),
                "server-refused",
                "{guard:?}"
            );
        }
        assert_eq!(
            send::<u64>(&mut database.connection(), "DBSIZE"),
            0,
            "{guard:?}"
        );
    }
}

#[test]
fn reading_does_not_disturb_the_eviction_state_where_the_server_can_keep_it() {
    let settings = remold_tests::Options::new().max_memory("100mb", "allkeys-lru");
    for version in [ServerVersion::Redis8_2, ServerVersion::Valkey8] {
        let server = Server::start(version, settings.clone());
        let mut app = server.connection();
        let () = send(&mut app, "SET k v");
        let payload: Vec<u8> = send(&mut app, "DUMP k");
        let () = redis::cmd("RESTORE")
            .arg("k")
            .arg(0)
            .arg(payload)
            .arg("REPLACE")
            .arg("IDLETIME")
            .arg(5000)
            .query(&mut app)
            .expect("RESTORE");
        let keyspace = super::connect(&server.url(), GuardChoice::Auto);
        let mut session = shard(&keyspace).session().expect("a session");
        session
            .read_guarded(0, &candidates(&["k"]), 1000)
            .expect("it reads");
        session.release().expect("it lets go");
        let idle: u64 = send(&mut app, "OBJECT IDLETIME k");
        assert!(idle >= 4990, "{version}: {idle}");
    }
}

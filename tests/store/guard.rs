//! No lost update: whatever an application does to a key between a read and its commit, nothing is written.

use remold_engine::port::{Commit, Fetched, StoreError, Write};
use remold_store_redis::GuardChoice;

use super::{GUARDED, RUNGS, Stage, bytes, candidates, found, on_all, put, receipts, shard};

/// What an application can do to the key `k` (or to `gone`, which does not exist).
const INTERFERENCES: [&str; 12] = [
    "SET k other",
    "SET k value",
    "APPEND k x",
    "DEL k",
    "UNLINK k",
    "RENAME k elsewhere",
    "RENAME template k",
    "PEXPIRE k 100000",
    "PERSIST fleeting",
    "SET gone born",
    "COPY template gone",
    "FLUSHDB",
];

/// Whether the guard must take it for a change: a script compares, so that a value that is the same is no change.
fn is_conflict(guard: GuardChoice, interference: &str) -> bool {
    guard == GuardChoice::Watch || interference != "SET k value"
}

fn prepare(stage: &mut Stage) {
    stage.run("FLUSHDB");
    stage
        .ledger
        .raise_epoch("run", 1)
        .expect("the epoch can be raised");
    for command in [
        "SET k value",
        "SET template other",
        "SET fleeting v PX 100000",
        "SET source new",
    ] {
        stage.run(command);
    }
}

#[test]
fn a_key_that_was_touched_is_not_written_and_neither_is_anything_else() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            for interference in INTERFERENCES {
                let context = format!("{version}, {guard:?}, {interference}");
                prepare(&mut stage);
                let new = stage.image("source");
                let read = stage.read_guarded(&["k", "gone", "fleeting"]);
                assert_eq!(read[1], Fetched::Absent, "{context}");
                stage.run(interference);
                let before: Vec<String> = stage.app("KEYS *");
                let writes = [
                    put("untouched", &new),
                    put("k", &new),
                    put("gone", &new),
                    put("fleeting", &new),
                ];
                let commit = stage.commit(7, &writes);
                if !is_conflict(guard, interference) {
                    assert_eq!(commit, Commit::Applied, "{context}");
                    continue;
                }
                let Commit::Conflict { keys } = commit else {
                    panic!("{context}: {commit:?}");
                };
                if guard == GuardChoice::Lua && interference != "FLUSHDB" {
                    let touched = ["k", "gone", "fleeting"]
                        .into_iter()
                        .find(|key| interference.split(' ').skip(1).any(|word| word == *key))
                        .expect("every interference names one of them");
                    assert_eq!(keys, [bytes(touched)], "{context}");
                }
                assert_eq!(
                    before.len(),
                    stage.app::<Vec<String>>("KEYS *").len(),
                    "{context}"
                );
                assert_eq!(stage.app::<u8>("EXISTS untouched"), 0, "{context}");
                assert_eq!(receipts(&mut stage.app), [0; 0], "{context}");
            }
        }
    });
}

#[test]
fn a_key_that_expires_in_between_is_not_brought_back() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            stage.run("SET k value PX 30");
            stage.run("SET source new");
            let new = stage.image("source");
            let read = stage.read_guarded(&["k"]);
            if read == [Fetched::Absent] {
                continue; // a slow machine; the others have seen it alive
            }
            while stage.app::<u8>("EXISTS k") == 1 {
                std::thread::yield_now();
            }
            let commit = stage.commit(1, &[put("k", &new)]);
            assert!(
                matches!(commit, Commit::Conflict { .. }),
                "{version}, {guard:?}: {commit:?}"
            );
            assert_eq!(stage.app::<u8>("EXISTS k"), 0, "{version}, {guard:?}");
        }
    });
}

#[test]
fn keys_put_under_guard_later_are_guarded_too() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            stage.run("SET k value");
            stage.read_guarded(&["k"]);
            let more = stage
                .session
                .extend_guard(&[bytes("target")])
                .expect("more keys can be guarded");
            assert_eq!(more, [Fetched::Absent]);
            stage.run("SET target taken");
            let rename = Write::Rename {
                from: bytes("k"),
                to: bytes("target"),
            };
            let commit = stage.commit(1, &[rename]);
            assert!(
                matches!(commit, Commit::Conflict { .. }),
                "{version}, {guard:?}: {commit:?}"
            );
            assert_eq!(stage.app::<String>("GET target"), "taken");
        }
    });
}

#[test]
fn a_newer_epoch_stops_a_commit_on_every_rung() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            stage.run("SET k value");
            let image = found(&stage.read_guarded(&["k"])[0]).clone();
            stage
                .ledger
                .raise_epoch("run", 2)
                .expect("the epoch can be raised");
            let commit = stage.commit(1, &[put("new", &image)]);
            assert_eq!(
                commit,
                Commit::Conflict { keys: vec![] },
                "{version}, {guard:?}"
            );
            assert_eq!(stage.app::<u8>("EXISTS new"), 0, "{version}, {guard:?}");
            let read = stage.session.read_guarded(1, &candidates(&["k"]), u64::MAX);
            assert_eq!(
                read,
                Err(StoreError::Fenced { ours: 1, found: 2 }),
                "{version}, {guard:?}"
            );
            // The guard is gone and the session goes on under the new epoch.
            stage.epoch = 2;
            stage.read_guarded(&["k"]);
            assert_eq!(
                stage.commit(1, &[put("new", &image)]),
                Commit::Applied,
                "{version}, {guard:?}"
            );
        }
    });
}

#[test]
fn an_older_epoch_means_that_the_data_went_back() {
    for guard in RUNGS {
        let mut stage = Stage::new(remold_tests::ServerVersion::Redis7_0, guard);
        stage.run("FLUSHDB");
        let read = stage.session.read_guarded(1, &candidates(&["k"]), u64::MAX);
        assert_eq!(
            read.expect_err("the epoch is gone").code(),
            "history-changed",
            "{guard:?}"
        );
    }
}

#[test]
fn without_a_guard_only_the_epoch_is_guarded() {
    on_all(|version| {
        let mut stage = Stage::new(version, GuardChoice::None);
        stage.run("SET k value");
        let image = found(&stage.read_guarded(&["k"])[0]).clone();
        stage.run("SET k other");
        assert_eq!(
            stage.commit(1, &[put("k", &image)]),
            Commit::Applied,
            "{version}"
        );
        assert_eq!(stage.app::<String>("GET k"), "value", "{version}");
    });
}

#[test]
fn released_keys_are_free() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            stage.run("SET a 1");
            stage.run("SET b 2");
            let image = found(&stage.read_guarded(&["a"])[0]).clone();
            stage.session.release().expect("it can let go");
            let nothing = stage.try_commit(1, &[put("a", &image)]);
            assert_eq!(
                nothing.expect_err("nothing is under guard").code(),
                "connection-lost"
            );
            stage.read_guarded(&["b"]);
            stage.run("SET a 3");
            assert_eq!(
                stage.commit(2, &[put("b", &image)]),
                Commit::Applied,
                "{version}, {guard:?}"
            );
            // Reading again without a commit in between lets go as well.
            stage.read_guarded(&["a"]);
            stage.read_guarded(&["b"]);
            stage.run("SET a 4");
            assert_eq!(
                stage.commit(3, &[put("b", &image)]),
                Commit::Applied,
                "{version}, {guard:?}"
            );
        }
    });
}

#[test]
fn sessions_guard_against_each_other() {
    for guard in GUARDED {
        let mut stage = Stage::new(remold_tests::ServerVersion::Redis8_2, guard);
        stage.run("SET k value");
        stage.run("SET source new");
        let new = stage.image("source");
        let mut other = shard(&stage.keyspace).session().expect("a second session");
        other
            .read_guarded(1, &candidates(&["k"]), u64::MAX)
            .expect("it reads");
        stage.read_guarded(&["k"]);
        assert_eq!(stage.commit(1, &[put("k", &new)]), Commit::Applied);
        let late = other.commit(&remold_engine::port::CommitBatch {
            run: super::RUN,
            batch: 2,
            writes: &[put("k", &new)],
            watermark: None,
        });
        let changed = late.expect("the server answers");
        assert!(
            matches!(changed, Commit::Conflict { .. }),
            "{guard:?}: {changed:?}"
        );
        assert_eq!(receipts(&mut stage.app), [1], "{guard:?}");
    }
}

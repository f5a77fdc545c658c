//! What a commit writes: every kind of operation, its receipt, the watermark; and what a server refuses.

use remold_engine::port::{
    CommandEdit, Commit, CommitBatch, Eviction, Fetched, FieldEdit, Image, StoreError, Write,
};
use remold_tests::{Server, ServerVersion};

use super::{
    GUARDED, PREFIX, RUN, RUNGS, Stage, bytes, candidates, connect, found, on_all, put, receipts,
    send, shard,
};

#[test]
fn every_operation_does_what_it_says() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            for command in [
                "HSET source a 1 b 2",
                "SET put old",
                "SADD set a b c",
                "ZADD zset 1 a 2 b",
                "SET expire v",
                "SET persist v PX 100000",
                "SET from v PX 100000",
                "SET delete v",
                "SET zero v",
            ] {
                stage.run(command);
            }
            let at: u64 = 4_000_000_000_000;
            let source = stage.image("source");
            let keys = [
                "put", "set", "zset", "expire", "persist", "from", "to", "delete", "zero",
            ];
            stage.read_guarded(&keys);
            let writes = [
                put(
                    "put",
                    &Image {
                        expires_at: Some(at),
                        ..source.clone()
                    },
                ),
                put(
                    "zero",
                    &Image {
                        expires_at: Some(0),
                        ..source.clone()
                    },
                ),
                Write::Edit {
                    key: bytes("set"),
                    edit: CommandEdit::Set {
                        add: vec![bytes("d")],
                        remove: vec![bytes("a"), bytes("b"), bytes("c")],
                    },
                },
                Write::Edit {
                    key: bytes("zset"),
                    edit: CommandEdit::SortedSet {
                        add: vec![(bytes("a"), 0.5), (bytes("c"), f64::INFINITY)],
                        remove: vec![bytes("b")],
                    },
                },
                Write::Expire {
                    key: bytes("expire"),
                    at: Some(at),
                },
                Write::Expire {
                    key: bytes("persist"),
                    at: None,
                },
                Write::Rename {
                    from: bytes("from"),
                    to: bytes("to"),
                },
                Write::Delete {
                    key: bytes("delete"),
                },
            ];
            assert_eq!(
                stage.commit(5, &writes),
                Commit::Applied,
                "{version}, {guard:?}"
            );
            assert_eq!(stage.app::<Vec<String>>("HMGET put a b"), ["1", "2"]);
            assert_eq!(
                stage.image("put").expires_at,
                Some(at),
                "{version}, {guard:?}"
            );
            assert_eq!(stage.app::<u8>("EXISTS zero"), 0);
            assert_eq!(stage.app::<Vec<String>>("SMEMBERS set"), ["d"]);
            assert_eq!(
                stage.app::<Vec<String>>("ZRANGE zset 0 -1 WITHSCORES"),
                ["a", "0.5", "c", "inf"].map(str::to_owned)
            );
            assert_eq!(stage.image("expire").expires_at, Some(at));
            assert_eq!(stage.app::<i64>("PTTL persist"), -1);
            assert_eq!(stage.app::<u8>("EXISTS from"), 0);
            assert!(stage.app::<i64>("PTTL to") > 0);
            assert_eq!(stage.app::<u8>("EXISTS delete"), 0);
            assert_eq!(receipts(&mut stage.app), [5], "{version}, {guard:?}");
        }
    });
}

#[test]
fn an_expiry_that_has_passed_deletes() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            stage.run("SET k v");
            let image = found(&stage.read_guarded(&["k"])[0]).clone();
            let past = Image {
                expires_at: Some(1_000),
                ..image
            };
            assert_eq!(
                stage.commit(1, &[put("k", &past), put("new", &past)]),
                Commit::Applied
            );
            assert_eq!(stage.app::<u8>("EXISTS k new"), 0, "{version}, {guard:?}");
        }
    });
}

#[test]
fn fields_of_a_hash_are_set_with_their_expiry_and_removed() {
    for guard in RUNGS {
        let mut stage = Stage::new(ServerVersion::Redis8_2, guard);
        stage.run("HSET h kept 1 lasting 2 dropped 3");
        let at: u64 = 4_000_000_000_000;
        stage.run(&format!("HPEXPIREAT h {at} FIELDS 2 kept lasting"));
        stage.run("PERSIST h");
        stage.read_guarded(&["h"]);
        let set = |name: &str, expires_at| FieldEdit::Set {
            name: bytes(name),
            value: bytes("new"),
            expires_at,
        };
        let fields = vec![
            set("lasting", None),
            set("fresh", Some(at + 1)),
            FieldEdit::Remove {
                name: bytes("dropped"),
            },
        ];
        let edit = Write::Edit {
            key: bytes("h"),
            edit: CommandEdit::Hash(fields),
        };
        assert_eq!(stage.commit(1, &[edit]), Commit::Applied, "{guard:?}");
        let values: Vec<Option<String>> = stage.app("HMGET h kept lasting fresh dropped");
        assert_eq!(
            values,
            [Some("1"), Some("new"), Some("new"), None].map(|value| value.map(str::to_owned))
        );
        let expiries: Vec<i64> = stage.app("HPEXPIRETIME h FIELDS 3 kept lasting fresh");
        let at = i64::try_from(at).expect("it fits");
        assert_eq!(expiries, [at, -1, at + 1], "{guard:?}");
    }
}

#[test]
fn a_large_edit_goes_through_on_every_rung() {
    for guard in RUNGS {
        let mut stage = Stage::new(ServerVersion::Redis6_2, guard);
        stage.run("SADD s first");
        stage.read_guarded(&["s"]);
        let add = (0..20_000)
            .map(|number| bytes(&format!("member {number}")))
            .collect();
        let edit = CommandEdit::Set {
            add,
            remove: vec![],
        };
        let write = Write::Edit {
            key: bytes("s"),
            edit,
        };
        assert_eq!(stage.commit(1, &[write]), Commit::Applied, "{guard:?}");
        assert_eq!(stage.app::<u64>("SCARD s"), 20_001, "{guard:?}");
    }
}

#[test]
fn the_watermark_rises_and_takes_receipts_away() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            for (batch, watermark) in [(1, None), (2, None), (4, Some(2)), (3, Some(1)), (5, None)]
            {
                stage.read_guarded(&["k"]);
                let commit = CommitBatch {
                    run: RUN,
                    batch,
                    writes: &[],
                    watermark,
                };
                assert_eq!(
                    stage.session.commit(&commit),
                    Ok(Commit::Applied),
                    "{version}, {guard:?}"
                );
            }
            let progress = stage.ledger.progress(RUN).expect("progress can be read");
            assert_eq!(
                (progress.watermark, progress.receipts),
                (2, vec![3, 4, 5]),
                "{version}, {guard:?}"
            );
        }
    });
}

#[test]
fn a_value_with_expiry_comes_back_as_it_was() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            stage.run("SET k v PX 100000");
            let image = found(&stage.read_guarded(&["k"])[0]).clone();
            assert!(image.expires_at.is_some());
            assert_eq!(stage.commit(1, &[put("copy", &image)]), Commit::Applied);
            assert_eq!(
                stage.image("copy"),
                stage.image("k"),
                "{version}, {guard:?}"
            );
        }
    });
}

#[test]
fn eviction_state_is_read_and_written_where_the_server_evicts_by_it() {
    for (policy, command) in [("allkeys-lru", "IDLETIME"), ("volatile-lfu", "FREQ")] {
        for guard in RUNGS {
            let options = remold_tests::Options::new().max_memory("100mb", policy);
            let server = Server::start(ServerVersion::Redis7_0, options);
            let mut app = server.connection();
            let () = send(&mut app, "SET k v");
            let keyspace = connect(&server.url(), guard);
            shard(&keyspace)
                .ledger()
                .expect("a ledger")
                .raise_epoch("run", 1)
                .expect("an epoch");
            let mut session = shard(&keyspace).session().expect("a session");
            let read = session
                .read_guarded(1, &candidates(&["k"]), u64::MAX)
                .expect("it reads");
            let image = found(&read[0]).clone();
            let (eviction, expected) = match command {
                "FREQ" => (Eviction::Frequency(200), 200),
                _ => (Eviction::Idle(5000), 5000),
            };
            match (image.eviction, eviction) {
                (Some(Eviction::Idle(_)), Eviction::Idle(_))
                | (Some(Eviction::Frequency(_)), Eviction::Frequency(_)) => {}
                other => panic!("{policy}: {other:?}"),
            }
            let write = put(
                "k",
                &Image {
                    eviction: Some(eviction),
                    ..image
                },
            );
            let batch = CommitBatch {
                run: RUN,
                batch: 1,
                writes: &[write],
                watermark: None,
            };
            assert_eq!(session.commit(&batch), Ok(Commit::Applied));
            let state: u64 = send(&mut app, &format!("OBJECT {command} k"));
            assert!(
                state.abs_diff(expected) <= 10,
                "{policy}, {guard:?}: {state}"
            );
        }
    }
}

#[test]
fn a_key_that_is_too_large_is_not_fetched() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            stage.run("SET small v");
            let () = send(
                &mut stage.app,
                &format!("SET large {}", "x".repeat(100_000)),
            );
            let read = stage
                .session
                .read_guarded(1, &candidates(&["large", "small"]), 50_000)
                .expect("it reads");
            assert!(
                matches!(read[0], Fetched::TooLarge { bytes } if bytes >= 100_000),
                "{version}: {:?}",
                read[0]
            );
            assert!(
                matches!(read[1], Fetched::Found(_)),
                "{version}: {:?}",
                read[1]
            );
            // A key that was not read is not under guard.
            stage.run("SET large other");
            let image = found(&read[1]).clone();
            assert_eq!(
                stage.commit(1, &[put("small", &image)]),
                Commit::Applied,
                "{version}, {guard:?}"
            );
        }
    });
}

#[test]
fn a_payload_that_the_server_refuses_is_a_severe_error_that_names_the_command() {
    for guard in RUNGS {
        let mut stage = Stage::new(ServerVersion::Redis7_0, guard);
        stage.run("SET k v");
        let image = found(&stage.read_guarded(&["k"])[0]).clone();
        let broken = Image {
            payload: bytes("garbage"),
            ..image.clone()
        };
        let error = stage
            .try_commit(1, &[put("a", &image), put("k", &broken), put("b", &image)])
            .expect_err("it is refused");
        assert_eq!(error.code(), "partially-applied", "{guard:?}: {error}");
        assert!(
            error.to_string().contains("RESTORE k"),
            "{guard:?}: {error}"
        );
        let StoreError::PartiallyApplied { refused, .. } = error else {
            panic!("{guard:?}: {error}")
        };
        assert_eq!(refused, [1], "{guard:?}");
        // Everything else is there, with the receipt: who resumes must not do it again.
        assert_eq!(stage.app::<u8>("EXISTS a b"), 2, "{guard:?}");
        let progress = stage.ledger.progress(RUN).expect("it answers");
        assert_eq!(progress.receipts, [1], "{guard:?}");
    }
}

#[test]
fn a_full_server_refuses_the_whole_batch() {
    for guard in RUNGS {
        let server = Server::start(ServerVersion::Redis7_0, remold_tests::Options::new());
        let mut app = server.connection();
        let () = send(&mut app, "SET k v");
        let keyspace = connect(&server.url(), guard);
        shard(&keyspace)
            .ledger()
            .expect("a ledger")
            .raise_epoch("run", 1)
            .expect("an epoch");
        let mut session = shard(&keyspace).session().expect("a session");
        let read = session
            .read_guarded(1, &candidates(&["k"]), u64::MAX)
            .expect("it reads");
        let () = send(&mut app, "CONFIG SET maxmemory 1");
        let writes = [
            put("new", found(&read[0])),
            Write::Delete { key: bytes("k") },
        ];
        let batch = CommitBatch {
            run: RUN,
            batch: 1,
            writes: &writes,
            watermark: None,
        };
        let error = session.commit(&batch).expect_err("there is no room");
        let () = send(&mut app, "CONFIG SET maxmemory 0");
        assert_eq!(error.code(), "server-unavailable", "{guard:?}: {error}");
        assert_eq!(send::<u8>(&mut app, "EXISTS k"), 1, "{guard:?}");
        assert_eq!(
            send::<u8>(&mut app, &format!("EXISTS new {PREFIX}run:{RUN}:receipts")),
            0,
            "{guard:?}"
        );
    }
}

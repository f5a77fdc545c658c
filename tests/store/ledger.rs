//! The bookkeeping: lock, epoch, settlement, history, on the mechanisms of every rung.

use std::time::Duration;

use remold_engine::port::{
    HistoryEntry, Ledger, LockAttempt, LockRequest, Progress, Raise, RunEvent, RunState, StoreError,
};

use remold_tests::ServerVersion;

use super::{GUARDED, PREFIX, RUN, Stage, on_all, shard};

fn request(run: &str, owner: &str, seconds: u64) -> LockRequest {
    LockRequest {
        run: run.to_owned(),
        owner: owner.to_owned(),
        ttl: Duration::from_secs(seconds),
        take_over: false,
        again: false,
    }
}

#[test]
fn a_lock_is_taken_renewed_refused_and_given_up() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            let context = format!("{version}, {guard:?}");
            let ledger = &mut stage.ledger;
            assert_eq!(ledger.lock_holder(), Ok(None), "{context}");
            assert_eq!(
                ledger.lock(&request("a", "me", 100)),
                Ok(LockAttempt::Acquired),
                "{context}"
            );
            let first = ledger
                .lock_holder()
                .expect("it answers")
                .expect("we hold it");
            assert_eq!((first.run.as_str(), first.owner.as_str()), ("a", "me"));
            assert!(
                first.expires_in > 90_000 && first.expires_in <= 100_000,
                "{first:?}"
            );
            assert_eq!(
                ledger.lock(&request("a", "me", 500)),
                Ok(LockAttempt::Acquired),
                "{context}"
            );
            let renewed = ledger
                .lock_holder()
                .expect("it answers")
                .expect("we hold it");
            assert_eq!(renewed.since, first.since, "a renewal is no new lock");
            assert!(renewed.expires_in > 400_000, "{renewed:?}");
            for other in [request("b", "me", 1), request("a", "other", 1)] {
                let LockAttempt::Held(holder) = ledger.lock(&other).expect("it answers") else {
                    panic!("{context}: two have the lock");
                };
                assert_eq!((holder.run.as_str(), holder.owner.as_str()), ("a", "me"));
            }
            ledger.unlock("a", "other").expect("it answers");
            assert!(
                ledger.lock_holder().expect("it answers").is_some(),
                "{context}: not theirs to give up"
            );
            ledger.unlock("a", "me").expect("it answers");
            assert_eq!(ledger.lock_holder(), Ok(None), "{context}");
            ledger.lock(&request("c", "gone", 100)).expect("it answers");
            let take_over = |run| LockRequest {
                take_over: true,
                ..request(run, "me", 100)
            };
            let held = ledger.lock(&take_over("d")).expect("it answers");
            assert!(matches!(held, LockAttempt::Held(_)), "{context}: {held:?}");
            assert_eq!(
                ledger.lock(&take_over("c")),
                Ok(LockAttempt::Acquired),
                "{context}"
            );
            ledger.unlock("c", "me").expect("it answers");
            ledger.lock(&request("b", "me", 100)).expect("it answers");
            let broken = ledger.break_lock().expect("it answers").expect("b held it");
            assert_eq!(broken.run, "b");
            assert_eq!(ledger.break_lock(), Ok(None), "{context}");
        }
    });
}

#[test]
fn a_lock_lapses_by_itself() {
    for guard in GUARDED {
        let mut stage = Stage::new(ServerVersion::Redis7_0, guard);
        let short = LockRequest {
            ttl: Duration::from_millis(20),
            ..request("a", "me", 0)
        };
        stage.ledger.lock(&short).expect("it answers");
        while stage.ledger.lock_holder().expect("it answers").is_some() {
            std::thread::yield_now();
        }
        assert_eq!(
            stage.ledger.lock(&request("b", "other", 10)),
            Ok(LockAttempt::Acquired)
        );
    }
}

#[test]
fn only_one_of_many_gets_the_lock() {
    for guard in GUARDED {
        let stage = Stage::new(ServerVersion::Valkey8, guard);
        let attempts: Vec<LockAttempt> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..8)
                .map(|number| {
                    let mut ledger = shard(&stage.keyspace).ledger().expect("a ledger");
                    scope.spawn(move || {
                        ledger
                            .lock(&request(&format!("run {number}"), "me", 100))
                            .expect("it answers")
                    })
                })
                .collect();
            racers
                .into_iter()
                .map(|racer| racer.join().expect("it ends"))
                .collect()
        });
        let winners = attempts
            .iter()
            .filter(|attempt| **attempt == LockAttempt::Acquired)
            .count();
        assert_eq!(winners, 1, "{guard:?}: {attempts:?}");
    }
}

#[test]
fn an_epoch_only_rises() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            stage.run(&format!("DEL {PREFIX}epoch"));
            let ledger = &mut stage.ledger;
            assert_eq!(ledger.epoch(), Ok(0));
            assert_eq!(ledger.raise_epoch("run", 3), Ok(Raise::Raised));
            assert_eq!(ledger.raise_epoch("run", 3), Ok(Raise::Stale(3)));
            assert_eq!(ledger.raise_epoch("run", 2), Ok(Raise::Stale(3)));
            assert_eq!(ledger.epoch(), Ok(3), "{version}, {guard:?}");
            stage.run(&format!("SET {PREFIX}epoch nonsense"));
            assert_eq!(
                stage.ledger.epoch().expect_err("no number").code(),
                "corrupt-data"
            );
        }
    });
}

#[test]
fn an_epoch_is_settled_only_by_its_owner() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            let ledger = &mut stage.ledger;
            assert_eq!(ledger.progress(RUN), Ok(Progress::default()));
            ledger.raise_epoch("run", 4).expect("it answers");
            ledger.settle(RUN, 4, 17).expect("it is ours");
            let settled = Progress {
                base: 4,
                watermark: 17,
                receipts: vec![],
            };
            assert_eq!(
                ledger.progress(RUN),
                Ok(settled.clone()),
                "{version}, {guard:?}"
            );
            assert_eq!(
                ledger.settle(RUN, 3, 99),
                Err(StoreError::Fenced { ours: 3, found: 4 })
            );
            let back = ledger
                .settle(RUN, 5, 99)
                .expect_err("the server is behind us");
            assert_eq!(back.code(), "history-changed");
            assert_eq!(ledger.progress(RUN), Ok(settled), "{version}, {guard:?}");
            // A lower watermark does not take back a higher one.
            ledger.settle(RUN, 4, 3).expect("it is ours");
            assert_eq!(ledger.progress(RUN).expect("it answers").watermark, 17);
            ledger.forget(RUN).expect("it answers");
            assert_eq!(
                ledger.progress(RUN),
                Ok(Progress::default()),
                "{version}, {guard:?}"
            );
            assert_eq!(
                stage.app::<Vec<String>>("KEYS *"),
                [format!("{PREFIX}epoch")]
            );
        }
    });
}

#[test]
fn runs_are_remembered_oldest_first_and_announced() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            let entry = |run: &str, started_at, state| HistoryEntry {
                run: run.to_owned(),
                migration: "split-name".to_owned(),
                digest: "d".to_owned(),
                state,
                undoes: None,
                started_at,
                ended_at: (state == RunState::Completed).then_some(started_at + 1),
                written: 3,
                rejected: 1,
                kept: 0,
                share: None,
                remold: "0.1.0".to_owned(),
            };
            let (late, early) = (
                entry("a", 20, RunState::Running),
                entry("b", 10, RunState::Running),
            );
            let done = entry("b", 10, RunState::Completed);
            let ledger = &mut stage.ledger;
            assert_eq!(ledger.history(), Ok(vec![]));
            ledger.record(&late, RunEvent::Started).expect("it answers");
            ledger
                .record(&early, RunEvent::Started)
                .expect("it answers");
            ledger
                .record(&done, RunEvent::Completed)
                .expect("it answers");
            assert_eq!(
                ledger.history(),
                Ok(vec![done, late]),
                "{version}, {guard:?}"
            );
            let changes: redis::Value = stage.app(&format!("XRANGE {PREFIX}changes - +"));
            let shown = format!("{changes:?}");
            assert_eq!(shown.matches("split-name").count() / 2, 3, "{shown}");
            assert_eq!(shown.matches("\"format\"").count(), 3, "{shown}");
            stage.run(&format!("HSET {PREFIX}history broken {{"));
            let error = stage.ledger.history().expect_err("no entry");
            assert_eq!(error.code(), "corrupt-data");
            assert!(error.to_string().contains("broken"), "{error}");
        }
    });
}

#[test]
fn an_end_is_recorded_only_by_a_server_that_still_has_everything() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            let context = format!("{version}, {guard:?}");
            let history = shard(&stage.keyspace).facts().history;
            let end = HistoryEntry {
                run: RUN.to_owned(),
                migration: "split-name".to_owned(),
                digest: "d".to_owned(),
                state: RunState::Completed,
                undoes: None,
                started_at: 10,
                ended_at: Some(11),
                written: 3,
                rejected: 1,
                kept: 0,
                share: None,
                remold: "0.1.0".to_owned(),
            };
            stage.run("SET k v");
            stage.ledger.settle(RUN, 1, 3).expect("it is ours");
            stage.read_guarded(&["k"]);
            stage.commit(5, &[]);
            let expected = |base, watermark, receipts: &[u64]| Progress {
                base,
                watermark,
                receipts: receipts.to_vec(),
            };
            let ledger = &mut stage.ledger;
            for (history, expected) in [
                (history.as_str(), expected(1, 3, &[4, 5])), // a receipt is gone
                (&history, expected(1, 4, &[5])),            // the watermark is
                (&history, expected(2, 3, &[5])),            // the epoch is
                ("another", expected(1, 3, &[5])),           // it is another server
            ] {
                let refused = ledger.complete(&end, history, &expected);
                let code = refused.expect_err("something is gone").code();
                assert_eq!(
                    code, "history-changed",
                    "{context}: {history}, {expected:?}"
                );
            }
            assert_eq!(ledger.history(), Ok(vec![]), "{context}");
            ledger
                .complete(&end, &history, &expected(1, 3, &[2, 5]))
                .expect("all is there");
            assert_eq!(ledger.history(), Ok(vec![end.clone()]), "{context}");
            ledger.raise_epoch("run", 2).expect("it answers");
            assert_eq!(
                ledger.complete(&end, &history, &expected(1, 3, &[5])),
                Err(StoreError::Fenced { ours: 1, found: 2 }),
                "{context}"
            );
        }
    });
}

#[test]
fn bookkeeping_of_a_chosen_prefix_stays_under_it() {
    let database = remold_tests::Server::shared(ServerVersion::Redis7_0).fresh_database();
    let options = remold_store_redis::Options {
        prefix: "mine/".to_owned(),
        ..super::options(&database.url())
    };
    let keyspace =
        remold_store_redis::RedisKeyspace::connect(options).expect("the server takes us");
    let mut ledger: Box<dyn Ledger> = shard(&keyspace).ledger().expect("a ledger");
    ledger.lock(&request("a", "me", 100)).expect("it answers");
    ledger.raise_epoch("a", 1).expect("it answers");
    ledger.settle("a", 1, 1).expect("it answers");
    let keys: Vec<String> = super::send(&mut database.connection(), "KEYS *");
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| key.starts_with("mine/")), "{keys:?}");
}

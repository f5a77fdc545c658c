//! The bookkeeping of shares: one lock of the keyspace for all of them and one for each, and epochs that fence a share when another
//! run comes, but not when another share does.

use std::time::Duration;

use remold_engine::port::{
    Commit, CommitBatch, Fault, Happening, HistoryEntry, Ledger, LockAttempt, LockRequest, Raise,
    RunEvent, RunState, StoreError, Terms,
};
use remold_engine::{Share, ShareOf};
use remold_store_redis::{GuardChoice, Options, RedisKeyspace};
use remold_tests::{Database, Server, ServerVersion};

use super::{GUARDED, candidates, on_all, options, shard};

fn share_of(index: u32, of: u32) -> ShareOf {
    ShareOf {
        run: "r".to_owned(),
        share: Share::new(index, of).expect("a share"),
    }
}

/// A keyspace as a worker of a share sees it, or of a whole run.
fn opened(database: &Database<'_>, guard: GuardChoice, share: Option<ShareOf>) -> RedisKeyspace {
    let options = Options {
        guard,
        share,
        ..options(&database.url())
    };
    RedisKeyspace::connect(options).expect("the server takes us")
}

fn ledger(keyspace: &RedisKeyspace) -> Box<dyn Ledger> {
    shard(keyspace).ledger().expect("a ledger")
}

fn request(run: &str) -> LockRequest {
    LockRequest {
        run: run.to_owned(),
        owner: "me".to_owned(),
        ttl: Duration::from_secs(100),
        take_over: true,
        again: false,
    }
}

/// A worker that has the lock and an epoch.
struct Worker {
    keyspace: RedisKeyspace,
    ledger: Box<dyn Ledger>,
    run: String,
    epoch: u64,
}

impl Worker {
    fn new(database: &Database<'_>, guard: GuardChoice, share: Option<ShareOf>) -> Self {
        let run = share
            .as_ref()
            .map_or_else(|| "other".to_owned(), ShareOf::id);
        let keyspace = opened(database, guard, share);
        let ledger = ledger(&keyspace);
        Self {
            keyspace,
            ledger,
            run,
            epoch: 0,
        }
    }

    fn lock(&mut self) -> LockAttempt {
        self.ledger.lock(&request(&self.run)).expect("it answers")
    }

    fn raise(&mut self) {
        self.epoch = self.ledger.epoch().expect("it answers") + 1;
        let raised = self.ledger.raise_epoch(&self.run, self.epoch);
        assert_eq!(raised, Ok(Raise::Raised), "{}", self.run);
    }

    fn enter(&mut self) {
        assert_eq!(self.lock(), LockAttempt::Acquired, "{}", self.run);
        self.raise();
        let settled = self.ledger.settle(&self.run, self.epoch, 0);
        assert_eq!(settled, Ok(()), "{}", self.run);
    }

    /// Reads a key under guard, lets something happen, and commits a batch.
    fn commit(&self, between: impl FnOnce()) -> Result<Commit, StoreError> {
        let mut session = shard(&self.keyspace).session().expect("a session");
        session.read_guarded(self.epoch, &candidates(&["key"]), u64::MAX)?;
        between();
        session.commit(&CommitBatch {
            run: &self.run,
            batch: 1,
            writes: &[],
            watermark: None,
        })
    }
}

#[test]
fn the_shares_of_a_run_hold_its_lock_together() {
    on_all(|version| {
        for guard in GUARDED {
            let database = Server::shared(version).fresh_database();
            let [mut first, mut second] =
                [0, 1].map(|index| Worker::new(&database, guard, Some(share_of(index, 2))));
            let mut whole = Worker::new(&database, guard, None);
            assert_eq!(first.lock(), LockAttempt::Acquired);
            assert_eq!(second.lock(), LockAttempt::Acquired);
            let holder = whole.ledger.lock_holder().expect("it answers");
            let holder = holder.expect("they hold it");
            assert_eq!((holder.run.as_str(), holder.shares), ("r", Some(2)));
            assert!(matches!(whole.lock(), LockAttempt::Held(of) if of.run == "r"));
            // Not even under the same id.
            let mut same = Worker::new(&database, guard, None);
            same.run = "r".to_owned();
            assert!(matches!(same.lock(), LockAttempt::Held(_)), "{version}");
            let mut others = Worker::new(&database, guard, Some(share_of(0, 3)));
            assert!(matches!(others.lock(), LockAttempt::Held(_)), "{version}");
            // Another worker of the same share waits, or takes over.
            let stranger = LockRequest {
                owner: "another".to_owned(),
                take_over: false,
                ..request(&first.run)
            };
            let held = first.ledger.lock(&stranger).expect("it answers");
            assert!(matches!(held, LockAttempt::Held(of) if of.run == "r-0-of-2"));
            let successor = LockRequest {
                take_over: true,
                ..stranger
            };
            assert_eq!(first.ledger.lock(&successor), Ok(LockAttempt::Acquired));
            first.ledger.unlock("r-0-of-2", "me").expect("it answers");
            second.ledger.unlock("r-1-of-2", "me").expect("it answers");
            let left = whole.ledger.lock_holder().expect("it answers");
            assert!(
                left.is_some(),
                "{version}, {guard:?}: one share still holds it"
            );
            first
                .ledger
                .unlock("r-0-of-2", "another")
                .expect("it answers");
            assert_eq!(whole.ledger.lock_holder(), Ok(None), "{version}, {guard:?}");

            assert_eq!(first.lock(), LockAttempt::Acquired);
            let broken = whole.ledger.break_lock().expect("it answers");
            assert_eq!(broken.expect("they held it").run, "r");
            assert_eq!(whole.lock(), LockAttempt::Acquired);
            assert!(matches!(second.lock(), LockAttempt::Held(of) if of.run == "other"));
        }
    });
}

#[test]
fn a_share_is_fenced_by_another_run_and_not_by_another_share() {
    on_all(|version| {
        for guard in GUARDED {
            let database = Server::shared(version).fresh_database();
            let [mut first, mut second] =
                [0, 1].map(|index| Worker::new(&database, guard, Some(share_of(index, 2))));
            first.enter();
            let done = first.commit(|| second.enter());
            assert_eq!(
                done,
                Ok(Commit::Applied),
                "{version}, {guard:?}: another share"
            );
            let mut successor = Worker::new(&database, guard, Some(share_of(0, 2)));
            let done = first.commit(|| successor.enter());
            assert!(matches!(done, Ok(Commit::Conflict { .. })), "{done:?}");
            let stale = first.commit(|| ());
            assert!(matches!(stale, Err(StoreError::Fenced { .. })), "{stale:?}");

            // All locks lapse, and another run comes.
            successor.ledger.break_lock().expect("it answers");
            let mut whole = Worker::new(&database, guard, None);
            let done = second.commit(|| whole.enter());
            assert!(matches!(done, Ok(Commit::Conflict { .. })), "{done:?}");
            let stale = second.commit(|| ());
            assert!(matches!(stale, Err(StoreError::Fenced { .. })), "{stale:?}");
            let (run, epoch) = (second.run.clone(), second.epoch);
            let settled = second.ledger.settle(&run, epoch, 0);
            assert!(
                matches!(settled, Err(StoreError::Fenced { .. })),
                "{settled:?}"
            );
            let raised = second.ledger.raise_epoch(&run, epoch + 1);
            assert!(matches!(raised, Ok(Raise::Locked(of)) if of.run == "other"));
            assert_eq!(whole.commit(|| ()), Ok(Commit::Applied));

            // It ends. Who was there before does not go on as if nothing had been; who is new begins anew, and fences that run.
            whole.ledger.unlock("other", "me").expect("it answers");
            let again = LockRequest {
                again: true,
                ..request(&run)
            };
            let superseded = second.ledger.lock(&again);
            assert!(
                matches!(superseded, Ok(LockAttempt::Superseded(_))),
                "{superseded:?}"
            );
            let late = whole.commit(|| second.enter());
            assert!(matches!(late, Ok(Commit::Conflict { .. })), "{late:?}");
            assert_eq!(second.commit(|| ()), Ok(Commit::Applied));
            let raised = whole.ledger.raise_epoch("other", 100);
            assert!(matches!(raised, Ok(Raise::Locked(of)) if of.shares == Some(2)));
        }
    });
}

#[test]
fn an_epoch_is_raised_only_under_the_lock() {
    for guard in GUARDED {
        let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
        let mut first = Worker::new(&database, guard, Some(share_of(0, 2)));
        first.enter();
        first.ledger.break_lock().expect("it answers");
        let raised = first.ledger.raise_epoch("r-0-of-2", 9);
        let error = raised.expect_err("the lock is gone");
        assert_eq!(error.fault(), Some(Fault::Unavailable), "{error}");
        // Nobody came meanwhile, so that the keyspace's epoch stays: other shares are not fenced.
        let mut second = Worker::new(&database, guard, Some(share_of(1, 2)));
        second.enter();
        assert_eq!(second.commit(|| first.enter()), Ok(Commit::Applied));
    }
}

#[test]
fn the_first_share_says_what_all_have_in_common() {
    for guard in GUARDED {
        let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
        let terms = |now_ms| Terms {
            run: "r".to_owned(),
            shares: 2,
            digest: "sha256:0".to_owned(),
            now_ms,
            seed: u64::MAX,
        };
        let mut first = Worker::new(&database, guard, Some(share_of(0, 2)));
        let mut second = Worker::new(&database, guard, Some(share_of(1, 2)));
        assert_eq!(first.ledger.agree(&terms(1)), Ok(terms(1)));
        first.enter();
        assert_eq!(second.ledger.agree(&terms(2)), Ok(terms(1)), "{guard:?}");
        let mut third = Worker::new(&database, guard, Some(share_of(0, 3)));
        first.ledger.break_lock().expect("it answers");
        let error = third
            .ledger
            .lock(&request("r-0-of-3"))
            .expect_err("two shares");
        assert!(error.to_string().contains("run r has 2 shares"), "{error}");
    }
}

#[test]
fn of_shares_that_end_at_once_the_last_one_tells_so() {
    const SHARES: u32 = 8;
    for guard in GUARDED {
        let database = Server::shared(ServerVersion::Valkey8).fresh_database();
        let entry = |index, state| HistoryEntry {
            run: share_of(index, SHARES).id(),
            migration: "count".to_owned(),
            digest: "0".to_owned(),
            state,
            undoes: None,
            started_at: 1,
            ended_at: None,
            written: 2,
            rejected: 0,
            kept: 0,
            share: Some(share_of(index, SHARES)),
            remold: "1".to_owned(),
        };
        for (state, event) in [
            (RunState::Running, RunEvent::Started),
            (RunState::Completed, RunEvent::Completed),
        ] {
            std::thread::scope(|scope| {
                for index in 0..SHARES {
                    let entry = entry(index, state);
                    let keyspace = opened(&database, guard, Some(share_of(index, SHARES)));
                    scope.spawn(move || {
                        ledger(&keyspace).record(&entry, event).expect("it answers");
                    });
                }
            });
        }
        let keyspace = opened(&database, guard, None);
        let page =
            ledger(&keyspace).changes(remold_host_api::StreamId::default(), 100, Duration::ZERO);
        let events = page.expect("it answers").events;
        let told: Vec<(RunEvent, String, u64)> = events
            .into_iter()
            .map(|event| match event.happening {
                Happening::Run(change) => (change.event, change.entry.run, change.entry.written),
                other => panic!("nothing but runs: {other:?}"),
            })
            .collect();
        let started = (RunEvent::Started, "r".to_owned(), 2);
        let completed = (RunEvent::Completed, "r".to_owned(), 16);
        assert_eq!(told, [started, completed], "{guard:?}");
    }
}

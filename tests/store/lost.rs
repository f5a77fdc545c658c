//! Connections that are cut: what was sent may or may not have happened, and nothing is sent twice.

use std::time::{Duration, Instant};

use remold_engine::port::{CommitBatch, Image, Session, StoreError};
use remold_host_api::Bytes;
use remold_store_redis::{GuardChoice, Options, RedisKeyspace};
use remold_tests::{Action, Proxy, Rule, Server, ServerVersion};

use super::{GUARDED, RUN, bytes, candidates, found, options, put, receipts, send, shard};

fn commit(
    session: &mut dyn Session,
    batch: u64,
    image: &Image,
) -> Result<remold_engine::port::Commit, StoreError> {
    let writes = [put("copy", image)];
    session.commit(&CommitBatch {
        run: RUN,
        batch,
        writes: &writes,
        watermark: None,
    })
}

fn is_commit(
    guard: GuardChoice,
) -> impl Fn(&remold_tests::Request) -> bool + Send + Sync + 'static {
    let name = if guard == GuardChoice::Watch {
        "EXEC"
    } else {
        "EVAL"
    };
    move |request| request.is(name) && (name == "EXEC" || request.mentions(b"receipts"))
}

#[test]
fn a_connection_that_is_cut_at_a_commit_is_lost_and_never_tried_again() {
    for guard in GUARDED {
        for (action, happened) in [(Action::CutBefore, false), (Action::LoseReply, true)] {
            let server = Server::start(ServerVersion::Redis8_2, remold_tests::Options::new());
            let mut app = server.connection();
            let () = send(&mut app, "SET k v");
            let proxy = Proxy::start(&server);
            let options = Options {
                guard,
                ..options(&proxy.url_of(0))
            };
            let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
            shard(&keyspace)
                .ledger()
                .expect("a ledger")
                .raise_epoch("run", 1)
                .expect("an epoch");
            // The script is only in the server's cache after its first use: see it sent whole.
            let () = send(&mut app, "SCRIPT FLUSH");
            let mut session = shard(&keyspace).session().expect("a session");
            let read = session
                .read_guarded(1, &candidates(&["k"]), u64::MAX)
                .expect("it reads");
            let image = found(&read[0]).clone();
            let rule = proxy.add(Rule::every(action, is_commit(guard)));
            let error = commit(session.as_mut(), 1, &image).expect_err("it was cut");
            assert_eq!(
                error.code(),
                "connection-lost",
                "{guard:?}, {action:?}: {error}"
            );
            assert_eq!(rule.fired(), 1, "{guard:?}, {action:?}");
            assert_eq!(
                receipts(&mut app),
                if happened { vec![1] } else { vec![] },
                "{guard:?}, {action:?}"
            );
            // The guard is gone with the connection: the batch cannot be sent again by mistake.
            let again = commit(session.as_mut(), 1, &image).expect_err("nothing is under guard");
            assert_eq!(again.code(), "connection-lost");
            assert_eq!(rule.seen(), 1);
            proxy.clear();
            session
                .read_guarded(1, &candidates(&["k"]), u64::MAX)
                .expect("it reads on a new connection");
            assert_eq!(
                commit(session.as_mut(), 2, &image),
                Ok(remold_engine::port::Commit::Applied)
            );
        }
    }
}

#[test]
fn a_guard_does_not_survive_its_connection() {
    for guard in GUARDED {
        let server = Server::start(ServerVersion::Valkey8, remold_tests::Options::new());
        let proxy = Proxy::start(&server);
        let options = Options {
            guard,
            ..options(&proxy.url_of(0))
        };
        let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
        shard(&keyspace)
            .ledger()
            .expect("a ledger")
            .raise_epoch("run", 1)
            .expect("an epoch");
        let mut session = shard(&keyspace).session().expect("a session");
        session
            .read_guarded(1, &candidates(&["k"]), u64::MAX)
            .expect("it reads");
        proxy.cut_all();
        assert!(session.extend_guard(&[bytes("more")]).is_err());
        let writes = [remold_engine::port::Write::Delete { key: bytes("k") }];
        let batch = CommitBatch {
            run: RUN,
            batch: 1,
            writes: &writes,
            watermark: None,
        };
        assert_eq!(
            session.commit(&batch).expect_err("it was cut").code(),
            "connection-lost"
        );
        assert_eq!(receipts(&mut server.connection()), [0; 0]);
    }
}

#[test]
fn a_server_that_does_not_answer_is_given_up_after_the_limit() {
    let server = Server::start(ServerVersion::Redis7_0, remold_tests::Options::new());
    let limit = Duration::from_millis(200);
    let options = Options {
        response_timeout: limit,
        connect_timeout: limit,
        ..options(&server.url())
    };
    let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
    let mut session = shard(&keyspace).session().expect("a session");
    server.pause();
    let before = Instant::now();
    let keys: Vec<Bytes> = (0..100)
        .map(|number| bytes(&format!("k{number}")))
        .collect();
    let error = session.read(&keys).expect_err("it is frozen");
    assert_eq!(error.code(), "connection-lost", "{error}");
    let again = session.read(&keys).expect_err("it is frozen");
    assert_eq!(again.code(), "server-unavailable", "{again}");
    // One limit for each of the two, not one for each reply.
    assert!(before.elapsed() < 10 * limit, "{:?}", before.elapsed());
    server.proceed();
    session.read(&keys).expect("it goes on");
}

#[test]
fn a_server_that_restarted_is_another_history() {
    for guard in GUARDED {
        let server = Server::start(
            ServerVersion::Redis7_0,
            remold_tests::Options::new().append_only(),
        );
        let options = Options {
            guard,
            ..options(&server.url())
        };
        let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
        let before = shard(&keyspace).facts().history;
        shard(&keyspace)
            .ledger()
            .expect("a ledger")
            .raise_epoch("run", 1)
            .expect("an epoch");
        let mut session = shard(&keyspace).session().expect("a session");
        session
            .read_guarded(1, &candidates(&["k"]), u64::MAX)
            .expect("it reads");
        server.kill();
        server.restart();
        let lost = session.read_guarded(1, &candidates(&["k"]), u64::MAX);
        let changed = session.read_guarded(1, &candidates(&["k"]), u64::MAX);
        let codes = [lost, changed].map(|read| read.expect_err("it restarted").code());
        assert_eq!(codes, ["connection-lost", "history-changed"], "{guard:?}");
        assert_eq!(
            shard(&keyspace)
                .session()
                .map(drop)
                .expect_err("it restarted")
                .code(),
            "history-changed"
        );
        assert_ne!(
            shard(&keyspace).probe().expect("it answers").history,
            before
        );
        let mut session = shard(&keyspace).session().expect("a session");
        session
            .read_guarded(1, &candidates(&["k"]), u64::MAX)
            .expect("it reads");
    }
}

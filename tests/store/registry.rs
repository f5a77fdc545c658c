//! The registry: what is registered is registered once, whoever else registers at the same time, on every rung.

use std::collections::BTreeSet;

use redis::cmd;
use remold_engine::port::{
    Ledger, RegisterAnswer, RegisterRequest, Registered, Registration, Revision, StoreError,
};
use remold_engine::registry::digest;
use remold_store_redis::{Access, GuardChoice, Options, RedisKeyspace};
use remold_tests::{Server, ServerVersion};

use super::{GUARDED, PREFIX, RUNGS, Stage, bytes, on_all, options, send, shard};

/// As many as register at the same time.
const RACERS: usize = 8;

const NAME: &str = "schema/user/1.0.0";

fn entry(name: &str, content: &str) -> Registration {
    let mut parts = name.split('/').skip(1).map(str::to_owned);
    Registration {
        name: name.to_owned(),
        content: bytes(content),
        subject: parts.next().unwrap_or_default(),
        version: parts.next().unwrap_or_default(),
        from: None,
    }
}

fn try_register(
    ledger: &mut dyn Ledger,
    entries: &[Registration],
    expected: Option<&Revision>,
    by: &str,
) -> Result<RegisterAnswer, StoreError> {
    ledger.register(&RegisterRequest {
        entries,
        expected,
        by,
    })
}

fn register(
    ledger: &mut dyn Ledger,
    entries: &[Registration],
    expected: Option<&Revision>,
) -> RegisterAnswer {
    try_register(ledger, entries, expected, "ada").expect("the server answers")
}

/// Lets many register at the same time, each on a connection of its own.
fn race(
    stage: &Stage,
    register: impl Fn(usize, &mut dyn Ledger) -> RegisterAnswer + Sync,
) -> Vec<RegisterAnswer> {
    let barrier = std::sync::Barrier::new(RACERS);
    std::thread::scope(|scope| {
        let racers: Vec<_> = (0..RACERS)
            .map(|number| {
                let mut ledger = shard(&stage.keyspace).ledger().expect("a ledger");
                let (barrier, register) = (&barrier, &register);
                scope.spawn(move || {
                    barrier.wait();
                    register(number, ledger.as_mut())
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().expect("it ends"))
            .collect()
    })
}

/// How many events there are.
fn told(stage: &mut Stage) -> usize {
    stage.app(&format!("XLEN {PREFIX}changes"))
}

#[test]
fn of_different_contents_under_one_name_exactly_one_is_registered_and_all_others_are_told() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            let context = format!("{version}, {guard:?}");
            let answers = race(&stage, |number, ledger| {
                let entries = [entry(NAME, &format!("content {number}"))];
                let by = format!("racer {number}");
                try_register(ledger, &entries, None, &by).expect("the server answers")
            });
            let won = |answer: &RegisterAnswer| matches!(answer, RegisterAnswer::Registered { .. });
            let winner = answers.iter().position(won).expect("one wins");
            assert_eq!(
                answers.iter().filter(|answer| won(answer)).count(),
                1,
                "{context}: {answers:?}"
            );
            let stored = stage
                .ledger
                .registered(NAME)
                .expect("it can be read")
                .expect("it is there");
            assert_eq!(stored.content, format!("content {winner}"), "{context}");
            assert_eq!(stored.by, format!("racer {winner}"), "{context}");
            for (number, answer) in answers.iter().enumerate() {
                let RegisterAnswer::Taken(taken) = answer else {
                    assert_eq!(number, winner, "{context}: {answer:?}");
                    continue;
                };
                let [taken] = taken.as_slice() else {
                    panic!("{context}: {taken:?}");
                };
                assert_eq!(taken.name, NAME);
                assert_eq!(taken.digest, digest(&stored.content), "{context}");
                assert_eq!((taken.at, &taken.by), (stored.at, &stored.by), "{context}");
            }
            assert_eq!(told(&mut stage), 1, "{context}");
        }
    });
}

#[test]
fn the_same_content_is_registered_once_however_often() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            let context = format!("{version}, {guard:?}");
            let entries = [entry(NAME, "the same")];
            let answers = race(&stage, |_, ledger| register(ledger, &entries, None));
            let outcome = |answer: &RegisterAnswer| match answer {
                RegisterAnswer::Registered { entries, .. } => entries[0],
                other => panic!("{context}: {other:?}"),
            };
            let new = answers
                .iter()
                .filter(|answer| outcome(answer) == Registered::New);
            assert_eq!(new.count(), 1, "{context}: {answers:?}");
            // Not even what it was checked against matters then.
            let again = register(
                stage.ledger.as_mut(),
                &entries,
                Some(&Revision::new("77-1")),
            );
            assert_eq!(outcome(&again), Registered::Same, "{context}");
            let contents = stage.ledger.registry().expect("it can be read");
            assert_eq!(contents.entries.len(), 1, "{context}");
            assert_eq!(told(&mut stage), 1, "{context}");
        }
    });
}

#[test]
fn what_was_checked_against_must_still_be_so() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            let context = format!("{version}, {guard:?}");
            let start = stage.ledger.registry().expect("it can be read").revision;
            assert_eq!(start, Revision::default(), "{context}");
            // All have checked against the same registry.
            let name = |number: usize| format!("schema/user/{number}.0.0");
            let answers = race(&stage, |number, ledger| {
                register(ledger, &[entry(&name(number), "x")], Some(&start))
            });
            let moved = answers
                .iter()
                .filter(|answer| matches!(answer, RegisterAnswer::Moved { .. }));
            assert_eq!(moved.count(), RACERS - 1, "{context}: {answers:?}");
            assert_eq!(told(&mut stage), 1, "{context}");
            // Whoever reads and checks again comes to an end.
            race(&stage, |number, ledger| {
                loop {
                    let seen = ledger.registry().expect("it can be read").revision;
                    let entries = [entry(&name(number), "x")];
                    match register(ledger, &entries, Some(&seen)) {
                        RegisterAnswer::Moved { revision } => assert_ne!(revision, seen),
                        answer => return answer,
                    }
                }
            });
            let contents = stage.ledger.registry().expect("it can be read");
            let names: BTreeSet<String> = contents.entries.into_keys().collect();
            assert_eq!(names, (0..RACERS).map(name).collect(), "{context}");
            assert!(
                contents.revision.as_str().starts_with("8-"),
                "{context}: {}",
                contents.revision
            );
            assert_eq!(told(&mut stage), RACERS, "{context}");
        }
    });
}

#[test]
fn several_are_registered_together_or_not_at_all() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            let context = format!("{version}, {guard:?}");
            let ledger = stage.ledger.as_mut();
            let pair = [
                entry("schema/user/1.0.0", "a"),
                entry("migration/user/1.0.0/2.0.0", "\u{fc}\n\"b\""),
            ];
            let RegisterAnswer::Registered { revision, entries } = register(ledger, &pair, None)
            else {
                panic!("{context}: they are free");
            };
            assert_eq!(entries, [Registered::New; 2], "{context}");
            let contents = ledger.registry().expect("it can be read");
            assert_eq!(contents.revision, revision, "{context}");
            for registration in &pair {
                let stored = &contents.entries[&registration.name];
                assert_eq!(stored.content, registration.content, "{context}");
                assert_eq!(stored.digest, digest(&registration.content));
            }
            let mixed = [
                entry("schema/user/1.0.0", "other"),
                entry("schema/user/3.0.0", "c"),
                entry("schema/user/4.0.0", "d"),
            ];
            let answer = register(ledger, &mixed, Some(&revision));
            assert!(
                matches!(&answer, RegisterAnswer::Taken(taken) if taken.len() == 1),
                "{context}: {answer:?}"
            );
            assert_eq!(ledger.registry().as_ref(), Ok(&contents), "{context}");
            let many: Vec<Registration> = (0..1000)
                .map(|number| entry(&format!("schema/other/{number}.0.0"), "e"))
                .collect();
            register(ledger, &many, Some(&revision));
            let all = ledger.registry().expect("it can be read");
            assert_eq!(all.entries.len(), 1002, "{context}");
            assert_eq!(told(&mut stage), 1002, "{context}");
        }
    });
}

#[test]
fn content_that_is_no_text_comes_back_as_it_was() {
    let mut stage = Stage::new(ServerVersion::Redis7_0, GuardChoice::Watch);
    let mut registration = entry(NAME, "");
    registration.content = remold_host_api::Bytes::from((0..=255).collect::<Vec<u8>>());
    register(stage.ledger.as_mut(), &[registration.clone()], None);
    let stored = stage.ledger.registered(NAME).expect("it can be read");
    assert_eq!(stored.expect("it is there").content, registration.content);
}

#[test]
fn where_only_reading_was_asked_for_nothing_is_registered() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    for guard in RUNGS {
        let options = Options {
            guard,
            access: Access::ReadOnly,
            ..options(&database.url())
        };
        let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
        let mut ledger = shard(&keyspace).ledger().expect("a ledger");
        let refused = try_register(ledger.as_mut(), &[entry(NAME, "a")], None, "ada");
        let error = refused.expect_err("it may not");
        assert_eq!(error.code(), "server-refused", "{guard:?}");
        assert!(
            error.to_string().contains("nothing may be written"),
            "{error}"
        );
        let keys: u64 = send(&mut database.connection(), "DBSIZE");
        assert_eq!(keys, 0, "{guard:?}");
    }
}

#[test]
fn a_user_who_may_not_write_reads_and_is_told_what_it_takes_to_register() {
    on_all(|version| {
        let server = Server::start(
            version,
            remold_tests::Options::new()
                .user("reader on >secret ~* +@read +@connection +@transaction +info")
                .user("nohset on >secret ~* +@all -multi -hset"),
        );
        let as_user = |user: &str, guard, access| Options {
            guard,
            access,
            ..options(&server.url_as(user, "secret", 0))
        };
        let keyspace = super::connect(&server.url(), GuardChoice::Auto);
        let mut ledger = shard(&keyspace).ledger().expect("a ledger");
        register(ledger.as_mut(), &[entry(NAME, "a")], None);
        let reader = as_user("reader", GuardChoice::Auto, Access::ReadOnly);
        let reader = RedisKeyspace::connect(reader).expect("it may read");
        let mut reader = shard(&reader).ledger().expect("a ledger");
        assert_eq!(reader.registry(), ledger.registry(), "{version}");
        let refused =
            RedisKeyspace::connect(as_user("reader", GuardChoice::Auto, Access::ReadWrite));
        let StoreError::Server { hint, .. } = refused.expect_err("it may not write") else {
            panic!("{version}: the server refuses");
        };
        let hint = hint.expect("there is a way out");
        assert!(hint.contains("ACL SETUSER reader"), "{version}: {hint}");
        // Without MULTI it is only seen when it is done, and then nothing is.
        let late = as_user("nohset", GuardChoice::Lua, Access::ReadWrite);
        let late = RedisKeyspace::connect(late).expect("it cannot be asked");
        let mut late = shard(&late).ledger().expect("a ledger");
        let refused = try_register(
            late.as_mut(),
            &[entry("schema/user/2.0.0", "b")],
            None,
            "eve",
        );
        let error = refused.expect_err("it may not");
        assert_eq!(error.code(), "server-refused", "{version}: {error}");
        let mut app = server.connection();
        let kept: u64 = send(&mut app, &format!("HLEN {PREFIX}registry"));
        let events: u64 = send(&mut app, &format!("XLEN {PREFIX}changes"));
        // The entry and the revision.
        assert_eq!((kept, events), (2, 1), "{version}");
    });
}

#[test]
fn an_entry_that_cannot_be_believed_is_named_and_the_others_go_on() {
    on_all(|version| {
        for guard in GUARDED {
            let mut stage = Stage::new(version, guard);
            let other = "schema/order/1.0.0";
            let both = [entry(NAME, "a"), entry(other, "b")];
            register(stage.ledger.as_mut(), &both, None);
            let key = format!("{PREFIX}registry");
            let envelope: String = stage.app(&format!("HGET {key} {NAME}"));
            for (broken, code, words) in [
                ("nonsense".to_owned(), "corrupt-data", "no JSON"),
                (
                    envelope.replace("\"a\"", "\"z\""),
                    "corrupt-data",
                    "its digest",
                ),
                (
                    envelope.replace("\"format\":1", "\"format\":9"),
                    "newer-format",
                    "up to format 1",
                ),
            ] {
                let () = cmd("HSET")
                    .arg(&key)
                    .arg(NAME)
                    .arg(&broken)
                    .query(&mut stage.app)
                    .expect("HSET");
                let ledger = stage.ledger.as_mut();
                let errors = [
                    ledger.registry().map(drop),
                    ledger.registered(NAME).map(drop),
                    try_register(ledger, &[entry(NAME, "a")], None, "ada").map(drop),
                ];
                for error in errors {
                    let error = error.expect_err("it is broken");
                    assert_eq!(error.code(), code, "{version}, {guard:?}");
                    let text = error.to_string();
                    assert!(
                        text.starts_with(&format!("{key}, {NAME}: ")) && text.contains(words),
                        "{text}"
                    );
                }
                let found = ledger.registered(other).expect("it is whole");
                assert_eq!(found.expect("it is there").content, "b");
                let more = [entry(&format!("schema/more/{}", broken.len()), "c")];
                register(ledger, &more, None);
            }
            // A connection that was refused in the middle of a step can be used again.
            stage.run(&format!("HDEL {key} {NAME}"));
            assert!(stage.ledger.registry().is_ok(), "{version}, {guard:?}");
            stage.run(&format!("HSET {key} revision x"));
            let error = stage.ledger.registry().expect_err("no revision");
            assert!(
                error.to_string().starts_with(&format!("{key}, revision: ")),
                "{error}"
            );
            stage.run(&format!("SET {key} text"));
            let error = stage.ledger.registry().expect_err("no hash");
            assert!(error.to_string().contains("WRONGTYPE"), "{error}");
        }
    });
}

#[test]
fn a_registration_whose_answer_was_lost_is_given_again_without_harm() {
    use remold_tests::{Action, Proxy, Rule};
    for guard in GUARDED {
        for (action, happened) in [
            (Action::CutBefore, Registered::New),
            (Action::LoseReply, Registered::Same),
        ] {
            let server = Server::start(ServerVersion::Redis8_2, remold_tests::Options::new());
            let proxy = Proxy::start(&server);
            let keyspace = super::connect(&proxy.url_of(0), guard);
            let mut ledger = shard(&keyspace).ledger().expect("a ledger");
            let name = if guard == GuardChoice::Watch {
                "EXEC"
            } else {
                "EVAL"
            };
            let rule = proxy.add(Rule::every(action, move |request| {
                request.is(name) && (name == "EXEC" || request.mentions(b"changes"))
            }));
            let old = ledger.registry().expect("it can be read").revision;
            let entries = [entry(NAME, "a")];
            let lost = try_register(ledger.as_mut(), &entries, Some(&old), "ada");
            assert_eq!(lost.expect_err("it was cut").code(), "connection-lost");
            assert_eq!(rule.fired(), 1, "{guard:?}, {action:?}");
            proxy.clear();
            let again = register(ledger.as_mut(), &entries, Some(&old));
            assert!(
                matches!(&again, RegisterAnswer::Registered { entries, .. } if entries[..] == [happened]),
                "{guard:?}, {action:?}: {again:?}"
            );
        }
    }
}

//! The change stream: in order, of a bounded length, followed over a restart, honest about what is missing.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use redis::cmd;
use remold::{Control, Follower, Met, RedisOptions, Silent, Target};
use remold_engine::port::{
    ChangePage, Drift, Gap, Happening, HistoryEntry, Ledger, RunEvent, RunState,
};
use remold_host_api::StreamId;
use remold_store_redis::GuardChoice;
use remold_tests::{Server, ServerVersion, wait_for};

use super::{PREFIX, RUNGS, Stage, on_all, send, shard};

const START: StreamId = StreamId { ms: 0, seq: 0 };

fn drift(subject: &str) -> Happening {
    Happening::Drift(Drift {
        subject: subject.to_owned(),
        version: "1.0.0".to_owned(),
        ..Drift::default()
    })
}

fn read(ledger: &mut dyn Ledger, after: StreamId, count: usize) -> ChangePage {
    ledger
        .changes(after, count, Duration::ZERO)
        .expect("the server answers")
}

fn subjects(page: &ChangePage) -> Vec<String> {
    let subject = |happening: &Happening| match happening {
        Happening::Drift(drift) => drift.subject.clone(),
        other => other.name().to_owned(),
    };
    page.events
        .iter()
        .map(|event| subject(&event.happening))
        .collect()
}

#[test]
fn events_are_read_in_order_and_page_by_page() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            let context = format!("{version}, {guard:?}");
            let ledger = stage.ledger.as_mut();
            assert_eq!(ledger.newest_change(), Ok(START), "{context}");
            let empty = read(ledger, START, 10);
            assert_eq!(
                (empty.events.len(), empty.gap, empty.next),
                (0, None, START),
                "{context}"
            );
            for subject in ["a", "b", "c"] {
                ledger.append(&drift(subject)).expect("the server answers");
            }
            let entry = HistoryEntry {
                run: "r".to_owned(),
                migration: "m".to_owned(),
                digest: "d".to_owned(),
                state: RunState::Running,
                undoes: None,
                started_at: 1,
                ended_at: None,
                written: 0,
                rejected: 0,
                kept: 0,
                share: None,
                remold: "0".to_owned(),
            };
            ledger
                .record(&entry, RunEvent::Started)
                .expect("the server answers");
            let first = read(ledger, START, 3);
            assert_eq!(subjects(&first), ["a", "b", "c"], "{context}");
            let second = read(ledger, first.next, 3);
            assert_eq!(subjects(&second), ["started"], "{context}");
            assert_eq!((first.gap, second.gap), (None, None), "{context}");
            assert_eq!(ledger.newest_change(), Ok(second.next), "{context}");
            let end = read(ledger, second.next, 3);
            assert_eq!((end.events.len(), end.gap), (0, None), "{context}");
            assert_eq!(end.next, second.next);
            let time: Vec<u64> = stage.app("TIME");
            for event in first.events.iter().chain(&second.events) {
                assert_eq!(event.format, 1, "{context}");
                // The clock of the server, and not an hour ago.
                assert!(
                    event.at.abs_diff(event.id.ms) < 60_000
                        && event.at.abs_diff(time[0] * 1000) < 3_600_000,
                    "{context}: {event:?}"
                );
            }
        }
    });
}

#[test]
fn what_is_not_known_is_shown_as_it_is() {
    let mut stage = Stage::new(ServerVersion::Valkey8, GuardChoice::Watch);
    let key = format!("{PREFIX}changes");
    stage.run(&format!("XADD {key} * event melted format 7 heat 9"));
    stage.run(&format!("XADD {key} * anything 1"));
    let () = cmd("XADD")
        .arg(&key)
        .arg("*")
        .arg("event")
        .arg(b"\xff\r\n")
        .query(&mut stage.app)
        .expect("XADD");
    let page = read(stage.ledger.as_mut(), START, 10);
    assert_eq!(subjects(&page), ["melted", "", "\u{fffd}\r\n"]);
    assert_eq!(page.events[0].format, 7);
    assert_eq!(page.events[0].fields["heat"], "9");
    stage.run(&format!("DEL {key}"));
    stage.run(&format!("SET {key} text"));
    let error = stage
        .ledger
        .changes(START, 1, Duration::ZERO)
        .expect_err("it is no stream");
    assert!(error.to_string().contains("WRONGTYPE"), "{error}");
}

#[test]
fn what_was_dropped_or_went_back_is_told_once() {
    on_all(|version| {
        let mut stage = Stage::new(version, GuardChoice::Watch);
        let key = format!("{PREFIX}changes");
        for subject in ["a", "b", "c", "d"] {
            stage.ledger.append(&drift(subject)).expect("it answers");
        }
        let ledger = stage.ledger.as_mut();
        let (first, third) = (read(ledger, START, 1), read(ledger, START, 3));
        stage.run(&format!("XTRIM {key} MAXLEN 2"));
        let page = read(stage.ledger.as_mut(), first.next, 10);
        assert_eq!(subjects(&page), ["c", "d"], "{version}");
        assert_eq!(page.gap, Some(Gap::Trimmed(third.next)), "{version}");
        // Who has read up to what is still there misses nothing, and neither does who reads from the start.
        assert_eq!(read(stage.ledger.as_mut(), third.next, 10).gap, None);
        assert_eq!(read(stage.ledger.as_mut(), START, 10).gap, None);
        assert_eq!(read(stage.ledger.as_mut(), page.next, 10).gap, None);
        // An entry that somebody deleted by hand is no gap.
        stage.run(&format!("XDEL {key} {}", page.next));
        assert_eq!(read(stage.ledger.as_mut(), page.next, 10).gap, None);
        stage.run(&format!("DEL {key}"));
        let gone = read(stage.ledger.as_mut(), page.next, 10);
        assert_eq!(gone.gap, Some(Gap::WentBack(START)), "{version}");
        let after = read(stage.ledger.as_mut(), gone.next, 10);
        assert_eq!(after.gap, None, "{version}");
        stage.ledger.append(&drift("e")).expect("it answers");
        let page = read(stage.ledger.as_mut(), after.next, 10);
        assert_eq!(subjects(&page), ["e"], "{version}");
    });
}

#[test]
fn the_length_is_bounded() {
    on_all(|version| {
        let mut stage = Stage::new(version, GuardChoice::Watch);
        let key = format!("{PREFIX}changes");
        let mut pipeline = redis::pipe();
        for number in 0..12_000 {
            pipeline
                .cmd("XADD")
                .arg(&key)
                .arg("*")
                .arg("n")
                .arg(number)
                .ignore();
        }
        let () = pipeline.query(&mut stage.app).expect("XADD");
        stage.ledger.append(&drift("last")).expect("it answers");
        let length: u64 = stage.app(&format!("XLEN {key}"));
        // A server drops whole nodes of a hundred entries.
        assert!((10_000..=10_200).contains(&length), "{version}: {length}");
    });
}

#[test]
fn an_event_is_waited_for_and_not_for_ever() {
    on_all(|version| {
        let mut stage = Stage::new(version, GuardChoice::Watch);
        let ledger = stage.ledger.as_mut();
        let before = Instant::now();
        let page = ledger
            .changes(START, 1, Duration::from_millis(50))
            .expect("it answers");
        assert_eq!(page.events.len(), 0, "{version}");
        assert!(before.elapsed() >= Duration::from_millis(50), "{version}");
        let mut teller = shard(&stage.keyspace).ledger().expect("a ledger");
        let app = &mut stage.app;
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| ledger.changes(START, 1, Duration::from_secs(10)));
            wait_for("a client that is blocked", || {
                let info: String = send(app, "INFO clients");
                (!info.contains("blocked_clients:0")).then_some(())
            });
            teller.append(&drift("a")).expect("it answers");
            let page = waiter.join().expect("it ends").expect("it answers");
            assert_eq!(subjects(&page), ["a"], "{version}");
        });
    });
}

/// Follows a server's changes while something is done, and returns what was seen.
fn followed(server: &Server, meanwhile: impl FnOnce(&dyn Fn(usize))) -> Vec<String> {
    let options = RedisOptions::parse_url(&server.url()).expect("a server's URL");
    let target = Target::Redis(Box::new(options));
    let mut follower = Follower::open(&target).expect("it can be read");
    let (seen, control) = (Mutex::new(Vec::new()), Control::new());
    let expect = |count: usize| {
        let known = || seen.lock().expect("nobody panics").len();
        wait_for("the events", || (known() >= count).then_some(()));
    };
    std::thread::scope(|scope| {
        let following = scope.spawn(|| {
            follower.follow(START, &control, &Silent, |met| {
                let what = match met {
                    Met::Event(event) => match event.happening {
                        Happening::Drift(drift) => drift.subject,
                        other => other.name().to_owned(),
                    },
                    Met::Gap { .. } => "gap".to_owned(),
                };
                seen.lock().expect("nobody panics").push(what);
                true
            })
        });
        meanwhile(&expect);
        control.stop();
        let ended = following.join().expect("it ends");
        ended.expect("a stop is no error");
    });
    seen.into_inner().expect("nobody panics")
}

#[test]
fn a_follower_of_a_server_that_lost_everything_says_so_and_goes_on() {
    on_all(|version| {
        let server = Server::start(version, remold_tests::Options::new());
        let keyspace = super::connect(&server.url(), GuardChoice::Auto);
        let mut teller = shard(&keyspace).ledger().expect("a ledger");
        teller.append(&drift("before")).expect("it answers");
        let seen = followed(&server, |expect| {
            expect(1);
            server.kill();
            server.restart();
            wait_for("an answer", || teller.append(&drift("after")).ok());
            expect(3);
        });
        assert_eq!(seen, ["before", "gap", "after"], "{version}");
    });
}

#[test]
fn a_follower_survives_restarts_and_misses_and_repeats_nothing() {
    on_all(|version| {
        let server = Server::start(version, remold_tests::Options::new().append_only());
        let mut app = server.connection();
        let () = send(&mut app, "CONFIG SET appendfsync always");
        let keyspace = super::connect(&server.url(), GuardChoice::Auto);
        let mut teller = shard(&keyspace).ledger().expect("a ledger");
        teller.append(&drift("0")).expect("it answers");
        let seen = followed(&server, |expect| {
            expect(1);
            for restart in 0..3_usize {
                server.kill();
                server.restart();
                // The teller's connection is gone too; what it could not tell it tells again.
                let told = [1, 2].map(|number| (restart * 2 + number).to_string());
                for subject in &told {
                    wait_for("an answer", || teller.append(&drift(subject)).ok());
                }
                expect(1 + (restart + 1) * 2);
            }
        });
        assert_eq!(seen, ["0", "1", "2", "3", "4", "5", "6"], "{version}");
    });
}

//! Listing: complete while others write, filtered, never of the bookkeeping, and going on where it was cut.

use std::collections::{HashMap, HashSet};

use remold_engine::port::{Candidate, Scanner, Selection};
use remold_host_api::{Kind, Pattern};
use remold_store_redis::{GuardChoice, Options, RedisKeyspace};
use remold_tests::{Action, Proxy, Rule, Server, ServerVersion};

use super::{RUNGS, Stage, bytes, on_all, send, shard};

fn all() -> Selection {
    Selection {
        pattern: Pattern::new("*"),
        exclude: vec![],
        kind: None,
        keys: None,
        max_bytes: u64::MAX,
    }
}

fn drain(scanner: &mut dyn Scanner) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    while let Some(page) = scanner.next_page().expect("a page") {
        candidates.extend(page);
    }
    candidates
}

fn names(candidates: &[Candidate]) -> HashSet<String> {
    candidates
        .iter()
        .map(|candidate| String::from_utf8_lossy(&candidate.key).into_owned())
        .collect()
}

fn fill(stage: &mut Stage, count: u32) {
    let mut pipeline = redis::pipe();
    for number in 0..count {
        pipeline
            .cmd("SET")
            .arg(format!("k:{number}"))
            .arg("v")
            .ignore();
    }
    let () = pipeline.query(&mut stage.app).expect("SET");
}

#[test]
fn keys_that_are_there_all_the_time_are_all_listed_while_others_come_and_go() {
    on_all(|version| {
        for guard in [GuardChoice::Watch, GuardChoice::Lua] {
            let mut stage = Stage::new(version, guard);
            fill(&mut stage, 3000);
            let mut options = super::options(&stage.database.url());
            options.guard = guard;
            options.scan_count = 50;
            let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
            let mut scanner = shard(&keyspace).scan(&all()).expect("a scanner");
            let mut seen = HashSet::new();
            let mut pages = 0;
            let mut fraction = 0.0;
            while let Some(page) = scanner.next_page().expect("a page") {
                seen.extend(names(&page));
                // The table grows, and then shrinks, under the cursor.
                let command = if pages < 20 { "SET" } else { "DEL" };
                let mut pipeline = redis::pipe();
                for number in 0..300 {
                    let place = pages % 20 * 300 + number;
                    let command = pipeline.cmd(command).arg(format!("passing:{place}"));
                    if pages < 20 {
                        command.arg("v")
                    } else {
                        command
                    };
                }
                let _: redis::Value = pipeline
                    .query(&mut stage.app)
                    .expect("the application writes");
                let now = scanner.fraction().expect("it can be told");
                assert!((0.0..=1.0).contains(&now), "{now}");
                fraction = now;
                pages += 1;
            }
            assert!(fraction > 0.5, "{fraction}");
            assert_eq!(scanner.fraction(), Some(1.0));
            assert_eq!(scanner.next_page(), Ok(None), "the end stays the end");
            let missing = (0..3000)
                .filter(|number| !seen.contains(&format!("k:{number}")))
                .count();
            assert_eq!(missing, 0, "{version}, {guard:?}");
        }
    });
}

#[test]
fn only_the_selected_keys_are_listed_and_never_the_bookkeeping() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            for command in [
                "HSET user:1 a 1",
                "HSET user:2 a 1",
                "SET user:3 v",
                "HSET user:tmp:4 a 1",
                "HSET other a 1",
            ] {
                stage.run(command);
            }
            let context = format!("{version}, {guard:?}");
            let list = |selection: &Selection| {
                names(&drain(
                    stage.shard().scan(selection).expect("a scanner").as_mut(),
                ))
            };
            let set = |keys: &[&str]| {
                keys.iter()
                    .map(|key| (*key).to_owned())
                    .collect::<HashSet<_>>()
            };
            let everything = ["user:1", "user:2", "user:3", "user:tmp:4", "other"];
            assert_eq!(list(&all()), set(&everything), "{context}");
            let users = Selection {
                pattern: Pattern::new("user:*"),
                exclude: vec![Pattern::new("*:tmp:*")],
                kind: Some(Kind::Hash),
                ..all()
            };
            assert_eq!(list(&users), set(&["user:1", "user:2"]), "{context}");
            let explicit = Selection {
                keys: Some(vec![
                    bytes("user:3"),
                    bytes("missing"),
                    bytes("__remold:epoch"),
                    bytes("user:tmp:4"),
                ]),
                exclude: vec![Pattern::new("*:tmp:*")],
                ..all()
            };
            assert_eq!(list(&explicit), set(&["user:3", "missing"]), "{context}");
        }
    });
}

#[test]
fn sizes_are_known_where_a_limit_asks_for_them() {
    on_all(|version| {
        for guard in RUNGS {
            let mut stage = Stage::new(version, guard);
            stage.run("SET small v");
            stage.run(&format!("SET large {}", "x".repeat(100_000)));
            let limited = Selection {
                max_bytes: 1000,
                ..all()
            };
            let explicit = Selection {
                keys: Some(vec![bytes("small"), bytes("large")]),
                ..limited.clone()
            };
            for selection in [limited, explicit] {
                let candidates = drain(stage.shard().scan(&selection).expect("a scanner").as_mut());
                let sizes: HashMap<_, _> = candidates
                    .iter()
                    .map(|candidate| (candidate.key.clone(), candidate.size))
                    .collect();
                assert!(sizes[&bytes("small")].expect("a size") < 1000, "{sizes:?}");
                assert!(
                    sizes[&bytes("large")].expect("a size") > 100_000,
                    "{sizes:?}"
                );
            }
            let candidates = drain(stage.shard().scan(&all()).expect("a scanner").as_mut());
            assert!(
                candidates.iter().all(|candidate| candidate.size.is_none()),
                "{version}, {guard:?}"
            );
        }
    });
}

#[test]
fn a_cut_connection_is_replaced_and_the_listing_goes_on_at_its_cursor() {
    for guard in RUNGS {
        let server = Server::start(ServerVersion::Redis7_0, remold_tests::Options::new());
        let mut app = server.connection();
        let _: redis::Value = send(&mut app, "DEBUG POPULATE 2000 k 10");
        let proxy = Proxy::start(&server);
        let options = Options {
            guard,
            scan_count: 100,
            ..super::options(&proxy.url_of(0))
        };
        let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
        let limited = Selection {
            max_bytes: 1000,
            ..all()
        };
        let mut scanner = shard(&keyspace).scan(&limited).expect("a scanner");
        let scans = proxy.add(Rule::every(Action::Count, |request| request.is("SCAN")));
        for (number, action) in [(3, Action::CutBefore), (6, Action::LoseReply)] {
            proxy.add(Rule::nth_command(number, action, "SCAN"));
        }
        let mut seen = HashSet::new();
        let mut losses = 0;
        loop {
            match scanner.next_page() {
                Ok(Some(page)) => seen.extend(names(&page)),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(error.code(), "connection-lost", "{error}");
                    losses += 1;
                }
            }
        }
        assert_eq!((losses, seen.len()), (2, 2000), "{guard:?}");
        // It did not begin again: a listing takes about twenty steps.
        assert!(scans.seen() < 35, "{guard:?}: {}", scans.seen());
    }
}

#[test]
fn another_history_is_not_gone_on_with() {
    for guard in RUNGS {
        let server = Server::start(
            ServerVersion::Redis6_2,
            remold_tests::Options::new().snapshots(),
        );
        let mut app = server.connection();
        let _: redis::Value = send(&mut app, "DEBUG POPULATE 1000 k 10");
        let options = Options {
            guard,
            scan_count: 10,
            ..super::options(&server.url())
        };
        let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
        let mut scanner = shard(&keyspace).scan(&all()).expect("a scanner");
        scanner.next_page().expect("a page");
        server.stop();
        let codes: Vec<&str> = (0..3)
            .map(|_| {
                let mut error = scanner.next_page();
                while matches!(error, Ok(Some(_))) {
                    error = scanner.next_page();
                }
                error.expect_err("the server is down").code()
            })
            .collect();
        assert_eq!(
            codes,
            [
                "connection-lost",
                "server-unavailable",
                "server-unavailable"
            ],
            "{guard:?}"
        );
        server.restart();
        assert_eq!(
            scanner.next_page().expect_err("it restarted").code(),
            "history-changed",
            "{guard:?}"
        );
        let scan = shard(&keyspace)
            .scan(&all())
            .map(drop)
            .expect_err("it was not probed again");
        assert_eq!(scan.code(), "history-changed");
        shard(&keyspace).probe().expect("it can be probed again");
        let mut scanner = shard(&keyspace).scan(&all()).expect("a scanner");
        assert_eq!(names(&drain(scanner.as_mut())).len(), 1000);
    }
}

/// More keys than are drawn from, so that the table is listed in parts.
const LARGE: usize = 80_000;

fn populate(app: &mut redis::Connection, count: usize) {
    let _: redis::Value = send(app, &format!("DEBUG POPULATE {count} k 10"));
}

#[test]
fn a_large_table_is_listed_in_parts_and_completely_while_it_grows_and_shrinks() {
    for version in [
        ServerVersion::Redis6_2,
        ServerVersion::Redis7_0,
        ServerVersion::Redis8_2,
        ServerVersion::Valkey8,
    ] {
        let server = Server::start(version, remold_tests::Options::new());
        let mut app = server.connection();
        populate(&mut app, LARGE);
        let list = |between: &mut dyn FnMut(usize)| {
            let keyspace = super::connect(&server.url(), GuardChoice::Watch);
            let mut scanner = shard(&keyspace).scan(&all()).expect("a scanner");
            let (mut seen, mut listed, mut pages) = (HashSet::new(), 0, 0);
            while let Some(page) = scanner.next_page().expect("a page") {
                listed += page.len();
                seen.extend(page.into_iter().map(|candidate| candidate.key));
                between(pages);
                pages += 1;
            }
            (seen, listed)
        };
        let (seen, listed) = list(&mut |_| {});
        // A table that was filled just now may still be moving into its new one: some keys come twice.
        assert_eq!(seen.len(), LARGE, "{version}");
        assert!(listed < LARGE + LARGE / 10, "{version}: {listed}");
        // In the middle of the listing the table grows to four times its size, and shrinks again.
        let mut other = server.connection();
        let grow = |page: usize| match page {
            10 => drop(send::<redis::Value>(
                &mut other,
                "DEBUG POPULATE 300000 passing 10",
            )),
            40 => {
                let script = "for n = 0, 299999 do redis.call('DEL', 'passing:' .. n) end";
                let _: redis::Value = redis::cmd("EVAL")
                    .arg(script)
                    .arg(0)
                    .query(&mut other)
                    .expect("EVAL");
            }
            _ => {}
        };
        let mut grow = grow;
        let (seen, _) = list(&mut grow);
        let stayed = seen.iter().filter(|key| key.starts_with(b"k:")).count();
        assert_eq!(stayed, LARGE, "{version}");
    }
}

#[test]
fn of_keys_of_a_large_table_that_come_together_few_are_close_in_it() {
    let server = Server::start(ServerVersion::Redis7_0, remold_tests::Options::new());
    populate(&mut server.connection(), LARGE);
    let order = |guard| {
        let keyspace = super::connect(&server.url(), guard);
        drain(shard(&keyspace).scan(&all()).expect("a scanner").as_mut())
    };
    let places: HashMap<_, _> = order(GuardChoice::Lua)
        .into_iter()
        .enumerate()
        .map(|(place, candidate)| (candidate.key, place))
        .collect();
    let spread = order(GuardChoice::Watch);
    // Of what is watched at the same time, 16 batches of 64, each part gives about eight. Places tell parts only roughly.
    for watched in spread.chunks(1024).take(spread.len() / 1024 - 1) {
        let mut parts: HashMap<usize, usize> = HashMap::new();
        for candidate in watched {
            *parts
                .entry(places[&candidate.key] * 256 / LARGE)
                .or_default() += 1;
        }
        let most = parts.values().max();
        assert!(most < Some(&24), "{most:?} of {watched:?}");
        assert!(parts.len() > 100, "{} parts", parts.len());
    }
}

#[test]
fn neighbours_in_scan_order_are_spread_where_connections_watch() {
    let mut stage = Stage::new(ServerVersion::Redis7_0, GuardChoice::Watch);
    fill(&mut stage, 20_000);
    let order = |guard| {
        let keyspace = super::connect(&stage.database.url(), guard);
        let candidates = drain(shard(&keyspace).scan(&all()).expect("a scanner").as_mut());
        candidates
            .into_iter()
            .map(|candidate| candidate.key)
            .collect::<Vec<_>>()
    };
    let (plain, spread) = (order(GuardChoice::Lua), order(GuardChoice::Watch));
    let places: HashMap<_, _> = plain
        .iter()
        .enumerate()
        .map(|(place, key)| (key, place))
        .collect();
    let distance = |pair: &[remold_host_api::Bytes]| places[&pair[0]].abs_diff(places[&pair[1]]);
    let near = spread
        .windows(2)
        .filter(|pair| distance(pair) < 100)
        .count();
    assert!(
        near < spread.len() / 20,
        "{near} of {} neighbours were neighbours before",
        spread.len()
    );
    assert_eq!(
        spread,
        order(GuardChoice::Watch),
        "the order is the same in every run"
    );
}

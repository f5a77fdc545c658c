//! A server that evicts keys in the middle of a run: what is gone is counted as gone and not brought back, what is
//! there is migrated once. A server that refuses to write instead is in `bad_input/servers.rs`.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redis::{Connection, cmd, pipe};
use remold::{Control, RunEnd, RunOptions, Silent, Step, Verdict};
use remold_tests::{Options, ServerVersion};

use super::counts;
use crate::bad_input::{Place, REFUSED, SUCCESS, remold};
use crate::stage::Stage;

const KEYS: u32 = 3000;

/// Each hash becomes three times as large.
const GROW: &str = "fn migrate(rec) {
    rec.hash.set(\"runs\", rec.hash.get_or(\"runs\", \"0\").parse_int() + 1);
    rec.hash.set(\"more\", rec.hash.get(\"text\") + rec.hash.get(\"text\"));
}";

/// Fills a server with hashes that nobody has touched for a day: they are evicted before what the run keeps there.
fn fill(connection: &mut Connection) {
    let model = cmd("HSET")
        .arg("model")
        .arg("text")
        .arg("x".repeat(600))
        .to_owned();
    model.exec(connection).expect("written");
    let payload: Vec<u8> = cmd("DUMP")
        .arg("model")
        .query(connection)
        .expect("it is there");
    let mut pipeline = pipe();
    pipeline.cmd("DEL").arg("model").ignore();
    for id in 0..KEYS {
        pipeline
            .cmd("RESTORE")
            .arg(format!("user:{id}"))
            .arg(0)
            .arg(&payload)
            .arg(&["IDLETIME", "86400"])
            .ignore();
    }
    pipeline.exec(connection).expect("written");
}

fn evicted(connection: &mut Connection) -> u64 {
    let stats: String = cmd("INFO").arg("stats").query(connection).expect("INFO");
    let count = stats
        .lines()
        .find_map(|line| line.strip_prefix("evicted_keys:"));
    count
        .and_then(|count| count.parse().ok())
        .expect("a number")
}

fn there(connection: &mut Connection) -> Vec<bool> {
    let mut pipeline = pipe();
    for id in 0..KEYS {
        pipeline.cmd("EXISTS").arg(format!("user:{id}"));
    }
    pipeline.query(connection).expect("EXISTS")
}

#[test]
fn keys_that_are_evicted_are_counted_as_gone_and_the_others_are_migrated_once() {
    let options = Options::new()
        .max_memory("6mb", "allkeys-lru")
        .config("maxmemory-samples 10");
    let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 0);
    let mut connection = stage.connection();
    fill(&mut connection);
    assert_eq!(evicted(&mut connection), 0, "there is room before the run");

    let options = RunOptions {
        allow_eviction: true,
        ..RunOptions::default()
    };
    let migration = stage.migration(GROW);
    let report = stage
        .runner()
        .run(&migration, &options, &Control::new(), &Silent)
        .expect("it begins");
    let (outcome, tally) = (&report.outcome, &report.outcome.tally);
    assert_eq!(outcome.end, RunEnd::Completed, "{outcome:?}");
    // Nothing more is evicted from here on.
    let room = cmd("CONFIG").arg(&["SET", "maxmemory", "0"]).to_owned();
    room.exec(&mut connection).expect("it is set");
    let gone = evicted(&mut connection);
    assert!(gone > 100, "{gone}");
    // Those that were evicted before the scan came by are counted nowhere; those after it as vanished.
    assert!(tally.vanished > 0, "{tally:?}");
    assert!(
        tally.changed + tally.vanished <= u64::from(KEYS),
        "{tally:?}"
    );
    assert_eq!((tally.lost, tally.rejected_total()), (0, 0), "{tally:?}");
    let (counts, left) = (counts(&mut connection, KEYS), there(&mut connection));
    for (id, (count, is_there)) in counts.iter().zip(&left).enumerate() {
        assert_eq!(*count, is_there.then_some(1), "user:{id}");
    }
    let left: Vec<u32> = (0..KEYS)
        .zip(left)
        .filter_map(|(id, there)| there.then_some(id))
        .collect();
    assert_eq!(
        u64::from(KEYS) - gone,
        left.len() as u64,
        "no key came back"
    );

    let verified = stage.runner().verify(
        &report.run,
        &RunOptions::default(),
        &Control::new(),
        &Silent,
    );
    let verified = verified.expect("it can be verified");
    let intact = left.len() as u64;
    assert_eq!(
        (
            verified.intact,
            verified.deleted_since,
            verified.unexplained
        ),
        (intact, tally.changed - intact, 0)
    );
    let back = stage.roll_back(&report.run).report.outcome;
    assert_eq!((back.end, back.tally.changed), (RunEnd::Completed, intact));
    assert_eq!(back.tally.kept, tally.changed - intact, "evicted since");
    let without: Vec<Option<u32>> = super::counts(&mut connection, KEYS);
    assert!(without.iter().all(Option::is_none));
    assert_eq!(
        there(&mut connection)
            .iter()
            .filter(|there| **there)
            .count(),
        left.len()
    );
}

/// Where this is gone, nobody knows what was applied.
const BOOKKEEPING_TOO: &str = "the run's own bookkeeping";

#[test]
fn a_server_that_may_evict_the_bookkeeping_too_is_refused_unless_that_is_allowed() {
    let options = Options::new().max_memory("50mb", "allkeys-lru");
    let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 10);
    let place = Place::new(&stage.manifest(""), crate::stage::COUNT);
    let (manifest, journals, url) = (place.path("migration.yaml"), place.journals(), stage.url());
    let target = ["--target", &url];
    let of_run = |words: &[&str]| {
        let journal = ["--journal", &journals, "--yes"];
        remold(&[words, &target[..], &journal[..]].concat())
    };
    let refusal = [
        BOOKKEEPING_TOO,
        "maxmemory-policy allkeys-lru",
        "keys would be migrated twice",
        "CONFIG SET maxmemory-policy noeviction",
        "--allow-eviction goes on all the same",
    ];

    place.run_at(&url).says(REFUSED, &refusal);
    assert!(!Path::new(&journals).exists(), "nothing was begun");
    let json = place.run_with(&url, &["--output", "json"]);
    json.says(REFUSED, &["\"code\": \"may-evict\""]);
    remold(&[&["dry-run", &manifest][..], &target[..]].concat()).says(SUCCESS, &["Dry run of"]);
    stage.before.assert_same(&stage.now());

    // The plan is not shown; what it warns of is.
    let ran = place.run_with(&url, &["--allow-eviction"]);
    let warning = "note: the server evicts keys when its memory is full (allkeys-lru)";
    ran.says(SUCCESS, &["Completed count", warning, BOOKKEEPING_TOO]);
    assert!(
        ran.text
            .lines()
            .any(|line| line.contains("to undo")
                && line.contains(&format!("{url} --allow-eviction"))),
        "{}",
        ran.text
    );
    place.run_at(&url).says(SUCCESS, &["Nothing to do"]);
    let run = Stage::only_run_in(Path::new(&journals));
    of_run(&["resume", &run, "--retry-rejected"]).says(REFUSED, &refusal);
    of_run(&["rollback", &run]).says(REFUSED, &refusal);
    let looked = [&["verify", &run][..], &target, &["--journal", &journals]].concat();
    remold(&looked).says(SUCCESS, &[]);
    remold(&[&["status"][..], &target].concat()).says(SUCCESS, &[]);
    of_run(&["resume", &run, "--retry-rejected", "--allow-eviction"]).says(SUCCESS, &["Completed"]);
    of_run(&["rollback", &run, "--allow-eviction"]).says(SUCCESS, &["Rolled back"]);
    stage.before.assert_same(&stage.now());
}

#[test]
fn what_the_server_may_evict_is_asked_without_config_and_not_guessed() {
    let options = Options::new().max_memory("50mb", "allkeys-random");
    let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 10);
    let place = Place::new(&stage.manifest(""), crate::stage::COUNT);
    for (denied, code) in [("-config", REFUSED), ("-info", SUCCESS)] {
        let user = ["SETUSER", "ada", "reset", "on", "nopass", "~*", "&*"];
        let user = cmd("ACL").arg(&user).arg("+@all").arg(denied).to_owned();
        user.exec(&mut stage.connection()).expect("a user");
        place
            .run_with(&stage.url(), &["--username", "ada", "--again"])
            .says(code, &[]);
    }
    for policy in ["volatile-lru", "volatile-ttl", "noeviction"] {
        let set = cmd("CONFIG")
            .arg(&["SET", "maxmemory-policy", policy])
            .to_owned();
        set.exec(&mut stage.connection()).expect("it is set");
        let ran = place.run_with(&stage.url(), &["--again"]);
        ran.says(SUCCESS, &["Completed count"])
            .never_says(&[BOOKKEEPING_TOO]);
        let told = ran.text.contains(&format!("memory is full ({policy})"));
        assert_eq!(told, policy != "noeviction", "{}", ran.text);
    }
}

/// What a `volatile-` policy may evict of the bookkeeping is the lock alone, and a run takes it again.
#[test]
fn only_the_lock_has_an_expiry_and_a_run_that_loses_it_migrates_every_key_once() {
    let stage = crate::bad_input::hashes(100);
    let mut connection = stage.connection();
    let (kept, lost) = (Arc::new(Mutex::new(Vec::new())), Mutex::new(0));
    let evict = {
        let (kept, url) = (Arc::clone(&kept), stage.url());
        move |step| {
            let mut lost = lost.lock().expect("nobody panics while holding it");
            if step == Step::AfterApply && *lost < 5 {
                let mut connection = redis::Client::open(url.as_str())
                    .and_then(|client| client.get_connection())
                    .expect("it is there");
                let keys: Vec<String> = cmd("KEYS")
                    .arg("__remold:*")
                    .query(&mut connection)
                    .expect("KEYS");
                for key in keys {
                    let left: i64 = cmd("PTTL").arg(&key).query(&mut connection).expect("PTTL");
                    match left {
                        -1 => kept.lock().expect("nobody panics").push(key),
                        // The last receipt was removed since the keys were listed.
                        -2 => {}
                        _ => {
                            assert_eq!(key, "__remold:lock");
                            *lost += cmd("DEL")
                                .arg(&key)
                                .query::<u32>(&mut connection)
                                .expect("DEL");
                        }
                    }
                }
            }
            Verdict::Continue
        }
    };
    let options = RunOptions {
        steps: Some(Arc::new(evict)),
        lock_ttl: Some(Duration::from_millis(300)),
        ..RunOptions::default()
    };
    let migration = stage.migration(crate::stage::COUNT);
    let report = stage
        .runner()
        .run(&migration, &options, &Control::new(), &Silent)
        .expect("it begins");
    assert_eq!(report.outcome.end, RunEnd::Completed);
    assert_eq!(counts(&mut connection, 100), [Some(1); 100]);
    let kept = kept.lock().expect("nobody panics");
    for part in ["epoch", ":receipts", ":progress", "history", "changes"] {
        assert!(
            kept.iter().any(|key| key.ends_with(part)),
            "{part}: {kept:?}"
        );
    }
}

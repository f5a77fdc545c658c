//! A server that evicts keys in the middle of a run: what is gone is counted as gone and not brought back, what is
//! there is migrated once. A server that refuses to write instead is in `bad_input/servers.rs`.

use redis::{Connection, cmd, pipe};
use remold::{Control, RunEnd, Silent};
use remold_tests::{Options, ServerVersion};

use super::counts;
use crate::bad_input::{Place, SUCCESS, remold};
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

    let report = stage.run(GROW);
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

    let verified = stage.runner().verify(&report.run, &Control::new(), &Silent);
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

#[test]
fn a_server_that_may_evict_the_bookkeeping_too_is_told_of_in_the_plan() {
    for (policy, warns) in [("allkeys-lru", true), ("volatile-lru", false)] {
        let options = Options::new().max_memory("50mb", policy);
        let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 10);
        let place = Place::new(&stage.manifest(""), crate::stage::COUNT);
        let manifest = place.path("migration.yaml");
        // Nobody is there to say yes: the plan is shown all the same.
        let journals = place.journals();
        let url = stage.url();
        let plan = remold(&["run", &manifest, "--target", &url, "--journal", &journals]);
        assert_eq!(
            plan.text.contains("migrated twice: leave room"),
            warns,
            "{}",
            plan.text
        );
        assert!(plan.text.contains(policy), "{}", plan.text);
        place.run_at(&url).says(SUCCESS, &["Completed count"]);
    }
}

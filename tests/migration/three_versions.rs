//! The story of the three versions, on a million keys of a real server and next to an application that writes: one run to the
//! last version, no drift afterwards, nothing of the application lost, and all the way back.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use redis::{Connection, cmd, pipe};
use remold::host_api::{Bytes, Entry};
use remold::schema::{Look, Registry, Seen};
use remold::{
    Control, Documents, JournalDirectory, Migration, RedisOptions, RunEnd, RunOptions, Runner,
    Silent, Target,
};
use remold_tests::{Options, Server, ServerVersion};

const KEYS: u64 = 1_000_000;

/// Every so many keys one is looked at as a whole, or written by the application.
const STRIDE: usize = 997;

fn email(number: u64) -> String {
    format!("customer{number}@example.com")
}

/// Half of the customers are at 1.0.0, three tenths at 2.0.0, the others at 3.0.0.
fn version_of(number: u64) -> u64 {
    match number % 10 {
        0..=4 => 1,
        5..=7 => 2,
        _ => 3,
    }
}

fn populate(connection: &mut Connection) {
    const STEP: u64 = 10_000;
    for begin in (0..KEYS / STEP).map(|part| part * STEP) {
        let mut pipe = pipe();
        for number in begin..begin + STEP {
            let key = format!("customer:{number}");
            let (name, email) = (format!("Ada{number} Lovelace"), email(number));
            match version_of(number) {
                1 => {
                    let json =
                        format!(r#"{{"name":"{name}","mail":"{email}","since":"2019-03-05"}}"#);
                    pipe.cmd("SET").arg(key).arg(json).ignore();
                }
                2 => {
                    pipe.cmd("HSET")
                        .arg(key)
                        .arg(&["name", &name, "email", &email])
                        .ignore();
                }
                _ => {
                    let fields = [
                        "v", "3", "first", "Ada", "last", "Lovelace", "email", &email, "points",
                        "7",
                    ];
                    pipe.cmd("HSET").arg(key).arg(&fields).ignore();
                }
            }
        }
        pipe.exec(connection).expect("the server takes the keys");
    }
}

/// An application that knows every version: it changes addresses until it is told to stop, each time only if nobody else has
/// changed the customer since it looked. Returns what it wrote last, by customer.
fn change_addresses(
    mut connection: Connection,
    share: u64,
    stop: &AtomicBool,
) -> Vec<(u64, String)> {
    let mine: Vec<u64> = (share..KEYS).step_by(STRIDE * 4).collect();
    let mut written: Vec<(u64, String)> = mine
        .iter()
        .map(|number| (*number, email(*number)))
        .collect();
    let mut round = 0;
    while !stop.load(Ordering::Relaxed) {
        round += 1;
        for (number, last) in &mut written {
            let key = format!("customer:{number}");
            let address = format!("moved{round}of{number}@example.com");
            loop {
                cmd("WATCH")
                    .arg(&key)
                    .exec(&mut connection)
                    .expect("it is watched");
                let kind: String = cmd("TYPE")
                    .arg(&key)
                    .query(&mut connection)
                    .expect("it is there");
                let mut pipe = pipe();
                pipe.atomic();
                if kind == "string" {
                    // The run may have made a hash of it since; then it is looked at again.
                    let Ok(json) = cmd("GET").arg(&key).query::<String>(&mut connection) else {
                        cmd("UNWATCH")
                            .exec(&mut connection)
                            .expect("the server answers");
                        continue;
                    };
                    pipe.cmd("SET")
                        .arg(&key)
                        .arg(json.replace(last.as_str(), &address))
                        .ignore();
                } else {
                    pipe.cmd("HSET")
                        .arg(&key)
                        .arg("email")
                        .arg(&address)
                        .ignore();
                }
                let done: Option<()> = pipe.query(&mut connection).expect("the server answers");
                if done.is_some() {
                    break;
                }
            }
            *last = address;
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
    }
    written
}

/// Looks at every key, as the server has it.
fn look(connection: &mut Connection, registry: &Registry) -> Look {
    let mut look = Look::default();
    let mut cursor = 0_u64;
    loop {
        let page: (u64, Vec<Vec<u8>>) = cmd("SCAN")
            .arg(cursor)
            .arg(&["COUNT", "2000"])
            .query(connection)
            .expect("the server lists its keys");
        let keys: Vec<Vec<u8>> = page
            .1
            .into_iter()
            .filter(|key| key.starts_with(b"customer:"))
            .collect();
        let mut pipe = pipe();
        for key in &keys {
            pipe.cmd("DUMP").arg(key);
        }
        let payloads: Vec<Vec<u8>> = pipe.query(connection).expect("the server shows its values");
        for (key, payload) in keys.into_iter().zip(payloads) {
            let value = remold_rdb::decode(&Bytes::from(payload))
                .expect("it is a payload")
                .value;
            let entry = Entry {
                key: key.into(),
                value,
                expires_at: None,
            };
            look.observe(registry, Seen::of(&entry), 0);
        }
        cursor = page.0;
        if cursor == 0 {
            return look;
        }
    }
}

fn counts(look: &Look) -> Vec<(String, u64)> {
    let customers = &look.subjects["customer"];
    assert_eq!(customers.drifted(), 0, "{look:?}");
    let versions = customers.versions.iter();
    versions
        .map(|(version, keys)| (version.to_string(), *keys))
        .collect()
}

/// Reads a customer's address, whatever its version.
fn address_of(connection: &mut Connection, number: u64) -> String {
    let key = format!("customer:{number}");
    let kind: String = cmd("TYPE")
        .arg(&key)
        .query(connection)
        .expect("it is there");
    if kind == "hash" {
        return cmd("HGET")
            .arg(&key)
            .arg("email")
            .query(connection)
            .expect("it has one");
    }
    let json: String = cmd("GET")
        .arg(&key)
        .query(connection)
        .expect("it is a text");
    let customer: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    customer["mail"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_million_customers_come_to_the_last_version_and_back() {
    let server = Server::start(ServerVersion::Redis8_2, Options::new());
    let mut connection = server.connection_to(0);
    populate(&mut connection);
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/10-three-versions");
    let documents = Documents::of_folder(&example.join("registry")).expect("they can be read");
    let before = vec![
        ("1.0.0".to_owned(), KEYS / 2),
        ("2.0.0".to_owned(), KEYS / 10 * 3),
        ("3.0.0".to_owned(), KEYS / 10 * 2),
    ];
    assert_eq!(counts(&look(&mut connection, documents.registry())), before);

    let migration = Migration::load(&example.join("migration.yaml")).expect("it can be loaded");
    let journals = tempfile::tempdir().expect("a folder for journals");
    let options = RedisOptions::parse_url(&server.url_of(0)).expect("a server's URL");
    let target = Target::Redis(Box::new(options));
    let runner = Runner::new(target, JournalDirectory::new(journals.path()));
    let stop = AtomicBool::new(false);
    let (report, written) = thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|share| {
                let (connection, stop) = (server.connection_to(0), &stop);
                scope.spawn(move || change_addresses(connection, share, stop))
            })
            .collect();
        let report = runner.run(&migration, &RunOptions::default(), &Control::new(), &Silent);
        stop.store(true, Ordering::Relaxed);
        let joined = writers
            .into_iter()
            .map(|writer| writer.join().expect("it ends"));
        let written: Vec<(u64, String)> = joined.flatten().collect();
        (report.expect("the run begins"), written)
    });
    let tally = &report.outcome.tally;
    assert_eq!(report.outcome.end, RunEnd::Completed, "{tally:?}");
    assert_eq!(tally.changed, KEYS / 10 * 8, "{tally:?}");
    assert_eq!(
        tally.skipped["already at 3.0.0"],
        KEYS / 10 * 2,
        "{tally:?}"
    );
    assert_eq!(tally.rejected_total(), 0, "{tally:?}");

    let after = look(&mut connection, documents.registry());
    assert_eq!(counts(&after), [("3.0.0".to_owned(), KEYS)]);
    for (number, last) in &written {
        assert_eq!(
            address_of(&mut connection, *number),
            *last,
            "customer:{number}"
        );
    }

    let undone = runner.roll_back(
        &report.run,
        &RunOptions::default(),
        &Control::new(),
        &Silent,
    );
    let undone = undone.expect("the rollback begins").report.outcome;
    let tally = &undone.tally;
    assert_eq!(undone.end, RunEnd::Completed, "{tally:?}");
    // What the application wrote after the run had come by is migrated back, or kept: nothing of it is lost.
    assert_eq!(
        tally.changed + tally.reverted + tally.kept,
        KEYS / 10 * 8,
        "{tally:?}"
    );
    for (number, last) in &written {
        assert_eq!(
            address_of(&mut connection, *number),
            *last,
            "customer:{number}"
        );
    }
    let kept = tally.kept;
    let back = counts(&look(&mut connection, documents.registry()));
    let at = |version: &str| {
        back.iter()
            .find(|(known, _)| known == version)
            .map_or(0, |(_, keys)| *keys)
    };
    assert_eq!(at("3.0.0"), KEYS / 10 * 2 + kept, "{tally:?}");
    assert_eq!(at("1.0.0") + at("2.0.0") + at("3.0.0"), KEYS);
    for number in (0..KEYS)
        .step_by(STRIDE)
        .filter(|number| version_of(*number) == 1)
    {
        if written.iter().any(|(known, _)| *known == number) {
            continue;
        }
        let json: String = cmd("GET")
            .arg(format!("customer:{number}"))
            .query(&mut connection)
            .expect("it is a text");
        let expected = format!(
            r#"{{"name":"Ada{number} Lovelace","mail":"{}","since":"2019-03-05"}}"#,
            email(number)
        );
        assert_eq!(json, expected);
    }
}

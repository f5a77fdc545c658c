//! The keys: hashes of 8 fields, made of a number, one in ten with an expiry.

use bytes::Bytes;
use redis::{Connection, cmd, pipe};
use remold::host_api::{HashField, Value};

/// What all keys match.
pub(crate) const PATTERN: &str = "item:*";

/// When the first of those that expire does, Unix milliseconds: in the year 2100.
const EXPIRY: u64 = 4_102_444_800_000;

/// How many keys are sent at once.
const BATCH: u64 = 1000;

const FIRST: [&str; 8] = [
    "Ada", "Grace", "Barbara", "Edsger", "Donald", "Frances", "Ken", "Margaret",
];
const LAST: [&str; 7] = [
    "Lovelace", "Hopper", "Liskov", "Dijkstra", "Knuth", "Allen", "Hamilton",
];
const CITIES: [&str; 4] = ["London", "Lisbon", "Nairobi", "Kyoto"];

/// The fields of a key, in order.
pub(crate) fn fields(number: u64) -> [(&'static str, String); 8] {
    let mut random = fastrand::Rng::with_seed(number);
    let mut pick = |words: &[&'static str]| words[random.usize(..words.len())];
    let (first, last, city) = (pick(&FIRST), pick(&LAST), pick(&CITIES));
    [
        ("name", format!("{first} {last}")),
        ("email", format!("{first}.{number}@example.com")),
        ("city", city.to_owned()),
        (
            "price",
            format!("{}.{:02}", random.u32(1..1000), random.u32(..100)),
        ),
        ("legacy", format!("L-{:016x}", random.u64(..))),
        (
            "created",
            format!("2024-05-{:02}T10:22:00Z", random.u32(1..=28)),
        ),
        ("status", "active".to_owned()),
        ("tags", "new,gift,export".to_owned()),
    ]
}

/// The value of a key.
pub(crate) fn value(number: u64) -> Value {
    let fields = fields(number).into_iter().map(|(name, value)| HashField {
        name: Bytes::from_static(name.as_bytes()),
        value: Bytes::from(value),
        expires_at: None,
    });
    Value::Hash(fields.collect())
}

/// Empties a server and puts the keys of the numbers below `count` into it.
pub(crate) fn fill(connection: &mut Connection, count: u64) {
    let _: () = cmd("FLUSHALL")
        .arg("SYNC")
        .query(connection)
        .expect("FLUSHALL");
    for first in (0..count).step_by(usize::try_from(BATCH).expect("it is small")) {
        let mut batch = pipe();
        for number in first..count.min(first + BATCH) {
            let key = format!("item:{number}");
            batch.cmd("HSET").arg(&key).arg(&fields(number)[..]);
            if number % 10 == 3 {
                batch.cmd("PEXPIREAT").arg(&key).arg(EXPIRY + number);
            }
        }
        batch.exec(connection).expect("a batch of keys");
    }
    settle(connection, count);
}

/// Looks at every key, twice: each look brings the growing of the server's table one step further, and while it grows
/// there are two tables to list.
fn settle(connection: &mut Connection, count: u64) {
    for _ in 0..2 {
        let keys: Vec<String> = (0..count).map(|number| format!("item:{number}")).collect();
        let present: u64 = cmd("EXISTS").arg(keys).query(connection).expect("EXISTS");
        assert_eq!(present, count);
    }
}

//! Measures what decoding and encoding of payloads costs: `cargo run --release -p remold-rdb --example
//! codec_speed`. Each figure is the best of several rounds on one thread.

#![allow(
    clippy::print_stdout,
    reason = "a benchmark shows its figures on the terminal"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use remold_host_api::{HashField, Scored, Value};
use remold_rdb::{Target, Thresholds, Version, decode, encode};

const ROUNDS: usize = 1000;
const CALLS: u32 = 100;

fn main() {
    println!(
        "{:<34} {:>7} {:>10} {:>10}",
        "value", "bytes", "decode ns", "encode ns"
    );
    let listpack = Target::new(Version(11));
    let compressed = Target {
        compress: true,
        ..listpack.clone()
    };
    let table = Target {
        thresholds: Thresholds {
            hash_max_listpack_entries: 0,
            ..Thresholds::default()
        },
        ..listpack.clone()
    };
    let hash = hash_of_eight();
    report("hash of 8 fields, listpack", &hash, &listpack);
    report("hash of 8 fields, compressed", &hash, &compressed);
    report("hash of 8 fields, table", &hash, &table);
    report("hash of 8 fields, ziplist", &hash, &Target::new(Version(9)));
    report("text of 100 bytes", &Value::Text(text(100)), &listpack);
    let numbers = (0..100_i64).map(|n| Bytes::from((n * 37).to_string()));
    report(
        "set of 100 numbers",
        &Value::Set(numbers.collect()),
        &listpack,
    );
    let members = (0..100_i32).map(|n| Scored {
        member: Bytes::from(format!("member:{n}")),
        score: f64::from(n) / 4.0,
    });
    report(
        "sorted set of 100",
        &Value::SortedSet(members.collect()),
        &listpack,
    );
    let elements = (0..1000).map(|n| Bytes::from(format!("element number {n}")));
    report("list of 1000", &Value::List(elements.collect()), &listpack);
}

fn hash_of_eight() -> Value {
    let fields = [
        ("id", "1001"),
        ("name", "Ada Lovelace"),
        ("email", "ada@example.org"),
        ("price", "12.50"),
        ("stock", "7"),
        ("sku", "AB-1000-X"),
        ("created", "1690000000"),
        (
            "note",
            "the first of her kind, and not the last one: see the notes",
        ),
    ];
    let field = |(name, value): (&'static str, &'static str)| HashField {
        name: Bytes::from_static(name.as_bytes()),
        value: Bytes::from_static(value.as_bytes()),
        expires_at: None,
    };
    Value::Hash(fields.into_iter().map(field).collect())
}

fn text(length: usize) -> Bytes {
    (0..length)
        .map(|n| b'a' + u8::try_from(n * 7 % 26).unwrap_or_default())
        .collect()
}

fn report(name: &str, value: &Value, target: &Target) {
    let payload = encode(value, target).expect("the value fits the target");
    let decoding = best(|| decode(black_box(&payload)).is_ok());
    let encoding = best(|| encode(black_box(value), target).is_ok());
    println!(
        "{name:<34} {:>7} {decoding:>10.0} {encoding:>10.0}",
        payload.len()
    );
}

/// Returns the nanoseconds of a call, in the fastest round. Rounds are short, so that some of them are not
/// interrupted by other work of the machine.
fn best(call: impl Fn() -> bool) -> f64 {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..CALLS {
            assert!(black_box(call()));
        }
        best = best.min(start.elapsed());
    }
    best.as_secs_f64() * 1e9 / f64::from(CALLS)
}

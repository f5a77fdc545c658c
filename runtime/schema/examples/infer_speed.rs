//! How fast a mixed keyspace in memory is observed, what it takes, and what is proposed of it.
//!
//! `cargo run --release -p remold-schema --example infer_speed [records] [threads]`. The records are made one by one from a
//! seed while they are observed; the time to make them is measured apart and taken off. Peak memory is that of the heap.

#![allow(clippy::print_stdout, reason = "it reports to whoever runs it")]

use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use remold_host_api::{Bytes, HashField, Scored, Value};
use remold_schema::infer::{Inference, Options};
use serde_json::json;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn field(name: &'static str, value: String) -> HashField {
    HashField {
        name: Bytes::from_static(name.as_bytes()),
        value: value.into(),
        expires_at: None,
    }
}

fn uuid(random: &mut fastrand::Rng) -> String {
    let number = format!("{:032x}", random.u128(..));
    [
        &number[..8],
        &number[8..12],
        &number[12..16],
        &number[16..20],
        &number[20..],
    ]
    .join("-")
}

fn user(random: &mut fastrand::Rng) -> Value {
    let mut fields = vec![
        field("email", format!("u{}@example.org", random.u32(..))),
        field("age", random.u32(18..90).to_string()),
        field(
            "status",
            (*random.choice(&["active", "idle", "banned"]).expect("some")).to_owned(),
        ),
        field(
            "created_at",
            random.u64(1_600_000_000_000..1_700_000_000_000).to_string(),
        ),
    ];
    if random.bool() {
        fields.push(field("name", "Ada Lovelace".to_owned()));
    } else {
        fields.push(field("first", "Ada".to_owned()));
        fields.push(field("last", "Lovelace".to_owned()));
    }
    if random.u8(..4) == 0 {
        fields.push(field(
            "profile",
            json!({"theme": "dark", "limits": {"cpu": random.u8(..)}}).to_string(),
        ));
    }
    Value::Hash(fields.into_iter().collect())
}

fn order(random: &mut fastrand::Rng) -> Value {
    let line = |random: &mut fastrand::Rng| json!({"sku": format!("SKU-{}", random.u16(..)), "quantity": random.u8(1..9), "price": f64::from(random.u16(..)) / 100.0});
    let lines: Vec<_> = (0..random.usize(1..5)).map(|_| line(random)).collect();
    let order = json!({
        "id": uuid(random),
        "customer": {"id": random.u32(..), "country": random.choice(&["DE", "FR", "US"])},
        "placed": "2024-03-01T10:20:30Z",
        "lines": lines,
        "note": if random.bool() { json!(null) } else { json!("leave at the door") },
    });
    Value::Text(order.to_string().into())
}

/// Makes a record of a keyspace with a dozen kinds of keys, and names of no kind.
fn record(random: &mut fastrand::Rng) -> (String, Value, Option<Duration>) {
    let text = |text: String| Value::Text(text.into());
    let hours = |hours: u64| Some(Duration::from_secs(hours * 3600));
    match random.u8(..100) {
        0..30 => (format!("user:{}", random.u32(..)), user(random), None),
        30..50 => (
            format!(
                "order:2024-{:02}-{:02}:{}",
                random.u8(1..13),
                random.u8(1..29),
                random.u32(..)
            ),
            order(random),
            hours(random.u64(1..720)),
        ),
        50..60 => (
            format!("session:{}", uuid(random)),
            text(format!("{:x}", random.u128(..))),
            hours(random.u64(1..24)),
        ),
        60..70 => (
            format!("counter:views:{}", random.u32(..)),
            text(random.u32(..).to_string()),
            None,
        ),
        70..75 => {
            let count = random.u8(1..20);
            let members: Vec<_> = (0..count)
                .map(|_| Scored {
                    member: random.u32(..).to_string().into(),
                    score: random.f64(),
                })
                .collect();
            (
                format!("leaderboard:{}", random.u16(..)),
                Value::SortedSet(members.into_iter().collect()),
                None,
            )
        }
        75..80 => (
            format!("{{user:{}}}:cart", random.u32(..)),
            Value::List(
                (0..random.u8(1..9))
                    .map(|_| json!({"sku": random.u16(..)}).to_string().into())
                    .collect(),
            ),
            hours(48),
        ),
        80..85 => (
            format!(
                "cache:page:/shop/{}/{}",
                random.alphabetic(),
                random.u16(..)
            ),
            text("<html>".repeat(40)),
            hours(1),
        ),
        85..90 => (
            format!(
                "tags:{}",
                (0..6).map(|_| random.lowercase()).collect::<String>()
            ),
            Value::Set(["red", "new"].into_iter().map(Bytes::from).collect()),
            None,
        ),
        90..95 => (
            format!("feature-{}", random.u8(..)),
            text(json!({"on": random.bool()}).to_string()),
            None,
        ),
        _ => (
            (0..12).map(|_| random.alphanumeric()).collect(),
            text("x".repeat(random.usize(1..50))),
            None,
        ),
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let records: u64 = arguments.next().map_or(1_000_000, |count| {
        count.parse().expect("a number of records")
    });
    let threads: u64 = arguments
        .next()
        .map_or(1, |count| count.parse().expect("a number of threads"));
    let make = Instant::now();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..records {
        std::hint::black_box(record(&mut random));
    }
    let make = make.elapsed();
    MEMORY.reset_peak_usage();
    let start = Instant::now();
    let observe = |seed: u64, records: u64| {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut inference = Inference::new(Options::default());
        for _ in 0..records {
            let (key, value, remaining) = record(&mut random);
            inference.observe(key.as_bytes(), &value, remaining);
        }
        inference
    };
    let mut inference = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || observe(thread + 1, records / threads)))
            .collect();
        let mut parts = parts
            .into_iter()
            .map(|part| part.join().expect("it observes"));
        let mut first = parts.next().expect("at least one thread");
        parts.for_each(|part| first.merge(part));
        first
    });
    let observed = start.elapsed();
    let start = Instant::now();
    let seen = inference.records();
    let inferred = std::mem::take(&mut inference).finish();
    let finish = start.elapsed();
    println!(
        "{seen} records, {threads} threads: made alone in {make:.2?}, made and observed in {observed:.2?}, finished in {finish:.2?}"
    );
    println!("peak of the heap: {:.1} MB", MEMORY.peak_usage_as_mb());
    for proposal in &inferred.proposals {
        let encoding = proposal
            .encoding
            .map(|encoding| format!(" {encoding}"))
            .unwrap_or_default();
        println!(
            "{:>8} {:<24} {:<50} {}{encoding}, {} fields, {} variants, {} counter-examples, confidence {:.3}",
            proposal.records,
            proposal.subject,
            proposal.pattern.to_string(),
            proposal.redis_type,
            proposal.fields.len(),
            proposal.variants.len(),
            proposal.counter_examples.len(),
            proposal.confidence
        );
    }
    println!(
        "{} lone records; notes: {:?}",
        inferred.lone_records, inferred.notes
    );
    if let Some(proposal) = inferred.proposals.first() {
        println!("{:#}", proposal.draft.as_ref().expect("a hash has a draft"));
        println!("{:#?}", proposal.variants);
    }
}

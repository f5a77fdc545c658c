//! Whatever is observed: the drafts are schemas, and accept all of it but for the counter-examples.

use std::time::Duration;

use remold_host_api::Value;
use remold_schema::infer::{Inferred, Options, Proposal, RedisType};
use serde_json::{Map, Value as Json, json};

use crate::support::{
    Record, accepts, hash, list, observe, record, refused, set, sorted_set, stream, text,
};

/// Values that formats, numbers and documents are told by, and those that are nearly such.
const TEXTS: [&[u8]; 42] = [
    b"",
    b"0",
    b"-0",
    b"7",
    b"-12",
    b"007",
    b"1.5",
    b"1e5",
    b"1e400",
    b"12345678901234567890",
    b"true",
    b"false",
    b"null",
    b"True",
    b"2024-01-05",
    b"2023-02-29",
    b"2024-01-05T10:20:30Z",
    b"2024-01-05T10:20:30",
    b"10:20:30Z",
    b"ada@example.org",
    b"ada@",
    b"127.0.0.1",
    b"::1",
    b"https://example.org/a",
    b"7c9e6679-7425-40de-944b-e07fc1f90ae7",
    b"{}",
    b"{\"a\":1}",
    b"{\"a\":\"b\"}",
    b"[1,2]",
    b"[\"a\"]",
    b"[",
    b"{\"a\":{\"b\":null}}",
    b"free",
    b"pro",
    b"\xc3\xa9",
    b"a b",
    b"\x00",
    b"9f86d081",
    b"+1",
    b"1.",
    b"\xff\xfe",
    b"a\xff",
];

/// What a place mostly holds, and how often it holds something else.
struct Taste {
    usual: Vec<usize>,
    strange: f64,
}

impl Taste {
    fn new(random: &mut fastrand::Rng) -> Self {
        let usual = (0..random.usize(1..4))
            .map(|_| random.usize(..TEXTS.len()))
            .collect();
        let strange = *random.choice(&[0.0, 0.0, 0.006, 0.02, 0.5]).expect("some");
        Self { usual, strange }
    }

    fn text(&self, random: &mut fastrand::Rng) -> &'static [u8] {
        if random.f64() < self.strange {
            return TEXTS[random.usize(..TEXTS.len())];
        }
        TEXTS[*random.choice(&self.usual).expect("some")]
    }
}

/// A JSON value of some size, whose text leaves are to the taste.
fn document(random: &mut fastrand::Rng, taste: &Taste, depth: usize) -> Json {
    const NAMES: [&str; 8] = ["a", "b", "c", "~/d", "e f", "1", "22", "2024-01-05"];
    match random.u8(..if depth == 0 { 6 } else { 10 }) {
        0 => json!(null),
        1 => json!(random.bool()),
        2 => json!(random.i64(-100..100)),
        3 => json!(random.f64()),
        4 | 5 => json!(String::from_utf8_lossy(taste.text(random))),
        6 | 7 => (0..random.usize(..4))
            .map(|_| document(random, taste, depth - 1))
            .collect(),
        _ => {
            let mut object = Map::new();
            for _ in 0..random.usize(..6) {
                let name = NAMES[random.usize(..NAMES.len())];
                object.insert(name.to_owned(), document(random, taste, depth - 1));
            }
            object.into()
        }
    }
}

fn value(random: &mut fastrand::Rng, of: u8, tastes: &[Taste]) -> Value {
    const NAMES: [&str; 7] = ["a", "b/c", "version", "d", "12", "9f86d081", "345"];
    let taste = &tastes[random.usize(..tastes.len())];
    match of {
        0 | 1 => {
            let fields: Vec<_> = NAMES
                .iter()
                .zip(tastes)
                .filter(|_| random.f64() > taste.strange)
                .map(|(name, taste)| (*name, taste))
                .collect();
            hash(
                fields
                    .into_iter()
                    .map(|(name, taste)| (name, taste.text(random))),
            )
        }
        2 => list(
            (0..random.usize(1..4))
                .map(|_| taste.text(random))
                .collect::<Vec<_>>(),
        ),
        3 => set((0..random.usize(1..4))
            .map(|_| taste.text(random))
            .collect::<Vec<_>>()),
        4 => sorted_set(
            (0..2)
                .map(|_| (taste.text(random), random.f64()))
                .collect::<Vec<_>>(),
        ),
        5 => stream(
            (0..2)
                .map(|_| {
                    let names = ["a", "b", "a", "12"];
                    let names = names.into_iter().take(random.usize(1..5));
                    names.map(|name| (name, taste.text(random))).collect()
                })
                .collect::<Vec<_>>(),
        ),
        6 => text(taste.text(random)),
        _ => text(document(random, taste, 3).to_string()),
    }
}

/// Holds the records against the proposals of their types: how many are refused of how many.
fn check(records: &[Record], inferred: &Inferred, seed: u64) -> (usize, usize) {
    let (mut refused_in_all, mut seen) = (0, 0);
    for proposal in &inferred.proposals {
        let of_type: Vec<&Record> = records
            .iter()
            .filter(|record| is_of(proposal, &record.value))
            .collect();
        // Strings of other encodings are in proposals of their own.
        let others = of_type.len() as u64 - proposal.records;
        let refused = refused(proposal, of_type.iter().copied());
        let counted: u64 = proposal
            .counter_examples
            .iter()
            .map(|example| example.count)
            .sum();
        assert!(
            refused as u64 <= counted + others,
            "seed {seed}: {refused} refused, {counted} counted, {others} of other encodings; {:#}\n{:?}\n{:#?}",
            proposal.draft.as_ref().expect("it has one"),
            of_type.iter().find(|record| !accepts(proposal, record)),
            proposal.counter_examples,
        );
        if others == 0 {
            refused_in_all += refused;
            seen += of_type.len();
        }
    }
    (refused_in_all, seen)
}

fn is_of(proposal: &Proposal, value: &Value) -> bool {
    matches!(
        (value, &proposal.redis_type),
        (Value::Text(_), RedisType::String)
            | (Value::Hash(_), RedisType::Hash)
            | (Value::List(_), RedisType::List)
            | (Value::Set(_), RedisType::Set)
            | (Value::SortedSet(_), RedisType::SortedSet)
            | (Value::Stream(_), RedisType::Stream)
    )
}

fn sample(seed: u64) -> Vec<Record> {
    let mut random = fastrand::Rng::with_seed(seed);
    let tastes: Vec<Taste> = (0..6).map(|_| Taste::new(&mut random)).collect();
    let of = random.u8(..9);
    let rare = random.u8(..9);
    let count = *random.choice(&[5, 99, 400]).expect("some");
    let expiring = *random.choice(&[0.0, 0.5, 0.995, 1.0]).expect("some");
    let keys = random.u8(..5);
    let key = |n: usize| match keys {
        0 => format!("key:{n}"),
        1 => format!("key:{n:08x}"),
        2 => format!("{{key:{n:04}}}:a b"),
        3 => format!("key:2024-01-{:02}/{n}", n % 28 + 1),
        _ => format!("key:Bob {n}"),
    };
    (0..count)
        .map(|n| {
            let of = if n % 150 == 149 { rare } else { of };
            let mut record = record(key(n), value(&mut random, of, &tastes));
            let left = Duration::from_secs(random.u64(1..100_000));
            record.remaining = (random.f64() < expiring).then_some(left);
            record
        })
        .collect()
}

#[test]
fn a_draft_accepts_what_was_observed() {
    let (mut refused, mut seen) = (0, 0);
    for seed in 0..150 {
        let records = sample(seed);
        let inferred = observe(&records, Options::default()).finish();
        let (refused_here, seen_here) = check(&records, &inferred, seed);
        refused += refused_here;
        seen += seen_here;
    }
    assert!(seen > 10_000, "{seen}");
    assert!(
        refused >= 5 && refused * 20 < seen,
        "{refused} of {seen} are counter-examples"
    );
}

#[test]
fn a_draft_accepts_what_was_observed_when_there_is_no_room() {
    let tight = Options {
        max_places: 12,
        max_places_of_form: 7,
        max_depth: 3,
        max_members: 3,
        max_shapes: 4,
        ..Options::default()
    };
    for seed in 0..60 {
        let records = sample(seed);
        check(&records, &observe(&records, tight).finish(), seed);
        // And so do parts that are put together.
        let mut parts = records.chunks(60).map(|part| observe(part, tight));
        let mut merged = parts.next().expect("there are records");
        parts.for_each(|part| merged.merge(part));
        check(&records, &merged.finish(), seed);
    }
}

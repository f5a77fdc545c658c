//! Several inferences that share the records find what one finds that sees all.

use std::time::Duration;

use remold_schema::infer::Options;
use serde_json::json;

use crate::support::{Record, hash, list, observe, record, text};

/// Records of a few kinds, with rare ones among them, so that no bound is reached.
fn records(seed: u64, count: u32) -> Vec<Record> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut records = Vec::new();
    for n in 0..count {
        let value = match random.u8(..10) {
            0..4 => hash([("id", n.to_string()), (if random.bool() { "name" } else { "nick" }, "x".to_owned()), ("plan", ["free", "pro"][random.usize(..2)].to_owned())]),
            4..8 => text(json!({"v": random.u8(1..3), "n": random.i32(-5..5), "tags": vec!["a"; random.usize(..3)], "map": {random.u16(..).to_string(): true}}).to_string()),
            8 => list([random.u8(..).to_string()]),
            _ => text(random.u32(..).to_string()),
        };
        let name = ["user:N", "order:N:lines", "config", "a/N", "job_N"][random.usize(..5)];
        let mut record = record(name.replace('N', &n.to_string()), value);
        record.remaining = random
            .bool()
            .then(|| Duration::from_secs(random.u64(1..10_000)));
        records.push(record);
    }
    records
}

#[test]
fn merging_equals_observing_in_one() {
    for seed in 0..10 {
        let records = records(seed, 1500);
        let whole = observe(&records, Options::default()).finish();
        assert!(whole.proposals.len() > 8, "there is something to compare");
        let mut parts = records
            .chunks(400)
            .map(|part| observe(part, Options::default()));
        let mut merged = parts.next().expect("there are several parts");
        parts.for_each(|part| merged.merge(part));
        assert_eq!(merged.records(), 1500);
        assert_eq!(merged.finish(), whole, "seed {seed}");
        let mut shuffled = records.clone();
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        assert_eq!(
            observe(&shuffled, Options::default()).finish(),
            whole,
            "shuffled, seed {seed}"
        );
    }
}

#[test]
fn merging_into_nothing_changes_nothing() {
    let records = records(77, 300);
    let whole = observe(&records, Options::default()).finish();
    let mut empty = observe(&[], Options::default());
    empty.merge(observe(&records, Options::default()));
    empty.merge(observe(&[], Options::default()));
    assert_eq!(empty.finish(), whole);
}

#[test]
fn objects_become_maps_wherever_their_names_are_met() {
    let names = |from: u32, to: u32| {
        (from..to)
            .map(|n| {
                record(
                    format!("key:{n}"),
                    hash([(format!("x{}", "y".repeat(n as usize)), n.to_string())]),
                )
            })
            .collect::<Vec<_>>()
    };
    // Either half has fewer names than are kept apart, both together have more.
    let mut merged = observe(&names(0, 80), Options::default());
    merged.merge(observe(&names(80, 160), Options::default()));
    let whole = observe(&names(0, 160), Options::default()).finish();
    let merged = merged.finish();
    let schema = &whole.proposals[0].draft.as_ref().expect("a hash has one")["spec"]["schema"];
    assert_eq!(schema["additionalProperties"]["type"], "integer");
    assert_eq!(merged.proposals[0].draft, whole.proposals[0].draft);
    assert_eq!(merged, whole);
}

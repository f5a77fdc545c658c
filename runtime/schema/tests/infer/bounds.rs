//! Bounds: what is said when one is reached, and that the rest is still right.

use std::fmt::Write as _;

use remold_schema::infer::{Inference, Options};
use serde_json::json;

use crate::support::{Record, hash, infer, list, observe, patterns, record, schema, text};

#[test]
fn deep_documents_are_described_as_deep_as_is_allowed() {
    let deep = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    let records: Vec<_> = (0..20)
        .map(|n| record(format!("key:{n}"), text(deep(100))))
        .collect();
    let inferred = infer(&records);
    let deepest = inferred.proposals[0]
        .fields
        .last()
        .expect("there are fields");
    assert_eq!(deepest.pointer, "/a".repeat(Options::default().max_depth));
    // What no parser reads is a text.
    let records: Vec<_> = (0..20)
        .map(|n| record(format!("key:{n}"), text(deep(100_000))))
        .collect();
    let inferred = infer(&records);
    assert_eq!(
        inferred.proposals[0]
            .encoding
            .expect("a string has one")
            .to_string(),
        "text"
    );
    let nested: Vec<_> = (0..20)
        .map(|n| record(format!("key:{n}"), hash([("a", "[".repeat(100_000))])))
        .collect();
    assert_eq!(
        schema(&infer(&nested).proposals[0])["properties"]["a"]["type"],
        "string"
    );
}

#[test]
fn a_hash_of_many_fields_is_a_map() {
    let fields = |count: usize| hash((0..count).map(|n| (format!("field {n}"), n.to_string())));
    let records: Vec<_> = (0..3)
        .map(|n| record(format!("key:{n}"), fields(100_000)))
        .collect();
    let inferred = infer(&records);
    let proposal = &inferred.proposals[0];
    assert_eq!(proposal.fields.len(), 2);
    assert_eq!(proposal.sizes, Some((100_000, 100_000)));
    assert_eq!(schema(proposal)["additionalProperties"]["type"], "integer");
}

#[test]
fn names_of_many_segments_end_in_anything() {
    let records: Vec<Record> = (0..20)
        .map(|n| record(format!("root{}:{n}", ":a".repeat(100_000)), list(["x"])))
        .collect();
    let inferred = infer(&records);
    let pattern = format!("root{}:{{rest:any}}", ":a".repeat(10));
    assert_eq!(patterns(&inferred), [(pattern, 20)]);
    assert!(
        inferred.proposals[0]
            .examples
            .iter()
            .all(|key| key.len() == 512)
    );
}

#[test]
fn places_beyond_the_budget_are_left_out_and_it_is_said() {
    let options = Options {
        max_places: 50,
        ..Options::default()
    };
    let records: Vec<_> = (0..200)
        .map(|n| {
            record(
                format!("kind{}:{n}", ["a", "b", "c", "d"][n % 4]),
                hash((0..30).map(|i| (format!("f{}", "x".repeat(i)), "1"))),
            )
        })
        .collect();
    let inferred = observe(&records, options).finish();
    assert_eq!(inferred.proposals.len(), 4);
    let fields: usize = inferred
        .proposals
        .iter()
        .map(|proposal| proposal.fields.len())
        .sum();
    assert!((40..=54).contains(&fields), "{fields}");
    assert_eq!(inferred.notes.len(), 1, "{:?}", inferred.notes);
}

#[test]
fn words_beyond_the_room_are_put_together_and_no_record_is_lost() {
    for (seed, shape) in [(1, "flat"), (2, "deep"), (3, "kinds"), (4, "separators")] {
        let mut random = fastrand::Rng::with_seed(seed);
        let options = Options {
            max_nodes: 500,
            max_children: 16,
            ..Options::default()
        };
        let mut inference = Inference::new(options);
        for n in 0..20_000_u32 {
            let mut key = String::new();
            for _ in 0..random.usize(1..10) {
                let separator = match shape {
                    "separators" => {
                        ["::", ":{", "}:", "{", "}", ":", "{{", "}}:"][random.usize(..8)]
                    }
                    _ => ":",
                };
                let piece: String = match (shape, random.u8(..4)) {
                    ("kinds", 0) => random.u32(..).to_string(),
                    ("kinds", 1) => format!("2024-01-{:02}", random.u8(1..29)),
                    ("kinds", 2) => format!("{:016x}", random.u64(1 << 60..)),
                    _ => (0..6).map(|_| random.lowercase()).collect(),
                };
                write!(key, "{piece}{separator}").expect("a string takes all");
                if shape == "flat" {
                    break;
                }
            }
            inference.observe(key.as_bytes(), &text(n.to_string()), None);
        }
        let inferred = inference.finish();
        let proposed: u64 = inferred
            .proposals
            .iter()
            .map(|proposal| proposal.records)
            .sum();
        let left_out = inferred.notes.iter().find(|note| note.contains("left out"));
        assert!(
            left_out.is_some() || proposed + inferred.lone_records == 20_000,
            "{shape}: {proposed} and {}",
            inferred.lone_records
        );
        assert!(
            !inferred.notes.is_empty(),
            "{shape}: it is said that a bound was reached"
        );
        assert!(
            inferred.lone.len() <= 500 && inferred.proposals.len() <= 256,
            "{shape}"
        );
    }
}

#[test]
fn what_is_simple_stays_as_it_is_beside_names_without_order() {
    let mut random = fastrand::Rng::with_seed(3);
    let options = Options {
        max_nodes: 1000,
        ..Options::default()
    };
    let mut inference = Inference::new(options);
    for n in 0..20_000_u32 {
        let step = |random: &mut fastrand::Rng| match random.u8(..4) {
            0 => random.u32(..).to_string(),
            1 => format!("{:016x}", random.u64(1 << 60..)),
            2 => format!("2024-01-{:02}", random.u8(1..29)),
            _ => (0..6).map(|_| random.lowercase()).collect(),
        };
        let steps: Vec<String> = (0..8).map(|_| step(&mut random)).collect();
        inference.observe(
            format!("tangle:{}", steps.join(":")).as_bytes(),
            &text("x"),
            None,
        );
        inference.observe(
            format!("user:{n}:profile").as_bytes(),
            &hash([("name", "x")]),
            None,
        );
    }
    let inferred = inference.finish();
    let found = patterns(&inferred);
    assert_eq!(found[0], ("user:{id:integer}:profile".to_owned(), 20_000));
    assert!(
        found
            .iter()
            .any(|(pattern, _)| pattern.starts_with("tangle:") && pattern.ends_with("{rest:any}")),
        "{found:?}"
    );
    assert_eq!(inferred.notes.len(), 2, "{:?}", inferred.notes);
}

#[test]
fn proposals_beyond_the_bound_are_counted() {
    let options = Options {
        max_proposals: 2,
        ..Options::default()
    };
    let records: Vec<_> = (0..60)
        .map(|n| {
            record(
                format!("{}:{n}", ["a", "b", "c", "d"][n % 4]),
                text(json!([n]).to_string()),
            )
        })
        .collect();
    let inferred = observe(&records, options).finish();
    assert_eq!(inferred.proposals.len(), 2);
    assert_eq!(
        inferred.notes,
        ["2 further patterns with 30 records are left out"]
    );
}

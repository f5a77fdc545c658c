//! Memory of an inference on keyspaces that are made to eat it. One test alone, because the heap is measured as a whole.

use peak_alloc::PeakAlloc;
use remold_host_api::{Bytes, HashField, Value};
use remold_schema::infer::{Inference, Options};
use serde_json::{Map, json};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A million records where that takes seconds.
const RECORDS: u32 = if cfg!(debug_assertions) {
    60_000
} else {
    1_000_000
};

fn word(random: &mut fastrand::Rng, length: usize) -> String {
    (0..length).map(|_| random.lowercase()).collect()
}

fn text(text: String) -> Value {
    Value::Text(text.into())
}

/// Makes the nth record of a hostile keyspace.
type Make = fn(&mut fastrand::Rng, u32) -> (String, Value);

const HOSTILE: [(&str, Make); 9] = [
    ("names of one word", |random, n| {
        (word(random, 12), text(n.to_string()))
    }),
    ("names of tokens", |random, n| {
        (
            (0..20).map(|_| random.alphanumeric()).collect(),
            text(n.to_string()),
        )
    }),
    ("deep names", |random, n| {
        let steps: Vec<String> = (0..11).map(|_| word(random, 5)).collect();
        (steps.join(":"), text(n.to_string()))
    }),
    ("names of every kind", |random, n| {
        let step = |random: &mut fastrand::Rng| match random.u8(..5) {
            0 => random.u32(..).to_string(),
            1 => format!("2024-01-{:02}", random.u8(1..29)),
            2 => format!("{:016x}", random.u64(..)),
            3 => format!("{}_{}", word(random, 3), random.u8(..)),
            _ => word(random, 5),
        };
        let steps: Vec<String> = (0..11).map(|_| step(random)).collect();
        (
            steps.join([":", "::", ":{", "}:"][random.usize(..4)]),
            text(n.to_string()),
        )
    }),
    ("long names", |random, n| {
        (word(random, 300), text(n.to_string()))
    }),
    ("hashes of ever new fields", |random, n| {
        let field = |random: &mut fastrand::Rng| HashField {
            name: word(random, 20).into(),
            value: Bytes::from_static(b"x"),
            expires_at: None,
        };
        let fields: Vec<_> = (0..5).map(|_| field(random)).collect();
        (
            format!("key:{n}"),
            Value::Hash(fields.into_iter().collect()),
        )
    }),
    ("documents of ever new shapes", |random, n| {
        let mut document = json!(n);
        for _ in 0..random.usize(1..20) {
            let mut object = Map::new();
            object.insert(word(random, 2), document);
            object.insert(word(random, 2), json!(word(random, 40)));
            document = object.into();
        }
        (format!("key:{n}"), text(document.to_string()))
    }),
    ("ever new shapes under ever new names", |random, n| {
        let mut object = Map::new();
        for _ in 0..8 {
            object.insert(
                word(random, 8),
                json!({word(random, 3): [word(random, 40)]}),
            );
        }
        (
            format!("{}:{}:{n}", word(random, 2), word(random, 2)),
            text(json!(object).to_string()),
        )
    }),
    ("ever new types", |random, n| {
        let module = word(random, 9);
        let opaque = remold_host_api::Opaque {
            type_id: 7,
            module: Some(module),
            bytes: Bytes::new(),
        };
        (format!("key:{n}"), Value::Opaque(opaque))
    }),
];

#[test]
fn memory_is_bounded_whatever_the_keyspace() {
    for (what, make) in HOSTILE {
        let mut random = fastrand::Rng::with_seed(1);
        let before = MEMORY.current_usage_as_mb();
        MEMORY.reset_peak_usage();
        let start = std::time::Instant::now();
        let mut inference = Inference::new(Options::default());
        for n in 0..RECORDS {
            let (key, value) = make(&mut random, n);
            inference.observe(key.as_bytes(), &value, None);
        }
        let inferred = inference.finish();
        let peak = MEMORY.peak_usage_as_mb() - before;
        println!(
            "{what}: {RECORDS} records in {:.2?}, {peak:.1} MB, {} proposals, {} lone, {:?}",
            start.elapsed(),
            inferred.proposals.len(),
            inferred.lone_records,
            inferred.notes
        );
        assert_eq!(inferred.records, u64::from(RECORDS));
        assert!(peak < 96.0, "{what}: {peak} MB");
    }
}

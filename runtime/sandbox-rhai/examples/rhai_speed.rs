//! Measures what a record costs: a hash of eight fields, of which some are touched through a handful of
//! calls, in batches of 64. `cargo run --release -p remold-sandbox-rhai --example rhai_speed [SCRIPT]`.
//!
//! Memory is measured as the program does. `valgrind --tool=callgrind --toggle-collect='*migrate*'` in
//! front of it tells where the instructions go.

#![allow(clippy::print_stdout, reason = "the figures are the purpose")]

use std::time::Instant;

use remold_allocator::{Allocator, held_by_this_thread};
use remold_host_api::{Bytes, Context, Entry, HashField, Outcome, Record, TransformSource, Value};
use remold_sandbox_rhai::{Options, RhaiSource, Script};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

const BENCHMARK: &str = include_str!("../../../tests/bench/transforms/hashes.rhai");

const SPLIT: &str = r#"
fn migrate(rec) {
    let h = rec.hash;
    let parts = h.get("name").split(" ");
    h.set("first", parts[0]);
    h.set("last", parts[1]);
    h.remove("name");
    h.set("cents", to_minor(decimal(h.get("price")), 2));
    h.remove("price");
}
"#;

const ACCESSORS: &str = r#"
fn migrate(rec) {
    let name = rec.hash.get("name");
    let price = rec.hash.get("price");
    rec.hash.set("full", name);
    rec.hash.set("cost", price);
    rec.hash.remove("name");
    rec.hash.remove("price");
    rec.hash.rename("a", "b");
}
"#;

fn main() {
    let only = std::env::args().nth(1);
    for (name, source) in [
        ("benchmark", BENCHMARK),
        ("split", SPLIT),
        ("accessors", ACCESSORS),
    ] {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let script = Script {
            file: "speed.rhai".to_owned(),
            source: source.to_owned(),
            ..Script::default()
        };
        let start = Instant::now();
        let options = Options {
            memory_probe: Some(held_by_this_thread),
            ..Options::default()
        };
        let compiled = RhaiSource::compile(&script, options).expect("the script compiles");
        let compiling = start.elapsed();
        let start = Instant::now();
        let mut instance = compiled
            .instantiate()
            .expect("a compiled script makes instances");
        let instantiating = start.elapsed();
        let context = Context {
            parameters: serde_json::Value::Null,
            now_ms: 0,
            seed: 0,
        };
        let mut best = f64::INFINITY;
        for _ in 0..300 {
            let mut records: Vec<Record> = (0..64).map(record).collect();
            let start = Instant::now();
            let outcomes = instance.migrate(&context, &mut records, &|_| {
                unreachable!("scripts do not ask")
            });
            let taken = start.elapsed().as_secs_f64() * 1e6 / 64.0;
            assert!(outcomes.iter().all(|outcome| *outcome == Ok(Outcome::Done)));
            best = best.min(taken);
        }
        println!(
            "{name}: {best:.2} us a record, compiled in {compiling:?}, instance in {instantiating:?}"
        );
    }
}

fn record(n: u32) -> Record {
    let field = |name: &'static str, value: String| HashField {
        name: Bytes::from_static(name.as_bytes()),
        value: Bytes::from(value),
        expires_at: None,
    };
    let fields = [
        field("name", format!("Ada{n} Lovelace")),
        field("price", "12.30".to_owned()),
        field("a", "1".to_owned()),
        field("email", format!("ada{n}@example.com")),
        field("city", "London".to_owned()),
        field("legacy", format!("L-{n:016x}")),
        field("created", "2024-03-10T06:05:00Z".to_owned()),
        field("visits", n.to_string()),
    ];
    Record::new(Entry {
        key: Bytes::from(format!("user:{n}")),
        value: Value::Hash(fields.into_iter().collect()),
        expires_at: None,
    })
}

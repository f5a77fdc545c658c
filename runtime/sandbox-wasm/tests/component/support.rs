//! What every test of components needs: modules in few words, records, and calls.

use remold_host_api::{
    Bytes, Capabilities, Context, Entry, Failure, FailureReason, HashField, Limits, LogLine,
    Outcome, Pattern, Powers, Record, Transform, TransformSource, Value,
};
use remold_sandbox_wasm::{ComponentError, Options, WasmSource};

/// The run's clock in these tests.
pub(crate) const NOW: u64 = 1_700_000_000_000;

pub(crate) fn context() -> Context {
    Context {
        parameters: serde_json::json!({ "factor": 3 }),
        now_ms: NOW,
        seed: 42,
    }
}

pub(crate) fn options() -> Options {
    Options {
        limits: Limits::default(),
        capabilities: Capabilities {
            asked: Powers {
                write: vec![Pattern::new("user:*"), Pattern::new("out:*")],
                backup: true,
                ..Powers::default()
            },
            granted: None,
        },
        ..Options::default()
    }
}

/// The functions that most modules here import, by the names that they have in their text.
const IMPORTS: &str = r#"
  (import "remold:transform/records@0.1.0" "skip" (func $skip (param i32 i32 i32)))
  (import "remold:transform/records@0.1.0" "reject" (func $reject (param i32 i32 i32 i32 i32)))
  (import "remold:transform/records@0.1.0" "size" (func $size (param i32) (result i64)))
  (import "remold:transform/records@0.1.0" "seed" (func $record_seed (param i32) (result i64)))
  (import "remold:transform/records@0.1.0" "delete" (func $delete (param i32 i32)))
  (import "remold:transform/records@0.1.0" "rename-text" (func $rename (param i32 i32 i32 i32)))
  (import "remold:transform/records@0.1.0" "lookup-text" (func $lookup (param i32 i32 i32 i32)))
  (import "remold:transform/records@0.1.0" "ask-text" (func $ask (param i32 i32 i32 i32)))
  (import "remold:transform/hashes@0.1.0" "get-text" (func $get (param i32 i32 i32 i32)))
  (import "remold:transform/hashes@0.1.0" "set-text" (func $set (param i32 i32 i32 i32 i32 i32)))
  (import "remold:transform/texts@0.1.0" "get" (func $text (param i32 i32)))
  (import "remold:transform/texts@0.1.0" "set" (func $set_text (param i32 i32 i32 i32)))
  (import "remold:transform/columns@0.1.0" "texts" (func $texts (param i32)))
  (import "remold:transform/columns@0.1.0" "set-texts" (func $set_texts (param i32 i32)))
  (import "remold:transform/context@0.1.0" "log" (func $log (param i32 i32 i32)))
  (import "remold:transform/context@0.1.0" "panic" (func $panic (param i32 i32 i32 i32 i32 i32 i32)))
  (import "remold:transform/context@0.1.0" "now-ms" (func $now (result i64)))
  (import "remold:transform/context@0.1.0" "seed" (func $seed (result i64)))
"#;

/// What every module here has: memory, an allocator that goes on, and texts at known places.
const COMMON: &str = r#"
  (memory (export "memory") 2)
  (global $top (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param $old i32) (param $from i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (local.get $at))
  (data (i32.const 16) "name")
  (data (i32.const 32) "first")
  (data (i32.const 48) "out:1")
  (data (i32.const 64) "secret:1")
  (data (i32.const 80) "it said so")
  (data (i32.const 96) "\ff\fe")
"#;

/// Makes a core module of the functions in `body`.
pub(crate) fn module(body: &str) -> Vec<u8> {
    let text = format!("(module {IMPORTS} {COMMON} {body})");
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Makes a core module whose `migrate` does `each` for every record `$i`; `more` stands beside it.
pub(crate) fn for_each(each: &str, more: &str) -> Vec<u8> {
    module(&format!(
        r#"(func (export "migrate") (param $count i32) (local $i i32)
             (block $done (loop $next
               (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
               {each}
               (local.set $i (i32.add (local.get $i) (i32.const 1)))
               (br $next))))
           {more}"#
    ))
}

pub(crate) fn load(bytes: &[u8], options: Options) -> Result<WasmSource, ComponentError> {
    WasmSource::load("test.wasm", bytes, options)
}

pub(crate) fn instance(bytes: &[u8], options: Options) -> Box<dyn Transform> {
    let source = load(bytes, options).unwrap_or_else(|error| panic!("{error}"));
    source.instantiate().expect("it makes instances")
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(Bytes::copy_from_slice(text.as_bytes()))
}

pub(crate) fn hash(fields: &[(&str, &str)]) -> Value {
    let field = |(name, value): &(&str, &str)| HashField {
        name: Bytes::copy_from_slice(name.as_bytes()),
        value: Bytes::copy_from_slice(value.as_bytes()),
        expires_at: None,
    };
    Value::Hash(fields.iter().map(field).collect())
}

pub(crate) fn entry(key: &str, value: Value) -> Entry {
    Entry {
        key: Bytes::copy_from_slice(key.as_bytes()),
        value,
        expires_at: None,
    }
}

/// Texts `a`, `b`, … under `user:0`, `user:1`, …
pub(crate) fn texts(count: usize) -> Vec<Entry> {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap()).to_string();
    let one = |n: usize| entry(&format!("user:{n}"), text(&letter(n)));
    (0..count).map(one).collect()
}

/// What came of a batch.
pub(crate) struct Ran {
    pub(crate) records: Vec<Record>,
    pub(crate) outcomes: Vec<Result<Outcome, Failure>>,
    pub(crate) log: Vec<LogLine>,
}

impl Ran {
    /// Returns the failures' reasons, nothing where a record did not fail.
    pub(crate) fn reasons(&self) -> Vec<Option<FailureReason>> {
        let reason = |outcome: &Result<Outcome, Failure>| outcome.as_ref().err().map(|f| f.reason);
        self.outcomes.iter().map(reason).collect()
    }
}

/// Sends a batch through `migrate`.
pub(crate) fn run(instance: &mut dyn Transform, entries: &[Entry]) -> Ran {
    let mut records: Vec<Record> = entries.iter().cloned().map(Record::new).collect();
    let again = |place: usize| entries[place].clone();
    let outcomes = instance.migrate(&context(), &mut records, &again);
    Ran {
        records,
        outcomes,
        log: instance.take_log(),
    }
}

/// Sends a batch through the `migrate` of a module.
pub(crate) fn migrate(bytes: &[u8], entries: &[Entry]) -> Ran {
    run(instance(bytes, options()).as_mut(), entries)
}

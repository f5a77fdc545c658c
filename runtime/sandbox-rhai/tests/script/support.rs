//! What every test of scripts needs: records in few words, and one call of a script.

use std::cell::Cell;
use std::collections::BTreeMap;

use remold_host_api::{
    Bytes, Capabilities, Context, Entry, Failure, HashField, Limits, LogLine, Outcome, Pattern,
    Powers, Record, Transform, TransformSource, Value,
};
use remold_sandbox_rhai::{CompileError, Options, RhaiSource, Script};

/// The run's clock in these tests.
pub(crate) const NOW: u64 = 1_700_000_000_000;

pub(crate) fn context() -> Context {
    Context {
        parameters: serde_json::from_str(r#"{ "factor": 3, "rate": 0.10, "names": ["a", "b"] }"#)
            .expect("it is JSON"),
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
        memory_probe: None,
    }
}

pub(crate) fn script(source: &str) -> Script {
    Script {
        file: "main.rhai".to_owned(),
        source: source.to_owned(),
        modules: BTreeMap::new(),
    }
}

pub(crate) fn compile(source: &str) -> Result<RhaiSource, CompileError> {
    RhaiSource::compile(&script(source), options())
}

pub(crate) fn instance(source: &str) -> Box<dyn Transform> {
    let compiled = compile(source).unwrap_or_else(|error| panic!("{error}: {:?}", error.hint));
    compiled
        .instantiate()
        .expect("a compiled script makes instances")
}

pub(crate) fn field(name: &str, value: &str) -> HashField {
    HashField {
        name: Bytes::copy_from_slice(name.as_bytes()),
        value: Bytes::copy_from_slice(value.as_bytes()),
        expires_at: None,
    }
}

pub(crate) fn hash(fields: &[(&str, &str)]) -> Value {
    Value::Hash(
        fields
            .iter()
            .map(|(name, value)| field(name, value))
            .collect(),
    )
}

pub(crate) fn bytes(items: &[&str]) -> Vec<Bytes> {
    items
        .iter()
        .map(|item| Bytes::copy_from_slice(item.as_bytes()))
        .collect()
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(Bytes::copy_from_slice(text.as_bytes()))
}

pub(crate) fn record(value: Value) -> Record {
    Record::new(Entry {
        key: Bytes::from_static(b"user:1"),
        value,
        expires_at: Some(NOW + 5000),
    })
}

/// What came of one record.
pub(crate) struct Ran {
    pub(crate) record: Record,
    pub(crate) outcome: Result<Outcome, Failure>,
    pub(crate) log: Vec<LogLine>,
}

/// Runs a script's `migrate` over one record.
pub(crate) fn migrate(source: &str, value: Value) -> Ran {
    let mut instance = instance(source);
    let mut records = [record(value)];
    let outcome = instance
        .migrate(&context(), &mut records, &|_| {
            unreachable!("scripts do not ask")
        })
        .remove(0);
    let [record] = records;
    Ran {
        record,
        outcome,
        log: instance.take_log(),
    }
}

/// Runs statements as the body of `migrate`, expects `done` and returns the record.
pub(crate) fn edited(statements: &str, value: Value) -> Record {
    let result = migrate(&format!("fn migrate(rec) {{ {statements} }}"), value);
    assert_eq!(result.outcome, Ok(Outcome::Done), "{statements}");
    result.record
}

/// Runs statements and returns the failure.
pub(crate) fn failed(statements: &str, value: Value) -> Failure {
    let result = migrate(&format!("fn migrate(rec) {{\n{statements}\n}}"), value);
    result.outcome.expect_err(statements)
}

/// Evaluates an expression and returns it as text.
pub(crate) fn evaluated(expression: &str) -> String {
    let result = migrate(
        &format!("fn migrate(rec) {{ log_info(`${{{expression}}}`); }}"),
        text("x"),
    );
    assert_eq!(result.outcome, Ok(Outcome::Done), "{expression}");
    result.log[0].message.clone()
}

thread_local! {
    /// The most that the probe has seen on this thread.
    static PEAK: Cell<u64> = const { Cell::new(0) };
}

/// Measures the memory of the calling thread.
pub(crate) fn probe() -> u64 {
    let live = remold_allocator::held_by_this_thread();
    PEAK.set(PEAK.get().max(live));
    live
}

/// Forgets the peak; returns what is alive now.
pub(crate) fn restart_peak() -> u64 {
    PEAK.set(0);
    probe()
}

/// Returns the most that the probe has seen since.
pub(crate) fn peak() -> u64 {
    PEAK.get()
}

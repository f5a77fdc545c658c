//! A panic in a native function is a failure of one record.

use remold_host_api::{Bytes, Entry, Value};

use super::*;
use crate::source::{Options, RhaiSource, Script};

fn record(text: &'static str) -> Record {
    Record::new(Entry {
        key: Bytes::from_static(b"user:1"),
        value: Value::Text(Bytes::from_static(text.as_bytes())),
        expires_at: None,
    })
}

#[test]
fn a_panic_costs_one_record_and_the_instance() {
    let script = Script {
        file: "main.rhai".to_owned(),
        source: r#"
            fn migrate(rec) {
                print(rec.text);
                if rec.text == "bad" { Fn("explode").call(); }
                rec.text = "done";
            }
        "#
        .to_owned(),
        ..Script::default()
    };
    let source = RhaiSource::compile(&script, Options::default()).expect("it compiles");
    let mut instance = Instance::new(source.compiled());
    instance
        .parts
        .engine
        .register_fn("explode", || -> () { panic!("a bug") });
    let context = Context {
        parameters: serde_json::Value::Null,
        now_ms: 0,
        seed: 0,
    };
    let mut records = [record("good"), record("bad"), record("good")];
    let outcomes = instance.migrate(&context, &mut records);
    assert_eq!(outcomes[0], Ok(Outcome::Done));
    let failure = outcomes[1].as_ref().expect_err("it panicked");
    assert_eq!(failure.reason, FailureReason::Trap);
    assert!(failure.message.contains("a bug"), "{failure}");
    assert_eq!(outcomes[2], Ok(Outcome::Done));
    assert_eq!(
        records[2].value(),
        &Value::Text(Bytes::from_static(b"done"))
    );
    assert_eq!(records[1].key(), "user:1", "the record was given back");
    assert_eq!(instance.take_log().len(), 3);
}

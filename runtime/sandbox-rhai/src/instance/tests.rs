//! What one record leaves behind for the next: nothing, be it a panic in a native function.

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

fn instance(source: &str) -> Instance {
    let script = Script {
        file: "main.rhai".to_owned(),
        source: source.to_owned(),
        ..Script::default()
    };
    let source = RhaiSource::compile(&script, Options::default()).expect("it compiles");
    Instance::new(source.compiled())
}

fn context() -> Context {
    Context {
        parameters: serde_json::Value::Null,
        now_ms: 0,
        seed: 0,
    }
}

#[test]
fn a_panic_costs_one_record_and_the_instance() {
    let mut instance = instance(
        r#"
            fn migrate(rec) {
                print(rec.text);
                if rec.text == "bad" { Fn("explode").call(); }
                rec.text = "done";
            }
        "#,
    );
    instance
        .parts
        .engine
        .register_fn("explode", || -> () { panic!("a bug") });
    let mut records = [record("good"), record("bad"), record("good")];
    let outcomes = instance.migrate(&context(), &mut records, &|_| {
        unreachable!("scripts do not ask")
    });
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

#[test]
fn what_a_script_makes_of_its_record_is_gone_with_it() {
    for statement in [
        "rec = [rec];",
        "let own = rec; rec = own;",
        "let f = || rec.text; rec.text = f.call();",
        "rec = 1; throw 2;",
        "let rec = 3;",
        "return;",
    ] {
        let mut instance = instance(&format!(
            "fn migrate(rec) {{ if rec.text == \"first\" {{ {statement} }} else {{ rec.text = \"done\"; }} }}"
        ));
        let mut records = [
            record("first"),
            record("second"),
            record("first"),
            record("x"),
        ];
        drop(instance.migrate(&context(), &mut records, &|_| {
            unreachable!("scripts do not ask")
        }));
        for changed in [1, 3] {
            let done = Value::Text(Bytes::from_static(b"done"));
            assert_eq!(records[changed].value(), &done, "{statement}");
        }
    }
}

#[test]
fn each_function_has_the_record_under_its_own_name() {
    let mut instance = instance(
        "fn migrate(rec) { rec.text = \"there\"; } fn revert(record) { record.text = \"back\"; }",
    );
    let mut records = [record("one"), record("two")];
    for (value, turn) in [("there", true), ("back", false), ("there", true)] {
        let outcomes = if turn {
            instance.migrate(&context(), &mut records, &|_| {
                unreachable!("scripts do not ask")
            })
        } else {
            instance.revert(&context(), &mut records, &|_| {
                unreachable!("scripts do not ask")
            })
        };
        assert_eq!(outcomes, [Ok(Outcome::Done), Ok(Outcome::Done)]);
        for record in &records {
            assert_eq!(record.value(), &Value::Text(Bytes::from(value)));
        }
    }
}

#[test]
fn functions_that_were_looked_for_are_not_remembered_for_ever() {
    let mut instance = instance(
        r#"
            fn migrate(rec) {
                if rec.text == "few" { return; }
                for i in 0..4000 { try { Fn(`no${i / 2}`).call(); } catch { } }
            }
        "#,
    );
    let mut found = |text| {
        let outcomes = instance.migrate(&context(), &mut [record(text)], &|_| {
            unreachable!("scripts do not ask")
        });
        assert_eq!(outcomes, [Ok(Outcome::Done)]);
        instance.parts.state.found()
    };
    assert!(found("many") > 1000);
    assert!(found("few") < 100);
}

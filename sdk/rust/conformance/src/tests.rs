//! The same checks on the stand-in.

use remold_transform::testing::{Host, Outcome};
use remold_transform::{Code, StreamEntry, StreamGroup, StreamId, Value};

use super::{columns, program, records};

const NOW: u64 = 1_767_225_600_000;

fn check(key: &str, before: Value, after: &Value) {
    let host = Host::new();
    host.set_parameters(&serde_json::json!({ "digits": 2, "names": ["a", "é"] }));
    host.put(("other:there", Value::hash([("a", "1")])));
    let record = host.given((key, before, NOW + 5000));
    let group = StreamGroup {
        name: b"workers".to_vec(),
        last_id: StreamId::new(1, 0),
        pending: 1,
        consumers: 1,
    };
    host.set_groups(&record, vec![group]);
    records::lookups(&record).expect("all is granted");
    records::migrate(&record).expect("the checks hold");
    assert_eq!(record.value(), *after, "{key}");
}

#[test]
fn records_one_by_one() {
    let same = Value::text("same");
    check("check:record", same.clone(), &same);
    check("check:context", same.clone(), &same);
    check("check:lookup", same.clone(), &same);
    check("check:text", Value::text("Ada"), &Value::text("Ødegård"));
    check(
        "check:json",
        Value::text(r#"{"name": "Ada", "old": 1, "price": 4.50, "tags": ["a", "b"]}"#),
        &Value::text(r#"{"name": "Grace", "price": 4.50, "tags": ["a", "b",1.0],"new":[1,2]}"#),
    );
    check(
        "check:hash",
        Value::hash([("a", "1"), ("b", "Ada")]),
        &Value::hash([("checked", "1")]),
    );
    check(
        "check:list",
        Value::list(["b", "c"]),
        &Value::list(["checked"]),
    );
    check(
        "check:set",
        Value::set(["a", "b"]),
        &Value::set(["checked"]),
    );
    let scores = Value::sorted_set([("a", 1.0), ("b", 1.0), ("c", -1.5)]);
    check(
        "check:sorted-set",
        scores,
        &Value::sorted_set([("checked", 1.25)]),
    );
    let entry = |ms, seq, fields: &[(&str, &str)]| {
        StreamEntry::new(StreamId::new(ms, seq), fields.iter().copied())
    };
    check(
        "check:stream",
        Value::stream([
            entry(1, 0, &[("a", "1"), ("b", "2")]),
            entry(2, 0, &[("a", "3")]),
        ]),
        &Value::stream([
            entry(1, 0, &[("A", "1"), ("c", "3")]),
            entry(3, 1, &[("checked", "1")]),
        ]),
    );
    let host = Host::new();
    let record = host.record("check:value", Value::text("x"));
    records::migrate(&record).expect("the checks hold");
    records::revert(&record).expect("all is granted");
    assert_eq!(record.value(), Value::text("reverted"));
}

#[test]
fn records_by_columns() {
    let host = Host::new();
    let batch = host.batch([
        (
            "a:1",
            Value::hash([("name", "Ada"), ("old", "1")]),
            NOW + 5000,
        )
            .into(),
        ("a:2", Value::text("no hash")).into(),
        remold_transform::testing::Entry::from(("a:3", Value::hash([("kept", "1")]))),
    ]);
    columns::migrate(&batch).expect("the checks hold");
    assert_eq!(
        batch.record(0).value(),
        Value::hash([("first", "Ada"), ("last", "Ada")])
    );
    let outcome = host.after(&batch.record(1)).outcome;
    assert!(matches!(
        outcome,
        Outcome::Fail {
            code: Some(Code::WrongKind),
            ..
        }
    ));
    assert_eq!(host.after(&batch.record(2)).key, b"b:3");

    let batch = host.batch([
        ("t:1", Value::text("one")),
        ("t:2", Value::text("two")),
        ("t:3", Value::text("three")),
    ]);
    columns::migrate(&batch).expect("the checks hold");
    assert_eq!(batch.record(0).value(), Value::text("ONE"));
    assert!(host.after(&batch.record(2)).deleted);

    let batch = host.batch([
        ("w:1", Value::list(["a", "b"])),
        ("w:2", Value::hash([("a", "1")])),
        ("w:3", Value::text("x")),
    ]);
    columns::migrate(&batch).expect("the checks hold");
    assert_eq!(batch.record(0).value(), Value::set(["a", "b"]));
}

#[test]
fn a_program() {
    let host = Host::new();
    host.put(("user:1", Value::hash([("n", "1")])));
    host.put(("user:2", Value::hash([("n", "2")])));
    host.put(("user:3", Value::text("not a hash")));
    assert_eq!(host.run(program::run), Outcome::Done);
    let entry = host.get("made:2").expect("the program made it");
    assert_eq!(entry.value, Value::list(["x"]));
}

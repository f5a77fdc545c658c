//! The same checks on the stand-in.

use remold_transform::testing::Host;
use remold_transform::{StreamEntry, StreamGroup, StreamId, Value};

use super::{lookups, migrate, revert};

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
    lookups(&record).expect("all is granted");
    migrate(&record).expect("the checks hold");
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
    migrate(&record).expect("the checks hold");
    revert(&record).expect("all is granted");
    assert_eq!(record.value(), Value::text("reverted"));
}

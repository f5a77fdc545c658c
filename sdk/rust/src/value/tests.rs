//! Values are made, compared and shown.

use super::{Kind, StreamEntry, StreamId, Value};

#[test]
fn the_order_of_a_hash_a_set_and_a_sorted_set_does_not_count() {
    assert_eq!(
        Value::hash([("a", "1"), ("b", "2")]),
        Value::hash([("b", "2"), ("a", "1")])
    );
    assert_ne!(
        Value::hash([("a", "1"), ("b", "2")]),
        Value::hash([("a", "1"), ("b", "3")])
    );
    assert_ne!(
        Value::hash([("a", "1")]),
        Value::hash([("a", "1"), ("b", "2")])
    );
    assert_eq!(Value::set(["a", "b"]), Value::set(["b", "a"]));
    assert_eq!(
        Value::sorted_set([("a", 1.0), ("b", 2.0)]),
        Value::sorted_set([("b", 2.0), ("a", 1.0)])
    );
    assert_ne!(
        Value::sorted_set([("a", 0.0)]),
        Value::sorted_set([("a", -0.0)])
    );
    assert_ne!(Value::list(["a", "b"]), Value::list(["b", "a"]));
    assert_ne!(Value::list(["a"]), Value::set(["a"]));
}

#[test]
fn a_value_knows_its_kind_and_size() {
    let stream = Value::stream([StreamEntry::new(StreamId::new(1, 0), [("a", "1")])]);
    for (value, kind, size) in [
        (Value::text("four"), Kind::Text, 4),
        (Value::list(["a", "b"]), Kind::List, 2),
        (Value::set(["a"]), Kind::Set, 1),
        (Value::sorted_set([("a", 1.0)]), Kind::SortedSet, 1),
        (Value::hash([("a", "1")]), Kind::Hash, 1),
        (stream, Kind::Stream, 1),
    ] {
        assert_eq!((value.kind(), value.size()), (kind, size), "{value:?}");
    }
}

#[test]
fn bytes_are_shown_as_text_where_they_are_text() {
    let value = Value::hash([("name", "García".as_bytes()), ("raw", &b"\xff\n"[..])]);
    assert_eq!(
        format!("{value:?}"),
        r#"Hash(["name": "García", "raw": b"\xff\n"])"#
    );
    let value = Value::stream([StreamEntry::new(StreamId::new(1, 2), [("a", "1")])]);
    assert!(
        format!("{value:?}").contains(r#"1-2 ["a": "1"]"#),
        "{value:?}"
    );
}

#[test]
fn an_id_is_read_and_printed() {
    let id: StreamId = "1526919030474-55".parse().expect("an id");
    assert_eq!(id, StreamId::new(1_526_919_030_474, 55));
    assert_eq!(id.to_string(), "1526919030474-55");
    for text in ["", "1", "1-", "-1", "a-b", "1-2-3"] {
        let error = text.parse::<StreamId>().expect_err("no id");
        assert!(error.to_string().contains(text), "{error}");
    }
}

//! Values of every type as JSON.

use std::collections::BTreeMap;

use remold_host_api::{Collection, Kind, Scored, StreamEntry, StreamId, StreamValue};
use serde_json::json;

use super::*;

fn sight(kind: Kind, schema: &Value, encoding: &str) -> Sight {
    let references = BTreeMap::new();
    let places = Places::new(schema, &references);
    let encoding = encoding.parse().expect("it is an encoding");
    Sight::new(kind, &places, encoding, Vec::new())
}

fn hash(fields: &[(&str, &str)]) -> Stored {
    let field = |&(name, value): &(&str, &str)| HashField {
        name: Bytes::copy_from_slice(name.as_bytes()),
        value: Bytes::copy_from_slice(value.as_bytes()),
        expires_at: None,
    };
    let fields: Vec<HashField> = fields.iter().map(field).collect();
    Stored::Hash(Collection::try_from_items(fields).expect("the names differ"))
}

fn seen(sight: &Sight, value: &Stored) -> Value {
    let view = sight
        .view(value)
        .expect("it can be seen")
        .expect("it has parts");
    jsonschema::json::Node::to_value(&view.root()).into_owned()
}

#[test]
fn fields_are_what_their_schema_speaks_of() {
    let schema = json!({"properties": {
        "n": {"type": "integer"},
        "b": {"type": ["boolean", "null"]},
        "o": {"type": "object"},
        "l": {"type": "array"},
        "t": {"type": "string"},
        "both": {"type": ["string", "integer"]},
    }});
    let sight = sight(Kind::Hash, &schema, "text");
    let value = hash(&[
        ("n", "42"),
        ("b", "null"),
        ("o", r#"{"a":1}"#),
        ("l", "[1"),
        ("t", "42"),
        ("both", "7"),
        ("other", "true"),
    ]);
    let expected = json!({
        "n": 42, "b": null, "o": {"a": 1}, "l": "[1", "t": "42", "both": 7, "other": "true",
    });
    assert_eq!(seen(&sight, &value), expected);
}

#[test]
fn only_what_json_calls_a_number_is_one() {
    let schema = json!({"properties": {"n": {"type": "number"}}});
    let sight = sight(Kind::Hash, &schema, "text");
    for number in [
        "0",
        "-0",
        "10",
        "1.50",
        "-1e10",
        "2E-3",
        "123456789012345678901234567890",
    ] {
        assert!(
            seen(&sight, &hash(&[("n", number)]))["n"].is_number(),
            "{number}"
        );
    }
    for text in [
        "", "-", "01", "+1", "1.", ".5", "1e", "0x1", " 1", "1 ", "NaN", "1_000",
    ] {
        assert!(
            seen(&sight, &hash(&[("n", text)]))["n"].is_string(),
            "{text}"
        );
    }
}

#[test]
fn every_type_has_a_form() {
    let items = json!({"items": {"type": "integer"}});
    let list = Stored::List(vec![Bytes::from_static(b"1"), Bytes::from_static(b"x")]);
    assert_eq!(
        seen(&sight(Kind::List, &items, "text"), &list),
        json!([1, "x"])
    );
    let set = Stored::Set(Collection::try_from_items(vec![Bytes::from_static(b"1")]).expect("one"));
    assert_eq!(
        seen(&sight(Kind::Set, &json!({}), "text"), &set),
        json!(["1"])
    );
    let scored = |member: &'static str, score| Scored {
        member: Bytes::from_static(member.as_bytes()),
        score,
    };
    let scores = Collection::try_from_items(vec![scored("a", 1.5), scored("b", f64::INFINITY)]);
    let sorted = Stored::SortedSet(scores.expect("the members differ"));
    assert_eq!(
        seen(&sight(Kind::SortedSet, &json!({}), "text"), &sorted),
        json!([{"member": "a", "score": 1.5}, {"member": "b", "score": "inf"}])
    );
    let mut stream = StreamValue::default();
    stream.entries.push(StreamEntry {
        id: StreamId { ms: 5, seq: 1 },
        fields: vec![(Bytes::from_static(b"n"), Bytes::from_static(b"7"))],
    });
    let schema =
        json!({"items": {"properties": {"fields": {"properties": {"n": {"type": "integer"}}}}}});
    assert_eq!(
        seen(
            &sight(Kind::Stream, &schema, "text"),
            &Stored::Stream(Box::new(stream))
        ),
        json!([{"id": "5-1", "fields": {"n": 7}}])
    );
    let text = Stored::Text(Bytes::from_static(br#"{"a":[1]}"#));
    assert_eq!(
        seen(&sight(Kind::Text, &json!({}), "json"), &text),
        json!({"a": [1]})
    );
    assert_eq!(
        seen(&sight(Kind::Text, &json!({}), "text"), &text),
        json!(r#"{"a":[1]}"#)
    );
}

#[test]
fn what_cannot_be_decoded_has_its_place() {
    let sight = sight(Kind::List, &json!({}), "json");
    let list = Stored::List(vec![Bytes::from_static(b"1"), Bytes::from_static(b"{")]);
    let unviewable = sight.view(&list).expect_err("the second is no JSON");
    assert_eq!(unviewable.pointer, "/1");
    let binary = HashField {
        name: Bytes::from_static(b"a/b"),
        value: Bytes::from_static(b"\xff"),
        expires_at: None,
    };
    let value = Stored::Hash(Collection::try_from_items(vec![binary]).expect("one"));
    let unviewable = super::tests::sight(Kind::Hash, &json!({}), "text")
        .view(&value)
        .expect_err("it is no text");
    assert_eq!(unviewable.pointer, "/a~1b");
}

/// A document of every shape, in the representation that a stream has.
#[test]
fn the_validator_may_rely_on_the_representation() {
    let document = jsonschema::json::conformance::document();
    let text = Stored::Text(Bytes::from(document.to_string()));
    let sight = sight(Kind::Text, &json!({}), "json");
    let view = sight
        .view(&text)
        .expect("it can be seen")
        .expect("it has parts");
    jsonschema::json::conformance::assert_conformance::<ViewJson>(&view.root());
}

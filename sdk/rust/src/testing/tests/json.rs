//! JSON documents in texts.

use super::code;
use crate::testing::{Host, Outcome};
use crate::{Code, Value};

/// Edits a document and compares the text.
fn check(before: &str, edit: impl Fn(crate::Json<'_>), after: &str) {
    let host = Host::new();
    let record = host.record("k", Value::text(before));
    edit(record.json());
    assert_eq!(record.text().get_text().as_deref(), Ok(after));
}

#[test]
fn a_place_is_read_by_type_or_as_text() {
    let host = Host::new();
    let text = r#" {"name": "Ada", "price": 4.50, "tags": ["a", "b"], "a/b": {"~": null}} "#;
    let record = host.record("k", Value::text(text));
    let json = record.json();
    assert_eq!(json.get::<String>("/name"), Ok(Some("Ada".to_owned())));
    assert_eq!(json.get::<String>("/none"), Ok(None));
    assert_eq!(json.get_raw("/price"), Ok(Some("4.50".to_owned())));
    assert_eq!(json.get_raw("/tags/1"), Ok(Some("\"b\"".to_owned())));
    assert_eq!(json.get_raw("/tags/01"), Ok(None));
    assert_eq!(json.get_raw("/a~1b/~0"), Ok(Some("null".to_owned())));
    assert_eq!(json.get_raw(""), Ok(Some(text.trim().to_owned())));
    assert_eq!(code(json.get_raw("name")), Code::InvalidArgument);
    let Outcome::Fail { code, .. } = json.get::<u32>("/name").map(|_| ()).into() else {
        unreachable!("it is no number");
    };
    assert_eq!(code, None);
}

#[test]
fn an_edit_leaves_the_rest_as_it_is_spelt() {
    let before = r#"{ "b": 1.0,  "a": [1, 2] }"#;
    check(
        before,
        |json| json.set("/b", &2).expect("it is there"),
        r#"{ "b": 2,  "a": [1, 2] }"#,
    );
    check(
        before,
        |json| json.set("/c", "x").expect("an object"),
        r#"{ "b": 1.0,  "a": [1, 2],"c":"x" }"#,
    );
    check(
        before,
        |json| json.set_raw("/a/-", "3.0").expect("an array"),
        r#"{ "b": 1.0,  "a": [1, 2,3.0] }"#,
    );
    check(
        before,
        |json| json.set_raw("/a/2", "3").expect("its end"),
        r#"{ "b": 1.0,  "a": [1, 2,3] }"#,
    );
    check(
        before,
        |json| json.remove("/b").expect("it is there"),
        r#"{  "a": [1, 2] }"#,
    );
    check(
        before,
        |json| json.remove("/a").expect("it is there"),
        r#"{ "b": 1.0 }"#,
    );
    check(
        before,
        |json| json.remove("/a/0").expect("it is there"),
        r#"{ "b": 1.0,  "a": [ 2] }"#,
    );
    check(
        before,
        |json| json.remove("/none").expect("nothing to do"),
        before,
    );
    check(
        "{}",
        |json| json.set("/a", &[1]).expect("an object"),
        r#"{"a":[1]}"#,
    );
    check(
        "1",
        |json| json.set("", &true).expect("the document"),
        "true",
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    let host = Host::new();
    let record = host.record("k", Value::text(r#"{"a": [1], "b": 1}"#));
    let json = record.json();
    assert_eq!(code(json.set_raw("/a/3", "1")), Code::InvalidArgument);
    assert_eq!(code(json.set_raw("/b/c", "1")), Code::InvalidArgument);
    assert_eq!(code(json.set_raw("/none/c", "1")), Code::InvalidArgument);
    assert_eq!(code(json.set_raw("/b", "nonsense")), Code::InvalidArgument);
    assert_eq!(code(json.remove("")), Code::InvalidArgument);
    record.text().set(r#"{"a": 1, "a": 2}"#).expect("a text");
    assert_eq!(code(json.get_raw("/a")), Code::InvalidArgument);
    record.text().set("{cut").expect("a text");
    assert_eq!(code(json.get_raw("")), Code::InvalidArgument);
    let hash = host.record("h", Value::hash([("a", "1")]));
    assert_eq!(code(hash.json().get_raw("")), Code::WrongKind);
}

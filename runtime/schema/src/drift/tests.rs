//! What a look at data counts.

use remold_host_api::{Bytes, Value as Stored};

use super::*;
use crate::definition::{Definition, References};

fn registry() -> Registry {
    let mut registry = Registry::default();
    for (version, rest) in [
        ("1.0.0", "  schema: { type: object, required: [name] }\n"),
        (
            "2.0.0",
            "  versionField: { pointer: /v, value: \"2\" }\n  schema: { type: object, required: [first] }\n",
        ),
    ] {
        let text = format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: u }}\nspec:\n  subject: user\n  version: {version}\n  keys: \"user:{{id}}\"\n  type: text\n  encoding: json\n{rest}"
        );
        let definition = Definition::read("user.yaml", &text, &References::new());
        let definition = definition.unwrap_or_else(|errors| panic!("{errors}"));
        registry
            .add(definition)
            .unwrap_or_else(|errors| panic!("{errors}"));
    }
    registry
}

fn look(records: &[(&str, &str)]) -> Look {
    let registry = registry();
    let mut look = Look::default();
    for (key, value) in records {
        let key = Bytes::copy_from_slice(key.as_bytes());
        let value = Stored::Text(Bytes::copy_from_slice(value.as_bytes()));
        let seen = Seen {
            key: &key,
            value: &value,
            expires_at: None,
        };
        look.observe(&registry, seen, 0);
    }
    look
}

#[test]
fn every_key_is_counted_once() {
    let look = look(&[
        ("user:1", r#"{"name":"a"}"#),
        ("user:2", r#"{"v":2,"first":"a"}"#),
        ("user:3", r#"{"v":2}"#),
        ("user:4", "{}"),
        ("user:5", r#"{"v":7}"#),
        ("user:6", "{"),
        ("other", "{}"),
    ]);
    assert_eq!(look.keys, 7);
    assert_eq!(look.foreign.keys, 1);
    let user = &look.subjects["user"];
    assert_eq!(user.keys(), 6);
    assert_eq!(user.drifted(), 4);
    let rules: Vec<String> = user.invalid.keys().cloned().map(String::from).collect();
    assert_eq!(rules, ["2.0.0 /encoding", "2.0.0 /schema/required"]);
    let broken = &user.invalid[&Rule::try_from(rules[1].clone()).expect("it is one")];
    assert_eq!(broken.examples[0].why, "`first` is missing");
    assert_eq!(user.unknown["7"].keys, 1);
    assert!(look.has_drift());
    let text = serde_json::to_string(&look).expect("it is JSON");
    assert_eq!(
        serde_json::from_str::<Look>(&text).expect("it is read back"),
        look
    );
}

#[test]
fn looks_add_up() {
    let (one, two) = (
        [("user:1", r#"{"name":"a"}"#)],
        [("user:2", "{}"), ("x", "")],
    );
    let mut sum = look(&one);
    sum.merge(look(&two));
    assert_eq!(sum, look(&[one[0], two[0], two[1]]));
}

#[test]
fn what_is_new_is_told() {
    let before = look(&[("user:1", r#"{"name":"a"}"#), ("user:2", r#"{"name":"b"}"#)]);
    let after = look(&[("user:1", r#"{"name":"a"}"#), ("user:2", "{}")]);
    let trends = after.since(&before);
    let told: Vec<String> = trends
        .iter()
        .map(|trend| {
            format!(
                "{} {} {} {}",
                trend.what, trend.before, trend.after, trend.is_new
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "1.0.0 1000000 500000 false",
            "invalid 2.0.0 /schema/required 0 500000 true"
        ]
    );
    assert!(after.since(&after).is_empty());
}

#[test]
fn examples_and_reasons_are_bounded() {
    let records: Vec<(String, String)> = (0..500)
        .map(|number| {
            (
                format!("user:{number}"),
                format!("{{\"v\":{}}}", number + 10),
            )
        })
        .collect();
    let records: Vec<(&str, &str)> = records
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    let look = look(&records);
    let user = &look.subjects["user"];
    assert_eq!(user.unknown.len(), RULES + 1);
    assert_eq!(user.keys(), 500);
    assert_eq!(user.unknown[""].examples.len(), EXAMPLES);
}

#[test]
fn the_examples_are_the_same_in_whatever_order_keys_come() {
    let mut records: Vec<(String, &str)> = (0..40)
        .map(|number| (format!("x{number:02}"), ""))
        .collect();
    let of = |records: &[(String, &str)]| {
        let records: Vec<(&str, &str)> = records
            .iter()
            .map(|(key, value)| (key.as_str(), *value))
            .collect();
        look(&records).foreign
    };
    let forwards = of(&records);
    records.reverse();
    let (some, others) = records.split_at(7);
    let mut parts = of(some);
    parts.merge(of(others));
    assert_eq!(parts, forwards);
    let names: Vec<&str> = forwards
        .examples
        .iter()
        .map(|one| one.key.as_str())
        .collect();
    assert_eq!(names, ["x00", "x01", "x02", "x03", "x04"]);
}

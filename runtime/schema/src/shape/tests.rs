//! What breaks a schema, in words and at its place; defaults; what is no schema.

use serde_json::json;

use super::*;
use crate::violation::ViolationKind;

const EVEN: Format = Format {
    name: "even-length",
    words: "a text of even length",
    problem: |text| (text.len() % 2 == 1).then(|| format!("it has {} bytes", text.len())),
};

fn schema() -> Schema {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "required": ["fields"],
        "properties": {
            "fields": {
                "description": "Old names to new ones.",
                "type": "object",
                "minProperties": 1,
                "propertyNames": { "minLength": 1 },
                "additionalProperties": { "type": "string", "minLength": 1 }
            },
            "mode": { "enum": ["keep", "drop"], "default": "keep" },
            "share": { "type": "number", "minimum": 0, "maximum": 1, "default": 0.5 },
            "even": { "type": "string", "format": "even-length" },
            "rules": {
                "type": "array",
                "items": { "type": "object", "properties": { "when": { "type": "string", "default": "always" } } }
            }
        }
    });
    Schema::compile(&schema, &[EVEN]).expect("a schema")
}

fn check(value: &Value, expected: &[(&str, &str)]) {
    let mut found: Vec<(String, String)> = schema()
        .violations(value)
        .into_iter()
        .map(|violation| {
            let words = match violation.kind {
                ViolationKind::Unknown { name, accepted } => {
                    format!("unknown {name}, accepted {}", accepted.join(" "))
                }
                ViolationKind::Missing { name } => {
                    format!("missing {name}: {}", violation.meaning.unwrap_or_default())
                }
                ViolationKind::Type { expected, found } => format!("{expected}, not {found}"),
                ViolationKind::Word { found, accepted } => {
                    format!("{found} is none of {}", accepted.join(" "))
                }
                ViolationKind::Other { message } => message,
            };
            (violation.pointer, words)
        })
        .collect();
    found.sort();
    let expected: Vec<(String, String)> = expected
        .iter()
        .map(|(pointer, words)| ((*pointer).to_owned(), (*words).to_owned()))
        .collect();
    assert_eq!(found, expected, "{value}");
}

#[test]
fn what_breaks_a_schema_is_said_with_its_place() {
    check(&json!({ "fields": { "a": "b" } }), &[]);
    check(
        &json!({}),
        &[("", "missing fields: Old names to new ones.")],
    );
    check(
        &json!({ "fields": { "a": 3, "b": "" }, "mod": "keep" }),
        &[
            ("", "unknown mod, accepted fields mode share even rules"),
            ("/fields/a", "a text, not the number 3"),
            ("/fields/b", "this must not be empty"),
        ],
    );
    let huge: Value = serde_json::from_str("1e+400").expect("a number of any size");
    check(
        &json!({ "fields": {}, "mode": "kept", "share": huge, "even": "abc" }),
        &[
            (
                "/even",
                "\"abc\" is not a text of even length: it has 3 bytes",
            ),
            ("/fields", "this must not be empty"),
            ("/mode", "kept is none of keep drop"),
            ("/share", "1e+400 is more than 1"),
        ],
    );
    check(
        &json!({ "fields": { "": "x" }, "rules": [{ "when": null }] }),
        &[
            ("/fields", "the name \"\": this must not be empty"),
            ("/rules/0/when", "a text, not nothing"),
        ],
    );
}

#[test]
fn one_of_several_members_can_be_asked_for() {
    let either =
        json!({ "type": "object", "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] });
    let either = Schema::compile(&either, &[]).expect("a schema");
    assert_eq!(either.violations(&json!({ "b": 1 })), []);
    let found = either.violations(&json!({}));
    let message = "`a` or `b` must be given".to_owned();
    assert_eq!(found[0].kind, ViolationKind::Other { message });
    assert_eq!(found.len(), 1);
}

#[test]
fn defaults_are_filled_in_where_nothing_is() {
    let filled = schema().with_defaults(json!({ "mode": "drop", "rules": [{}, { "when": "x" }] }));
    let expected = json!({
        "mode": "drop",
        "rules": [{ "when": "always" }, { "when": "x" }],
        "share": 0.5
    });
    assert_eq!(filled, expected);
}

#[test]
fn what_is_no_schema_does_not_compile() {
    let no_type = Schema::compile(&json!({ "type": "text" }), &[]);
    assert_eq!(no_type.expect_err("no type").pointer, "/type");
    let unknown = json!({ "type": "string", "format": "even-length" });
    assert!(Schema::compile(&unknown, &[]).is_err());
    let elsewhere = json!({ "$ref": "https://example.com/schema.json" });
    assert!(Schema::compile(&elsewhere, &[]).is_err());
}

//! Tests of lint.

use super::*;
use crate::definition::References;

fn registry(documents: &[(&str, &str)]) -> Registry {
    let mut registry = Registry::default();
    for (version, schema) in documents {
        let text = format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: u }}\nspec:\n  subject: user\n  version: {version}\n  keys: \"user:{{id}}\"\n  type: hash\n{schema}"
        );
        let read = Definition::read("user.yaml", &text, &References::new());
        let definition = read.unwrap_or_else(|errors| panic!("{errors}"));
        registry.add(definition).expect("it is new");
    }
    registry
}

fn lints(registry: &Registry) -> Vec<(&'static str, usize)> {
    let found = registry.lint().into_iter();
    found
        .map(|lint| (lint.kind.code(), lint.at.map_or(0, |at| at.line)))
        .collect()
}

#[test]
fn a_format_that_checks_nothing_is_found_and_a_member_of_that_name_is_none() {
    let registry = registry(&[(
        "1.0.0",
        "  schema:\n    properties:\n      format: { type: string, format: date }\n      phone: { format: phone }\n      default: { format: colour }\n    default: { format: shape }\n",
    )]);
    assert_eq!(
        lints(&registry),
        [("unknown-format", 13), ("unknown-format", 12)]
    );
}

#[test]
fn a_definition_is_used_by_what_is_used() {
    let registry = registry(&[(
        "1.0.0",
        "  schema:\n    $defs:\n      a: { $ref: '#/$defs/b' }\n      b: { type: string }\n      c: { $ref: '#/$defs/d' }\n      d: { $ref: '#/$defs/c' }\n      bc: {}\n    properties: { a: { $ref: '#/$defs/a' } }\n",
    )]);
    let mut found = lints(&registry);
    found.sort_unstable();
    assert_eq!(found, [13, 14, 15].map(|line| ("unused-definition", line)));
}

#[test]
fn versions_are_told_apart_by_a_closed_schema_or_by_a_field() {
    let open = "  schema: { properties: { name: { type: string } } }\n";
    let closed =
        "  schema: { additionalProperties: false, properties: { name: { type: string } } }\n";
    let marked = "  versionField: { pointer: /v }\n  schema: { properties: { name: { type: string }, v: {} } }\n";
    let found = |second: &str, version: &str| {
        let registry = registry(&[("1.0.0", open), (version, second)]);
        let codes = registry.lint().into_iter().map(|lint| lint.kind.code());
        codes.filter(|code| *code == "ambiguous-versions").count()
    };
    assert_eq!(found(open, "2.0.0"), 1);
    assert_eq!(found(open, "1.1.0"), 0);
    assert_eq!(found(closed, "2.0.0"), 0);
    assert_eq!(found(marked, "2.0.0"), 0);
}

#[test]
fn a_migration_is_missed_where_data_break_and_one_that_leads_nowhere_is_told() {
    let name =
        "  schema: { additionalProperties: false, properties: { name: { type: string } } }\n";
    let last = "  schema: { additionalProperties: false, required: [last], properties: { last: { type: string } } }\n";
    let mut registry = registry(&[("1.0.0", name), ("1.0.1", name), ("2.0.0", last)]);
    assert_eq!(lints(&registry), [("no-migration", 6)]);
    let change = |from: &str, to: &str| {
        let json = serde_json::json!({ "subject": "user", "from": from, "to": to });
        serde_json::from_value(json).expect("it is one")
    };
    registry.add_migration("split", change("1.x", "2.0.0"));
    assert_eq!(lints(&registry), []);
    registry.add_migration("on", change("2.x", "3.0.0"));
    registry.add_migration("from", change("0.9.0", "2.0.0"));
    let found: Vec<String> = registry
        .lint()
        .into_iter()
        .map(|lint| lint.message)
        .collect();
    assert_eq!(
        found,
        [
            "the migration on leads to user 3.0.0, which is not there",
            "the migration from leads from user 0.9.0, and no version is among these"
        ]
    );
}

//! The definitions by themselves. That a real API server takes and enforces them is in `tests/kubernetes`.

use serde_json::Value;

use super::{all, document, kinds};

#[test]
fn every_kind_has_a_definition_with_a_status_and_columns() {
    let names: Vec<String> = all()
        .into_iter()
        .map(|definition| definition.spec.names.kind)
        .collect();
    assert_eq!(
        names,
        [
            "RedisTarget",
            "RedisSchema",
            "RedisMigration",
            "RedisMigrationRun",
            "RedisBackup"
        ]
    );
}

fn is_status(path: &str) -> bool {
    path.rsplit('.').next() == Some("status")
}

/// Walks over a schema and all schemas in it.
fn walk(schema: &Value, path: &str, visit: &mut impl FnMut(&Value, &str)) {
    visit(schema, path);
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, inner) in properties {
            walk(inner, &format!("{path}.{name}"), visit);
        }
    }
    for name in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(name) {
            walk(inner, &format!("{path}.{name}"), visit);
        }
    }
}

#[test]
fn every_schema_is_structural() {
    let mut wrong = Vec::new();
    for kind in kinds() {
        let name = kind.name;
        let document = document(kind);
        let schema = &document["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
        walk(schema, name, &mut |schema, path| {
            let has = |name: &str| schema.get(name).is_some();
            let typed = schema.get("type").is_some_and(Value::is_string);
            let any =
                has("x-kubernetes-int-or-string") || has("x-kubernetes-preserve-unknown-fields");
            if !typed && !any {
                wrong.push(format!("{path} has no type"));
            }
            for forbidden in ["oneOf", "anyOf", "const", "$ref", "default", "$schema"] {
                if has(forbidden) && !(forbidden == "default" && is_status(path)) {
                    wrong.push(format!("{path} has {forbidden}"));
                }
            }
        });
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_field_that_a_user_writes_is_explained() {
    let mut silent = Vec::new();
    for kind in kinds() {
        walk(&kind.spec, kind.name, &mut |schema, path| {
            let last = path.rsplit('.').next();
            let is_part = matches!(last, Some("items" | "additionalProperties"));
            if schema.get("description").is_none() && !is_part && path != kind.name {
                silent.push(path.to_owned());
            }
        });
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

//! The JSON Schema for editors: the manifest's own, with the names of the transforms and the parameters of each.

use serde_json::{Value, json};

use crate::ready::{Catalogue, names};

/// Writes the schema. It refers to the manifest's, `migration.schema.json`, which lies beside it.
pub fn editor_schema(catalogue: &Catalogue) -> Value {
    let uses = |schema: Value| json!({ "properties": { "spec": { "properties": { "transform": { "properties": { "uses": schema } } } } } });
    let names: Vec<&str> = names().collect();
    let mut parts = vec![
        json!({ "$ref": "migration.schema.json" }),
        uses(json!({ "enum": names })),
    ];
    for ready in catalogue {
        let mut parameters = ready.schema().clone();
        let required = parameters.get("required").is_some() || parameters.get("anyOf").is_some();
        if let Value::Object(schema) = &mut parameters {
            schema.remove("$schema");
        }
        let mut condition = uses(json!({ "const": ready.name() }));
        condition["required"] = json!(["spec"]);
        let spec = &mut condition["properties"]["spec"];
        spec["required"] = json!(["transform"]);
        spec["properties"]["transform"]["required"] = json!(["uses"]);
        let mut spec = json!({ "properties": { "parameters": parameters } });
        if required {
            spec["required"] = json!(["parameters"]);
        }
        parts.push(json!({ "if": condition, "then": { "properties": { "spec": spec } } }));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "RedisMigration, with the parameters of ready transforms",
        "allOf": parts
    })
}

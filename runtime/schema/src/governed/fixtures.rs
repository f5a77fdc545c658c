//! Three versions of one subject, for tests: 1.0.0 and 2.0.0 are told by their shape, 3.0.0 by its version field.

use std::sync::Arc;

use remold_host_api::{Bytes, Collection, Entry, HashField, Record, Value};
use remold_manifest::Version;
use remold_manifest::spec::schema::SchemaChange;
use serde_json::json;

use crate::definition::{Definition, References};
use crate::versions::Versions;

pub(crate) fn v(text: &str) -> Version {
    text.parse().expect("it is a version")
}

pub(crate) fn change(from: Option<&str>, to: &str) -> SchemaChange {
    let mut change = json!({ "subject": "user", "to": to });
    if let Some(from) = from {
        change["from"] = json!(from);
    }
    serde_json::from_value(change).expect("it is a change")
}

pub(crate) fn record(key: &str, fields: &[(&str, &str)]) -> Record {
    let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    let fields = fields.iter().map(|(name, value)| HashField {
        name: bytes(name),
        value: bytes(value),
        expires_at: None,
    });
    Record::new(Entry {
        key: bytes(key),
        value: Value::Hash(Collection::try_from_items(fields.collect()).expect("no name twice")),
        expires_at: None,
    })
}

pub(crate) fn versions() -> Versions {
    let text = json!({ "type": "string" });
    let one = |version: &str, keys: &str, more: &str, properties: serde_json::Value| {
        let required: Vec<&String> = properties.as_object().expect("they are").keys().collect();
        let schema = json!({
            "type": "object",
            "additionalProperties": false,
            "required": required,
            "properties": properties,
        });
        let document = format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: user-{version} }}\nspec:\n  \
             subject: user\n  version: {version}\n  keys: \"{keys}\"\n  type: hash\n{more}  schema: {schema}\n"
        );
        let read = Definition::read("user.yaml", &document, &References::new());
        Arc::new(read.unwrap_or_else(|errors| panic!("{errors}")))
    };
    let balance = json!({ "type": "integer", "minimum": 0 });
    [
        one("1.0.0", "user:{id}", "", json!({ "name": text })),
        one(
            "2.0.0",
            "user:{id}",
            "",
            json!({ "first": text, "last": { "type": "string", "minLength": 1 } }),
        ),
        one(
            "3.0.0",
            "user:{id}",
            "  versionField: { pointer: /v }\n",
            json!({ "v": text, "first": text, "last": text, "balance": balance }),
        ),
    ]
    .into_iter()
    .collect()
}

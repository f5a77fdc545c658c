//! A draft: the whole document of a schema, as it is stored in a registry.

use serde_json::{Map, Value as Json, json};

use super::encoding::{Content, Encoding};
use super::pattern::KeyPattern;
use super::proposal::{ExpiryProposal, RedisType};

/// Makes the document; `None` for types that a schema does not describe.
pub(crate) fn document(
    subject: &str,
    pattern: &KeyPattern,
    redis_type: &RedisType,
    encoding: Option<Encoding>,
    expiry: &ExpiryProposal,
    schema: Json,
) -> Option<Json> {
    if matches!(redis_type, RedisType::Module(_)) {
        return None;
    }
    let mut spec = Map::new();
    spec.insert("subject".to_owned(), json!(subject));
    spec.insert("version".to_owned(), json!("1.0.0"));
    spec.insert("keys".to_owned(), json!(pattern.to_string()));
    spec.insert("type".to_owned(), json!(redis_type.to_string()));
    if let Some(encoding) = encoding {
        spec.insert("encoding".to_owned(), json!(encoding.to_string()));
    }
    let mut ttl = Map::new();
    ttl.insert("required".to_owned(), json!(expiry.required));
    if let Some(max) = expiry.max.filter(|_| expiry.required) {
        ttl.insert("max".to_owned(), json!(max));
    }
    spec.insert("ttl".to_owned(), ttl.into());
    let is_raw = encoding.is_some_and(|encoding| encoding.content == Content::Raw);
    if !is_raw && *redis_type != RedisType::Json {
        spec.insert("schema".to_owned(), with_dialect(schema));
    }
    Some(json!({
        "apiVersion": "remold.dev/v1alpha1",
        "kind": "RedisSchema",
        "metadata": {"name": format!("{subject}-1.0.0")},
        "spec": spec,
    }))
}

fn with_dialect(schema: Json) -> Json {
    let mut whole = Map::new();
    whole.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    if let Json::Object(schema) = schema {
        whole.extend(schema);
    }
    whole.into()
}

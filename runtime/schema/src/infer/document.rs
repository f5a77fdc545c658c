//! A draft: the whole document of a schema, as it is stored in a registry.

use serde_json::{Map, Value as Json, json};

use super::pattern::KeyPattern;
use super::proposal::{ExpiryProposal, RedisType};

/// What a draft says of values.
pub(crate) struct Said<'a> {
    pub(crate) encoding: Option<String>,
    /// Of single fields of a hash.
    pub(crate) fields: Map<String, Json>,
    pub(crate) expiry: &'a ExpiryProposal,
    pub(crate) schema: Json,
}

/// Makes the document; `None` where the keys have names that no pattern has.
pub(crate) fn document(
    subject: &str,
    pattern: &KeyPattern,
    redis_type: &RedisType,
    said: Said<'_>,
) -> Option<Json> {
    let keys = pattern.to_string();
    if keys.contains(char::REPLACEMENT_CHARACTER) || crate::KeyPattern::parse(&keys).is_err() {
        return None;
    }
    let Said {
        encoding,
        fields,
        expiry,
        schema,
    } = said;
    let is_opaque = matches!(redis_type, RedisType::Json | RedisType::Module(_));
    let is_raw = encoding
        .as_deref()
        .is_some_and(|encoding| encoding.ends_with("raw"));
    let mut spec = Map::new();
    spec.insert("subject".to_owned(), json!(subject));
    spec.insert("version".to_owned(), json!("1.0.0"));
    spec.insert("keys".to_owned(), json!(keys));
    spec.insert("type".to_owned(), json!(kind(redis_type)));
    if let Some(encoding) = encoding {
        spec.insert("encoding".to_owned(), json!(encoding));
    }
    if !fields.is_empty() {
        spec.insert("fields".to_owned(), fields.into());
    }
    if expiry.required {
        let mut ttl = Map::new();
        ttl.insert("required".to_owned(), json!(true));
        if let Some(max) = expiry.max {
            ttl.insert("max".to_owned(), json!(max));
        }
        spec.insert("ttl".to_owned(), ttl.into());
    }
    if !is_opaque && !(is_raw && *redis_type == RedisType::String) {
        spec.insert("schema".to_owned(), with_dialect(schema));
    }
    Some(json!({
        "apiVersion": "remold.dev/v1alpha1",
        "kind": "RedisSchema",
        "metadata": {"name": format!("{subject}-1.0.0")},
        "spec": spec,
    }))
}

/// Returns the word of a schema's `type`.
fn kind(of: &RedisType) -> &'static str {
    match of {
        RedisType::String => "text",
        RedisType::Hash => "hash",
        RedisType::List => "list",
        RedisType::Set => "set",
        RedisType::SortedSet => "sorted-set",
        RedisType::Stream => "stream",
        RedisType::Json | RedisType::Module(_) => "opaque",
    }
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

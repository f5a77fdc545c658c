//! Records that are valid under a version, as examples: made of what its schema says, and held against it by the caller.

use serde_json::{Map, Value as Json, json};

use crate::definition::Definition;
use crate::key_pattern::{CaptureKind, Part};

use super::edits::{declared, marker, required};

/// Makes the key of an example.
pub(super) fn key(definition: &Definition, number: u32) -> String {
    let parts = definition.pattern().parts().iter().map(|part| match part {
        Part::Literal(text) => text.clone(),
        Part::Capture { kind, .. } => match kind {
            CaptureKind::Uuid => format!("7c9e6679-7425-40de-944b-{number:012x}"),
            CaptureKind::Date => format!("2026-01-{:02}", number % 28 + 1),
            CaptureKind::Hex => format!("{number:08x}"),
            _ => number.to_string(),
        },
    });
    parts.collect()
}

/// Makes the members of an example: all that are declared, or those that are required.
pub(super) fn members(definition: &Definition, all: bool) -> Map<String, Json> {
    let required = required(definition);
    let mut members: Map<String, Json> = declared(definition)
        .into_iter()
        .filter(|(name, _)| all || required.contains(name))
        .map(|(name, schema)| (name, value(&schema, 0)))
        .collect();
    if let Some((name, value)) = marker(definition) {
        members.insert(name, json!(value));
    }
    members
}

fn value(schema: &Json, depth: usize) -> Json {
    /// What is nested deeper is left out.
    const DEEPEST: usize = 8;
    let listed = schema["enum"].as_array().and_then(|values| values.first());
    let example = schema["examples"]
        .as_array()
        .and_then(|values| values.first());
    let known = schema.get("const").or(listed).or(example);
    if let Some(known) = known.or(schema.get("default")) {
        return known.clone();
    }
    let kind = match &schema["type"] {
        Json::Array(names) => names
            .iter()
            .filter_map(Json::as_str)
            .find(|name| *name != "null"),
        kind => kind.as_str(),
    };
    let least = || schema["minimum"].as_i64().unwrap_or(1).max(1);
    match kind {
        Some("integer") => json!(least()),
        Some("number") => schema["minimum"]
            .as_f64()
            .map_or(json!(1.5), |least| json!(least + 0.5)),
        Some("boolean") => json!(true),
        Some("null") => Json::Null,
        Some("array") => {
            let items = schema.get("items").filter(|_| depth < DEEPEST);
            let item = items.map(|items| value(items, depth + 1));
            item.into_iter().collect()
        }
        Some("object") => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let members = properties.filter(|_| depth < DEEPEST);
            Json::Object(
                members
                    .map(|(name, schema)| (name.clone(), value(schema, depth + 1)))
                    .collect(),
            )
        }
        _ => json!(text(schema)),
    }
}

fn text(schema: &Json) -> String {
    let text = match schema["format"].as_str() {
        Some("email") => "ada@example.org",
        Some("uuid") => "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        Some("date") => "2026-01-05",
        Some("date-time") => "2026-01-05T10:20:30Z",
        Some("time") => "10:20:30Z",
        Some("uri" | "iri" | "uri-reference") => "https://example.org/",
        Some("ipv4") => "127.0.0.1",
        Some("ipv6") => "::1",
        _ => "text",
    };
    let least = schema["minLength"].as_u64().unwrap_or(0).min(1000);
    let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
    let mut text = text.to_owned();
    while (text.chars().count() as u64) < least {
        text.push('x');
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    text.chars().take(most).collect()
}

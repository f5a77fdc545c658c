//! JSON Schemas as the API server wants them: structural, without what it does not know.
//!
//! | JSON Schema of a type | structural |
//! |---|---|
//! | `oneOf` of constants | `enum`, the constants' descriptions in the description |
//! | `oneOf` of objects with one property each (a choice) | one object with all of them, exactly one of which may be given |
//! | `oneOf` of lists of required properties | a rule that exactly one of them is given |
//! | types `integer` and `string` together | `x-kubernetes-int-or-string` |
//! | `additionalProperties: true` | `x-kubernetes-preserve-unknown-fields` |
//! | `additionalProperties: false` | nothing: unknown fields are refused or pruned anyway |
//! | `default` | nothing: a document stays as its author wrote it, whoever reads it fills in what is missing |

use serde_json::{Map, Value, json};

/// What is taken over as it is.
const KEPT: &[&str] = &[
    "description",
    "type",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "minProperties",
    "maxProperties",
    "required",
    "nullable",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
];
/// Formats that the API server knows and that say more than the type does.
const FORMATS: &[&str] = &["date-time", "int32", "int64"];
/// The longest text and list where the type names no bound: the API server asks for bounds to estimate what a rule costs.
const LONGEST_TEXT: u64 = 1 << 20;

/// Makes a schema structural.
pub(super) fn of(schema: &Value) -> Value {
    let Some(object) = schema.as_object() else {
        return json!({ "x-kubernetes-preserve-unknown-fields": true });
    };
    if let Some(alternatives) = object.get("oneOf").and_then(Value::as_array) {
        if let Some(words) = constants(object, alternatives) {
            return words;
        }
        if let Some(choice) = choice(object, alternatives) {
            return choice;
        }
    }
    plain(object)
}

fn plain(object: &Map<String, Value>) -> Value {
    let mut made = Map::new();
    for name in KEPT {
        if let Some(value) = object.get(*name) {
            made.insert((*name).to_owned(), value.clone());
        }
    }
    if let Some(description) = made.get_mut("description") {
        *description = one_line(description);
    }
    if let Some(format) = object.get("format").and_then(Value::as_str)
        && FORMATS.contains(&format)
    {
        made.insert("format".to_owned(), format.into());
    }
    if let Some(constant) = object.get("const") {
        made.insert("enum".to_owned(), json!([constant]));
    }
    if object.get("type").is_some_and(Value::is_array) {
        made.remove("type");
        made.remove("pattern");
        made.remove("minimum");
        made.insert("x-kubernetes-int-or-string".to_owned(), true.into());
    }
    if let Some(items) = object.get("items") {
        made.insert("items".to_owned(), of(items));
    }
    if let Some(properties) = object.get("properties").and_then(Value::as_object) {
        made.insert("properties".to_owned(), each(properties));
    }
    match object.get("additionalProperties") {
        Some(Value::Bool(true)) => {
            made.insert(
                "x-kubernetes-preserve-unknown-fields".to_owned(),
                true.into(),
            );
        }
        Some(values @ Value::Object(_)) => {
            made.insert("additionalProperties".to_owned(), of(values));
        }
        _ => {}
    }
    let alternatives = object.get("oneOf").and_then(Value::as_array);
    if let Some(names) = alternatives.and_then(|alternatives| required_names(alternatives)) {
        made.insert(
            "x-kubernetes-validations".to_owned(),
            json!([exactly_one(&names)]),
        );
    }
    Value::Object(made)
}

fn each(properties: &Map<String, Value>) -> Value {
    let structural = |(name, schema): (&String, &Value)| (name.clone(), of(schema));
    Value::Object(properties.iter().map(structural).collect())
}

/// A choice of words, each with what it means.
fn constants(object: &Map<String, Value>, alternatives: &[Value]) -> Option<Value> {
    let mut words = Vec::new();
    let mut text = object
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    for alternative in alternatives {
        match (alternative.get("const"), alternative.get("enum")) {
            (Some(word), _) => {
                let meaning = alternative.get("description").and_then(Value::as_str);
                if let (Some(word), Some(meaning)) = (word.as_str(), meaning) {
                    text = format!("{text} `{word}`: {meaning}");
                }
                words.push(word.clone());
            }
            (None, Some(Value::Array(more))) => words.extend(more.iter().cloned()),
            _ => return None,
        }
    }
    Some(json!({ "type": "string", "enum": words, "description": one_line(&text.trim().into()) }))
}

/// A choice of objects of which each has one property that tells it from the others.
fn choice(object: &Map<String, Value>, alternatives: &[Value]) -> Option<Value> {
    let mut properties = Map::new();
    for alternative in alternatives {
        let own = alternative.get("properties")?.as_object()?;
        let (name, schema) = own.iter().next().filter(|_| own.len() == 1)?;
        let mut schema = of(schema);
        if let (Some(made), Some(description)) =
            (schema.as_object_mut(), alternative.get("description"))
        {
            made.entry("description")
                .or_insert_with(|| one_line(description));
        }
        properties.insert(name.clone(), schema);
    }
    let names: Vec<String> = properties.keys().cloned().collect();
    let mut made = json!({
        "type": "object",
        "properties": properties,
        "x-kubernetes-validations": [exactly_one(&names)],
    });
    if let Some(description) = object.get("description") {
        made["description"] = one_line(description);
    }
    Some(made)
}

/// The properties of which exactly one is required, where that is all that the alternatives say.
fn required_names(alternatives: &[Value]) -> Option<Vec<String>> {
    let name = |alternative: &Value| {
        let names = alternative.get("required")?.as_array()?;
        Some(names.first()?.as_str()?.to_owned())
    };
    alternatives.iter().map(name).collect()
}

/// A rule that exactly one of these properties is given.
pub(super) fn exactly_one(names: &[String]) -> Value {
    let given: Vec<String> = names
        .iter()
        .map(|name| format!("has(self.{name})"))
        .collect();
    let words: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    json!({
        "rule": format!("[{}].exists_one(given, given)", given.join(", ")),
        "message": format!("give exactly one of {}", words.join(", ")),
    })
}

/// Bounds a text or list of a schema that a rule looks at, as far as it has no bound.
pub(super) fn bound(schema: &mut Value, pointer: &str, limit: Option<u64>) {
    let place = schema
        .pointer_mut(pointer)
        .and_then(Value::as_object_mut)
        .expect("a rule looks at what is there");
    let name = match place.get("type").and_then(Value::as_str) {
        Some("array") => "maxItems",
        Some("object") => "maxProperties",
        _ => "maxLength",
    };
    place
        .entry(name)
        .or_insert_with(|| limit.unwrap_or(LONGEST_TEXT).into());
}

fn one_line(text: &Value) -> Value {
    text.as_str().unwrap_or_default().replace('\n', " ").into()
}

//! Walking a JSON Schema by its keywords: which schemas are inside it, and what they say. A member that is called `format` is a
//! member; what stands in `const` and its like is data.

use std::collections::BTreeSet;

use serde_json::Value;

/// Keywords with schemas by name.
const MAPS: &[&str] = &[
    "properties",
    "patternProperties",
    "dependentSchemas",
    "dependencies",
    "$defs",
    "definitions",
];

/// Keywords with a schema, or a list of them.
const SCHEMAS: &[&str] = &[
    "allOf",
    "anyOf",
    "oneOf",
    "prefixItems",
    "items",
    "additionalItems",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];

/// Where definitions are.
const DEFINITIONS: [&str; 2] = ["$defs", "definitions"];

/// Calls for every schema inside a schema, itself included, with its JSON Pointer.
fn walk<'a>(schema: &'a Value, found: &mut impl FnMut(&str, &'a serde_json::Map<String, Value>)) {
    let mut open = vec![(String::new(), schema)];
    while let Some((pointer, schema)) = open.pop() {
        let Value::Object(keywords) = schema else {
            continue;
        };
        found(&pointer, keywords);
        for (keyword, value) in keywords {
            let inside = format!("{pointer}/{keyword}");
            match value {
                Value::Object(schemas) if MAPS.contains(&keyword.as_str()) => {
                    open.extend(schemas.iter().map(|(name, schema)| {
                        let step = name.replace('~', "~0").replace('/', "~1");
                        (format!("{inside}/{step}"), schema)
                    }));
                }
                Value::Array(schemas) if SCHEMAS.contains(&keyword.as_str()) => {
                    let numbered = schemas.iter().enumerate();
                    open.extend(
                        numbered.map(|(place, schema)| (format!("{inside}/{place}"), schema)),
                    );
                }
                schema if SCHEMAS.contains(&keyword.as_str()) => open.push((inside, schema)),
                _ => {}
            }
        }
    }
}

/// Lists the formats, with their places.
pub(super) fn formats(schema: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(schema, &mut |pointer, keywords| {
        if let Some(Value::String(format)) = keywords.get("format") {
            found.push((format!("{pointer}/format"), format.clone()));
        }
    });
    found.sort();
    found
}

/// Lists what schemas refer to, with the places of those that do.
pub(super) fn references(schema: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(schema, &mut |pointer, keywords| {
        for keyword in ["$ref", "$dynamicRef"] {
            if let Some(Value::String(to)) = keywords.get(keyword) {
                found.push((pointer.to_owned(), to.clone()));
            }
        }
    });
    found
}

/// Lists the definitions that nothing refers to that is in use itself: the keyword that holds each, and its name. `outside` are the
/// fragments that other schemas refer to, from `#` on.
pub(super) fn unused_definitions(
    schema: &Value,
    outside: &BTreeSet<String>,
) -> Vec<(&'static str, String)> {
    let mut unused: Vec<(&'static str, String)> = Vec::new();
    for holder in DEFINITIONS {
        let held = schema.get(holder).and_then(Value::as_object).into_iter();
        unused.extend(
            held.flat_map(|held| held.keys())
                .map(|name| (holder, name.clone())),
        );
    }
    let references = references(schema);
    let is_below = |place: &str, (holder, name): &(&'static str, String)| {
        let step = name.replace('~', "~0").replace('/', "~1");
        place
            .strip_prefix(&format!("/{holder}/{step}"))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    loop {
        let in_use = |place: &str| !unused.iter().any(|one| is_below(place, one));
        let used: Vec<&str> = references
            .iter()
            .filter(|(place, _)| in_use(place))
            .map(|(_, to)| to.as_str())
            .chain(outside.iter().map(String::as_str))
            .filter_map(|to| to.split_once('#'))
            .filter(|(address, _)| address.is_empty())
            .map(|(_, fragment)| fragment)
            .collect();
        let is_named = |one: &(&'static str, String)| {
            let anchored = ["$anchor", "$dynamicAnchor", "$id"];
            let own = &schema[one.0][one.1.as_str()];
            // What an anchor is for, the validator finds out; a definition with one is taken for used.
            anchored.iter().any(|keyword| own.get(keyword).is_some())
                || used.iter().any(|fragment| is_below(fragment, one))
        };
        let before = unused.len();
        let named: Vec<bool> = unused.iter().map(is_named).collect();
        let mut named = named.into_iter();
        unused.retain(|_| !named.next().unwrap_or_default());
        if unused.len() == before {
            return unused;
        }
    }
}

/// Says whether members are taken that a schema does not name.
pub(super) fn is_open(schema: &Value) -> bool {
    let Value::Object(keywords) = schema else {
        return true;
    };
    let closes = |keyword: &str| keywords.get(keyword) == Some(&Value::Bool(false));
    let parts = keywords.get("allOf").and_then(Value::as_array).into_iter();
    let whole = !closes("additionalProperties") && !closes("unevaluatedProperties");
    whole && parts.flatten().all(is_open)
}

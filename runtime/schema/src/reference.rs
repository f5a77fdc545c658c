//! References from one schema of the registry to another: `remold:SUBJECT/VERSION`, perhaps with a fragment. Nothing else is
//! followed, and nothing is fetched.

use std::collections::BTreeMap;

use jsonschema::Registry;
use remold_manifest::Version;
use serde_json::Value;

use crate::definition::References;
use crate::record_schema::InvalidSchema;

/// What the address of a schema in the registry begins with.
pub(crate) const SCHEME: &str = "remold:";

/// Checks that every reference leads to a place in the document or in the registry.
pub(crate) fn check(schema: &Value, references: &References) -> Result<(), InvalidSchema> {
    let mut found = Ok(());
    walk(schema, "", &mut |pointer, reference| {
        if found.is_ok() {
            found =
                check_one(schema, reference, references).map_err(|(message, hint)| InvalidSchema {
                    pointer: pointer.to_owned(),
                    message,
                    hint,
                });
        }
    });
    found
}

/// Lists the other schemas that a schema refers to, as `SUBJECT/VERSION`.
pub fn referred(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(schema, "", &mut |_, reference| {
        let address = reference.split('#').next().unwrap_or_default();
        if let Some(name) = address.strip_prefix(SCHEME) {
            found.push(name.to_owned());
        }
    });
    found.sort_unstable();
    found.dedup();
    found
}

/// Makes the registry that the validator looks references up in: of the schemas that one refers to, and those that these refer
/// to. What is wrong with any other one is no matter of this one.
pub(crate) fn registry<'r>(
    schema: &Value,
    references: &'r References,
) -> Result<Registry<'r>, jsonschema::ReferencingError> {
    let mut needed: BTreeMap<&'r str, &'r Value> = BTreeMap::new();
    let mut open = referred(schema);
    while let Some(name) = open.pop() {
        let found = references.get_key_value(&format!("{SCHEME}{name}"));
        if let Some((address, schema)) = found
            && needed.insert(address, schema).is_none()
        {
            open.extend(referred(schema));
        }
    }
    Registry::new().extend(needed)?.prepare()
}

/// Returns the address of a schema of the registry.
pub fn address(subject: &str, version: &Version) -> String {
    format!("{SCHEME}{subject}/{version}")
}

fn check_one(
    schema: &Value,
    reference: &str,
    references: &References,
) -> Result<(), (String, Option<String>)> {
    let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let target = if address.is_empty() {
        schema
    } else if let Some(name) = address.strip_prefix(SCHEME) {
        references.get(address).ok_or_else(|| {
            let message = format!("`{reference}`: the registry has no schema `{name}`");
            (
                message,
                Some("register it first, or give its document along".to_owned()),
            )
        })?
    } else {
        let message = format!("`{reference}` leads out of the registry");
        let hint = "refer to a place in this document by `#/$defs/NAME`, to another schema of the registry by `remold:SUBJECT/VERSION`";
        return Err((message, Some(hint.to_owned())));
    };
    // Names of anchors are the validator's to find.
    let is_pointer = fragment.is_empty() || fragment.starts_with('/');
    if is_pointer && !fragment.contains('%') && target.pointer(fragment).is_none() {
        let message = format!("`{reference}` leads nowhere");
        return Err((message, None));
    }
    Ok(())
}

/// Calls for every reference, with the place of its keyword. What stands in `const`, `enum`, `default` and `examples` is data.
fn walk(schema: &Value, pointer: &str, found: &mut impl FnMut(&str, &str)) {
    match schema {
        Value::Object(members) => {
            for (name, member) in members {
                if matches!(name.as_str(), "const" | "enum" | "default" | "examples") {
                    continue;
                }
                let step = name.replace('~', "~0").replace('/', "~1");
                let inside = format!("{pointer}/{step}");
                if let (true, Value::Object(named)) = (is_by_name(name), member) {
                    // A member may be called `default` or `$ref`: it is a schema all the same.
                    for (name, schema) in named {
                        let step = name.replace('~', "~0").replace('/', "~1");
                        walk(schema, &format!("{inside}/{step}"), found);
                    }
                    continue;
                }
                match member {
                    Value::String(text) if matches!(name.as_str(), "$ref" | "$dynamicRef") => {
                        found(&inside, text);
                    }
                    member => walk(member, &inside, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Says whether a keyword holds schemas by names of others' choice.
fn is_by_name(keyword: &str) -> bool {
    let keywords = [
        "properties",
        "patternProperties",
        "dependentSchemas",
        "$defs",
        "definitions",
    ];
    keywords.contains(&keyword)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_of_members_with_any_name_are_followed_and_data_are_not() {
        let schema = json!({
            "properties": {
                "default": { "$ref": "remold:a/1.0.0" },
                "$ref": { "items": { "$ref": "remold:b/1.0.0#/x" } },
            },
            "default": { "$ref": "remold:c/1.0.0" },
            "$ref": "remold:d/1.0.0",
        });
        assert_eq!(referred(&schema), ["a/1.0.0", "b/1.0.0", "d/1.0.0"]);
    }

    #[test]
    fn what_is_not_referred_to_is_no_matter() {
        let references = References::from([
            (
                format!("{SCHEME}a/1.0.0"),
                json!({ "$ref": "remold:b/1.0.0" }),
            ),
            (
                format!("{SCHEME}b/1.0.0"),
                json!({ "$ref": "remold:a/1.0.0" }),
            ),
            (
                format!("{SCHEME}c/1.0.0"),
                json!({ "$ref": "remold:gone/1.0.0" }),
            ),
        ]);
        let refers = |to: &str| registry(&json!({ "$ref": format!("{SCHEME}{to}") }), &references);
        assert!(refers("a/1.0.0").is_ok());
        assert!(refers("c/1.0.0").is_err());
    }
}

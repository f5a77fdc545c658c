//! References from one schema of the registry to another: `remold:SUBJECT/VERSION`, perhaps with a fragment. Nothing else is
//! followed, and nothing is fetched.

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

/// Makes the registry that the validator looks references up in.
pub(crate) fn registry(
    references: &References,
) -> Result<Registry<'_>, jsonschema::ReferencingError> {
    Registry::new().extend(references)?.prepare()
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

//! What a value leaves to its defaults.

use serde_json::Value;

/// Fills in defaults, from the outside to the inside, so that what a default holds gets its own.
pub(crate) fn fill(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(members) => {
            let known = schema["properties"].as_object();
            for (name, schema) in known.into_iter().flatten() {
                if let Some(default) = schema.get("default")
                    && !members.contains_key(name)
                {
                    members.insert(name.clone(), default.clone());
                }
            }
            for (name, member) in members {
                let own = known.and_then(|known| known.get(name));
                fill(member, own.unwrap_or(&schema["additionalProperties"]));
            }
        }
        Value::Array(items) => {
            for item in items {
                fill(item, &schema["items"]);
            }
        }
        _ => {}
    }
}

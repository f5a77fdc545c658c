//! The manifest of a migration that is begun.

use remold_manifest::to_yaml;
use serde_json::json;

use super::ScriptLanguage;
use crate::definition::Definition;

/// Writes the manifest. A component is what `remold build` makes.
pub(super) fn manifest(
    name: &str,
    old: &Definition,
    new: &Definition,
    language: ScriptLanguage,
) -> String {
    let transform = match language {
        ScriptLanguage::Rhai => json!({"rhai": {"file": format!("{name}.rhai")}}),
        _ => json!({"wasm": {"file": format!("build/{name}.wasm")}}),
    };
    let mut spec = json!({
        "schema": {
            "subject": new.subject(),
            "from": old.version().to_string(),
            "to": new.version().to_string(),
            "registry": "schemas",
        },
        "transform": transform,
    });
    if old.pattern() != new.pattern() {
        let scan = new.pattern().to_scan();
        let scan = String::from_utf8_lossy(scan.as_bytes()).into_owned();
        spec["capabilities"] = json!({"write": [scan]});
    }
    to_yaml(&json!({
        "apiVersion": "remold.dev/v1alpha1",
        "kind": "RedisMigration",
        "metadata": {"name": name},
        "spec": spec,
    }))
}

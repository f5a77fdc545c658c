//! Documents for workers and for readers: the text that a custom resource amounts to, the ConfigMap that carries it, and what is wrong
//! with it in one sentence.

use k8s_openapi::api::core::v1::ConfigMap;
use remold_manifest::ManifestErrors;
use serde::Serialize;
use serde_json::json;

use crate::resources::{GROUP, VERSION};
use crate::workers::{MANIFEST_KEY, Work};

/// Writes the document of a kind, a name and a spec, as it would stand in a file.
pub(super) fn text(kind: &str, name: &str, spec: &impl Serialize) -> String {
    remold_manifest::to_yaml(&json!({
        "apiVersion": format!("{GROUP}/{VERSION}"),
        "kind": kind,
        "metadata": { "name": name },
        "spec": spec,
    }))
}

/// Makes the ConfigMap from which the workers of a work read a document. It never changes: another document has another name.
pub(super) fn config_map(work: &Work, name: &str, text: String) -> ConfigMap {
    ConfigMap {
        metadata: work.metadata(name),
        immutable: Some(true),
        data: Some([(MANIFEST_KEY.to_owned(), text)].into()),
        ..ConfigMap::default()
    }
}

/// Says the first thing that is wrong with a document, with its place.
pub(super) fn complaint(errors: &ManifestErrors) -> String {
    let first = errors.first().map(ToString::to_string);
    first.unwrap_or_else(|| errors.to_string())
}

//! The manifest of an artifact, and which of them are components.
//!
//! A component is what the CNCF's "Wasm OCI Artifact layout" says, which `wkg` and others write: a manifest with a
//! configuration of the type `application/vnd.wasm.config.v0+json` and exactly one layer of the type `application/wasm`.

use std::collections::BTreeMap;

use remold_manifest::ContentDigest;
use serde::{Deserialize, Serialize};

use crate::error::Problem;

/// The type of a manifest.
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The type of a list of manifests.
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The type of a component's configuration.
pub(crate) const CONFIG: &str = "application/vnd.wasm.config.v0+json";
/// The type of a component.
pub(crate) const LAYER: &str = "application/wasm";

/// The largest component, bytes.
pub const MAX_COMPONENT_BYTES: u64 = 128 << 20;

/// Annotations, by name.
pub(crate) type Annotations = BTreeMap<String, String>;

/// A component to be pushed.
#[derive(Debug, Clone)]
pub struct Component {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it imports, by name.
    pub imports: Vec<String>,
    /// What it exports, by name.
    pub exports: Vec<String>,
}

/// What a manifest says of something: its type, digest and size.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    #[serde(default)]
    pub(crate) media_type: String,
    pub(crate) digest: String,
    pub(crate) size: u64,
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Annotations::is_empty"
    )]
    pub(crate) annotations: Annotations,
}

impl Descriptor {
    /// Returns the digest, which must be one that this version can compute.
    pub(crate) fn digest(&self) -> Result<ContentDigest, Problem> {
        self.digest.parse().map_err(|_| Problem::NoComponent {
            found: format!(
                "its manifest names `{}`, and only SHA-256 is supported",
                shortened(&self.digest)
            ),
        })
    }
}

/// A manifest, or a list of manifests.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    pub(crate) schema_version: u64,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) artifact_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) config: Option<Descriptor>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) layers: Vec<Descriptor>,
    /// Of a list: what is in it.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(crate) manifests: Vec<Descriptor>,
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Annotations::is_empty"
    )]
    pub(crate) annotations: Annotations,
}

impl Manifest {
    /// Reads a manifest of any kind.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| Problem::NoComponent {
                found: format!("its manifest cannot be read: {error}"),
            })?;
        if manifest.schema_version != 2 {
            return Err(Problem::NoComponent {
                found: format!("its manifest has the version {}", manifest.schema_version),
            });
        }
        Ok(manifest)
    }

    /// Finds the layer that is the component.
    pub(crate) fn component(&self) -> Result<&Descriptor, Problem> {
        let no_component = |found: String| Err(Problem::NoComponent { found });
        if self.media_type.contains("index") || self.media_type.contains("manifest.list") {
            return no_component("it is a list of several artifacts".to_owned());
        }
        let config = self.config.as_ref().map(|config| &config.media_type);
        if config.is_none_or(|found| found != CONFIG) {
            return no_component(format!(
                "its configuration has the type `{}`, and not {CONFIG}",
                shortened(config.map_or("", String::as_str))
            ));
        }
        let [layer] = self.layers.as_slice() else {
            return Err(Problem::Layers {
                count: self.layers.len(),
            });
        };
        if layer.media_type != LAYER {
            return no_component(format!(
                "its layer has the type `{}`, and not {LAYER}",
                shortened(&layer.media_type)
            ));
        }
        if layer.size > MAX_COMPONENT_BYTES {
            return Err(Problem::TooLarge {
                what: "the component".to_owned(),
                bytes: Some(layer.size),
                limit: MAX_COMPONENT_BYTES,
            });
        }
        Ok(layer)
    }
}

/// Reads null as nothing: some tools write it where the specification has the field left out.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Makes a text of somebody else fit for a message: short, and without what a terminal would obey.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 300;
    let mut shown: String = text
        .chars()
        .take(MOST)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown.trim().to_owned()
}

/// The configuration of a component, which is its description for those who do not pull it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config<'a> {
    pub(crate) created: &'a str,
    pub(crate) architecture: &'static str,
    pub(crate) os: &'static str,
    pub(crate) layer_digests: [String; 1],
    pub(crate) component: Interface<'a>,
}

/// What a component imports and exports.
#[derive(Debug, Serialize)]
pub(crate) struct Interface<'a> {
    pub(crate) exports: &'a [String],
    pub(crate) imports: &'a [String],
}

#[cfg(test)]
mod tests;

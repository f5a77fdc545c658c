//! Pushing: a component under a tag, in the form that other tools for components read.
//!
//! The same component with the same annotations is the same artifact: nothing in it tells when or by whom it was pushed, unless
//! that is asked for.

use remold_manifest::{ArtifactReference, ContentDigest};

use crate::artifact::{
    Annotations, CONFIG, Component, Config, Descriptor, Interface, LAYER, MANIFEST,
    MAX_COMPONENT_BYTES, Manifest,
};
use crate::client::Actions;
use crate::digest::digest_of;
use crate::error::{ArtifactError, Problem};
use crate::registries::Registries;

/// When a component was made, if nobody says: the specification wants a time.
const UNKNOWN: &str = "1970-01-01T00:00:00Z";

/// What is pushed.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The component.
    pub component: Component,
    /// What is said of it, by name (`org.opencontainers.image.source`).
    pub annotations: Annotations,
    /// When it was made, RFC 3339; the beginning of 1970 if absent.
    pub created: Option<String>,
    /// Lets the tag stand for this component although it stands for another one.
    pub replace: bool,
}

/// What was pushed.
#[derive(Debug, Clone)]
pub struct Pushed {
    /// Its name, with its digest.
    pub reference: ArtifactReference,
    /// The digest of its manifest, which pins it.
    pub digest: ContentDigest,
    /// The digest of the component itself.
    pub component: ContentDigest,
    /// Whether it was there already.
    pub was_there: bool,
}

impl Registries {
    /// Pushes a component under the tag of `reference`.
    pub fn push(
        &self,
        reference: &ArtifactReference,
        upload: &Upload,
    ) -> Result<Pushed, ArtifactError> {
        let named = |problem| ArtifactError {
            reference: reference.to_string(),
            problem,
        };
        let (Some(tag), None) = (reference.tag(), reference.digest()) else {
            return Err(named(Problem::NoTag));
        };
        let size = upload.component.bytes.len() as u64;
        if size > MAX_COMPONENT_BYTES {
            return Err(named(Problem::TooLarge {
                what: "the component".to_owned(),
                bytes: Some(size),
                limit: MAX_COMPONENT_BYTES,
            }));
        }
        let artifact = Artifact::of(upload);
        let digest = digest_of(&artifact.manifest);
        let was_there = self.with_client(reference, Actions::Push, |client| {
            if let Some(present) = client.manifest_if_there(tag)? {
                let present = digest_of(&present.bytes);
                if present == digest {
                    return Ok(true);
                }
                if !upload.replace {
                    return Err(Problem::Taken { present });
                }
            }
            client.store_blob(&artifact.layer, &upload.component.bytes)?;
            client.store_blob(&digest_of(&artifact.config), &artifact.config)?;
            client.store_manifest(tag, &artifact.manifest)?;
            Ok(false)
        })?;
        Ok(Pushed {
            reference: reference.pinned(digest.clone()),
            digest,
            component: artifact.layer,
            was_there,
        })
    }
}

/// The parts of an artifact, as they are stored.
struct Artifact {
    layer: ContentDigest,
    config: Vec<u8>,
    manifest: Vec<u8>,
}

impl Artifact {
    fn of(upload: &Upload) -> Self {
        let component = &upload.component;
        let layer = digest_of(&component.bytes);
        let config = Config {
            created: upload.created.as_deref().unwrap_or(UNKNOWN),
            architecture: "wasm",
            os: "wasip2",
            layer_digests: [layer.to_string()],
            component: Interface {
                exports: &component.exports,
                imports: &component.imports,
            },
        };
        let config = serde_json::to_vec(&config).expect("texts are JSON");
        let manifest = Manifest {
            schema_version: 2,
            media_type: MANIFEST.to_owned(),
            config: Some(descriptor(CONFIG, &config)),
            layers: vec![descriptor(LAYER, &component.bytes)],
            annotations: upload.annotations.clone(),
            ..Manifest::default()
        };
        let manifest = serde_json::to_vec(&manifest).expect("texts are JSON");
        Self {
            layer,
            config,
            manifest,
        }
    }
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Descriptor {
    Descriptor {
        media_type: media_type.to_owned(),
        digest: digest_of(bytes).to_string(),
        size: bytes.len() as u64,
        annotations: Annotations::new(),
    }
}

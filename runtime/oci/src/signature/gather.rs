//! Where signatures lie in a registry.

use remold_manifest::ContentDigest;

use super::Evidence;
use crate::artifact::{Descriptor, Manifest};
use crate::client::Client;
use crate::error::Problem;

/// The layer of a simple signature.
const SIMPLE: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
/// The annotation of that layer which is the signature.
const SIGNATURE: &str = "dev.cosignproject.cosign/signature";
/// How the types of bundles begin, of all versions.
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle";
/// The largest document or bundle, bytes.
const MAX_BYTES: u64 = 1 << 20;
/// How many of a kind are looked at: an artifact that has more is not signed, but buried.
const MOST: usize = 64;

/// Gets everything that may show that an artifact is signed.
pub(crate) fn gather(
    client: &mut Client,
    digest: &ContentDigest,
) -> Result<Vec<Evidence>, Problem> {
    let mut evidence = Vec::new();
    let tag = format!("sha256-{}.sig", digest.hex());
    collect(client, &tag, &mut evidence)?;
    // A registry that does not know who refers to what has a list under a tag in its place.
    let list = match client.referrers(digest)? {
        Some(list) => Some(list),
        None => client.manifest_if_there(&format!("sha256-{}", digest.hex()))?,
    };
    let list = list.and_then(|list| Manifest::read(&list.bytes).ok());
    // The list's own word on what each of them is cannot be relied on: cosign writes another one there.
    for referrer in list.iter().flat_map(|list| &list.manifests).take(MOST) {
        if let Ok(digest) = referrer.digest() {
            collect(client, digest.as_str(), &mut evidence)?;
        }
    }
    Ok(evidence)
}

/// Collects what the layers of a manifest show, of either form; nothing if there is no such manifest.
fn collect(client: &mut Client, name: &str, evidence: &mut Vec<Evidence>) -> Result<(), Problem> {
    let manifest = client.manifest_if_there(name)?;
    let manifest = manifest.and_then(|manifest| Manifest::read(&manifest.bytes).ok());
    for layer in manifest
        .iter()
        .flat_map(|manifest| &manifest.layers)
        .take(MOST)
    {
        let signature = layer.annotations.get(SIGNATURE);
        let is_simple = layer.media_type == SIMPLE && signature.is_some();
        if !is_simple && !layer.media_type.starts_with(BUNDLE) {
            continue;
        }
        let Some(text) = text(client, layer)? else {
            continue;
        };
        evidence.push(match signature {
            Some(signature) if is_simple => Evidence::Simple {
                payload: text,
                signature: signature.clone(),
            },
            _ => Evidence::Bundle(text),
        });
    }
    Ok(())
}

/// Gets a small text. One that is none, or too large, shows nothing.
fn text(client: &mut Client, layer: &Descriptor) -> Result<Option<String>, Problem> {
    let Ok(digest) = layer.digest() else {
        return Ok(None);
    };
    match client.blob("a signature", &digest, MAX_BYTES) {
        Ok(bytes) => Ok(String::from_utf8(bytes).ok()),
        Err(Problem::TooLarge { .. } | Problem::Digest { .. } | Problem::NotFound { .. }) => {
            Ok(None)
        }
        Err(problem) => Err(problem),
    }
}

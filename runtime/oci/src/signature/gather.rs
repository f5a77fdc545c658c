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
    let mut evidence = simple(client, digest)?;
    evidence.extend(bundles(client, digest)?);
    Ok(evidence)
}

fn simple(client: &mut Client, digest: &ContentDigest) -> Result<Vec<Evidence>, Problem> {
    let tag = format!("sha256-{}.sig", digest.hex());
    let Some(manifest) = client.manifest_if_there(&tag)? else {
        return Ok(Vec::new());
    };
    let Ok(manifest) = Manifest::read(&manifest.bytes) else {
        return Ok(Vec::new());
    };
    let mut evidence = Vec::new();
    for layer in manifest.layers.iter().take(MOST) {
        let Some(signature) = layer.annotations.get(SIGNATURE) else {
            continue;
        };
        if layer.media_type == SIMPLE
            && let Some(payload) = text(client, layer)?
        {
            evidence.push(Evidence::Simple {
                payload,
                signature: signature.clone(),
            });
        }
    }
    Ok(evidence)
}

fn bundles(client: &mut Client, digest: &ContentDigest) -> Result<Vec<Evidence>, Problem> {
    // A registry that does not know who refers to what has a list under a tag in its place.
    let list = match client.referrers(digest)? {
        Some(list) => Some(list),
        None => client.manifest_if_there(&format!("sha256-{}", digest.hex()))?,
    };
    let list = list.and_then(|list| Manifest::read(&list.bytes).ok());
    let mut evidence = Vec::new();
    // The list's own word on what each of them is cannot be relied on: cosign writes another one there.
    for referrer in list.iter().flat_map(|list| &list.manifests).take(MOST) {
        let Some(manifest) = client.manifest_if_there(&referrer.digest)? else {
            continue;
        };
        let Ok(manifest) = Manifest::read(&manifest.bytes) else {
            continue;
        };
        for layer in manifest.layers.iter().take(MOST) {
            if layer.media_type.starts_with(BUNDLE)
                && let Some(bundle) = text(client, layer)?
            {
                evidence.push(Evidence::Bundle(bundle));
            }
        }
    }
    Ok(evidence)
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

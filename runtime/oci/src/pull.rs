//! Pulling: a component by the digest of its manifest.

use remold_manifest::{ArtifactReference, ContentDigest};

use crate::artifact::{Annotations, MAX_COMPONENT_BYTES, Manifest};
use crate::cache::Cache;
use crate::client::{Actions, Client, check_digest};
use crate::digest::digest_of;
use crate::error::{ArtifactError, Problem};
use crate::key::PublicKey;
use crate::registries::{Registries, wanted};
use crate::signature;

/// The largest manifest that is read from the cache, bytes.
const MAX_MANIFEST: u64 = 4 << 20;

/// A component that was pulled.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// Its name, with its digest.
    pub reference: ArtifactReference,
    /// The digest of its manifest, which pins it.
    pub digest: ContentDigest,
    /// The component.
    pub bytes: Vec<u8>,
    /// What whoever pushed it says of it.
    pub annotations: Annotations,
    /// Whether the registry was not needed.
    pub from_cache: bool,
}

impl Registries {
    /// Pulls a component, from the cache if it is there. Without a digest the registry is asked what the tag stands for.
    ///
    /// With a key, the artifact must be signed by it.
    pub fn pull(
        &self,
        reference: &ArtifactReference,
        key: Option<&PublicKey>,
    ) -> Result<Pulled, ArtifactError> {
        let mut session = Session {
            registries: self,
            reference,
            cache: self.open_cache(),
            client: None,
        };
        session.pull(key).map_err(|problem| ArtifactError {
            reference: reference.to_string(),
            problem,
        })
    }
}

/// One pull. The registry is spoken to when the first thing is missing.
struct Session<'a> {
    registries: &'a Registries,
    reference: &'a ArtifactReference,
    cache: Option<Cache>,
    client: Option<Client>,
}

impl Session<'_> {
    fn pull(&mut self, key: Option<&PublicKey>) -> Result<Pulled, Problem> {
        let manifest = self.manifest()?;
        let digest = digest_of(&manifest);
        let parsed = Manifest::read(&manifest)?;
        let layer = parsed.component()?;
        let layer_digest = layer.digest()?;
        if let Some(key) = key {
            self.check_signature(key, &digest)?;
        }
        let bytes = self.component(&layer_digest, layer.size)?;
        if let Some(cache) = &self.cache
            && self.client.is_some()
        {
            cache.keep_blob(&digest, &manifest);
            cache.keep_blob(&layer_digest, &bytes);
        }
        Ok(Pulled {
            reference: self.reference.pinned(digest.clone()),
            digest,
            bytes,
            annotations: parsed.annotations,
            from_cache: self.client.is_none(),
        })
    }

    fn manifest(&mut self) -> Result<Vec<u8>, Problem> {
        if let (Some(digest), Some(cache)) = (self.reference.digest(), &self.cache)
            && let Some(manifest) = cache.blob(digest, MAX_MANIFEST)
        {
            return Ok(manifest);
        }
        let name = wanted(self.reference);
        Ok(self.client()?.manifest(&name)?.bytes)
    }

    fn component(&mut self, digest: &ContentDigest, declared: u64) -> Result<Vec<u8>, Problem> {
        let cache = self.cache.as_ref();
        let kept = cache.and_then(|cache| cache.blob(digest, MAX_COMPONENT_BYTES));
        let what = "the component";
        let bytes = match kept {
            Some(bytes) => Some(bytes),
            None => self.client()?.blob_unchecked(what, digest, declared)?,
        };
        let found = bytes
            .as_ref()
            .map_or(declared + 1, |bytes| bytes.len() as u64);
        let Some(bytes) = bytes.filter(|_| found == declared) else {
            return Err(Problem::Size { declared, found });
        };
        check_digest(what, &bytes, digest)?;
        Ok(bytes)
    }

    /// Looks at the signatures that were seen before, then at those in the registry: somebody may have signed it since.
    fn check_signature(&mut self, key: &PublicKey, digest: &ContentDigest) -> Result<(), Problem> {
        let known = self.cache.as_ref().map(|cache| cache.evidence(digest));
        if known.is_some_and(|known| signature::verify(&known, key, digest).is_ok()) {
            return Ok(());
        }
        let evidence = signature::gather(self.client()?, digest)?;
        signature::verify(&evidence, key, digest)?;
        if let Some(cache) = &self.cache {
            cache.keep_evidence(digest, &evidence);
        }
        Ok(())
    }

    fn client(&mut self) -> Result<&mut Client, Problem> {
        let client = match self.client.take() {
            Some(client) => client,
            None => Client::connect(self.registries, self.reference, Actions::Pull)?,
        };
        Ok(self.client.insert(client))
    }
}

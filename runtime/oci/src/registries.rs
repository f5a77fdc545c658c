//! What the machine says of registries.

use std::path::PathBuf;

use remold_manifest::{ArtifactReference, ContentDigest};

use crate::artifact::Manifest;
use crate::cache::Cache;
use crate::client::{Actions, Client};
use crate::digest::digest_of;
use crate::error::{ArtifactError, Problem};

/// What the machine says of registries: where credentials are, what is kept, who speaks plain HTTP.
///
/// The default is what any machine can do: no credentials, no cache, TLS for all but this machine's own registries.
#[derive(Debug, Clone, Default)]
pub struct Registries {
    /// The folder in which is kept what was pulled; none keeps nothing.
    pub cache: Option<PathBuf>,
    /// Files with credentials as `docker login` and `podman login` write them, the first one that knows a registry counts. One
    /// that is not there is passed over.
    pub credentials: Vec<PathBuf>,
    /// Registries that speak plain HTTP, as they are named in references. Those of this machine itself (`localhost`,
    /// `127.0.0.1`) need not be named.
    pub plain_http: Vec<String>,
}

impl Registries {
    /// Asks the registry which digest an artifact has at present. Nothing is pulled.
    pub fn resolve(&self, reference: &ArtifactReference) -> Result<ContentDigest, ArtifactError> {
        self.with_client(reference, Actions::Pull, |client| {
            let manifest = client.manifest(&wanted(reference))?;
            Manifest::read(&manifest.bytes)?;
            Ok(digest_of(&manifest.bytes))
        })
    }

    pub(crate) fn open_cache(&self) -> Option<Cache> {
        self.cache.as_deref().and_then(Cache::open)
    }

    /// Does something with the registry of an artifact.
    pub(crate) fn with_client<T>(
        &self,
        reference: &ArtifactReference,
        actions: Actions,
        work: impl FnOnce(&mut Client) -> Result<T, Problem>,
    ) -> Result<T, ArtifactError> {
        let named = |problem| ArtifactError {
            reference: reference.to_string(),
            problem,
        };
        let mut client = Client::connect(self, reference, actions).map_err(named)?;
        work(&mut client).map_err(named)
    }
}

/// Returns what is asked for in a repository: the digest if there is one, for the tag may have been moved since.
pub(crate) fn wanted(reference: &ArtifactReference) -> String {
    let digest = reference.digest().map(ToString::to_string);
    digest.unwrap_or_else(|| reference.tag().unwrap_or("latest").to_owned())
}

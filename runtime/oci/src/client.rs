//! A registry, spoken to about one repository: manifests, blobs, uploads.
//!
//! The protocol is the OCI distribution specification. Written here and not taken from a crate for what it must hold up: every
//! answer is bounded, every status is told apart, and no answer can make it fail in another way (see ADR 0018).

mod authorization;
mod transport;
mod upload;

use std::cell::OnceCell;
use std::time::Duration;

use remold_manifest::{ArtifactReference, ContentDigest};

use crate::artifact::{INDEX, MANIFEST};
use crate::credentials::{self, Credentials};
use crate::digest::digest_of;
use crate::error::Problem;
use crate::registries::Registries;
use transport::{Answer, Call, Transport};

/// The largest manifest, bytes, as the specification has it.
const MAX_MANIFEST: u64 = 4 << 20;

/// How long is waited before a registry that is busy is asked again.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// What a manifest may be: those of images, in OCI's and in Docker's own form.
const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

/// What is to be done in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actions {
    /// Reading.
    Pull,
    /// Reading and writing.
    Push,
}

impl Actions {
    /// Returns the words for it in the scope of a token.
    const fn scope(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "pull,push",
        }
    }
}

/// A manifest as it came.
pub(crate) struct RawManifest {
    pub(crate) bytes: Vec<u8>,
}

/// One repository of a registry.
pub(crate) struct Client {
    transport: Transport,
    /// The registry as it was named, for messages and credentials.
    registry: String,
    /// `SCHEME://HOST[:PORT]`, to which credentials go.
    origin: String,
    repository: String,
    actions: Actions,
    files: Vec<std::path::PathBuf>,
    /// What was found in them, once it was needed.
    credentials: OnceCell<Option<Credentials>>,
    /// The value of the header `Authorization`, once one was asked for.
    authorization: Option<String>,
}

impl Client {
    /// Finds out how a registry is spoken to. But for this machine's own, nothing is sent yet.
    pub(crate) fn connect(
        registries: &Registries,
        reference: &ArtifactReference,
        actions: Actions,
    ) -> Result<Self, Problem> {
        let registry = reference.registry();
        let host = host_of(registry);
        let plain = registries.plain_http.iter().any(|named| named == registry)
            || is_this_machine(registry) && Transport::answers_plainly(registry, host);
        let scheme = if plain { "http" } else { "https" };
        Ok(Self {
            transport: Transport::new(registry, !plain)?,
            registry: registry.to_owned(),
            origin: format!("{scheme}://{host}"),
            repository: repository_of(reference),
            actions,
            files: registries.credentials.clone(),
            credentials: OnceCell::new(),
            authorization: None,
        })
    }

    /// Gets a manifest by tag or digest.
    pub(crate) fn manifest(&mut self, name: &str) -> Result<RawManifest, Problem> {
        let found = self.manifest_if_there(name)?;
        found.ok_or_else(|| Problem::NotFound {
            registry: self.registry.clone(),
            what: self.called(name),
        })
    }

    /// Names what has a tag or digest in the repository.
    fn called(&self, name: &str) -> String {
        let joint = if name.contains(':') { '@' } else { ':' };
        format!("{}{joint}{name}", self.repository)
    }

    /// Gets a manifest by tag or digest, or nothing if the registry does not have it.
    pub(crate) fn manifest_if_there(&mut self, name: &str) -> Result<Option<RawManifest>, Problem> {
        let url = self.url(&format!("manifests/{name}"));
        let answer = self.call(&Call::get(url).header("accept", ACCEPT))?;
        match answer.status() {
            404 => Ok(None),
            200 => {
                let bytes = answer.read(MAX_MANIFEST)?.ok_or(Problem::TooLarge {
                    what: "the manifest".to_owned(),
                    bytes: None,
                    limit: MAX_MANIFEST,
                })?;
                if let Ok(expected) = name.parse::<ContentDigest>() {
                    check_digest("the manifest", &bytes, &expected)?;
                }
                Ok(Some(RawManifest { bytes }))
            }
            _ => Err(self.refused(answer, name)),
        }
    }

    /// Gets the list of what refers to an artifact, or nothing if the registry keeps none.
    pub(crate) fn referrers(
        &mut self,
        digest: &ContentDigest,
    ) -> Result<Option<RawManifest>, Problem> {
        let url = self.url(&format!("referrers/{digest}"));
        let answer = self.call(&Call::get(url).header("accept", INDEX))?;
        match answer.status() {
            200 if answer.header("content-type").starts_with(INDEX) => {
                let bytes = answer.read(MAX_MANIFEST)?.ok_or(Problem::TooLarge {
                    what: "the list of referrers".to_owned(),
                    bytes: None,
                    limit: MAX_MANIFEST,
                })?;
                Ok(Some(RawManifest { bytes }))
            }
            401 | 403 | 429 | 500.. => Err(self.refused(answer, "the list of referrers")),
            // Older registries answer in many ways to what they do not know.
            _ => Ok(None),
        }
    }

    /// Gets a blob, or nothing if it has more bytes than `limit`. Its digest is for the caller to check.
    pub(crate) fn blob_unchecked(
        &mut self,
        what: &str,
        digest: &ContentDigest,
        limit: u64,
    ) -> Result<Option<Vec<u8>>, Problem> {
        let url = self.url(&format!("blobs/{digest}"));
        let answer = self.call(&Call::get(url))?;
        if answer.status() != 200 {
            return Err(self.refused(answer, &format!("{what} ({digest})")));
        }
        answer.read(limit)
    }

    /// Gets a blob of at most `limit` bytes.
    pub(crate) fn blob(
        &mut self,
        what: &str,
        digest: &ContentDigest,
        limit: u64,
    ) -> Result<Vec<u8>, Problem> {
        let bytes = self.blob_unchecked(what, digest, limit)?;
        let bytes = bytes.ok_or_else(|| Problem::TooLarge {
            what: what.to_owned(),
            bytes: None,
            limit,
        })?;
        check_digest(what, &bytes, digest)?;
        Ok(bytes)
    }

    /// Stores a manifest under a tag.
    pub(crate) fn store_manifest(&mut self, tag: &str, manifest: &[u8]) -> Result<(), Problem> {
        let url = self.url(&format!("manifests/{tag}"));
        let call = Call::with_body("PUT", url, manifest).header("content-type", MANIFEST);
        let answer = self.call(&call)?;
        match answer.status() {
            200..300 => Ok(()),
            _ => Err(self.refused(answer, "the manifest")),
        }
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/v2/{}/{rest}", self.origin, self.repository)
    }

    /// Asks the registry, again after a pause where it says that this may help and asking changes nothing.
    fn call(&mut self, call: &Call<'_>) -> Result<Answer, Problem> {
        for pause in PAUSES {
            let answer = self.call_once(call)?;
            if !call.only_reads() || !matches!(answer.status(), 429 | 502 | 503 | 504) {
                return Ok(answer);
            }
            std::thread::sleep(pause);
        }
        self.call_once(call)
    }

    /// Asks the registry, and once more with credentials if it wants some.
    fn call_once(&mut self, call: &Call<'_>) -> Result<Answer, Problem> {
        // An upload may go elsewhere, to a place that is no business of the credentials.
        if !self.is_own(&call.url) {
            return self.transport.send(call, None);
        }
        let answer = self.transport.send(call, self.authorization.as_deref())?;
        if answer.status() != 401 {
            return Ok(answer);
        }
        let Some(authorization) = self.authorize(&answer)? else {
            return Ok(answer);
        };
        self.authorization = Some(authorization);
        self.transport.send(call, self.authorization.as_deref())
    }

    fn is_own(&self, url: &str) -> bool {
        let rest = url.strip_prefix(&self.origin);
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    fn credentials(&self) -> Result<Option<&Credentials>, Problem> {
        if self.credentials.get().is_none() {
            let found = credentials::find(&self.files, &self.registry, &self.repository)?;
            // Nobody else has found them meanwhile.
            let _ = self.credentials.set(found);
        }
        Ok(self.credentials.get().and_then(Option::as_ref))
    }

    /// Says why the registry did not do what was asked.
    fn refused(&self, answer: Answer, what: &str) -> Problem {
        let registry = self.registry.clone();
        let status = answer.status();
        let message = answer.complaint();
        let logged_in = matches!(self.credentials.get(), Some(Some(_)));
        match status {
            404 => Problem::NotFound {
                registry,
                what: format!("{what} in {}", self.repository),
            },
            401 => Problem::Login {
                registry,
                logged_in,
                message,
            },
            // Some refuse what is not public before they ask who wants it.
            403 if !logged_in => Problem::Login {
                registry,
                logged_in,
                message,
            },
            403 => Problem::Denied { registry, message },
            _ => Problem::Failed {
                registry,
                status,
                message,
            },
        }
    }
}

/// Checks that bytes are what they were asked for as.
pub(crate) fn check_digest(
    what: &str,
    bytes: &[u8],
    expected: &ContentDigest,
) -> Result<(), Problem> {
    let found = digest_of(bytes);
    if found == *expected {
        return Ok(());
    }
    Err(Problem::Digest {
        what: what.to_owned(),
        expected: expected.clone(),
        found,
    })
}

/// Says whether a registry is Docker's own, which has several names.
pub(crate) fn is_dockers_own(registry: &str) -> bool {
    matches!(
        registry,
        "docker.io" | "index.docker.io" | "registry-1.docker.io"
    )
}

/// Returns the host that a registry is at: Docker's own is not at its name.
fn host_of(registry: &str) -> &str {
    if is_dockers_own(registry) {
        return "registry-1.docker.io";
    }
    registry
}

fn repository_of(reference: &ArtifactReference) -> String {
    let repository = reference.repository();
    if is_dockers_own(reference.registry()) && !repository.contains('/') {
        return format!("library/{repository}");
    }
    repository.to_owned()
}

/// Says whether a registry is on this machine, where plain HTTP can be overheard by nobody.
fn is_this_machine(registry: &str) -> bool {
    if registry.starts_with("[::1]") {
        return true;
    }
    let host = registry.split(':').next().unwrap_or_default();
    let address = host.parse::<std::net::Ipv4Addr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machines_own_registries_are_known_by_their_names() {
        for own in [
            "localhost",
            "localhost:5000",
            "127.0.0.1:5000",
            "127.8.8.8",
            "[::1]:5000",
        ] {
            assert!(is_this_machine(own), "{own}");
        }
        for other in [
            "localhost.acme.dev",
            "10.0.0.1:5000",
            "[::2]:5000",
            "ghcr.io",
        ] {
            assert!(!is_this_machine(other), "{other}");
        }
    }

    #[test]
    fn dockers_own_registry_is_not_at_its_name() {
        let reference: ArtifactReference = "docker.io/split:1".parse().expect("a name");
        assert_eq!(host_of(reference.registry()), "registry-1.docker.io");
        assert_eq!(repository_of(&reference), "library/split");
        let reference: ArtifactReference = "docker.io/acme/split:1".parse().expect("a name");
        assert_eq!(repository_of(&reference), "acme/split");
    }
}

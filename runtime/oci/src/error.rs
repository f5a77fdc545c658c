//! Why an artifact could not be pulled, pushed or trusted.

use remold_manifest::ContentDigest;

/// Why something could not be done with an artifact.
#[derive(Debug, thiserror::Error)]
#[error("{reference}: {problem}")]
pub struct ArtifactError {
    /// The artifact, as it was named.
    pub reference: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// No connection, or none that lasted.
    #[error("{registry} cannot be reached: {message}")]
    Unreachable {
        /// The registry, or the server that it named.
        registry: String,
        /// The system's own words.
        message: String,
    },
    /// There is no connection by TLS, or none that may be trusted.
    #[error("there is no trusted connection to {registry}: {message}")]
    Tls {
        /// The registry, or the server that it named.
        registry: String,
        /// What is wrong with its TLS.
        message: String,
    },
    /// The registry does not have it.
    #[error("{registry} does not have {what}")]
    NotFound {
        /// The registry.
        registry: String,
        /// What was asked for.
        what: String,
    },
    /// The registry wants to know who asks, or does not believe it.
    #[error("{registry} {}{}", login(*.logged_in), words(.message))]
    Login {
        /// The registry.
        registry: String,
        /// Whether there were credentials for it.
        logged_in: bool,
        /// What it says.
        message: String,
    },
    /// The registry knows who asks, and refuses.
    #[error("{registry} refuses{}", words(.message))]
    Denied {
        /// The registry.
        registry: String,
        /// What it says.
        message: String,
    },
    /// The registry answers with a failure of another kind.
    #[error("{registry} answers with status {status}{}", words(.message))]
    Failed {
        /// The registry.
        registry: String,
        /// The status of HTTP.
        status: u16,
        /// What it says.
        message: String,
    },
    /// What answers does not speak like a registry.
    #[error("{registry} does not answer like a registry: {message}")]
    Protocol {
        /// Who answers.
        registry: String,
        /// What is wrong with the answer.
        message: String,
    },
    /// Credentials are there and cannot be read.
    #[error("the credentials for {registry} cannot be read: {message}")]
    Credentials {
        /// The registry.
        registry: String,
        /// Where, and why.
        message: String,
    },
    /// It is another kind of artifact.
    #[error("it is no component: {found}")]
    NoComponent {
        /// What it is.
        found: String,
    },
    /// It has not exactly one layer.
    #[error("it has {count} layers, and a component is exactly one")]
    Layers {
        /// How many it has.
        count: usize,
    },
    /// It is larger than anything of its kind may be.
    #[error("{what} has {}, the limit is {limit} bytes", size(*.bytes))]
    TooLarge {
        /// What it is.
        what: String,
        /// How large it says it is; nothing if it was read to the limit.
        bytes: Option<u64>,
        /// The limit.
        limit: u64,
    },
    /// A layer has another size than its manifest says.
    #[error("the component has {found} bytes, and its manifest says {declared}")]
    Size {
        /// What the manifest says.
        declared: u64,
        /// How many bytes came; one more than declared if there were more.
        found: u64,
    },
    /// Bytes do not have the digest that they must have.
    #[error("{what} has the digest {found}, and must have {expected}")]
    Digest {
        /// What they are.
        what: String,
        /// The digest that they must have.
        expected: ContentDigest,
        /// The digest that they have.
        found: ContentDigest,
    },
    /// Nobody signed it.
    #[error("it is not signed, and a signature is asked for")]
    Unsigned,
    /// It is signed, and not as it must be.
    #[error("no signature of it holds: {reason}")]
    Signature {
        /// Why the one that came closest does not.
        reason: String,
    },
    /// The key is none that signatures could be verified with.
    #[error("the key cannot be used: {message}")]
    Key {
        /// What is wrong with it.
        message: String,
    },
    /// A push needs a tag.
    #[error("it has no tag: a component is pushed under one")]
    NoTag,
    /// The tag is there already, for something else.
    #[error("the tag is taken: it stands for {present}")]
    Taken {
        /// What it stands for.
        present: ContentDigest,
    },
}

impl ArtifactError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match &self.problem {
            Problem::Unreachable { .. } => "registry-unreachable",
            Problem::Tls { .. } => "registry-tls",
            Problem::NotFound { .. } => "artifact-not-found",
            Problem::Login { .. } => "registry-login",
            Problem::Denied { .. } => "registry-denied",
            Problem::Failed { .. } => "registry-failed",
            Problem::Protocol { .. } => "registry-protocol",
            Problem::Credentials { .. } => "registry-credentials",
            Problem::NoComponent { .. } => "artifact-kind",
            Problem::Layers { .. } => "artifact-layers",
            Problem::TooLarge { .. } => "artifact-too-large",
            Problem::Size { .. } => "artifact-size",
            Problem::Digest { .. } => "artifact-digest",
            Problem::Unsigned => "unsigned",
            Problem::Signature { .. } => "bad-signature",
            Problem::Key { .. } => "signature-key",
            Problem::NoTag => "no-tag",
            Problem::Taken { .. } => "tag-taken",
        }
    }

    /// Returns what a person can do about it.
    pub fn hint(&self) -> String {
        let registry = self.reference.split('/').next().unwrap_or_default();
        match &self.problem {
            Problem::Unreachable { .. } => {
                "check the name and the network; what was pulled before is used without the registry".to_owned()
            }
            Problem::Tls { .. } => format!(
                "SSL_CERT_FILE names the certificate of an own authority; a registry without TLS is named in REMOLD_PLAIN_HTTP={registry}"
            ),
            Problem::NotFound { .. } if self.reference.contains('@') => {
                "the digest is the one of the artifact's manifest, which `remold pull REGISTRY/REPOSITORY:TAG` prints".to_owned()
            }
            Problem::NotFound { .. } => {
                "look up tag and digest in the registry; some registries say so too of what is not public, until `docker login`".to_owned()
            }
            Problem::Login { logged_in: false, .. } => {
                format!("`docker login {registry}` or `podman login {registry}` stores credentials; some registries also ask for them when the name is wrong")
            }
            Problem::Login { .. } => {
                format!("the stored credentials are not accepted: `docker login {registry}` renews them")
            }
            Problem::Denied { .. } => {
                "have that account given the right to pull, or to push, in this repository".to_owned()
            }
            Problem::Failed { .. } => "give the same command again when that has passed".to_owned(),
            Problem::Protocol { .. } => "check the name: is a registry at that address?".to_owned(),
            Problem::Credentials { .. } => {
                format!("mend that, or store them anew: `docker login {registry}`")
            }
            Problem::NoComponent { .. } | Problem::Layers { .. } => {
                "push it by `remold push` or `wkg oci push`: one layer of the type application/wasm".to_owned()
            }
            Problem::TooLarge { .. } => {
                "strip the component of debugging information, or leave out what it does not use".to_owned()
            }
            Problem::Size { .. } | Problem::Digest { .. } => {
                "do not use it: the registry, or something on the way, gives out other bytes than were pushed".to_owned()
            }
            Problem::Unsigned => format!("`cosign sign --key cosign.key {}` signs it", self.reference),
            Problem::Signature { .. } => {
                "do not use it until you know who signed what; `cosign verify --key KEY` is a second opinion".to_owned()
            }
            Problem::Key { .. } => {
                "give the public key as PEM: `cosign.pub`, or what `cosign public-key` prints".to_owned()
            }
            Problem::NoTag => "write REGISTRY/REPOSITORY:TAG; the version is a good tag".to_owned(),
            Problem::Taken { .. } => "take another tag; --replace lets it stand for this component".to_owned(),
        }
    }
}

const fn login(logged_in: bool) -> &'static str {
    if logged_in {
        "does not accept the credentials"
    } else {
        "wants credentials, and there are none for it"
    }
}

/// Puts what a registry says behind what happened.
fn words(message: &str) -> String {
    if message.is_empty() {
        return String::new();
    }
    format!(": {message}")
}

fn size(bytes: Option<u64>) -> String {
    bytes.map_or_else(
        || "more bytes than that".to_owned(),
        |bytes| format!("{bytes} bytes"),
    )
}

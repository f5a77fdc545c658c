//! Names of artifacts in OCI registries: `REGISTRY/REPOSITORY[:TAG][@DIGEST]`, and the digests that pin them.
//!
//! The grammar is that of the OCI distribution specification, with one thing less: the registry is always named. What is
//! short for Docker's own registry elsewhere would be a surprise here.

use std::fmt;
use std::str::FromStr;

/// The SHA-256 of some bytes as registries write it: `sha256:` and 64 hexadecimal digits in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentDigest(String);

impl ContentDigest {
    /// What all of them begin with.
    const PREFIX: &str = "sha256:";

    /// Makes it of the hexadecimal digits of a SHA-256.
    pub fn of_hex(digits: &str) -> Option<Self> {
        let is_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        let fits = digits.len() == 64 && digits.bytes().all(is_hex);
        fits.then(|| Self(format!("{}{digits}", Self::PREFIX)))
    }

    /// Returns the 64 hexadecimal digits.
    pub fn hex(&self) -> &str {
        &self.0[Self::PREFIX.len()..]
    }

    /// Returns the whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ContentDigest {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(Self::PREFIX);
        digits
            .and_then(Self::of_hex)
            .ok_or_else(|| InvalidReference::Digest {
                found: text.to_owned(),
            })
    }
}

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of an artifact in a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactReference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<ContentDigest>,
}

impl ArtifactReference {
    /// Returns the registry: a host, with a port where one was given.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Returns the repository in it.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// Returns the tag.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// Returns the digest.
    pub fn digest(&self) -> Option<&ContentDigest> {
        self.digest.as_ref()
    }

    /// Returns the same artifact under a digest, its tag kept for those who read it.
    #[must_use]
    pub fn pinned(&self, digest: ContentDigest) -> Self {
        Self {
            digest: Some(digest),
            ..self.clone()
        }
    }
}

impl fmt::Display for ArtifactReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// Why a text is not the name of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReference {
    /// There is none.
    #[error("the name of an artifact is empty")]
    Empty,
    /// It begins like an address.
    #[error("the name of an artifact has no `{scheme}://`: leave that out")]
    Scheme {
        /// What stands before the two slashes.
        scheme: String,
    },
    /// The registry is left out.
    #[error(
        "the registry is missing: write REGISTRY/REPOSITORY:TAG, as in `ghcr.io/acme/split-name:1.2.0`"
    )]
    NoRegistry,
    /// The registry is no host.
    #[error("`{found}` is no registry: a host is expected, and a port if it needs one")]
    Registry {
        /// What stands there.
        found: String,
    },
    /// The repository has letters that are not small.
    #[error("the repository `{found}` has capital letters, which registries do not allow")]
    Capitals {
        /// What stands there.
        found: String,
    },
    /// The repository is none.
    #[error(
        "`{found}` is no repository: small letters, digits, `.`, `_` and `-` between slashes are expected"
    )]
    Repository {
        /// What stands there.
        found: String,
    },
    /// The tag is none.
    #[error("`{found}` is no tag: up to 128 letters, digits, `.`, `_` and `-` are expected")]
    Tag {
        /// What stands there.
        found: String,
    },
    /// The digest is none.
    #[error(
        "`{found}` is no digest: `sha256:` and 64 hexadecimal digits in lower case are expected"
    )]
    Digest {
        /// What stands there.
        found: String,
    },
}

impl FromStr for ArtifactReference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(InvalidReference::Empty);
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(InvalidReference::Scheme {
                scheme: scheme.to_owned(),
            });
        }
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.parse()?)),
            None => (text, None),
        };
        let Some((registry, rest)) = name.split_once('/') else {
            return Err(InvalidReference::NoRegistry);
        };
        // What has neither a dot nor a port is a folder of a repository, as Docker reads it too.
        if registry != "localhost" && !registry.contains(['.', ':']) {
            return Err(InvalidReference::NoRegistry);
        }
        if !is_registry(registry) {
            return Err(InvalidReference::Registry {
                found: registry.to_owned(),
            });
        }
        let (repository, tag) = match rest.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (rest, None),
        };
        check_repository(repository)?;
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            return Err(InvalidReference::Tag {
                found: tag.to_owned(),
            });
        }
        Ok(Self {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag: tag.map(str::to_owned),
            digest,
        })
    }
}

fn is_registry(text: &str) -> bool {
    // The address of IPv6 is in brackets, and colons are in it.
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            let fits = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
            if !address.contains(':') || !address.bytes().all(fits) {
                return false;
            }
            match rest.strip_prefix(':') {
                Some(port) => ("v6", Some(port)),
                None if rest.is_empty() => ("v6", None),
                None => return false,
            }
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let is_label = |label: &str| {
        let ends = label.starts_with('-') || label.ends_with('-');
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && !ends && label.bytes().all(fits)
    };
    host.split('.').all(is_label)
        && port.is_none_or(|port| {
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
        })
}

fn check_repository(text: &str) -> Result<(), InvalidReference> {
    let found = || text.to_owned();
    let is_part = |part: &str| {
        let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
        let is_end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        let bytes = part.as_bytes();
        is_end(bytes.first().copied())
            && is_end(bytes.last().copied())
            && part.bytes().all(fits)
            // One dot, one or two underscores, any number of hyphens.
            && part
                .split(|letter: char| letter.is_ascii_alphanumeric())
                .all(|between| {
                    matches!(between, "" | "." | "_" | "__") || between.bytes().all(|b| b == b'-')
                })
    };
    if text.split('/').all(is_part) && text.len() <= 255 {
        return Ok(());
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(InvalidReference::Capitals { found: found() });
    }
    Err(InvalidReference::Repository { found: found() })
}

fn is_tag(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let first = text.bytes().next();
    (1..=128).contains(&text.len())
        && first.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && text.bytes().all(fits)
}

#[cfg(test)]
mod tests;

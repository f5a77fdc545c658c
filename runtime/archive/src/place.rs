//! Where backups are kept: a folder, or a bucket of an S3-compatible object store. Nothing is contacted here, and nothing is
//! read from the environment: what a store wants to know of who asks is handed in.

use std::fmt;
use std::path::PathBuf;

/// A place for backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder on this machine.
    Folder(PathBuf),
    /// A bucket of an object store.
    Bucket {
        /// The bucket's name.
        bucket: String,
        /// What all names begin with, without slashes around it; may be empty.
        prefix: String,
    },
}

impl Place {
    /// Reads a path, `file:///path`, or `s3://bucket/prefix`.
    ///
    /// # Errors
    /// [`PlaceError::NotAPlace`] for another scheme, a host in a `file` address, a name that no bucket has.
    pub fn parse(text: &str) -> Result<Self, PlaceError> {
        let refuse = |reason: &str| {
            Err(PlaceError::NotAPlace {
                shown: text.to_owned(),
                reason: reason.to_owned(),
            })
        };
        let Some((scheme, rest)) = text.split_once("://") else {
            return match text {
                "" => refuse("it is empty"),
                path => Ok(Self::Folder(PathBuf::from(path))),
            };
        };
        match scheme {
            "file" if rest.starts_with('/') => Ok(Self::Folder(PathBuf::from(rest))),
            "file" => refuse("a file address has no host: write file:///path"),
            "s3" => {
                let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
                if !is_bucket(bucket) {
                    return refuse(
                        "the name of a bucket has 3 to 63 lower case letters, digits, dots and dashes",
                    );
                }
                let prefix = prefix.trim_matches('/');
                if prefix.split('/').any(|part| part == "." || part == "..") {
                    return refuse("a prefix has no part . or ..");
                }
                Ok(Self::Bucket {
                    bucket: bucket.to_owned(),
                    prefix: prefix.to_owned(),
                })
            }
            _ => refuse("its scheme is none of file:// and s3://"),
        }
    }
}

fn is_bucket(name: &str) -> bool {
    let accepted =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    (3..=63).contains(&name.len()) && name.bytes().all(accepted)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::Bucket { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::Bucket { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

/// Who asks an object store, and how it is reached: the settings that its usual variables have (`AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY`, `AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ALLOW_HTTP` and the others of that family).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ObjectAccess {
    settings: Vec<(String, String)>,
    authority: Option<Vec<u8>>,
}

impl ObjectAccess {
    /// Takes variables by their names; those that do not begin with `AWS_` are passed over.
    pub fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let settings = variables
            .into_iter()
            .filter(|(name, value)| name.starts_with("AWS_") && !value.is_empty());
        Self {
            settings: settings.collect(),
            authority: None,
        }
    }

    /// Trusts these authorities, PEM, in place of the system's.
    #[must_use]
    pub fn with_authority(mut self, pem: Vec<u8>) -> Self {
        self.authority = Some(pem);
        self
    }

    pub(crate) fn settings(&self) -> &[(String, String)] {
        &self.settings
    }

    pub(crate) fn authority(&self) -> Option<&[u8]> {
        self.authority.as_deref()
    }
}

impl fmt::Debug for ObjectAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.settings.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

/// Why a place cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The text names no place.
    #[error("{shown:?} is no place for backups: {reason}")]
    NotAPlace {
        /// The text.
        shown: String,
        /// Why.
        reason: String,
    },
    /// The settings or certificates for an object store cannot be used.
    #[error("{place}: {message}")]
    Settings {
        /// The place.
        place: String,
        /// What is wrong with them.
        message: String,
    },
    /// There is no such bucket.
    #[error("{place}: there is no such bucket")]
    NoBucket {
        /// The place.
        place: String,
    },
    /// The object store does not know who asks, or does not permit it; or the file system does not.
    #[error("{place}: not permitted: {message}")]
    Denied {
        /// The place.
        place: String,
        /// The store's own words.
        message: String,
    },
    /// The object store does not answer, after a few attempts.
    #[error("{place}: the object store does not answer: {message}")]
    Unreachable {
        /// The place.
        place: String,
        /// The system's own words.
        message: String,
    },
    /// What is there cannot be read.
    #[error("{place} cannot be read: {message}")]
    NotReadable {
        /// The file or object.
        place: String,
        /// The system's own words.
        message: String,
    },
    /// Nothing can be written: the disk is full, read-only or broken, or the store refuses.
    #[error("{place} cannot be written: {message}")]
    NotWritable {
        /// The file or object.
        place: String,
        /// The system's own words.
        message: String,
    },
}

impl PlaceError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAPlace { .. } => "not-a-place",
            Self::Settings { .. } => "place-settings",
            Self::NoBucket { .. } => "no-bucket",
            Self::Denied { .. } => "place-denied",
            Self::Unreachable { .. } => "place-unreachable",
            Self::NotReadable { .. } => "place-not-readable",
            Self::NotWritable { .. } => "place-not-writable",
        }
    }

    /// Returns what a person can do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotAPlace { .. } => "write a path, file:///path, or s3://bucket/prefix",
            Self::Settings { .. } => {
                "an object store is told by the variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, for \
                 others than Amazon's, AWS_ENDPOINT_URL; AWS_CA_BUNDLE names a file of certificates"
            }
            Self::NoBucket { .. } => {
                "create the bucket, or check its name and AWS_ENDPOINT_URL; buckets are not created here"
            }
            Self::Denied { .. } => {
                "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that they permit to list, get, put and delete there; \
                 of a folder, its permissions"
            }
            Self::Unreachable { .. } => {
                "check AWS_ENDPOINT_URL and the network; a plain http:// address needs AWS_ALLOW_HTTP=true"
            }
            Self::NotReadable { .. } => "check the place and its permissions",
            Self::NotWritable { .. } => {
                "make room there, or mend the permissions; what was begun is no backup, and `remold backup prune` removes it"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_in_every_form_and_shown_again() {
        let shown = |text: &str| Place::parse(text).map(|place| place.to_string());
        assert_eq!(shown("backups").as_deref(), Ok("backups"));
        assert_eq!(shown("file:///var/b").as_deref(), Ok("/var/b"));
        assert_eq!(shown("s3://bucket").as_deref(), Ok("s3://bucket"));
        assert_eq!(shown("s3://bucket/a/b/").as_deref(), Ok("s3://bucket/a/b"));
    }

    #[test]
    fn what_is_no_place_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("file://host/x", "no host"),
            ("gs://bucket/x", "scheme"),
            ("s3://B/x", "name of a bucket"),
            ("s3://bucket/../x", ". or .."),
        ] {
            let error = Place::parse(text).expect_err(text);
            assert_eq!(error.code(), "not-a-place");
            assert!(error.to_string().contains(reason), "{error}");
        }
    }

    #[test]
    fn settings_are_never_shown() {
        let variable = |name: &str| (name.to_owned(), "open sesame".to_owned());
        let access =
            ObjectAccess::from_variables([variable("AWS_SECRET_ACCESS_KEY"), variable("PATH")]);
        assert_eq!(format!("{access:?}"), r#"["AWS_SECRET_ACCESS_KEY"]"#);
    }
}

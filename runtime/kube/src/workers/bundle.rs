//! All objects of a Job that is applied by hand, in a cluster without the controller: it brings its manifest with it.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use remold_manifest::{NewClaim, is_object_name};
use serde::Serialize;
use serde_json::Value;

use super::{MANIFEST_KEY, Manifest, Storage, Work, claim, job, network_policy, service_account};

/// The most bytes that a ConfigMap can hold.
const LARGEST: usize = 1 << 20;
/// The most characters of a name whose longest follower, `-manifest`, has to fit behind it into a label.
const LONGEST_NAME: usize = 52;

/// A manifest with the files that it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Papers {
    /// The manifest.
    pub manifest: String,
    /// The files beside it, by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Why a Job cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The files do not fit into a ConfigMap.
    #[error("{name} has {bytes} bytes, and a ConfigMap holds {LARGEST} at most")]
    TooLarge {
        /// The largest file.
        name: String,
        /// Of all files.
        bytes: usize,
    },
    /// A file's name cannot be a key of a ConfigMap.
    #[error("{name} cannot be a key of a ConfigMap")]
    InvalidFile {
        /// The file.
        name: String,
    },
    /// The name cannot be that of an object.
    #[error("`{name}` cannot be the name of a job")]
    InvalidName {
        /// The name.
        name: String,
    },
}

impl BundleError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large-for-config-map",
            Self::InvalidFile { .. } => "not-a-config-map-key",
            Self::InvalidName { .. } => "not-a-job-name",
        }
    }

    /// Returns what a person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => {
                "push the component to a registry by `remold push`, and name it by `oci` in the manifest: the worker pulls it"
            }
            Self::InvalidFile { .. } => {
                "keep the file in the manifest's folder itself, under a name of letters, digits, `-`, `_` and `.`"
            }
            Self::InvalidName { .. } => {
                "give it one by --name: at most 52 small letters, digits and hyphens, a letter or digit first and last"
            }
        }
    }
}

/// Makes the objects of a work, in the order in which they should be applied: with the `ConfigMap`s of its papers, and the claim that
/// is to be made.
pub fn bundle(
    mut work: Work,
    papers: Option<&Papers>,
    new_claim: Option<&NewClaim>,
) -> Result<Vec<Value>, BundleError> {
    if !is_name(&work.name) {
        let name = work.name;
        return Err(BundleError::InvalidName { name });
    }
    let mut objects = vec![
        value(&service_account(&work)),
        value(&network_policy(&work)),
    ];
    if let Some(papers) = papers {
        check(papers)?;
        let name = format!("{}-manifest", work.name);
        let text = (MANIFEST_KEY.to_owned(), papers.manifest.clone());
        objects.push(value(&ConfigMap {
            metadata: work.metadata(&name),
            data: Some(BTreeMap::from([text])),
            ..ConfigMap::default()
        }));
        let files = (!papers.files.is_empty()).then(|| format!("{}-files", work.name));
        objects.extend(
            files
                .as_ref()
                .map(|name| value(&files_of(&work, name, papers))),
        );
        work.manifest = Some(Manifest {
            config_map: name,
            files,
        });
    }
    if let (Some(Storage::Claim(name)), Some(spec)) = (&work.storage, new_claim) {
        objects.push(value(&claim(&work, name, spec)));
    }
    objects.push(value(&job(&work)));
    Ok(objects)
}

fn check(papers: &Papers) -> Result<(), BundleError> {
    let is_no_key = |name: &&String| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        name.len() > 253 || !name.bytes().all(is_plain) || name.as_str() == MANIFEST_KEY
    };
    if let Some(name) = papers.files.keys().find(is_no_key) {
        let name = name.clone();
        return Err(BundleError::InvalidFile { name });
    }
    let bytes: usize = papers.files.values().map(Vec::len).sum();
    let largest = papers.files.iter().max_by_key(|(_, content)| content.len());
    if papers.manifest.len() > LARGEST {
        return Err(BundleError::TooLarge {
            name: MANIFEST_KEY.to_owned(),
            bytes: papers.manifest.len(),
        });
    }
    match largest {
        Some((name, _)) if bytes > LARGEST => Err(BundleError::TooLarge {
            name: name.clone(),
            bytes,
        }),
        _ => Ok(()),
    }
}

fn files_of(work: &Work, name: &str, papers: &Papers) -> ConfigMap {
    let mut data = BTreeMap::new();
    let mut binary_data = BTreeMap::new();
    for (name, content) in &papers.files {
        match std::str::from_utf8(content) {
            Ok(text) => drop(data.insert(name.clone(), text.to_owned())),
            Err(_) => drop(binary_data.insert(name.clone(), ByteString(content.clone()))),
        }
    }
    ConfigMap {
        metadata: work.metadata(name),
        data: (!data.is_empty()).then_some(data),
        binary_data: (!binary_data.is_empty()).then_some(binary_data),
        ..ConfigMap::default()
    }
}

/// Says whether a text can be the name of a Job and the beginning of those of the objects around it.
fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME && !name.contains('.') && is_object_name(name)
}

fn value(object: &impl Serialize) -> Value {
    serde_json::to_value(object).expect("an object of the API holds nothing that JSON cannot")
}

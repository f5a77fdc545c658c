//! Where the journals and backups of workers are: on a volume, or in an object store.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    EnvFromSource, EnvVar, PersistentVolumeClaim, PersistentVolumeClaimSpec,
    PersistentVolumeClaimVolumeSource, SecretEnvSource, Volume, VolumeMount,
    VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use remold_manifest::{NewClaim, RdbPlace, Reference, StoreSpec};

use super::Work;
use super::ports::port_of;

/// The size of a claim whose size nobody says.
const SIZE: &str = "10Gi";

/// Where journals or backups are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    /// On a claim of the same namespace.
    Claim(String),
    /// In an object store.
    Store(StoreSpec),
}

impl From<&RdbPlace> for Storage {
    fn from(place: &RdbPlace) -> Self {
        match place {
            RdbPlace::Claim(claim) => Self::Claim(claim.name.clone()),
            RdbPlace::Object(store) => Self::Store(store.clone()),
        }
    }
}

/// Which of its two places a pod looks for: each has a folder, a volume and variables of its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use {
    /// Where the journals of its task are, or the backups that its task is about.
    Main,
    /// Where the backups go that a program asks for in the middle of its run.
    Backups,
}

impl Use {
    const fn volume(self) -> &'static str {
        match self {
            Self::Main => "storage",
            Self::Backups => "backups",
        }
    }

    const fn folder(self) -> &'static str {
        match self {
            Self::Main => "/storage",
            Self::Backups => "/backups",
        }
    }

    /// What the binary reads before the name of a variable.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Main => "",
            Self::Backups => "REMOLD_BACKUP_",
        }
    }
}

impl Storage {
    /// Returns what `--journal`, `--store` or `--backup-store` is given.
    pub(super) fn place(&self, used: Use) -> String {
        match self {
            Self::Claim(_) => used.folder().to_owned(),
            Self::Store(store) => store.url.clone(),
        }
    }

    pub(super) fn volume(&self, used: Use) -> Option<Volume> {
        let Self::Claim(name) = self else { return None };
        Some(Volume {
            name: used.volume().to_owned(),
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                claim_name: name.clone(),
                read_only: None,
            }),
            ..Volume::default()
        })
    }

    pub(super) fn mount(&self, used: Use) -> Option<VolumeMount> {
        matches!(self, Self::Claim(_)).then(|| VolumeMount {
            name: used.volume().to_owned(),
            mount_path: used.folder().to_owned(),
            ..VolumeMount::default()
        })
    }

    /// Returns the variables that say where an object store is.
    pub(super) fn variables(&self, used: Use) -> Vec<EnvVar> {
        let Self::Store(store) = self else {
            return Vec::new();
        };
        let is_plain = |endpoint: &String| endpoint.starts_with("http://");
        let plain = store.endpoint.as_ref().filter(|one| is_plain(one));
        let variables = [
            ("AWS_REGION", store.region.clone()),
            ("AWS_ENDPOINT_URL", store.endpoint.clone()),
            ("AWS_ALLOW_HTTP", plain.map(|_| "true".to_owned())),
        ];
        let told = variables.into_iter().filter_map(|(name, value)| {
            // What is said of the other store must not count for this one: an empty variable takes it back.
            let takes_back = matches!(used, Use::Backups) && name != "AWS_REGION";
            Some((name, value.or_else(|| takes_back.then(String::new))?))
        });
        told.map(|(name, value)| EnvVar {
            name: format!("{}{name}", used.prefix()),
            value: Some(value),
            value_from: None,
        })
        .collect()
    }

    /// Returns the Secret whose keys become variables.
    pub(super) fn variables_from(&self, used: Use) -> Vec<EnvFromSource> {
        let Self::Store(store) = self else {
            return Vec::new();
        };
        let prefix = Some(used.prefix()).filter(|prefix| !prefix.is_empty());
        let source = |secret: &Reference| EnvFromSource {
            prefix: prefix.map(str::to_owned),
            secret_ref: Some(SecretEnvSource {
                name: secret.name.clone(),
                optional: None,
            }),
            ..EnvFromSource::default()
        };
        store.credentials.iter().map(source).collect()
    }

    /// Returns the port of an object store whose address is told.
    pub(super) fn port(&self) -> Option<u16> {
        match self {
            Self::Claim(_) => None,
            Self::Store(store) => port_of(store.endpoint.as_deref()?),
        }
    }
}

/// Makes the claim of a migration. Nobody owns it: what is in it is the way back, and outlives the migration's object.
pub fn claim(work: &Work, name: &str, spec: &NewClaim) -> PersistentVolumeClaim {
    let mut metadata = work.metadata(name);
    metadata.owner_references = None;
    let size = spec.size.clone().unwrap_or_else(|| SIZE.to_owned());
    let mode = spec.access_mode.clone();
    PersistentVolumeClaim {
        metadata,
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec![mode.unwrap_or_else(|| "ReadWriteOnce".to_owned())]),
            storage_class_name: spec.storage_class_name.clone(),
            resources: Some(VolumeResourceRequirements {
                requests: Some(BTreeMap::from([("storage".to_owned(), Quantity(size))])),
                limits: None,
            }),
            ..PersistentVolumeClaimSpec::default()
        }),
        status: None,
    }
}

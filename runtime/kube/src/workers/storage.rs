//! Where the journals and backups of workers are: on a volume, or in an object store.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    EnvFromSource, EnvVar, PersistentVolumeClaim, PersistentVolumeClaimSpec,
    PersistentVolumeClaimVolumeSource, SecretEnvSource, Volume, VolumeMount,
    VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use remold_manifest::{NewClaim, StoreSpec};

use super::Work;

/// The folder in which a worker finds a claim.
const FOLDER: &str = "/storage";
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

impl Storage {
    /// Returns what `--journal` or `--store` is given.
    pub(super) fn place(&self) -> String {
        match self {
            Self::Claim(_) => FOLDER.to_owned(),
            Self::Store(store) => store.url.clone(),
        }
    }

    pub(super) fn volume(&self) -> Option<Volume> {
        let Self::Claim(name) = self else { return None };
        Some(Volume {
            name: "storage".to_owned(),
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                claim_name: name.clone(),
                read_only: None,
            }),
            ..Volume::default()
        })
    }

    pub(super) fn mount(&self) -> Option<VolumeMount> {
        matches!(self, Self::Claim(_)).then(|| VolumeMount {
            name: "storage".to_owned(),
            mount_path: FOLDER.to_owned(),
            ..VolumeMount::default()
        })
    }

    pub(super) fn variables(&self) -> Vec<EnvVar> {
        match self {
            Self::Claim(_) => Vec::new(),
            Self::Store(store) => store_variables(store),
        }
    }

    pub(super) fn variables_from(&self) -> Vec<EnvFromSource> {
        match self {
            Self::Claim(_) => Vec::new(),
            Self::Store(store) => store_credentials(store),
        }
    }
}

/// Returns the variables that say where an object store is.
pub(super) fn store_variables(store: &StoreSpec) -> Vec<EnvVar> {
    let mut variables = Vec::new();
    let mut add = |name: &str, value: String| {
        variables.push(EnvVar {
            name: name.to_owned(),
            value: Some(value),
            value_from: None,
        });
    };
    if let Some(region) = &store.region {
        add("AWS_REGION", region.clone());
    }
    if let Some(endpoint) = &store.endpoint {
        add("AWS_ENDPOINT_URL", endpoint.clone());
        if endpoint.starts_with("http://") {
            add("AWS_ALLOW_HTTP", "true".to_owned());
        }
    }
    variables
}

/// Returns the Secret whose keys become variables.
pub(super) fn store_credentials(store: &StoreSpec) -> Vec<EnvFromSource> {
    let source = |secret: &remold_manifest::Reference| EnvFromSource {
        secret_ref: Some(SecretEnvSource {
            name: secret.name.clone(),
            optional: None,
        }),
        ..EnvFromSource::default()
    };
    store.credentials.iter().map(source).collect()
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

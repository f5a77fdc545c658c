//! What is kept for the way back.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cluster::StoreSpec;
use crate::quantity::Period;

/// What is kept for the way back. Each backup that is named here must be proven before the first key is written; all but the
/// journal are made by the controller of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Backup {
    /// The undo journal of the run, which is always kept.
    pub journal: JournalSpec,
    /// A consistent RDB file of the server, kept in an object store.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RdbBackupSpec")]
    pub rdb: Option<RdbBackupSpec>,
    /// A backup by Velero.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "VeleroBackupSpec")]
    pub velero: Option<VeleroBackupSpec>,
    /// A snapshot of each volume of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "VolumeSnapshotSpec")]
    pub volume_snapshot: Option<VolumeSnapshotSpec>,
    /// How long ago each of them may have been proven when the run begins, which may have waited for its turn; another one is made
    /// otherwise: 24 hours if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub max_age: Option<Period>,
}

/// The undo journal of the run, which is always kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct JournalSpec {
    /// The folder for journals, relative to the working directory; chosen by whoever starts the run when
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub directory: Option<String>,
    /// How long the journal of a finished run is kept at least; until it is removed by hand when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub retention: Option<Period>,
}

/// How many backups are kept, and how long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct RetentionSpec {
    /// The newest that are kept whatever their age; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1))]
    pub keep_last: Option<u32>,
    /// Older ones are removed, but for those of `keepLast`; none if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub max_age: Option<Period>,
}

/// A consistent RDB file of the server, pulled as a replica does and kept in an object store or on a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RdbBackupSpec {
    /// Where it is kept.
    pub store: RdbPlace,
    /// How many are kept, and how long.
    #[serde(default)]
    pub retention: RetentionSpec,
    /// How long it may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub timeout: Option<Period>,
}

/// Where RDB files are kept: exactly one of its places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum RdbPlace {
    /// A claim of the same namespace that exists.
    Claim(super::cluster::Reference),
    /// An object store.
    Object(StoreSpec),
}

/// A backup by Velero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct VeleroBackupSpec {
    /// The namespace that Velero is installed in: `velero` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 63))]
    pub namespace: Option<String>,
    /// The storage location; Velero's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 253))]
    pub storage_location: Option<String>,
    /// The labels of what is backed up in the migration's namespace; everything there if absent.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub match_labels: BTreeMap<String, String>,
    /// Whether the data of snapshots is moved to the object store.
    pub snapshot_move_data: bool,
    /// Whether volumes must be in it; a backup of objects alone does not count then.
    pub require_volumes: bool,
    /// How long Velero keeps it. Longer than a rollback may be wanted: 30 days if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub ttl: Option<Period>,
    /// How long it may take: 1 hour if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub timeout: Option<Period>,
    /// How many are kept, and how long.
    pub retention: RetentionSpec,
}

impl Default for VeleroBackupSpec {
    fn default() -> Self {
        Self {
            namespace: None,
            storage_location: None,
            match_labels: BTreeMap::new(),
            snapshot_move_data: false,
            require_volumes: true,
            ttl: None,
            timeout: None,
            retention: RetentionSpec::default(),
        }
    }
}

/// A snapshot of each volume of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VolumeSnapshotSpec {
    /// The claims of the server's pods, in the migration's namespace.
    #[schemars(length(min = 1, max = 64))]
    pub claims: Vec<String>,
    /// The snapshot class; the driver's default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 253))]
    pub class_name: Option<String>,
    /// Whether the server saves its data to disk first (`BGSAVE`), without which a snapshot holds what happened to be there.
    #[serde(default = "yes")]
    pub save_first: bool,
    /// How long it may take: 10 minutes if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub timeout: Option<Period>,
    /// How many are kept, and how long.
    #[serde(default)]
    pub retention: RetentionSpec,
}

const fn yes() -> bool {
    true
}

//! `RedisBackup`: a backup by one of the providers, its proof, its end, and the way back from it.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use remold_manifest::{
    RdbBackupSpec, Reference, RetentionSpec, VeleroBackupSpec, VolumeSnapshotSpec,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupSpec {
    /// The `RedisTarget` that is backed up.
    pub target_ref: Reference,
    /// How: exactly one of the providers.
    pub provider: BackupProvider,
    /// The `RedisMigration` that it was made for, whose newer backups make it superfluous by the provider's retention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Reference")]
    pub migration_ref: Option<Reference>,
    /// The way back, asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RestoreRequest")]
    pub restore: Option<RestoreRequest>,
}

/// How a backup is made: exactly one of the providers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum BackupProvider {
    /// The undo journal of a run, key by key. Its restore is the rollback of the run.
    Journal(JournalBackup),
    /// A consistent RDB file of the server.
    Rdb(RdbBackupSpec),
    /// A backup by Velero.
    Velero(VeleroBackupSpec),
    /// A snapshot of each volume of the server.
    VolumeSnapshot(VolumeSnapshotSpec),
}

impl BackupProvider {
    /// Returns the provider's name, as in the document.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Journal(_) => "journal",
            Self::Rdb(_) => "rdb",
            Self::Velero(_) => "velero",
            Self::VolumeSnapshot(_) => "volumeSnapshot",
        }
    }

    /// Returns how many backups of the provider are kept, and how long.
    pub fn retention(&self) -> RetentionSpec {
        match self {
            Self::Journal(spec) => spec.retention,
            Self::Rdb(spec) => spec.retention,
            Self::Velero(spec) => spec.retention,
            Self::VolumeSnapshot(spec) => spec.retention,
        }
    }
}

/// The undo journal of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JournalBackup {
    /// The run.
    #[schemars(length(min = 1, max = 120))]
    pub run: String,
    /// How many are kept, and how long.
    #[serde(default)]
    pub retention: RetentionSpec,
}

/// A restore, asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestoreRequest {
    /// Any text: each new one asks for one more restore.
    #[schemars(length(min = 1, max = 63))]
    pub token: String,
    /// The backup's own name, by which it is confirmed that writes since the backup are lost.
    #[schemars(length(min = 1, max = 253))]
    pub confirm: String,
    /// Another target that is restored to; the one that was backed up if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Reference")]
    pub target_ref: Option<Reference>,
}

/// Where a backup stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct BackupStatus {
    /// The generation of the spec that this says something of; -1 before the first look.
    pub observed_generation: i64,
    /// `Ready`: it is there and was proven; `Reconciling`, `Stalled`; `Restored`.
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// One word for people, made of the conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub phase: Option<String>,
    /// What it consists of.
    pub artifacts: Vec<Artifact>,
    /// Its size in bytes, as far as the provider says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub bytes: Option<i64>,
    /// The point in time that it holds, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub taken_at: Option<String>,
    /// When it was last proven, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub proven_at: Option<String>,
    /// When its provider removes it by itself, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub expires_at: Option<String>,
    /// The token of the newest restore that has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub last_restore: Option<String>,
}

/// A part of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
    /// What it is: `Rdb`, `Journal`, `velero.io/Backup`, `VolumeSnapshot`.
    pub kind: String,
    /// Its name there: an object, a file, an address.
    pub name: String,
    /// Its SHA-256, where it is a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub sha256: Option<String>,
    /// Whether it was found and is whole.
    pub proven: bool,
}

//! The manifest of a backup: a JSON document that says what the data is, and proves it.

use serde::{Deserialize, Serialize};

use super::error::{BackupError, Damage};

/// The format that is written, and the newest that is read.
const FORMAT: u32 = 1;

/// What a backup says of itself. As JSON its fields have the names of `backup.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupManifest {
    /// The version of this document.
    pub format: u32,
    /// The backup's name.
    pub name: String,
    /// How it was made: `rdb`.
    pub provider: String,
    /// Where it stands: `complete`. One that is not has no manifest.
    pub state: String,
    /// When the data were what is in it, Unix milliseconds.
    pub taken_at: u64,
    /// The server that it is of.
    pub server: ServerFacts,
    /// The name of the data beside the manifest.
    pub data: String,
    /// Bytes of the data.
    pub bytes: u64,
    /// SHA-256 of the data, hexadecimal.
    pub sha256: String,
    /// What is in the data.
    pub contents: RdbContents,
    /// The run that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The migration that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migration: Option<String>,
    /// The version of Remold that made it.
    pub remold: String,
}

/// The server of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerFacts {
    /// Its address without credentials: `redis://localhost:6379`.
    pub address: String,
    /// Redis or Valkey.
    pub product: String,
    /// Its version.
    pub version: String,
    /// `master` or `slave`; nothing where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Its `run_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// The id of its replication history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication_id: Option<String>,
    /// Where in that history the data are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

/// What is in an RDB file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RdbContents {
    /// Its version.
    pub rdb_version: u16,
    /// The databases that have keys.
    pub databases: Vec<DatabaseContents>,
    /// Libraries of functions.
    pub functions: u64,
    /// Keys of types that are passed on as they are: those of modules.
    pub opaque: u64,
    /// What modules keep beside the keys.
    pub module_sections: u64,
}

/// A database in an RDB file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseContents {
    /// Its number.
    pub database: u64,
    /// Keys.
    pub keys: u64,
    /// Keys that expire.
    pub expires: u64,
}

impl RdbContents {
    /// Returns how many keys there are in all databases.
    pub fn keys(&self) -> u64 {
        self.databases.iter().map(|database| database.keys).sum()
    }
}

impl BackupManifest {
    /// The format that is written.
    pub(super) const FORMAT: u32 = FORMAT;

    /// Reads a manifest, which must be that of `name`.
    pub(super) fn read(name: &str, text: &[u8]) -> Result<Self, BackupError> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let unreadable = |error: serde_json::Error| BackupError::Manifest {
            name: name.to_owned(),
            message: error.to_string(),
        };
        let version: Version = serde_json::from_slice(text).map_err(unreadable)?;
        if version.format > FORMAT {
            return Err(BackupError::Format {
                name: name.to_owned(),
                found: version.format,
                known: FORMAT,
            });
        }
        let manifest: Self = serde_json::from_slice(text).map_err(unreadable)?;
        if manifest.name != name || manifest.data.contains(['/', '\\']) {
            return Err(BackupError::Manifest {
                name: name.to_owned(),
                message: format!("it is the manifest of {:?}", manifest.name),
            });
        }
        Ok(manifest)
    }

    pub(super) fn damaged(&self, damage: Damage) -> BackupError {
        BackupError::Damaged {
            name: self.name.clone(),
            damage,
        }
    }
}

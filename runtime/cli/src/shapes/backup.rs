//! Backups as JSON.

use remold::{BackupManifest, BackupSummary, JournalSummary, NotLoaded, Pruned};
use schemars::JsonSchema;
use serde::Serialize;

/// A backup that was taken, or was there already.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateBackupShape {
    /// The place.
    pub(crate) store: String,
    /// Whether it was there already: then nothing was taken from the server.
    pub(crate) existed: bool,
    /// The backup.
    pub(crate) backup: BackupShape,
    /// The command that restores it, but for the server.
    pub(crate) restore: String,
}

/// A backup that was removed by its name.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoveBackupShape {
    /// The place.
    pub(crate) store: String,
    /// The backup's name.
    pub(crate) name: String,
    /// Whether there was one.
    pub(crate) removed: bool,
}

/// A server that has written its data to its disk.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaveShape {
    /// The server's address without credentials.
    pub(crate) target: String,
}

/// The backups of a place.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListBackupsShape {
    /// The place.
    pub(crate) store: String,
    /// The backups, newest first; behind them the journals, where a folder of them was named.
    pub(crate) backups: Vec<BackupShape>,
}

/// A backup.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupShape {
    /// Its name; of a journal, the run's id.
    pub(crate) name: String,
    /// How it was made: `rdb` for a snapshot of a server, `journal` for what undoes a run key by key.
    pub(crate) provider: String,
    /// Where it stands: `complete`, `incomplete` or `unreadable`; of a journal, as in `journal list`.
    pub(crate) state: String,
    /// When the data were what is in it, Unix milliseconds; none of what is not complete.
    pub(crate) taken_at: Option<u64>,
    /// Bytes of the data; of what is not complete, bytes in the place.
    pub(crate) bytes: u64,
    /// SHA-256 of the data, hexadecimal.
    pub(crate) sha256: Option<String>,
    /// The server's address without credentials.
    pub(crate) address: Option<String>,
    /// `redis` or `valkey`.
    pub(crate) product: Option<String>,
    /// The server's version.
    pub(crate) version: Option<String>,
    /// `master` or `slave`.
    pub(crate) role: Option<String>,
    /// The server's `run_id`.
    pub(crate) run_id: Option<String>,
    /// The id of the server's replication history.
    pub(crate) replication_id: Option<String>,
    /// Where in that history the data are.
    pub(crate) offset: Option<u64>,
    /// The version of the RDB file.
    pub(crate) rdb_version: Option<u16>,
    /// Keys in all databases.
    pub(crate) keys: Option<u64>,
    /// The databases that have keys.
    pub(crate) databases: Vec<BackupDatabaseShape>,
    /// Libraries of functions.
    pub(crate) functions: Option<u64>,
    /// Keys of types that are passed on as they are: those of modules.
    pub(crate) opaque: Option<u64>,
    /// The run that it was made for; of a journal, the run that it undoes.
    pub(crate) run: Option<String>,
    /// The migration that it was made for.
    pub(crate) migration: Option<String>,
    /// Why it cannot be read.
    pub(crate) problem: Option<String>,
}

/// A database of a backup.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupDatabaseShape {
    /// Its number.
    pub(crate) database: u64,
    /// Keys.
    pub(crate) keys: u64,
    /// Keys that expire.
    pub(crate) expires: u64,
}

impl BackupShape {
    /// Describes a backup that is whole.
    pub(crate) fn complete(manifest: &BackupManifest) -> Self {
        let (server, contents) = (manifest.server.clone(), &manifest.contents);
        let databases = contents.databases.iter().map(|one| BackupDatabaseShape {
            database: one.database,
            keys: one.keys,
            expires: one.expires,
        });
        Self {
            name: manifest.name.clone(),
            provider: manifest.provider.clone(),
            state: manifest.state.clone(),
            taken_at: Some(manifest.taken_at),
            bytes: manifest.bytes,
            sha256: Some(manifest.sha256.clone()),
            address: Some(server.address),
            product: Some(server.product),
            version: Some(server.version),
            role: server.role,
            run_id: server.run_id,
            replication_id: server.replication_id,
            offset: server.offset,
            rdb_version: Some(contents.rdb_version),
            keys: Some(contents.keys()),
            databases: databases.collect(),
            functions: Some(contents.functions),
            opaque: Some(contents.opaque),
            run: manifest.run.clone(),
            migration: manifest.migration.clone(),
            problem: None,
        }
    }

    /// Describes what a list has found.
    pub(crate) fn of(summary: &BackupSummary) -> Self {
        let found = |state: &str, problem| Self {
            name: summary.name.clone(),
            provider: "rdb".to_owned(),
            state: state.to_owned(),
            bytes: summary.bytes,
            problem,
            ..Self::default()
        };
        match &summary.manifest {
            Ok(Some(manifest)) => Self::complete(manifest),
            Ok(None) => found("incomplete", None),
            Err(error) => found("unreadable", Some(error.to_string())),
        }
    }

    /// Describes a run's journal.
    pub(crate) fn of_journal(summary: &JournalSummary) -> Self {
        let journal = crate::commands::journal_shape(summary);
        Self {
            name: journal.run.clone(),
            provider: "journal".to_owned(),
            state: journal.state,
            taken_at: Some(journal.created_at),
            bytes: journal.bytes,
            address: journal.target,
            run: Some(journal.run),
            migration: journal.migration,
            problem: journal.problem,
            ..Self::default()
        }
    }
}

/// A backup that was proven.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifyBackupShape {
    /// The place.
    pub(crate) store: String,
    /// How long ago it was taken, milliseconds.
    pub(crate) age_ms: u64,
    /// The backup.
    pub(crate) backup: BackupShape,
}

/// A backup that was restored.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RestoreBackupShape {
    /// The place.
    pub(crate) store: String,
    /// The server that it was loaded into.
    pub(crate) target: Option<String>,
    /// The file that was written.
    pub(crate) wrote: Option<String>,
    /// Whether an interrupted restore of the same backup was begun anew.
    pub(crate) resumed: bool,
    /// Keys that the server has taken.
    pub(crate) loaded: u64,
    /// Keys that had expired since the backup.
    pub(crate) expired: u64,
    /// How much the server did not take.
    pub(crate) refused: u64,
    /// The first of that, at most 1,000.
    pub(crate) not_loaded: Vec<NotLoadedShape>,
    /// The backup.
    pub(crate) backup: BackupShape,
}

/// Something that a server did not take.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotLoadedShape {
    /// The database; none of what is no key.
    pub(crate) database: Option<u64>,
    /// The key, or what it is.
    pub(crate) name: String,
    /// Why.
    pub(crate) message: String,
}

impl From<&NotLoaded> for NotLoadedShape {
    fn from(not_loaded: &NotLoaded) -> Self {
        Self {
            database: not_loaded.database,
            name: remold::escape(&not_loaded.name),
            message: not_loaded.message.clone(),
        }
    }
}

/// Backups that were removed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PruneBackupsShape {
    /// The place.
    pub(crate) store: String,
    /// Whether nothing was removed: only what would be is told.
    pub(crate) dry_run: bool,
    /// Bytes that were given back.
    pub(crate) bytes: u64,
    /// What was removed.
    pub(crate) removed: Vec<PrunedShape>,
}

/// Something that was removed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PrunedShape {
    /// The backup's name.
    pub(crate) name: String,
    /// Why: `superseded`, `incomplete` or `leftover`, which is data of another attempt beside a whole backup.
    pub(crate) reason: String,
    /// When it was taken or, of what is not complete, written last; Unix milliseconds.
    pub(crate) at: u64,
    /// Bytes.
    pub(crate) bytes: u64,
}

impl From<&Pruned> for PrunedShape {
    fn from(pruned: &Pruned) -> Self {
        Self {
            name: pruned.name.clone(),
            reason: pruned.reason.name().to_owned(),
            at: pruned.at,
            bytes: pruned.bytes,
        }
    }
}

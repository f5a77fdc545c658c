//! What can go wrong with backups.

use super::inspect::place_error;
use crate::place::PlaceError;

/// Why something could not be done with a backup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// The place cannot be used.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// No backup has such a name.
    #[error(
        "{name:?} is no name of a backup: 1 to 120 of the characters A-Z a-z 0-9 . _ -, and no dot first"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// There is no such backup.
    #[error("there is no backup {name} in {place}")]
    NotFound {
        /// The name.
        name: String,
        /// The place.
        place: String,
    },
    /// It was begun and never finished.
    #[error("backup {name} in {place} is incomplete: it has no manifest, and so is no backup")]
    Incomplete {
        /// The name.
        name: String,
        /// The place.
        place: String,
    },
    /// The name is taken by a backup of something else.
    #[error("backup {name} is there already, and is of {found}")]
    Taken {
        /// The name.
        name: String,
        /// Of what it is.
        found: String,
    },
    /// The manifest cannot be read.
    #[error("the manifest of backup {name} cannot be read: {message}")]
    Manifest {
        /// The name.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// The manifest is of a newer format.
    #[error(
        "backup {name} has format {found}, and this version of Remold reads up to format {known}"
    )]
    Format {
        /// The name.
        name: String,
        /// The format that it says it has.
        found: u32,
        /// The newest format that is read.
        known: u32,
    },
    /// The data is not what the manifest says, or no data at all.
    #[error("backup {name} is damaged: {damage}")]
    Damaged {
        /// The name.
        name: String,
        /// What is wrong.
        damage: Damage,
    },
}

/// What is wrong with the data of a backup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It is not there.
    #[error("its data is not there")]
    Missing,
    /// It has another size.
    #[error("its data has {found} bytes, and had {stated}")]
    Size {
        /// Bytes that are there.
        found: u64,
        /// Bytes that the manifest states.
        stated: u64,
    },
    /// It has another digest.
    #[error("its data has SHA-256 {found}, and had {stated}")]
    Digest {
        /// What was computed.
        found: String,
        /// What the manifest states.
        stated: String,
    },
    /// The file is broken.
    #[error("{message}")]
    File {
        /// What is wrong, with the offset.
        message: String,
    },
    /// A value cannot be decoded.
    #[error("the value of key {key} in database {database} cannot be decoded: {message}")]
    Value {
        /// The database.
        database: u64,
        /// The key, escaped.
        key: String,
        /// What is wrong with it.
        message: String,
    },
    /// Other keys are in it.
    #[error("its data holds other numbers of keys than its manifest states")]
    Contents,
}

impl BackupError {
    /// Makes the error of a failure that reading from a backup or writing to one gave.
    pub fn of_transfer(error: &std::io::Error, name: &str) -> Self {
        let known = place_error(error).unwrap_or_else(|| PlaceError::NotWritable {
            place: format!("backup {name}"),
            message: error.to_string(),
        });
        Self::Place(known)
    }

    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Place(error) => error.code(),
            Self::Name { .. } => "backup-name",
            Self::NotFound { .. } => "backup-not-found",
            Self::Incomplete { .. } => "backup-incomplete",
            Self::Taken { .. } => "backup-taken",
            Self::Manifest { .. } => "backup-manifest",
            Self::Format { .. } => "backup-format",
            Self::Damaged { .. } => "backup-damaged",
        }
    }

    /// Returns what a person can do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Place(error) => error.hint(),
            Self::Name { .. } => "choose another name; without --name one is made of the time",
            Self::NotFound { .. } => "`remold backup list` shows the backups that are there",
            Self::Incomplete { .. } => {
                "it is being made, or was interrupted: `remold backup create` with the same name makes it anew, and \
                 `remold backup prune` removes what is left of it"
            }
            Self::Taken { .. } => "choose another name: a name stands for one backup for good",
            Self::Manifest { .. } => "take another backup; its data may be whole all the same",
            Self::Format { .. } => "use the version of Remold that made it, or a newer one",
            Self::Damaged { .. } => "take another backup: nothing of this one is to be trusted",
        }
    }
}

//! Backups of whole servers in a place: data and, written last, a manifest that proves them.
//!
//! ```text
//! NAME/data-<attempt>.rdb   the server's snapshot, byte for byte
//! NAME/backup.json          the manifest: what is in the data, of which server, with size and SHA-256
//! ```
//!
//! Each attempt has data of its own, and the manifest names its data. It is made in one step, for one of several who try at
//! once: who comes second finds the first one's backup, and takes its own data away. So a name stands for one backup for
//! good, and a backup without a manifest is none: it is listed as incomplete, and pruned after a while.

mod draft;
mod error;
mod inspect;
mod manifest;
mod retention;

use std::io::Read;

pub use draft::{About, Draft, Finished};
pub use error::{BackupError, Damage};
pub use inspect::Inspected;
pub use manifest::{BackupManifest, DatabaseContents, RdbContents, ServerFacts};
pub use retention::{PruneReason, Pruned, Retention};

use crate::objects::{Listed, Objects};
use crate::place::{ObjectAccess, Place};

/// The name of the manifest among the objects of a backup.
const MANIFEST: &str = "backup.json";
/// How the names of data begin.
const DATA: &str = "data-";
/// The longest name.
const NAME_BYTES: usize = 120;

/// The backups of a place.
#[derive(Debug)]
pub struct BackupStore {
    place: Place,
    objects: Objects,
}

/// What a list says of a backup.
#[derive(Debug, Clone)]
pub struct BackupSummary {
    /// The name.
    pub name: String,
    /// Bytes in the place, those of unfinished attempts too.
    pub bytes: u64,
    /// When something of it was written last, Unix milliseconds by the place's clock.
    pub modified_ms: u64,
    /// The manifest; nothing of one that is incomplete, or why it cannot be read.
    pub manifest: Result<Option<BackupManifest>, BackupError>,
    objects: Vec<Listed>,
}

/// What a backup was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What it says of itself.
    pub manifest: BackupManifest,
    /// What was found in the data; it agrees.
    pub found: Inspected,
}

impl BackupStore {
    /// Opens a place. Nothing is contacted or created yet. A store that is reached over a network is called blocking: not
    /// from a task of an async runtime.
    ///
    /// # Errors
    /// Settings or certificates for an object store that cannot be used.
    pub fn open(place: &Place, access: &ObjectAccess) -> Result<Self, BackupError> {
        Ok(Self {
            place: place.clone(),
            objects: Objects::open(place, access)?,
        })
    }

    /// Returns the place.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// Lists everything in the place that looks like a backup, the newest first; incomplete ones last.
    ///
    /// # Errors
    /// The place cannot be read. A single manifest that cannot be is told of its backup.
    pub fn list(&self) -> Result<Vec<BackupSummary>, BackupError> {
        let mut summaries = Vec::new();
        for name in self.objects.groups()? {
            if is_name(&name) {
                summaries.extend(self.summarise(name)?);
            }
        }
        summaries.sort_by(|one, other| {
            let key = |summary: &BackupSummary| {
                let taken = summary.manifest().map(|manifest| manifest.taken_at);
                (taken, summary.modified_ms, summary.name.clone())
            };
            key(other).cmp(&key(one))
        });
        Ok(summaries)
    }

    /// Finds a backup's manifest; nothing if there is no such backup, or it is incomplete.
    ///
    /// # Errors
    /// The place or the manifest cannot be read.
    pub fn find(&self, name: &str) -> Result<Option<BackupManifest>, BackupError> {
        check_name(name)?;
        let Some(text) = self.objects.read(name, MANIFEST)? else {
            return Ok(None);
        };
        BackupManifest::read(name, &text).map(Some)
    }

    /// Finds a backup's manifest, or says why there is none.
    ///
    /// # Errors
    /// Those of [`Self::find`], [`BackupError::NotFound`] and [`BackupError::Incomplete`].
    pub fn get(&self, name: &str) -> Result<BackupManifest, BackupError> {
        if let Some(manifest) = self.find(name)? {
            return Ok(manifest);
        }
        let (name, place) = (name.to_owned(), self.place.to_string());
        Err(if self.objects.list(&name)?.is_empty() {
            BackupError::NotFound { name, place }
        } else {
            BackupError::Incomplete { name, place }
        })
    }

    /// Begins a backup. `attempt` is a number that no other attempt at this name has.
    ///
    /// # Errors
    /// A name that no backup has, or a place that cannot be written.
    pub fn begin(&self, name: &str, attempt: u64) -> Result<Draft<'_>, BackupError> {
        check_name(name)?;
        let data = format!("{DATA}{attempt:016x}.rdb");
        Draft::begin(&self.objects, name, data)
    }

    /// Opens the data of a backup: an RDB file.
    ///
    /// # Errors
    /// The place cannot be read, or [`Damage::Missing`].
    pub fn read(&self, manifest: &BackupManifest) -> Result<Box<dyn Read + Send>, BackupError> {
        let found = self.objects.reader(&manifest.name, &manifest.data)?;
        found.ok_or_else(|| manifest.damaged(Damage::Missing))
    }

    /// Reads all of a backup and compares it with its manifest: size, SHA-256, every value decoded, the file's checksum, the
    /// keys of each database. `progress` is told how many bytes were read.
    ///
    /// # Errors
    /// Those of [`Self::get`], and [`BackupError::Damaged`] with the first thing that is wrong.
    pub fn verify(
        &self,
        name: &str,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Verified, BackupError> {
        let manifest = self.get(name)?;
        let found = inspect::inspect(self.read(&manifest)?, progress);
        let found = found.map_err(|problem| problem.of(&manifest.name))?;
        let damage = if found.bytes != manifest.bytes {
            Damage::Size {
                found: found.bytes,
                stated: manifest.bytes,
            }
        } else if found.sha256 != manifest.sha256 {
            Damage::Digest {
                found: found.sha256,
                stated: manifest.sha256.clone(),
            }
        } else if found.contents != manifest.contents {
            Damage::Contents
        } else {
            return Ok(Verified { manifest, found });
        };
        Err(manifest.damaged(damage))
    }

    /// Says what a rule would remove at this moment, Unix milliseconds, the oldest last.
    ///
    /// # Errors
    /// The place cannot be read.
    pub fn prunable(&self, retention: &Retention, now_ms: u64) -> Result<Vec<Pruned>, BackupError> {
        Ok(retention::choose(&self.list()?, retention, now_ms))
    }

    /// Removes what [`Self::prunable`] has found. The manifest goes first: what is removed by halves is incomplete.
    ///
    /// # Errors
    /// The place cannot be written.
    pub fn prune(&self, pruned: &Pruned) -> Result<(), BackupError> {
        for object in &pruned.objects {
            self.objects.remove(&pruned.name, object)?;
        }
        Ok(())
    }

    /// Removes a backup, whole or not, by its name; says whether there was one. Its manifest goes first, so that what is left by an
    /// interruption is no backup.
    pub fn remove(&self, name: &str) -> Result<bool, BackupError> {
        check_name(name)?;
        let Some(summary) = self.summarise(name.to_owned())? else {
            return Ok(false);
        };
        let (first, rest): (Vec<&Listed>, Vec<&Listed>) = summary
            .objects
            .iter()
            .partition(|object| object.name == MANIFEST);
        for object in first.into_iter().chain(rest) {
            self.objects.remove(name, &object.name)?;
        }
        Ok(true)
    }

    fn summarise(&self, name: String) -> Result<Option<BackupSummary>, BackupError> {
        let objects = self.objects.list(&name)?;
        let bytes = objects.iter().map(|object| object.bytes).sum();
        let Some(modified_ms) = objects.iter().map(|object| object.modified_ms).max() else {
            return Ok(None);
        };
        let is_ours = |object: &Listed| object.name == MANIFEST || object.name.starts_with(DATA);
        if !objects.iter().any(is_ours) {
            // Something else is kept in the same place.
            return Ok(None);
        }
        let manifest = if objects.iter().any(|object| object.name == MANIFEST) {
            self.find(&name)
        } else {
            Ok(None)
        };
        Ok(Some(BackupSummary {
            name,
            bytes,
            modified_ms,
            manifest,
            objects,
        }))
    }
}

impl BackupSummary {
    /// Returns the manifest of one that is whole and can be read.
    pub fn manifest(&self) -> Option<&BackupManifest> {
        self.manifest.as_ref().ok().and_then(Option::as_ref)
    }
}

fn is_name(name: &str) -> bool {
    let accepted = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=NAME_BYTES).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(accepted)
}

fn check_name(name: &str) -> Result<(), BackupError> {
    if is_name(name) {
        return Ok(());
    }
    Err(BackupError::Name {
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests;

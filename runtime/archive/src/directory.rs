//! The journals of many runs: a directory with one directory for each, or a place in an object store.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use remold_engine::port::{Journal, JournalError};
use remold_engine::record::{Header, Mark};

use crate::error::{not_found, not_writable};
use crate::export::{self, ExportError, ExportSummary};
use crate::journal::{FileJournal, Lock};
use crate::object_journal::{ObjectExtent, ObjectJournal};
use crate::objects::Objects;
use crate::place::{ObjectAccess, Place, PlaceError};
use crate::read_only::{self, JournalReader};
use crate::segment::RUN_BYTES;
use crate::tail::sync_directory;

/// When a segment has this many bytes, the next one is begun.
const SEGMENT_BYTES: u64 = 64 << 20;
/// What a journal's directory is called while it is being removed.
const REMOVED: &str = ".removed-";

/// A directory of journals, or a place in an object store that stands for one.
#[derive(Debug, Clone)]
pub struct JournalDirectory {
    root: PathBuf,
    segment_bytes: u64,
    /// Where the journals are, if that is no directory.
    objects: Option<Arc<Objects>>,
}

/// What a list says of a journal.
#[derive(Debug, Clone)]
pub struct JournalSummary {
    /// The run's id.
    pub run: String,
    /// Bytes on the disk, all files together.
    pub bytes: u64,
    /// When it was created, Unix milliseconds; 0 if that cannot be told.
    pub created_ms: u64,
    /// What is in it, or why that cannot be read.
    pub contents: Result<JournalContents, JournalError>,
}

/// What a journal says of its run.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalContents {
    /// The first record.
    pub header: Header,
    /// The newest mark: where the run stands. `None` while it has none.
    pub last_mark: Option<Mark>,
}

impl JournalDirectory {
    /// Names a directory of journals. It is created with the first journal.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            segment_bytes: SEGMENT_BYTES,
            objects: None,
        }
    }

    /// Names a place of journals: a folder, or a bucket of an object store. Nothing is contacted.
    ///
    /// # Errors
    /// Settings or certificates for an object store that cannot be used.
    pub fn in_place(place: &Place, access: &ObjectAccess) -> Result<Self, PlaceError> {
        Ok(match place {
            Place::Folder(root) => Self::new(root),
            Place::Bucket { .. } => Self {
                objects: Some(Arc::new(Objects::open(place, access)?)),
                ..Self::new(place.to_string())
            },
        })
    }

    /// Begins a new segment as soon as one has this many bytes. The default is 64 MiB.
    #[must_use]
    pub const fn with_segment_bytes(mut self, bytes: u64) -> Self {
        self.segment_bytes = bytes;
        self
    }

    /// Returns the directory; of an object store, its address.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Creates the journal of a new run, wherever journals are. Its header is durable on return.
    ///
    /// # Errors
    /// Those of [`Self::create`].
    pub fn begin(&self, run: &str, header: &Header) -> Result<Arc<dyn Journal>, JournalError> {
        Ok(match &self.objects {
            None => Arc::new(self.create(run, header)?),
            Some(objects) => {
                self.path(run)?;
                Arc::new(ObjectJournal::create(Arc::clone(objects), run, header)?)
            }
        })
    }

    /// Opens a run's journal to go on with it, wherever journals are.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn go_on(&self, run: &str) -> Result<Arc<dyn Journal>, JournalError> {
        Ok(match &self.objects {
            None => Arc::new(self.open(run)?),
            Some(objects) => {
                self.path(run)?;
                Arc::new(ObjectJournal::open(Arc::clone(objects), run)?)
            }
        })
    }

    /// Says whether there is a journal of a run. A process may be about to create it all the same.
    pub fn holds(&self, run: &str) -> Result<bool, JournalError> {
        let path = self.path(run)?;
        match &self.objects {
            None => read_only::is_begun(&path),
            Some(objects) => match ObjectExtent::load(Arc::clone(objects), run) {
                Ok(_) => Ok(true),
                Err(JournalError::NotFound { .. }) => Ok(false),
                Err(error) => Err(error),
            },
        }
    }

    /// Creates the journal of a new run in the directory. Its header is durable on return.
    ///
    /// A run's id has 1 to 120 of the characters `A-Z a-z 0-9 . _ -` and does not begin with a dot.
    pub fn create(&self, run: &str, header: &Header) -> Result<FileJournal, JournalError> {
        fs::create_dir_all(&self.root).map_err(|error| not_writable(&self.root, &error))?;
        FileJournal::create(&self.path(run)?, run, header, self.segment_bytes)
    }

    /// Opens a run's journal in the directory to go on with it.
    pub fn open(&self, run: &str) -> Result<FileJournal, JournalError> {
        FileJournal::open(&self.path(run)?, self.segment_bytes)
    }

    /// Opens a run's journal for reading, as of now; the run may be going on.
    pub fn open_read_only(&self, run: &str) -> Result<JournalReader, JournalError> {
        let path = self.path(run)?;
        match &self.objects {
            None => JournalReader::open(&path),
            Some(objects) => {
                JournalReader::of_objects(ObjectExtent::load(Arc::clone(objects), run)?)
            }
        }
    }

    /// Lists the ids of the runs that have a journal here, or are about to have one.
    pub fn runs(&self) -> Result<Vec<String>, JournalError> {
        if let Some(objects) = &self.objects {
            let groups = objects.groups().map_err(|error| JournalError::NotFound {
                path: self.root.display().to_string(),
                message: error.to_string(),
            })?;
            return Ok(groups.into_iter().filter(|run| is_run(run)).collect());
        }
        let unreadable = |error| not_found(&self.root, &error);
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let mut runs = Vec::new();
        for entry in entries {
            let name = entry.map_err(unreadable)?.file_name();
            runs.extend(name.to_str().filter(|run| is_run(run)).map(str::to_owned));
        }
        runs.sort_unstable();
        Ok(runs)
    }

    /// Lists all journals, the newest first. One that cannot be read is listed with the reason.
    pub fn list(&self) -> Result<Vec<JournalSummary>, JournalError> {
        let mut summaries = match &self.objects {
            None => self.list_directory()?,
            Some(objects) => self.list_objects(objects)?,
        };
        summaries.sort_by(|one, other| {
            let key = |summary: &JournalSummary| (summary.created_ms, summary.run.clone());
            key(other).cmp(&key(one))
        });
        Ok(summaries)
    }

    fn list_objects(&self, objects: &Arc<Objects>) -> Result<Vec<JournalSummary>, JournalError> {
        let groups = objects.groups().map_err(|error| JournalError::NotFound {
            path: self.root.display().to_string(),
            message: error.to_string(),
        })?;
        let runs = groups.into_iter().filter(|run| is_run(run));
        let extents = runs.map(|run| {
            let extent = ObjectExtent::load(Arc::clone(objects), &run);
            let bytes = extent.as_ref().map_or(0, ObjectExtent::bytes);
            summarise(&run, extent.and_then(JournalReader::of_objects), bytes)
        });
        // What is no journal may share the place.
        let is_journal = |summary: &JournalSummary| {
            !matches!(summary.contents, Err(JournalError::NotFound { .. }))
        };
        Ok(extents.filter(is_journal).collect())
    }

    fn list_directory(&self) -> Result<Vec<JournalSummary>, JournalError> {
        let unreadable = |error| not_found(&self.root, &error);
        let mut summaries = Vec::new();
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(summaries),
            Err(error) => return Err(unreadable(error)),
        };
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name();
            match name.to_str() {
                Some(run) if is_run(run) && entry.path().is_dir() => {
                    let path = entry.path();
                    summaries.push(summarise(
                        run,
                        JournalReader::open(&path),
                        disk_bytes(&path),
                    ));
                }
                _ => {}
            }
        }
        Ok(summaries)
    }

    /// Writes what the keys of a run were before it, as an RDB file; see [`ExportSummary`].
    pub fn export_rdb(&self, run: &str, out: impl Write) -> Result<ExportSummary, ExportError> {
        export::export(&self.open_read_only(run)?, out)
    }

    /// Removes a run's journal. Refused while a process has it open for writing; in an object store that cannot be told.
    pub fn remove(&self, run: &str) -> Result<(), JournalError> {
        let path = self.path(run)?;
        if let Some(objects) = &self.objects {
            return ObjectExtent::remove(objects, run);
        }
        fs::metadata(&path).map_err(|error| not_found(&path, &error))?;
        let lock = Lock::take(&path)?;
        self.sweep();
        // Renamed first: a removal that is interrupted leaves no half of a journal behind under its name.
        let removed = self.root.join(format!("{REMOVED}{run}"));
        fs::rename(&path, &removed)
            .and_then(|()| sync_directory(&self.root))
            .and_then(|()| {
                drop(lock);
                fs::remove_dir_all(&removed)
            })
            .map_err(|error| not_writable(&path, &error))
    }

    /// Takes away what interrupted removals left. What cannot be removed now is left to the next one.
    fn sweep(&self) {
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(REMOVED) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    fn path(&self, run: &str) -> Result<PathBuf, JournalError> {
        if is_run(run) {
            return Ok(self.root.join(run));
        }
        Err(JournalError::NotFound {
            path: self.root.display().to_string(),
            message: format!(
                "{run:?} is no run's id: 1 to {RUN_BYTES} of the characters A-Z a-z 0-9 . _ -, and no dot first"
            ),
        })
    }
}

fn is_run(name: &str) -> bool {
    let accepted = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=RUN_BYTES).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(accepted)
}

fn summarise(run: &str, reader: Result<JournalReader, JournalError>, bytes: u64) -> JournalSummary {
    let created_ms = reader.as_ref().map_or(0, JournalReader::created_ms);
    let contents = reader.and_then(|reader| {
        Ok(JournalContents {
            header: reader.header().clone(),
            last_mark: reader.last_mark()?,
        })
    });
    JournalSummary {
        run: run.to_owned(),
        bytes,
        created_ms,
        contents,
    }
}

/// Adds up the files of a directory; what cannot be looked at counts nothing.
fn disk_bytes(path: &Path) -> u64 {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}

#[cfg(test)]
mod tests;

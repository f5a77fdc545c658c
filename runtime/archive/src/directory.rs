//! The journals of many runs: a directory with one directory for each.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use remold_engine::port::JournalError;
use remold_engine::record::{Header, Mark};

use crate::error::{not_found, not_writable};
use crate::export::{self, ExportError, ExportSummary};
use crate::journal::{self, FileJournal};
use crate::read_only::{self, JournalReader};
use crate::segment::RUN_BYTES;
use crate::tail::sync_directory;

/// When a segment has this many bytes, the next one is begun.
const SEGMENT_BYTES: u64 = 64 << 20;
/// What a journal's directory is called while it is being removed.
const REMOVED: &str = ".removed-";

/// A directory of journals.
#[derive(Debug, Clone)]
pub struct JournalDirectory {
    root: PathBuf,
    segment_bytes: u64,
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
        }
    }

    /// Begins a new segment as soon as one has this many bytes. The default is 64 MiB.
    #[must_use]
    pub const fn with_segment_bytes(mut self, bytes: u64) -> Self {
        self.segment_bytes = bytes;
        self
    }

    /// Returns the directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Creates the journal of a new run. Its header is durable on return.
    ///
    /// A run's id has 1 to 120 of the characters `A-Z a-z 0-9 . _ -` and does not begin with a dot.
    pub fn create(&self, run: &str, header: &Header) -> Result<FileJournal, JournalError> {
        fs::create_dir_all(&self.root).map_err(|error| not_writable(&self.root, &error))?;
        FileJournal::create(&self.path(run)?, run, header, self.segment_bytes)
    }

    /// Says whether there is a journal of a run. A process may be about to create it all the same.
    pub fn holds(&self, run: &str) -> Result<bool, JournalError> {
        read_only::is_begun(&self.path(run)?)
    }

    /// Opens a run's journal to go on with it.
    pub fn open(&self, run: &str) -> Result<FileJournal, JournalError> {
        FileJournal::open(&self.path(run)?, self.segment_bytes)
    }

    /// Opens a run's journal for reading, as of now; the run may be going on.
    pub fn open_read_only(&self, run: &str) -> Result<JournalReader, JournalError> {
        JournalReader::open(&self.path(run)?)
    }

    /// Lists the ids of the runs that have a journal here, or are about to have one.
    pub fn runs(&self) -> Result<Vec<String>, JournalError> {
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
                    summaries.push(summarise(run, &entry.path()));
                }
                _ => {}
            }
        }
        summaries.sort_by(|one, other| {
            let key = |summary: &JournalSummary| (summary.created_ms, summary.run.clone());
            key(other).cmp(&key(one))
        });
        Ok(summaries)
    }

    /// Writes what the keys of a run were before it, as an RDB file; see [`ExportSummary`].
    pub fn export_rdb(&self, run: &str, out: impl Write) -> Result<ExportSummary, ExportError> {
        export::export(&self.open_read_only(run)?, out)
    }

    /// Removes a run's journal. Refused while a process has it open for writing.
    pub fn remove(&self, run: &str) -> Result<(), JournalError> {
        let path = self.path(run)?;
        fs::metadata(&path).map_err(|error| not_found(&path, &error))?;
        let lock = journal::lock(&path)?;
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

fn summarise(run: &str, path: &Path) -> JournalSummary {
    let reader = JournalReader::open(path);
    let created_ms = reader
        .as_ref()
        .map_or(0, |reader| reader.extent().segments[0].created_ms);
    let contents = reader.and_then(|reader| {
        Ok(JournalContents {
            header: reader.header().clone(),
            last_mark: reader.last_mark()?,
        })
    });
    JournalSummary {
        run: run.to_owned(),
        bytes: disk_bytes(path),
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

//! Recordings: what the host gave a transform in a run, and what came of it, so that it can be replayed without a server.
//!
//! ```yaml
//! recording: 1                 # the version of the format
//! migration: split-name
//! digest: 8f0c…                # of manifest and transform
//! target: redis://localhost:6379/0
//! now: 1767225600000           # the run's frozen clock
//! seed: 42
//! redacted: []                 # what was replaced by placeholders
//! records:
//!   - key: "user:4"
//!     given: { hash: { age: "7" } }
//!     beside: { "plan:1": { absent: true } }
//!     outcome: { reject: no-name, message: there is nothing to split, at: "split.rhai:4:5" }
//! transform: { manifest: { … }, sources: { split.rhai: … } }
//! ```
//!
//! Records and bytes are written as [cases](super) write them.

use bytes::Bytes;
use remold_host_api::{Entry, Grant, Kind};

use crate::error::ManifestErrors;
use crate::yaml;

mod read;
mod redact;
mod write;

pub use redact::{InvalidRedaction, Redaction, Redactor};

/// The version of the format that is written, and the newest that is read.
pub const FORMAT: u64 = 1;

/// The largest recording that is read, bytes.
pub const MAX_BYTES: usize = yaml::MAX_TEXT;

/// A recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The migration's name.
    pub migration: String,
    /// The digest of manifest and transform.
    pub digest: String,
    /// The run's id; `None` if it was a dry run.
    pub run: Option<String>,
    /// Where it ran.
    pub target: String,
    /// The product and version of the server.
    pub server: String,
    /// The RDB version that values are encoded for there.
    pub rdb_version: u16,
    /// The version of Remold.
    pub remold: String,
    /// The run's frozen clock, Unix milliseconds.
    pub now_ms: u64,
    /// The run's seed.
    pub seed: u64,
    /// What was replaced by placeholders, in the words of [`Redaction`].
    pub redacted: Vec<String>,
    /// What a reader should know of how it came about, one sentence each.
    pub notes: Vec<String>,
    /// How many records were wanted and had no room.
    pub omitted: u64,
    /// What the operator granted; empty for all that the manifest asks for.
    pub grants: Vec<Grant>,
    /// The effective manifest.
    pub manifest: serde_json::Value,
    /// The transform's files by name.
    pub sources: Vec<(String, RecordedSource)>,
    /// The records; none for a program.
    pub records: Vec<RecordedRecord>,
    /// The program, if it is one.
    pub program: Option<RecordedProgram>,
}

/// A file of the transform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordedSource {
    /// A text.
    Text(String),
    /// A component, which is not kept.
    Omitted {
        /// How long it is.
        bytes: u64,
    },
}

/// A record that was given to a record transform.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRecord {
    /// Its key.
    pub key: Bytes,
    /// The record as it was read; `None` if it never came to the transform.
    pub given: Option<Entry>,
    /// What the host read beside it; `None` for a key that did not exist.
    pub beside: Vec<(Bytes, Option<Entry>)>,
    /// What came of it.
    pub outcome: RecordedOutcome,
    /// Of a redacted record: whether it still had the same outcome when that was tried.
    pub reproduces: Option<bool>,
}

/// What came of a record or of a program.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordedOutcome {
    /// It stayed as it was.
    Unchanged,
    /// It was skipped, for this reason if it is known.
    Skipped(Option<String>),
    /// It was rejected, or failed.
    Rejected {
        /// The code.
        code: String,
        /// What was wrong.
        message: Option<String>,
        /// Where in the transform.
        at: Option<String>,
    },
    /// Keys were written, `None` for those that were deleted; not known after a redaction that made something else of it.
    Changed(Option<Vec<(Bytes, Option<Entry>)>>),
}

/// A program: what it asked its host, and how it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedProgram {
    /// What came of it; `None` if it had not ended, or the recording was full before.
    pub outcome: Option<RecordedOutcome>,
    /// What it asked, in order.
    pub calls: Vec<RecordedCall>,
    /// Whether later calls had no room.
    pub full: bool,
    /// Of a redacted program: whether it still had the same outcome when that was tried.
    pub reproduces: Option<bool>,
}

/// What a program asked its host, and the answer; an error is in the host's words.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordedCall {
    /// It listed keys.
    Scan {
        /// The pattern.
        pattern: Bytes,
        /// The kind of values.
        kind: Option<Kind>,
        /// The page; an empty one is the end.
        page: Result<Vec<Bytes>, String>,
    },
    /// It read keys.
    Get {
        /// The keys, with what was there.
        found: Vec<(Bytes, Option<Entry>)>,
        /// Why it was refused.
        refused: Option<String>,
    },
    /// It wrote records.
    Apply {
        /// The records' keys, with the word that was answered for each.
        answers: Vec<(Bytes, Option<String>)>,
        /// The keys that their edits wrote; `None` for those that were deleted.
        writes: Vec<(Bytes, Option<Entry>)>,
        /// Why it was refused.
        refused: Option<String>,
    },
    /// It took a backup.
    Backup {
        /// The name that it gave.
        name: String,
        /// The name that it got.
        answer: Result<String, String>,
    },
    /// It said how far it is.
    Checkpoint(Bytes),
    /// It asked for its last checkpoint.
    ResumedFrom(Option<Bytes>),
}

impl RecordedOutcome {
    /// Says whether two outcomes are the same to whoever counts them: the same kind, and the same code of a rejection. What
    /// was written is to be compared beside.
    pub fn same_kind(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unchanged, Self::Unchanged)
            | (Self::Skipped(_), Self::Skipped(_))
            | (Self::Changed(_), Self::Changed(_)) => true,
            (Self::Rejected { code: one, .. }, Self::Rejected { code: other, .. }) => one == other,
            _ => false,
        }
    }
}

impl Recording {
    /// Reads a recording. `file` is named in errors; nothing is opened. All problems are found at once, but for those that
    /// hide others, of which a newer version of the format is one.
    pub fn read(file: &str, text: &str) -> Result<Self, ManifestErrors> {
        let (root, mut findings) = yaml::build(text);
        if let Some(root) = root {
            let mut reader = super::fields::Reader::new(text);
            let read = reader.recording(&root);
            findings.extend(reader.findings);
            if let (Some(recording), true) = (read, findings.is_empty()) {
                return Ok(recording);
            }
        }
        Err(ManifestErrors::new(file, text, findings))
    }

    /// Writes the recording. Where it would be longer than any that is read, the last records, or calls, are left out and
    /// counted.
    pub fn write(&mut self) -> String {
        loop {
            let text = write::text(self);
            if text.len() <= MAX_BYTES || !self.leave_out() {
                return text;
            }
        }
    }

    /// Leaves a quarter of what can be left out.
    fn leave_out(&mut self) -> bool {
        let less = |length: usize| length - length.div_ceil(4);
        if let Some(program) = self
            .program
            .as_mut()
            .filter(|program| !program.calls.is_empty())
        {
            program.calls.truncate(less(program.calls.len()));
            program.full = true;
            program.outcome = None;
            return true;
        }
        let kept = less(self.records.len());
        let before = self.records.len();
        self.records.truncate(kept);
        self.omitted += (before - kept) as u64;
        before > kept
    }
}

#[cfg(test)]
mod tests;

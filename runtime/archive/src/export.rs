//! A journal as an RDB file: what the keys of a run were before it.
//!
//! Of every key the oldest image counts that belongs to an applied batch. A batch is taken as applied unless
//! the journal says that it is void; until a run is settled, that may add images of batches that were never
//! applied, which are then what the keys held anyway.

use std::collections::HashSet;
use std::io::Write;

use bytes::Bytes;
use remold_engine::port::{Eviction, Image, JournalError};
use remold_engine::record::JournalRecord;
use remold_rdb::{FileEntry, FileError, Header, Section, Version, Writer};
use xxhash_rust::xxh3::xxh3_128;

use crate::read_only::JournalReader;

/// How many of the keys that were left out are named.
const NAMED: usize = 100;
/// The file's version if no image says what its server writes; every supported server reads it.
const OLDEST: Version = Version(9);

/// What became of an export.
///
/// The file has the version of the newest image, so every server loads it that is as new as the one where
/// the run was. All keys are in database 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportSummary {
    /// The version of the RDB file.
    pub version: u16,
    /// Keys in the file.
    pub keys: u64,
    /// Keys that did not exist before the run: a file has no place for them.
    pub absent: u64,
    /// Keys whose image a file of this version cannot hold.
    pub left_out: u64,
    /// The first 100 of those, with the reason.
    pub named: Vec<LeftOut>,
}

/// A key that is not in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The key.
    pub key: Bytes,
    /// A stable word.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl ExportError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Journal(error) => error.code(),
            Self::File(error) => error.code(),
        }
    }
}

/// Writes the images of a journal. The keys that were seen are kept as hashes of 16 bytes each.
pub(crate) fn export<W: Write>(
    journal: &JournalReader,
    out: W,
) -> Result<ExportSummary, ExportError> {
    let (void, version) = survey(journal)?;
    let mut writer = Writer::new(out, Header { version });
    let run = &journal.header().run;
    writer.section(&Section::aux(b"remold-run", run.as_bytes()))?;
    let mut summary = ExportSummary {
        version: version.0,
        keys: 0,
        absent: 0,
        left_out: 0,
        named: Vec::new(),
    };
    let mut seen = HashSet::new();
    for record in journal.replay() {
        let JournalRecord::Batch { id, groups } = record? else {
            continue;
        };
        if void.contains(&id) {
            continue;
        }
        for image in groups.into_iter().flatten() {
            if !seen.insert(xxh3_128(&image.key)) {
                continue;
            }
            match image.before {
                None => summary.absent += 1,
                Some(before) => summary.write(&mut writer, image.key, &before)?,
            }
        }
    }
    writer.finish(true)?;
    Ok(summary)
}

impl ExportSummary {
    fn write<W: Write>(
        &mut self,
        writer: &mut Writer<W>,
        key: Bytes,
        image: &Image,
    ) -> Result<(), FileError> {
        let written = entry(key.clone(), image, writer.header().version)
            .and_then(|entry| writer.entry(&entry));
        match written {
            Ok(()) => self.keys += 1,
            Err(error @ FileError::Write { .. }) => return Err(error),
            Err(error) => {
                self.left_out += 1;
                if self.named.len() < NAMED {
                    self.named.push(LeftOut {
                        key,
                        code: error.code(),
                        message: error.to_string(),
                    });
                }
            }
        }
        Ok(())
    }
}

fn entry(key: Bytes, image: &Image, version: Version) -> Result<FileEntry, FileError> {
    let mut entry = FileEntry::from_payload(0, key, &image.payload, version)?;
    entry.set_expires_at(image.expires_at);
    match image.eviction {
        None => {}
        Some(Eviction::Idle(seconds)) => entry.set_idle(Some(seconds)),
        Some(Eviction::Frequency(counter)) => entry.set_frequency(Some(counter)),
    }
    Ok(entry)
}

/// Finds the batches that are void in the end, and the newest version of an image.
fn survey(journal: &JournalReader) -> Result<(HashSet<u64>, Version), JournalError> {
    let mut void = HashSet::new();
    let mut newest = OLDEST;
    for record in journal.replay() {
        match record? {
            JournalRecord::Void(id) => {
                void.insert(id);
            }
            JournalRecord::Alive(id) => {
                void.remove(&id);
            }
            JournalRecord::Batch { groups, .. } => {
                let images = groups
                    .iter()
                    .flatten()
                    .filter_map(|image| image.before.as_ref());
                newest = images
                    .filter_map(version)
                    .chain([newest])
                    .max()
                    .unwrap_or(newest);
            }
            _ => {}
        }
    }
    Ok((void, newest))
}

/// Reads the version from a payload's last ten bytes; `None` if it is none that a file can have.
fn version(image: &Image) -> Option<Version> {
    let footer = image.payload.last_chunk::<10>()?;
    let version = Version(u16::from_le_bytes([footer[0], footer[1]]));
    Header::read(&Header { version }.bytes()).ok()?;
    Some(version)
}

#[cfg(test)]
mod tests;

//! A run's journal as it is at some moment, open for reading.

use std::path::Path;

use remold_engine::port::{Durability, Journal, JournalError, Position, Records};
use remold_engine::record::{Header, JournalRecord, Mark};

use crate::error::corrupt;
use crate::extent::Extent;
use crate::frame::{HAS_EPOCH, HAS_MARK};
use crate::object_journal::ObjectExtent;
use crate::replay;

/// A journal as it was when it was opened for reading. Its run may go on meanwhile.
#[derive(Debug, Clone)]
pub struct JournalReader {
    source: Source,
    header: Header,
    epoch: u64,
}

/// Where a journal is.
#[derive(Debug, Clone)]
enum Source {
    /// In files.
    Files(Extent),
    /// In an object store.
    Objects(ObjectExtent),
}

impl JournalReader {
    /// Opens a journal for reading.
    pub(crate) fn open(directory: &Path) -> Result<Self, JournalError> {
        let extent = Extent::load(directory)?;
        let header = header(&extent)?;
        let epoch = newest_epoch(&extent)?;
        Ok(Self {
            source: Source::Files(extent),
            header,
            epoch,
        })
    }

    /// Opens a journal in an object store for reading.
    pub(crate) fn of_objects(extent: ObjectExtent) -> Result<Self, JournalError> {
        let header = match extent.forwards().next().transpose()? {
            Some(JournalRecord::Header(header)) => *header,
            _ => return Err(extent.corrupt(0, "the first record is no header")),
        };
        Ok(Self {
            epoch: extent.newest_epoch(0)?,
            source: Source::Objects(extent),
            header,
        })
    }

    /// Returns the journal's first record.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Walks all records from the first.
    pub fn replay(&self) -> Records<'static> {
        match &self.source {
            Source::Files(extent) => replay::forwards(extent.clone()),
            Source::Objects(extent) => extent.forwards(),
        }
    }

    /// Walks the same records from the newest to the first.
    pub fn replay_backwards(&self) -> Records<'static> {
        match &self.source {
            Source::Files(extent) => replay::backwards(extent.clone()),
            Source::Objects(extent) => extent.backwards(),
        }
    }

    /// Finds the newest mark: where the run stands. `None` while there is none. Only the frames' headers and
    /// one frame are read.
    pub fn last_mark(&self) -> Result<Option<Mark>, JournalError> {
        let mark = |record| match record {
            JournalRecord::Mark(mark) => Some(mark),
            _ => None,
        };
        match &self.source {
            Source::Files(extent) => extent.newest(HAS_MARK, mark),
            Source::Objects(extent) => extent.newest(HAS_MARK, mark),
        }
    }

    /// Returns when the journal was begun, Unix milliseconds.
    pub(crate) fn created_ms(&self) -> u64 {
        match &self.source {
            Source::Files(extent) => extent.segments[0].created_ms,
            Source::Objects(extent) => extent.created_ms(),
        }
    }

    fn refuse(&self) -> JournalError {
        JournalError::NotWritable {
            path: self.header.run.clone(),
            message: "the journal was opened for reading".to_owned(),
        }
    }
}

/// Only what reads; an append and a seal are [`JournalError::NotWritable`].
impl Journal for JournalReader {
    fn seal(&self, _: u64) -> Result<Position, JournalError> {
        Err(self.refuse())
    }

    fn append(&self, _: u64, _: &[JournalRecord], _: Durability) -> Result<Position, JournalError> {
        Err(self.refuse())
    }

    fn wait(&self, _: Position) -> Result<(), JournalError> {
        Err(self.refuse())
    }

    fn epoch(&self) -> u64 {
        self.epoch
    }

    fn durable(&self) -> Position {
        Position(match &self.source {
            Source::Files(extent) => extent.segments.last().map_or(0, |segment| segment.end),
            Source::Objects(extent) => extent.objects(),
        })
    }

    fn replay(&self) -> Result<Records<'_>, JournalError> {
        Ok(self.replay())
    }

    fn replay_backwards(&self) -> Result<Records<'_>, JournalError> {
        Ok(self.replay_backwards())
    }
}

/// Finds the newest epoch; 0 if there is none.
pub(crate) fn newest_epoch(extent: &Extent) -> Result<u64, JournalError> {
    let newest = extent.newest(HAS_EPOCH, |record| match record {
        JournalRecord::Epoch(epoch) => Some(epoch),
        _ => None,
    });
    Ok(newest?.unwrap_or(0))
}

/// Says whether a journal was begun: whether its header is durable. One that is damaged was.
pub(crate) fn is_begun(directory: &Path) -> Result<bool, JournalError> {
    match Extent::load(directory) {
        Ok(extent) => Ok(replay::forwards(extent).next().transpose()?.is_some()),
        Err(JournalError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Reads the first record.
pub(crate) fn header(extent: &Extent) -> Result<Header, JournalError> {
    match replay::forwards(extent.clone()).next().transpose()? {
        Some(JournalRecord::Header(header)) => Ok(*header),
        found => {
            let path = &extent.segments[0].path;
            let message = match found {
                None => "no journal was begun here".to_owned(),
                Some(_) => "the first record is no header".to_owned(),
            };
            Err(corrupt(path, crate::segment::HEADER_BYTES as u64, message))
        }
    }
}

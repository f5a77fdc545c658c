//! A run's journal as it is at some moment, open for reading.

use std::path::Path;

use remold_engine::port::{Durability, Journal, JournalError, Position, Records};
use remold_engine::record::{Header, JournalRecord, Mark};

use crate::error::corrupt;
use crate::extent::Extent;
use crate::frame::{HAS_EPOCH, HAS_MARK};
use crate::replay;
use crate::segment::Segment;

/// A journal as it was when it was opened for reading. Its run may go on meanwhile.
#[derive(Debug, Clone)]
pub struct JournalReader {
    extent: Extent,
    header: Header,
    epoch: u64,
}

impl JournalReader {
    /// Opens a journal for reading.
    pub(crate) fn open(directory: &Path) -> Result<Self, JournalError> {
        let extent = Extent::load(directory)?;
        let header = header(&extent)?;
        let epoch = newest_epoch(&extent)?;
        Ok(Self {
            extent,
            header,
            epoch,
        })
    }

    /// Returns the journal's first record.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Walks all records from the first.
    pub fn replay(&self) -> Records<'static> {
        replay::forwards(self.extent.clone())
    }

    /// Walks the same records from the newest to the first.
    pub fn replay_backwards(&self) -> Records<'static> {
        replay::backwards(self.extent.clone())
    }

    /// Finds the newest mark: where the run stands. `None` while there is none. Only the frames' headers and
    /// one frame are read.
    pub fn last_mark(&self) -> Result<Option<Mark>, JournalError> {
        self.extent.newest(HAS_MARK, |record| match record {
            JournalRecord::Mark(mark) => Some(mark),
            _ => None,
        })
    }

    pub(crate) const fn extent(&self) -> &Extent {
        &self.extent
    }

    fn refuse(&self) -> JournalError {
        JournalError::NotWritable {
            path: self.newest().path.display().to_string(),
            message: "the journal was opened for reading".to_owned(),
        }
    }

    fn newest(&self) -> &Segment {
        self.extent
            .segments
            .last()
            .expect("an extent has a segment")
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
        Position(self.newest().end)
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

//! A run's journal in a directory, open for writing. Not the one for reading: [`crate::read_only`].

mod lock;

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use remold_engine::port::{Durability, Journal, JournalError, JournalFigures, Position, Records};
use remold_engine::record::{Header, JournalRecord};

use crate::error::{not_found, not_writable};
use crate::extent::{Extent, remove_segments};
use crate::frame::Frame;
use crate::log::Log;
use crate::read_only::{header, is_begun, newest_epoch};
use crate::replay;
use crate::tail::{Tail, sync_directory};
pub(crate) use lock::Lock;

/// A journal that this process alone writes. Lanes share it behind one `Arc`.
///
/// Dropping it writes what is still queued; a reader then knows of every record that it was durable.
#[derive(Debug)]
pub struct FileJournal {
    log: Log,
    header: Header,
    /// Whether to leave a closing frame behind; a test that plays a crash does not.
    close_when_dropped: bool,
    _lock: Lock,
}

impl FileJournal {
    /// Creates a journal in a new directory. Its header is durable on return.
    pub(crate) fn create(
        directory: &Path,
        run: &str,
        header: &Header,
        segment_bytes: u64,
    ) -> Result<Self, JournalError> {
        let lock = room(directory)?;
        let tail = Tail::create(directory, run, segment_bytes)
            .and_then(|tail| {
                let parent = directory.parent().map_or(Ok(()), sync_directory);
                parent.map_err(|error| (directory.to_owned(), error))?;
                Ok(tail)
            })
            .map_err(|(path, error)| not_writable(&path, &error))?;
        let extent = Extent {
            segments: vec![tail.segment().clone()],
            unfinished: None,
        };
        let journal = Self {
            log: Log::new(tail, extent, 0),
            header: header.clone(),
            close_when_dropped: true,
            _lock: lock,
        };
        let record = JournalRecord::Header(Box::new(header.clone()));
        journal.append(0, &[record], Durability::Durable)?;
        Ok(journal)
    }

    /// Opens a journal to go on with it: cuts off a torn tail and learns the newest epoch.
    pub(crate) fn open(directory: &Path, segment_bytes: u64) -> Result<Self, JournalError> {
        std::fs::metadata(directory).map_err(|error| not_found(directory, &error))?;
        let lock = Lock::take(directory)?;
        let mut extent = Extent::load(directory)?;
        let header = header(&extent)?;
        let epoch = newest_epoch(&extent)?;
        if let Some(path) = extent.unfinished.take() {
            std::fs::remove_file(&path).map_err(|error| not_writable(&path, &error))?;
        }
        let newest = extent
            .segments
            .last()
            .expect("an extent has a segment")
            .clone();
        let tail = Tail::open(newest, segment_bytes)
            .map_err(|(path, error)| not_writable(&path, &error))?;
        Ok(Self {
            log: Log::new(tail, extent, epoch),
            header,
            close_when_dropped: true,
            _lock: lock,
        })
    }

    /// Returns the journal's first record.
    pub const fn header(&self) -> &Header {
        &self.header
    }
}

impl Drop for FileJournal {
    fn drop(&mut self) {
        if self.close_when_dropped {
            // Nobody is left to be told; what was reported durable is durable without it.
            let _ = self.log.close();
        }
    }
}

impl Journal for FileJournal {
    fn seal(&self, epoch: u64) -> Result<Position, JournalError> {
        self.log
            .seal(epoch, Frame::pack(&[JournalRecord::Epoch(epoch)]))
    }

    fn append(
        &self,
        epoch: u64,
        records: &[JournalRecord],
        durability: Durability,
    ) -> Result<Position, JournalError> {
        let wait = durability == Durability::Durable;
        self.log.append(epoch, Frame::pack(records), wait)
    }

    fn wait(&self, position: Position) -> Result<(), JournalError> {
        self.log.wait(position)
    }

    fn epoch(&self) -> u64 {
        self.log.epoch()
    }

    fn durable(&self) -> Position {
        self.log.durable()
    }

    fn measure(&self, figures: &Arc<JournalFigures>) {
        self.log.measure(figures);
    }

    fn replay(&self) -> Result<Records<'_>, JournalError> {
        Ok(replay::forwards(self.log.extent()))
    }

    fn replay_backwards(&self) -> Result<Records<'_>, JournalError> {
        Ok(replay::backwards(self.log.extent()))
    }
}

/// Makes a new directory and takes its lock. One in which a journal was about to be created when its writer stopped is as
/// good as new: nothing of it was durable, so nothing was written anywhere else.
fn room(directory: &Path) -> Result<Lock, JournalError> {
    match std::fs::create_dir(directory) {
        Ok(()) => Lock::take(directory),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let lock = Lock::take(directory)?;
            if is_begun(directory)? {
                return Err(not_writable(directory, &error));
            }
            remove_segments(directory).map_err(|error| not_writable(directory, &error))?;
            Ok(lock)
        }
        Err(error) => Err(not_writable(directory, &error)),
    }
}

#[cfg(test)]
pub(crate) mod tests;

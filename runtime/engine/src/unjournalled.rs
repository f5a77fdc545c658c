//! The journal of a dry run: nothing is kept, for nothing is written that could need undoing.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::port::{Durability, Journal, JournalError, Position, Records};
use crate::record::JournalRecord;

/// A journal that forgets. Only for a keyspace that cannot be written to.
#[derive(Debug, Default)]
pub struct Unjournalled {
    epoch: AtomicU64,
}

impl Journal for Unjournalled {
    fn seal(&self, epoch: u64) -> Result<Position, JournalError> {
        self.epoch.store(epoch, Ordering::SeqCst);
        Ok(Position::default())
    }

    fn append(&self, _: u64, _: &[JournalRecord], _: Durability) -> Result<Position, JournalError> {
        Ok(Position::default())
    }

    fn forgets(&self) -> bool {
        true
    }

    fn wait(&self, _: Position) -> Result<(), JournalError> {
        Ok(())
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    fn durable(&self) -> Position {
        Position::default()
    }

    fn replay(&self) -> Result<Records<'_>, JournalError> {
        Ok(Box::new(std::iter::empty()))
    }

    fn replay_backwards(&self) -> Result<Records<'_>, JournalError> {
        Ok(Box::new(std::iter::empty()))
    }
}

//! A keyspace that only seems to change: everything that is written stays in the overlay.
//!
//! A dry run works on it, over a live shard that is only read. So does a run over an RDB file or a fixture,
//! whose result is then written somewhere else as a whole. Nobody else writes to an overlay, so its guard
//! is [`Guard::Exclusive`] and nothing ever conflicts.

mod changes;
mod events;
mod ledger;
mod log;
mod registry;
mod session;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use remold_host_api::Bytes;

pub use changes::Layer;
pub use log::Scratch;

use crate::port::{
    Guard, Image, Keyspace, Ledger, Scanner, Selection, Session, Shard, ShardFacts, Source,
    StoreError,
};
use changes::Changes;
use ledger::{Books, OverlayLedger};
use session::OverlaySession;

/// A source under a layer of changes.
pub struct Overlay {
    source: Arc<dyn Source>,
    shards: Vec<Box<dyn Shard>>,
    state: Arc<Mutex<State>>,
}

/// What all sessions of an overlay share.
struct State {
    changes: Changes,
    books: Books,
}

impl Overlay {
    /// Lays an empty layer over `source`. Images go to `scratch`; history is kept under `prefix`.
    pub fn new(
        source: Arc<dyn Source>,
        scratch: Box<dyn Scratch>,
        seed: u64,
        prefix: Bytes,
    ) -> Result<Self, StoreError> {
        let facts = exclusive(source.facts()?);
        let state = State {
            changes: Changes::new(scratch, seed),
            books: Books::new(prefix),
        };
        let state = Arc::new(Mutex::new(state));
        let shard = OverlayShard {
            source: Arc::clone(&source),
            facts: Mutex::new(facts),
            state: Arc::clone(&state),
        };
        Ok(Self {
            source,
            shards: vec![Box::new(shard)],
            state,
        })
    }

    /// Says whether a key was changed.
    pub fn is_changed(&self, key: &[u8]) -> bool {
        lock(&self.state).changes.contains(key)
    }

    /// Returns how many of the changed keys there still are, and how many of these expire.
    pub fn size(&self) -> (u64, u64) {
        lock(&self.state).changes.size()
    }

    /// Returns what the overlay knows of a key that the source has, and remembers that it has it.
    pub fn meet(&self, key: &[u8]) -> Result<Layer, StoreError> {
        lock(&self.state).changes.meet(key)
    }

    /// Walks the newest images of all changed keys that were not [met](Self::meet), deleted ones included.
    pub fn for_each_unmet(
        &self,
        visit: impl FnMut(Bytes, Option<Image>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        lock(&self.state).changes.for_each_unmet(visit)
    }

    /// Puts what was noted in the history among the changes, before they are walked: it belongs to the keyspace.
    pub fn settle_history(&self) -> Result<(), StoreError> {
        let target = self.shards[0].facts().target;
        OverlayLedger::new(self.source.reader()?, Arc::clone(&self.state), target).settle_history()
    }

    /// Walks the newest images of all changed keys, deleted ones included.
    pub fn for_each_change(
        &self,
        visit: impl FnMut(Bytes, Option<Image>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        lock(&self.state).changes.for_each(visit)
    }
}

impl Keyspace for Overlay {
    fn shards(&self) -> &[Box<dyn Shard>] {
        &self.shards
    }
}

fn exclusive(facts: ShardFacts) -> ShardFacts {
    ShardFacts {
        guard: Guard::Exclusive,
        guard_reason: "nobody else writes to an overlay".to_owned(),
        // Its bookkeeping is kept here.
        evicts_any_key: None,
        ..facts
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // A panic while it was held ends the run, and with it the overlay.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

struct OverlayShard {
    source: Arc<dyn Source>,
    facts: Mutex<ShardFacts>,
    state: Arc<Mutex<State>>,
}

impl Shard for OverlayShard {
    fn facts(&self) -> ShardFacts {
        self.facts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn probe(&self) -> Result<ShardFacts, StoreError> {
        let facts = exclusive(self.source.facts()?);
        self.facts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&facts);
        Ok(facts)
    }

    fn scan(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError> {
        // The images that it may bring along are those of the source; a session takes the layer's before them.
        self.source.scan(selection)
    }

    fn session(&self) -> Result<Box<dyn Session>, StoreError> {
        Ok(Box::new(OverlaySession::new(
            self.source.reader()?,
            Arc::clone(&self.state),
        )))
    }

    fn ledger(&self) -> Result<Box<dyn Ledger>, StoreError> {
        Ok(Box::new(OverlayLedger::new(
            self.source.reader()?,
            Arc::clone(&self.state),
            self.facts().target,
        )))
    }
}

#[cfg(test)]
mod tests;

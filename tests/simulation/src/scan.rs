//! SCAN with no more than what it guarantees: a key that is there all the time is listed at least once; others may be,
//! or not, and any may be listed twice, for the table may be rehashed at any time.

use bytes::Bytes;
use remold_engine::port::{Candidate, Scanner, StoreError};

use crate::keyspace::Line;
use crate::world::another_history;

/// Keys in a page, at most.
const PAGE: usize = 3;

pub(crate) struct Scan {
    line: Line,
    /// What has to be listed yet.
    pending: Vec<Bytes>,
}

impl Scan {
    /// Begins with the keys that are there.
    pub(crate) fn new(line: Line, pending: Vec<Bytes>) -> Self {
        Self { line, pending }
    }
}

impl Scanner for Scan {
    fn next_page(&mut self) -> Result<Option<Vec<Candidate>>, StoreError> {
        let history = self.line.history;
        if self.line.world.now().server.history != history {
            return Err(another_history());
        }
        if self.pending.is_empty() {
            // The end counts only from the server that began. A connection that was cut is replaced.
            self.line.reopen();
            drop(self.line.ask()?);
            return Ok(None);
        }
        let pending = &mut self.pending;
        let world = std::sync::Arc::clone(&self.line.world);
        let mut state = world.turn();
        if state.server.history != history {
            return Err(another_history());
        }
        let mut page = Vec::new();
        for _ in 0..state.chance.usize(..=PAGE) {
            if pending.is_empty() {
                break;
            }
            let which = state.chance.usize(..pending.len());
            let key = pending.swap_remove(which);
            // Listed again later, after a rehash.
            if state.chance.u32(..6) == 0 {
                pending.push(key.clone());
            }
            if state.server.data.keys.contains_key(&key) {
                page.push(Candidate::new(key));
            }
        }
        // A key that was created meanwhile may be met.
        if state.chance.bool() {
            let number = state.chance.u32(..8);
            let key = Bytes::from(format!("key:{number}"));
            if state.server.data.keys.contains_key(&key) {
                page.push(Candidate::new(key));
            }
        }
        Ok(Some(page))
    }

    fn fraction(&self) -> Option<f64> {
        None
    }
}

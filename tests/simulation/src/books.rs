//! The bookkeeping of a run over the model of a server. The lock always yields: it is a courtesy between people, and
//! the epoch has to hold without it.

use remold_engine::port::{
    Happening, HistoryEntry, Ledger, LockAttempt, LockHolder, LockRequest, Progress, Raise,
    RunChange, RunEvent, RunState, StoreError,
};

use crate::keyspace::Line;
use crate::rules::Rule;
use crate::server::Books;
use crate::world::{State, another_history};

pub(crate) struct Bookkeeper(pub(crate) Line);

impl Bookkeeper {
    /// Takes a turn. A connection that was cut before is replaced, whoever the server is by now.
    pub(crate) fn ask(&mut self) -> Result<std::sync::MutexGuard<'_, State>, StoreError> {
        self.0.renew();
        self.0.ask()
    }
}

fn progress(books: Option<&Books>) -> Progress {
    let books = books.cloned().unwrap_or_default();
    Progress {
        base: books.base,
        watermark: books.watermark,
        receipts: books.receipts.into_iter().collect(),
    }
}

fn note(state: &mut State, process: u32, entry: &HistoryEntry, event: RunEvent) {
    let happening = Happening::Run(Box::new(RunChange {
        event,
        entry: entry.clone(),
        reason: None,
    }));
    let at = state.server.now();
    state.server.keep_books(|data| {
        data.history.insert(entry.run.clone(), entry.clone());
        data.announce(&happening, at);
    });
    state.tell(|| format!("P{process} notes in the history: {}", event.name()));
    // What was claimed is looked at as it was then: a server may lose anything later.
    state.calm |= entry.state == RunState::Completed;
}

impl Ledger for Bookkeeper {
    fn lock(&mut self, _request: &LockRequest) -> Result<LockAttempt, StoreError> {
        drop(self.ask()?);
        Ok(LockAttempt::Acquired)
    }

    fn unlock(&mut self, _run: &str, _owner: &str) -> Result<(), StoreError> {
        self.ask().map(drop)
    }

    fn lock_holder(&mut self) -> Result<Option<LockHolder>, StoreError> {
        Ok(None)
    }

    fn break_lock(&mut self) -> Result<Option<LockHolder>, StoreError> {
        Ok(None)
    }

    fn epoch(&mut self) -> Result<u64, StoreError> {
        Ok(self.ask()?.server.data.epoch)
    }

    fn raise_epoch(&mut self, to: u64) -> Result<Raise, StoreError> {
        let name = self.0.process.name;
        let mut state = self.ask()?;
        let found = state.server.data.epoch;
        if found >= to {
            return Ok(Raise::Stale(found));
        }
        state.server.raise(to);
        state.tell(|| format!("P{name} raises the epoch to {to}"));
        Ok(Raise::Raised)
    }

    fn progress(&mut self, run: &str) -> Result<Progress, StoreError> {
        let rules = self.0.world.rules;
        let state = self.ask()?;
        let books = state
            .server
            .data
            .books
            .get(run)
            .cloned()
            .unwrap_or_default();
        Ok(Progress {
            base: if rules.hold(Rule::Reread) {
                books.base
            } else {
                u64::MAX
            },
            watermark: if rules.hold(Rule::WatermarkApplied) {
                books.watermark
            } else {
                0
            },
            receipts: books.receipts.into_iter().collect(),
        })
    }

    fn settle(&mut self, run: &str, epoch: u64, watermark: u64) -> Result<(), StoreError> {
        let name = self.0.process.name;
        let mut state = self.ask()?;
        let found = state.server.data.epoch;
        match found.cmp(&epoch) {
            std::cmp::Ordering::Greater => return Err(StoreError::Fenced { ours: epoch, found }),
            std::cmp::Ordering::Less => return Err(another_history()),
            std::cmp::Ordering::Equal => {}
        }
        state.server.keep_books(|data| {
            let books = data.books.entry(run.to_owned()).or_default();
            books.base = epoch;
            books.watermark = books.watermark.max(watermark);
            books.receipts.retain(|batch| *batch > watermark);
        });
        state.tell(|| format!("P{name} marks epoch {epoch} as settled up to batch {watermark}"));
        Ok(())
    }

    fn record(&mut self, entry: &HistoryEntry, event: RunEvent) -> Result<(), StoreError> {
        let name = self.0.process.name;
        note(&mut *self.ask()?, name, entry, event);
        Ok(())
    }

    fn complete(
        &mut self,
        entry: &HistoryEntry,
        history: &str,
        expected: &Progress,
    ) -> Result<(), StoreError> {
        let found = {
            let state = self.ask()?;
            let books = state.server.data.books.get(&entry.run);
            (state.server.data.epoch, progress(books))
        };
        let checked = self.0.world.rules.hold(Rule::EndChecked);
        // Nothing comes in between: it is one step of the server.
        let mut state = self.0.world.now();
        let ours = expected.base;
        if checked && found.0 > ours {
            return Err(StoreError::Fenced {
                ours,
                found: found.0,
            });
        }
        let same = state.server.history.to_string() == history;
        if checked && !(same && found.0 == ours && found.1.holds(expected)) {
            return Err(another_history());
        }
        note(&mut state, self.0.process.name, entry, RunEvent::Completed);
        Ok(())
    }

    fn history(&mut self) -> Result<Vec<HistoryEntry>, StoreError> {
        let state = self.ask()?;
        Ok(state.server.data.history.values().cloned().collect())
    }

    fn forget(&mut self, run: &str) -> Result<(), StoreError> {
        let mut state = self.ask()?;
        state.server.keep_books(|data| {
            data.books.remove(run);
        });
        Ok(())
    }
}

//! The bookkeeping of a run, or of a share, over the model of a server. The locks always yield: they are a courtesy between
//! people, and the epochs have to hold without them.

use remold_engine::port::{
    Happening, HistoryEntry, Ledger, LockAttempt, LockHolder, LockRequest, Progress, Raise,
    RunChange, RunEvent, RunState, StoreError, Terms,
};
use remold_engine::share::{ShareOf, announced};

use crate::keyspace::{Line, fence};
use crate::rules::Rule;
use crate::server::{Books, Data};
use crate::world::{State, another_history, lost};

pub(crate) struct Bookkeeper(pub(crate) Line, pub(crate) Option<ShareOf>);

impl Bookkeeper {
    /// Takes a turn. A connection that was cut before is replaced, whoever the server is by now.
    pub(crate) fn ask(&mut self) -> Result<std::sync::MutexGuard<'_, State>, StoreError> {
        self.0.renew();
        self.0.ask()
    }

    fn fence(&self, state: &State) -> Result<u64, StoreError> {
        fence(&state.server.data, self.1.as_ref(), self.0.world.rules)
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

/// The epoch that batches are numbered by, whether or not it still holds.
fn own_epoch(data: &Data, share: Option<&ShareOf>) -> u64 {
    match share {
        None => data.epoch,
        Some(of) => data.shares.get(&of.id()).copied().unwrap_or_default().0,
    }
}

fn note(state: &mut State, process: u32, entry: &HistoryEntry, event: RunEvent) {
    let at = state.server.now();
    let others = state.server.data.history.values().cloned().collect();
    let told = announced(entry, event, others);
    state.server.keep_books(|data| {
        data.history.insert(entry.run.clone(), entry.clone());
        if let Some((event, entry)) = told {
            let change = RunChange {
                event,
                entry,
                reason: None,
            };
            data.announce(&Happening::Run(Box::new(change)), at);
        }
    });
    state.tell(|| format!("P{process} notes in the history: {}", event.name()));
    // What was claimed is looked at as it was then: a server may lose anything later.
    state.calm |= entry.state == RunState::Completed && !state.goes_on;
}

impl Ledger for Bookkeeper {
    fn lock(&mut self, request: &LockRequest) -> Result<LockAttempt, StoreError> {
        let Some(of) = self.1.clone() else {
            drop(self.ask()?);
            return Ok(LockAttempt::Acquired);
        };
        let name = self.0.process.name;
        let mut state = self.ask()?;
        let epoch = state.server.data.epoch;
        let raised = state.server.data.groups.get(&of.run).copied();
        let raised = raised.unwrap_or_default();
        if raised != 0 && raised == epoch {
            return Ok(LockAttempt::Acquired);
        }
        if raised != 0 && epoch > raised && request.again {
            return Ok(LockAttempt::Superseded(epoch));
        }
        state.server.raise_for_shares(&of.run);
        state.tell(|| {
            format!(
                "P{name} raises the keyspace's epoch to {} for {}",
                epoch + 1,
                of.run
            )
        });
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
        let share = self.1.clone();
        let state = self.ask()?;
        Ok(own_epoch(&state.server.data, share.as_ref()))
    }

    fn raise_epoch(&mut self, run: &str, to: u64) -> Result<Raise, StoreError> {
        let name = self.0.process.name;
        let share = self.1.clone();
        let mut state = self.ask()?;
        let data = &state.server.data;
        let found = own_epoch(data, share.as_ref());
        if found >= to {
            return Ok(Raise::Stale(found));
        }
        match &share {
            None => state.server.raise(to, run),
            Some(of) if data.groups.get(&of.run) == Some(&data.epoch) => {
                state.server.raise_share(run, to);
            }
            // Another run has come since the lock was taken.
            Some(_) => return Err(lost()),
        }
        state.tell(|| format!("P{name} raises the epoch of {run} to {to}"));
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
        let (share, rules) = (self.1.clone(), self.0.world.rules);
        let mut state = self.ask()?;
        let found = fence(&state.server.data, share.as_ref(), rules)?;
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
        drop(self.ask()?);
        let found = {
            let state = self.0.world.now();
            let books = state.server.data.books.get(&entry.run);
            (self.fence(&state)?, progress(books))
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

    fn agree(&mut self, terms: &Terms) -> Result<Terms, StoreError> {
        Ok(terms.clone())
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

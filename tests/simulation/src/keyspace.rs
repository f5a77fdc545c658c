//! The ports of the keyspace over the model of a server, for one process.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use remold_engine::ShareOf;
use remold_engine::port::{
    Candidate, Commit, CommitBatch, Fetched, Guard, Image, Keyspace, Ledger, Scanner, Selection,
    Session, Shard, ShardFacts, StoreError, WrittenAs,
};

use crate::books::Bookkeeper;
use crate::rules::{Rule, Rules};
use crate::scan::Scan;
use crate::server::{Data, Transaction};
use crate::value::{self, Counts};
use crate::world::{Process, World, another_history, lost, refused, told};

/// The keyspace as one process sees it.
pub(crate) struct View {
    shards: [Box<dyn Shard>; 1],
}

impl View {
    pub(crate) fn new(world: &Arc<World>, process: &Process, share: Option<ShareOf>) -> Self {
        let shard = Primary {
            world: Arc::clone(world),
            process: process.clone(),
            known: AtomicU64::new(0),
            share,
        };
        Self {
            shards: [Box::new(shard)],
        }
    }
}

impl Keyspace for View {
    fn shards(&self) -> &[Box<dyn Shard>] {
        &self.shards
    }
}

struct Primary {
    world: Arc<World>,
    process: Process,
    /// The history that was probed: scanners and sessions are opened on no other.
    known: AtomicU64,
    /// The share of a run that the process carries out.
    share: Option<ShareOf>,
}

impl Primary {
    fn line(&self) -> Result<Line, StoreError> {
        let state = self.world.turn();
        if self.process.is_dead() {
            return Err(lost());
        }
        Ok(Line {
            world: Arc::clone(&self.world),
            process: self.process.clone(),
            history: state.server.history,
            open: true,
        })
    }

    fn line_to_known(&self) -> Result<Line, StoreError> {
        let line = self.line()?;
        if line.history == self.known.load(Ordering::SeqCst) {
            Ok(line)
        } else {
            Err(another_history())
        }
    }
}

/// A connection: it ends with the server's history, and with the process.
pub(crate) struct Line {
    pub(crate) world: Arc<World>,
    pub(crate) process: Process,
    pub(crate) history: u64,
    open: bool,
}

impl Line {
    /// Takes a turn on the server; an error if the connection is gone, or goes.
    pub(crate) fn ask(
        &mut self,
    ) -> Result<std::sync::MutexGuard<'_, crate::world::State>, StoreError> {
        let mut state = self.world.turn();
        if state.is_endless() {
            return Err(refused());
        }
        let gone = !self.open || self.process.is_dead() || self.history != state.server.history;
        if gone || state.strikes(60, |left| &mut left.cuts) {
            self.open = false;
            return Err(lost());
        }
        Ok(state)
    }

    /// Connects again, if it was cut, to whatever server is there now.
    pub(crate) fn renew(&mut self) {
        let history = self.world.now().server.history;
        if !self.open || self.history != history {
            self.open = true;
            self.history = history;
        }
    }

    /// Connects again, if it was cut.
    pub(crate) fn reopen(&mut self) {
        self.open = true;
    }

    /// The connection is cut after all.
    pub(crate) fn cut(&mut self) -> StoreError {
        self.open = false;
        lost()
    }
}

impl Shard for Primary {
    fn facts(&self) -> ShardFacts {
        facts(self.known.load(Ordering::SeqCst))
    }

    fn probe(&self) -> Result<ShardFacts, StoreError> {
        let mut line = self.line()?;
        let history = line.ask()?.server.history;
        self.known.store(history, Ordering::SeqCst);
        Ok(facts(history))
    }

    fn scan(&self, _selection: &Selection) -> Result<Box<dyn Scanner>, StoreError> {
        let mut line = self.line_to_known()?;
        let keys = line.ask()?.server.data.keys.keys().cloned().collect();
        Ok(Box::new(Scan::new(line, keys)))
    }

    fn session(&self) -> Result<Box<dyn Session>, StoreError> {
        Ok(Box::new(Connection {
            line: self.line_to_known()?,
            watched: Vec::new(),
            since: 0,
            answer: None,
            share: self.share.clone(),
        }))
    }

    fn ledger(&self) -> Result<Box<dyn Ledger>, StoreError> {
        Ok(Box::new(Bookkeeper(self.line()?, self.share.clone())))
    }
}

fn facts(history: u64) -> ShardFacts {
    ShardFacts {
        name: "model".to_owned(),
        product: "model".to_owned(),
        version: "1".to_owned(),
        history: history.to_string(),
        guard: Guard::Watch,
        guard_reason: "the model has it".to_owned(),
        written_as: WrittenAs::Payloads,
        longest: None,
        target: value::target(),
        keys: None,
        lanes: 2,
        batch: 2,
        evicts_any_key: None,
        notes: Vec::new(),
    }
}

struct Connection {
    line: Line,
    watched: Vec<Bytes>,
    /// When it began to watch.
    since: u64,
    /// What became of a batch that was submitted and arrived at once.
    answer: Option<Result<Commit, StoreError>>,
    share: Option<ShareOf>,
}

impl Connection {
    fn fetch(&mut self, keys: &[Bytes], guarded: bool) -> Result<Vec<Fetched>, StoreError> {
        let begin = self.watched.is_empty();
        let state = self.line.ask()?;
        let found = |key: &Bytes| match state.server.data.keys.get(key) {
            None => Fetched::Absent,
            Some(found) => Fetched::Found(Image {
                payload: found.counts.to_payload(),
                expires_at: None,
                eviction: None,
            }),
        };
        let fetched = keys.iter().map(found).collect();
        let now = state.server.now();
        drop(state);
        if guarded {
            if begin {
                self.since = now;
            }
            self.watched.extend_from_slice(keys);
        }
        Ok(fetched)
    }

    fn execute(&mut self, batch: &CommitBatch<'_>) -> Result<Commit, StoreError> {
        let transaction = Transaction {
            run: batch.run.to_owned(),
            share_of: self.share.as_ref().map(|of| of.run.clone()),
            batch: batch.batch,
            writes: batch.writes.to_vec(),
            watermark: batch.watermark,
            watched: self.unwatch(),
            since: self.since,
        };
        let name = self.line.process.name;
        let mut state = self.line.ask()?;
        if state.strikes(8, |left| &mut left.cuts) {
            // Cut before the request, after it, or while it is on its way.
            match state.chance.u32(..3) {
                0 => state.tell(|| format!("P{name}: batch {} is never sent", batch.batch)),
                1 => {
                    let applied = state.server.execute(&transaction);
                    state.tell(|| told("answer lost", &transaction, applied));
                }
                _ => {
                    state.tell(|| format!("P{name}: batch {} is on its way", batch.batch));
                    state.server.late.push(transaction);
                }
            }
            drop(state);
            return Err(self.line.cut());
        }
        let applied = state.server.execute(&transaction);
        state.tell(|| told(&format!("P{name}"), &transaction, applied));
        drop(state);
        // The answer comes back in its own time; the process may be gone by then.
        drop(self.line.ask()?);
        Ok(if applied {
            Commit::Applied
        } else {
            Commit::Conflict { keys: Vec::new() }
        })
    }

    fn unwatch(&mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.watched)
    }
}

impl Session for Connection {
    fn take_guarded(
        &mut self,
        epoch: u64,
        candidates: &[Candidate],
        _max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        self.unwatch();
        let keys: Vec<Bytes> = candidates.iter().map(|one| one.key.clone()).collect();
        let fetched = self.fetch(&keys, true)?;
        let rules = self.line.world.rules;
        let state = self.line.world.now();
        let found = fence(&state.server.data, self.share.as_ref(), rules)?;
        match found.cmp(&epoch) {
            std::cmp::Ordering::Greater if rules.hold(Rule::Fence) => {
                Err(StoreError::Fenced { ours: epoch, found })
            }
            std::cmp::Ordering::Less => Err(another_history()),
            _ => Ok(fetched),
        }
    }

    fn extend_guard(&mut self, keys: &[Bytes]) -> Result<Vec<Fetched>, StoreError> {
        self.fetch(keys, true)
    }

    fn read(&mut self, keys: &[Bytes]) -> Result<Vec<Fetched>, StoreError> {
        self.fetch(keys, false)
    }

    fn submit(&mut self, batch: &CommitBatch<'_>) -> Result<(), StoreError> {
        // It arrives at once, or only when its answer is waited for.
        self.answer = if self.line.world.now().one_in(2) {
            Some(self.execute(batch))
        } else {
            None
        };
        Ok(())
    }

    fn outcome(&mut self, batch: &CommitBatch<'_>) -> Result<Commit, StoreError> {
        match self.answer.take() {
            Some(answer) => answer,
            None => self.execute(batch),
        }
    }

    fn release(&mut self) -> Result<(), StoreError> {
        self.unwatch();
        self.line.ask().map(drop)
    }
}

/// Reads the epoch that batches are numbered by: a share's own only if the keyspace's is still the one in which it holds.
pub(crate) fn fence(data: &Data, share: Option<&ShareOf>, rules: Rules) -> Result<u64, StoreError> {
    let Some(of) = share else {
        return Ok(data.epoch);
    };
    let (own, keyspace) = data.shares.get(&of.id()).copied().unwrap_or_default();
    match data.epoch.cmp(&keyspace) {
        std::cmp::Ordering::Greater if rules.hold(Rule::KeyspaceFence) => Err(StoreError::Fenced {
            ours: keyspace,
            found: data.epoch,
        }),
        std::cmp::Ordering::Less => Err(another_history()),
        _ => Ok(own),
    }
}

/// Longer than any story.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(1_000_000);

/// Counts for the end of a story.
pub(crate) fn counts_of(world: &World) -> Vec<(Bytes, Counts, u64, bool)> {
    let state = world.now();
    let keys = state.server.data.keys.iter();
    keys.map(|(key, state)| (key.clone(), state.counts, state.written, state.whole))
        .collect()
}

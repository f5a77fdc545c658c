//! The model of a journal on a disk: what was not synced may be gone after a crash.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use remold_engine::port::{Durability, Journal, JournalError, Position, Records};
use remold_engine::record::JournalRecord;

use crate::rules::Rule;
use crate::world::{Process, World};

/// A journal, shared by the processes that have it open.
pub(crate) struct Disk {
    world: Arc<World>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    records: Vec<JournalRecord>,
    durable: usize,
    epoch: u64,
    open: BTreeSet<u32>,
}

impl Disk {
    pub(crate) fn new(world: &Arc<World>) -> Arc<Self> {
        Arc::new(Self {
            world: Arc::clone(world),
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a record before any process has opened it: the header.
    pub(crate) fn begin(&self, record: JournalRecord) {
        let mut state = self.state();
        state.records.push(record);
        state.durable = state.records.len();
    }

    /// A process is gone. With the last one goes what was not synced, or a part of it.
    pub(crate) fn lose(&self, process: u32) {
        let mut state = self.state();
        if state.open.remove(&process) && state.open.is_empty() {
            let (durable, all) = (state.durable, state.records.len());
            let kept = self.world.now().chance.usize(durable..=all);
            state.records.truncate(kept);
            self.world
                .now()
                .tell(|| format!("of the journal {} records are lost", all - kept));
        }
    }

    /// Whether something was written that a crash would lose.
    pub(crate) fn is_behind(&self) -> bool {
        let state = self.state();
        state.durable < state.records.len()
    }

    /// The process ended in peace.
    pub(crate) fn close(&self, process: u32) {
        self.state().open.remove(&process);
    }
}

/// A journal as one process has it open.
pub(crate) struct Handle {
    disk: Arc<Disk>,
    process: Process,
    /// The newest epoch that this process has sealed it with.
    sealed: AtomicU64,
}

impl Handle {
    pub(crate) fn open(disk: &Arc<Disk>, process: &Process) -> Arc<Self> {
        disk.state().open.insert(process.name);
        Arc::new(Self {
            disk: Arc::clone(disk),
            process: process.clone(),
            sealed: AtomicU64::new(0),
        })
    }

    fn gone(&self) -> Result<(), JournalError> {
        if self.process.is_dead() {
            return Err(JournalError::NotWritable {
                path: "journal".to_owned(),
                message: "the process is dead".to_owned(),
            });
        }
        Ok(())
    }
}

impl Journal for Handle {
    fn seal(&self, epoch: u64) -> Result<Position, JournalError> {
        drop(self.disk.world.turn());
        self.gone()?;
        let mut state = self.disk.state();
        // Whoever was overtaken does not take it back.
        let ours = self.sealed.load(Ordering::SeqCst);
        let overtaken = ours > 0 && ours < state.epoch;
        if state.epoch >= epoch || (self.disk.world.rules.hold(Rule::Seal) && overtaken) {
            return Err(JournalError::Sealed {
                by: state.epoch,
                ours,
            });
        }
        self.sealed.store(epoch, Ordering::SeqCst);
        state.epoch = epoch;
        state.records.push(JournalRecord::Epoch(epoch));
        state.durable = state.records.len();
        let name = self.process.name;
        self.disk
            .world
            .now()
            .tell(|| format!("P{name} seals the journal, epoch {epoch}"));
        Ok(Position(state.durable as u64))
    }

    fn append(
        &self,
        epoch: u64,
        records: &[JournalRecord],
        durability: Durability,
    ) -> Result<Position, JournalError> {
        drop(self.disk.world.turn());
        self.gone()?;
        let rules = self.disk.world.rules;
        let mut state = self.disk.state();
        if rules.hold(Rule::Seal) && state.epoch > epoch {
            return Err(JournalError::Sealed {
                by: state.epoch,
                ours: epoch,
            });
        }
        state.records.extend(records.iter().cloned());
        if durability == Durability::Durable {
            state.durable = state.records.len();
        }
        let name = self.process.name;
        for record in records {
            let what = match record {
                JournalRecord::Batch { id, .. } => format!("batch {id}"),
                JournalRecord::Void(id) => format!("void {id}"),
                JournalRecord::Alive(id) => format!("alive {id}"),
                JournalRecord::Mark(mark) => format!("{mark:?}"),
                _ => continue,
            };
            self.disk
                .world
                .now()
                .tell(|| format!("P{name} journals {what}, {durability:?}"));
        }
        let position = Position(state.records.len() as u64);
        drop(state);
        // The disk takes its time.
        drop(self.disk.world.turn());
        self.gone()?;
        Ok(position)
    }

    fn wait(&self, position: Position) -> Result<(), JournalError> {
        drop(self.disk.world.turn());
        self.gone()?;
        let mut state = self.disk.state();
        if self.disk.world.rules.hold(Rule::UndoFirst) {
            let written = usize::try_from(position.0).unwrap_or(usize::MAX);
            state.durable = state.durable.max(written);
        }
        Ok(())
    }

    fn epoch(&self) -> u64 {
        self.disk.state().epoch
    }

    fn durable(&self) -> Position {
        let state = self.disk.state();
        if self.disk.world.rules.hold(Rule::VoidDurable) {
            Position(state.durable as u64)
        } else {
            Position(state.records.len() as u64)
        }
    }

    fn replay(&self) -> Result<Records<'_>, JournalError> {
        let records = self.disk.state().records.clone();
        Ok(Box::new(records.into_iter().map(Ok)))
    }

    fn replay_backwards(&self) -> Result<Records<'_>, JournalError> {
        let records = self.disk.state().records.clone();
        Ok(Box::new(records.into_iter().rev().map(Ok)))
    }
}

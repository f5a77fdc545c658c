//! An epoch: what all lanes of one shard share, from one recovery to the next.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};

use remold_host_api::Failure;

use remold_host_api::Bytes;

use crate::derive::Planned;
use crate::done_set::DoneSet;
use crate::port::{Journal, JournalError, LockHolder, ShardFacts, StoreError};
use crate::progress::Control;
use crate::report::{Change, Event, Observer, Tally};
use crate::settlement::Settlement;
use crate::spec::RunSpec;
use crate::step::{Step, Verdict};
use crate::surroundings::Surroundings;
use crate::throttle::Pace;
use crate::work::Unit;

/// What all lanes of one shard share during one epoch.
pub(crate) struct Epoch<'a> {
    pub(crate) spec: &'a RunSpec,
    pub(crate) control: &'a Control,
    pub(crate) observer: &'a dyn Observer,
    pub(crate) facts: &'a ShardFacts,
    pub(crate) journal: &'a dyn Journal,
    pub(crate) number: u64,
    /// Keys that were handed out or handled.
    /// A program's last checkpoint.
    pub(crate) checkpoint: Option<Bytes>,
    pub(crate) claims: &'a DoneSet,
    /// Keys that the run itself created or is about to.
    pub(crate) created: &'a DoneSet,
    pub(crate) any_created: &'a AtomicBool,
    pub(crate) settlement: Mutex<Settlement>,
    pub(crate) pace: &'a Pace,
    /// Set when a lane failed: the others finish the batch at hand and stop.
    pub(crate) closing: AtomicBool,
}

/// Why a lane stopped before its work was done.
#[derive(Debug)]
pub(crate) enum Cause {
    Store(StoreError),
    Journal(JournalError),
    /// More keys were rejected than the policy allows.
    TooManyRejected,
    /// Another worker took over, with this epoch.
    Superseded(u64),
    /// Another run holds the keyspace's lock.
    Locked(LockHolder),
    /// The sandbox could not be started.
    Transform(Failure),
    /// The program ended in failure, or rejected.
    Program(String),
    /// A worker panicked.
    Defect(String),
    /// A test's watcher ended it.
    Died,
}

/// A batch whose fate only the keyspace knows.
#[derive(Debug)]
pub(crate) struct InDoubt {
    pub(crate) batch: u64,
    pub(crate) writes: Vec<Writing>,
}

/// A unit with the change that was planned for it.
#[derive(Debug)]
pub(crate) struct Writing {
    pub(crate) unit: Unit,
    pub(crate) planned: Planned,
    pub(crate) reverted: bool,
    pub(crate) change: Option<Box<Change>>,
}

impl Writing {
    pub(crate) fn new(unit: Unit, planned: Planned) -> Self {
        Self {
            unit,
            planned,
            reverted: false,
            change: None,
        }
    }

    /// Adds what the observer is shown.
    pub(crate) fn showing(self, change: Option<Box<Change>>) -> Self {
        Self { change, ..self }
    }
}

/// Tells the watcher of a step; it may end the run there.
pub(crate) fn reach(spec: &RunSpec, step: Step) -> Result<(), Cause> {
    match spec.steps.as_ref().map(|watcher| watcher(step)) {
        Some(Verdict::Die) => Err(Cause::Died),
        Some(Verdict::Continue) | None => Ok(()),
    }
}

impl Epoch<'_> {
    pub(crate) fn reach(&self, step: Step) -> Result<(), Cause> {
        reach(self.spec, step)
    }

    /// Tells what holds the pace back, if that is something new.
    pub(crate) fn tell_limit(&self) {
        if let Some(limit) = self.control.new_limit() {
            self.observer.event(Event::HeldBack(limit));
        }
    }

    pub(crate) fn settlement(&self) -> MutexGuard<'_, Settlement> {
        // The methods of Settlement do not panic half way.
        self.settlement
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn around(&self) -> Surroundings<'_> {
        Surroundings {
            spec: self.spec,
            facts: self.facts,
            observer: self.observer,
            journalled: !self.journal.forgets(),
        }
    }

    /// Notes that changes are applied: by a lane, or by a recovery that found it so.
    pub(crate) fn acknowledge(&self, writings: Vec<Writing>) {
        self.control.count(|tally| {
            writings
                .iter()
                .for_each(|writing| count_written(tally, writing));
        });
        for change in writings.into_iter().filter_map(|writing| writing.change) {
            self.observer.event(Event::Changed(change));
        }
    }

    /// Takes back the claims on keys that a change would have created.
    pub(crate) fn disown(&self, writing: &Writing) {
        for image in &writing.planned.group {
            if image.key != *writing.unit.key() && self.created.remove(&image.key) {
                self.claims.remove(&image.key);
            }
        }
    }
}

fn count_written(tally: &mut Tally, writing: &Writing) {
    if writing.reverted {
        tally.reverted += 1;
    } else {
        tally.changed += 1;
    }
    if let Some(way) = &writing.planned.way {
        tally.count_way(way);
    }
    tally.keys_written += writing.planned.group.len() as u64;
    tally.bytes_before += writing.planned.bytes.0;
    tally.bytes_after += writing.planned.bytes.1;
}

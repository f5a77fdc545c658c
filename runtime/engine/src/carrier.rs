//! A carrier: one thread with a transform of its own that carries the batches of its lanes side by side.
//!
//! It goes from lane to lane and takes a step on each. While the server reads or writes for one lane and the journal
//! is synced, the carrier plans for another; it sleeps only when there is nothing else to be done.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::epoch::{Cause, Epoch, InDoubt};
use crate::lane::{Halt, Lane, Worker};
use crate::port::Session;
use crate::threads::{self, Receiver};
use crate::work::Unit;

/// How often whoever only waits looks up.
pub(crate) const LOOK_UP: Duration = Duration::from_millis(20);

/// What carriers leave behind when they stop.
#[derive(Debug, Default)]
pub(crate) struct Leftover {
    pub(crate) causes: Vec<Cause>,
    pub(crate) units: Vec<Unit>,
    pub(crate) in_doubt: Vec<InDoubt>,
}

impl Leftover {
    /// Adds what another carrier has left.
    pub(crate) fn take(&mut self, other: Self) {
        self.causes.extend(other.causes);
        self.units.extend(other.units);
        self.in_doubt.extend(other.in_doubt);
    }

    /// Says whether everything was done.
    pub(crate) fn is_nothing(&self) -> bool {
        self.causes.is_empty() && self.units.is_empty() && self.in_doubt.is_empty()
    }
}

/// One thread's part of the work.
pub(crate) struct Carrier<'a> {
    epoch: &'a Epoch<'a>,
    worker: Worker,
    lanes: Vec<Lane<'a>>,
    leftover: Leftover,
}

impl<'a> Carrier<'a> {
    /// Makes a carrier with a lane for each session.
    pub(crate) fn new(
        epoch: &'a Epoch<'a>,
        worker: Worker,
        sessions: impl IntoIterator<Item = Box<dyn Session>>,
    ) -> Self {
        let lanes = sessions.into_iter();
        Self {
            epoch,
            worker,
            lanes: lanes.map(|session| Lane::new(epoch, session)).collect(),
            leftover: Leftover::default(),
        }
    }

    /// Works until the queue is closed and empty, or something stops it.
    pub(crate) fn work(mut self, queue: &Receiver<Vec<Unit>>) -> Leftover {
        loop {
            for number in 0..self.lanes.len() {
                self.step(number, queue);
            }
            if self.lanes.iter().any(Lane::is_under_way) {
                continue;
            }
            if let Some(pause) = self.pause() {
                threads::sleep(pause);
                continue;
            }
            // All lanes are free.
            match queue.recv() {
                Ok(batch) => self.begin(0, batch),
                Err(_) => return self.leftover,
            }
        }
    }

    /// Takes a step on a lane, and begins with another batch if that has made it free.
    fn step(&mut self, number: usize, queue: &Receiver<Vec<Unit>>) {
        let advanced = self.lanes[number].advance(&mut self.worker);
        self.note(advanced);
        if self.is_closing() {
            self.leftover.units.extend(self.lanes[number].give_up());
        } else if self.lanes[number].is_free() {
            let again = self.lanes[number].again();
            if let Some(batch) = again.or_else(|| queue.try_recv().ok()) {
                self.begin(number, batch);
            }
        }
    }

    fn begin(&mut self, number: usize, batch: Vec<Unit>) {
        if self.is_closing() {
            self.leftover.units.extend(batch);
            return;
        }
        let begun = self.lanes[number].begin(batch, &self.worker);
        self.note(begun);
    }

    /// Returns for how long to wait for the first of the lanes that are held, if any is.
    fn pause(&self) -> Option<Duration> {
        let first = self.lanes.iter().filter_map(Lane::held_until).min()?;
        Some(first.saturating_duration_since(Instant::now()).min(LOOK_UP))
    }

    fn is_closing(&self) -> bool {
        self.epoch.closing.load(Ordering::SeqCst)
    }

    fn note(&mut self, done: Result<(), Halt>) {
        if let Err(halt) = done {
            self.epoch.closing.store(true, Ordering::SeqCst);
            self.leftover.causes.push(halt.cause);
            self.leftover.units.extend(halt.units);
            self.leftover.in_doubt.extend(halt.in_doubt);
        }
    }
}

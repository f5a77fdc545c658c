//! A lane: one worker with a connection of its own that carries batches through the protocol.
//!
//! For each batch: read under guard, plan, journal (durable), write with the receipt in one transaction,
//! acknowledge. A batch that conflicts is voided and split; a key that conflicts too often is rejected.
//! Nothing that a lane knows decides what was applied: on any doubt it hands its units back and the
//! [recovery](crate::recovery) asks the keyspace.

mod commit;

use std::sync::atomic::Ordering;

use remold_host_api::Bytes;

use crate::epoch::{Cause, Epoch, InDoubt, Writing};
use crate::migrate::Migrate;
use crate::port::{Candidate, Durability, Fetched, Position, Session};
use crate::record::{Group, JournalRecord, Rejected};
use crate::report::Event;
use crate::step::Step;
use crate::threads::{self, Receiver};
use crate::undo::Undo;
use crate::work::{Left, Plan, Unit, Work};

/// What a lane leaves behind when it stops.
#[derive(Debug, Default)]
pub(crate) struct Leftover {
    pub(crate) cause: Option<Cause>,
    pub(crate) units: Vec<Unit>,
    pub(crate) in_doubt: Option<InDoubt>,
}

/// What plans a batch.
pub(crate) enum Worker {
    Migrate(Migrate),
    Undo(Undo),
}

/// One worker.
pub(crate) struct Lane<'a> {
    epoch: &'a Epoch<'a>,
    session: Box<dyn Session>,
    worker: Worker,
}

/// Why a batch was not carried to its end.
struct Halt {
    cause: Cause,
    units: Vec<Unit>,
    in_doubt: Option<InDoubt>,
}

impl<'a> Lane<'a> {
    pub(crate) fn new(epoch: &'a Epoch<'a>, session: Box<dyn Session>, worker: Worker) -> Self {
        Self {
            epoch,
            session,
            worker,
        }
    }

    /// Works until the queue is closed and empty, or something stops it.
    pub(crate) fn work(&mut self, queue: &Receiver<Vec<Unit>>) -> Leftover {
        let mut leftover = Leftover::default();
        for batch in queue {
            let mut stack = vec![batch];
            while let Some(batch) = stack.pop() {
                if self.epoch.closing.load(Ordering::SeqCst) {
                    leftover.units.extend(batch);
                    continue;
                }
                self.wait_for_turn(batch.len());
                if let Err(halt) = self.batch(batch, &mut stack) {
                    self.epoch.closing.store(true, Ordering::SeqCst);
                    leftover.units.extend(halt.units);
                    leftover.in_doubt = halt.in_doubt;
                    leftover.cause = Some(halt.cause);
                }
            }
        }
        leftover
    }

    fn wait_for_turn(&self, keys: usize) {
        let delay = self.epoch.pace.book(keys, self.epoch.control);
        if !delay.is_zero() {
            threads::sleep(delay);
        }
    }

    /// Carries one batch through the protocol; what has to be done again goes on the stack.
    fn batch(&mut self, units: Vec<Unit>, stack: &mut Vec<Vec<Unit>>) -> Result<(), Halt> {
        let plans = match self.read_and_plan(&units) {
            Ok(plans) => plans,
            Err(cause) => {
                return Err(Halt {
                    cause,
                    units,
                    in_doubt: None,
                });
            }
        };
        let mut writings = Vec::with_capacity(units.len());
        let mut rejected = Vec::new();
        for (unit, plan) in units.into_iter().zip(plans) {
            match plan {
                Plan::Write {
                    planned,
                    reverted,
                    change,
                } => writings.push(Writing {
                    unit,
                    planned,
                    reverted,
                    change,
                }),
                Plan::Left(left) => self.leave(unit.key(), left, &mut rejected),
                Plan::Defer => stack.push(vec![unit]),
            }
        }
        let too_many = self.too_many_rejected(!rejected.is_empty());
        if writings.is_empty() || too_many {
            let units = writings.into_iter().map(|writing| writing.unit).collect();
            return self.finish_without_writing(&rejected, units, too_many);
        }
        self.write(writings, rejected, stack)
    }

    fn read_and_plan(&mut self, units: &[Unit]) -> Result<Vec<Plan>, Cause> {
        self.epoch.reach(Step::BeforeRead)?;
        let mut candidates: Vec<Candidate> = Vec::with_capacity(units.len());
        units
            .iter()
            .for_each(|unit| unit.candidates(&mut candidates));
        let max_bytes = match self.worker {
            Worker::Migrate(_) => self.epoch.spec.fetch_limit(),
            Worker::Undo(_) => u64::MAX,
        };
        let fetched = self
            .session
            .read_guarded(self.epoch.number, &candidates, max_bytes)
            .map_err(Cause::Store)?;
        self.count_read(&fetched);
        self.epoch.reach(Step::AfterRead)?;
        let around = self.epoch.around();
        let session = self.session.as_mut();
        let mut plans = match &mut self.worker {
            Worker::Migrate(worker) => {
                let keys: Vec<Bytes> = candidates
                    .into_iter()
                    .map(|candidate| candidate.key)
                    .collect();
                worker.plan(around, session, &keys, fetched)
            }
            Worker::Undo(worker) => {
                let groups: Vec<&Group> = units.iter().filter_map(group_of).collect();
                worker.plan(around, session, &groups, fetched)
            }
        }
        .map_err(Cause::Store)?;
        if self.epoch.any_created.load(Ordering::SeqCst)
            && matches!(self.worker, Worker::Migrate(_))
        {
            // What the run itself created under a key since that was listed is not to be transformed.
            for (unit, plan) in units.iter().zip(&mut plans) {
                if self.epoch.created.contains(unit.key()) {
                    *plan = Plan::Left(Left::Duplicate);
                }
            }
        }
        Ok(plans)
    }

    fn count_read(&self, fetched: &[Fetched]) {
        let bytes = |fetched: &Fetched| match fetched {
            Fetched::Found(image) => image.payload.len() as u64,
            _ => 0,
        };
        let read: u64 = fetched.iter().map(bytes).sum();
        self.epoch.control.count(|tally| tally.bytes_read += read);
    }

    /// Counts a unit that needs no write.
    fn leave(&self, key: &Bytes, left: Left, rejected: &mut Vec<JournalRecord>) {
        let control = self.epoch.control;
        if self.epoch.spec.show_changes {
            let reason = match &left {
                Left::Unchanged => Some(None),
                Left::Skipped(reason) => Some(Some(reason.clone())),
                _ => None,
            };
            if let Some(skipped) = reason {
                self.epoch.observer.event(Event::Left {
                    key: key.clone(),
                    skipped,
                });
            }
        }
        match left {
            Left::Unchanged => control.count(|tally| tally.unchanged += 1),
            Left::Vanished => control.count(|tally| tally.vanished += 1),
            Left::TooLarge => control.count(|tally| tally.oversized += 1),
            Left::Duplicate => control.count(|tally| tally.duplicates += 1),
            Left::Already => control.count(|tally| tally.already += 1),
            Left::Expired => control.count(|tally| tally.expired += 1),
            Left::Skipped(reason) => {
                control.count(|tally| *tally.skipped.entry(reason).or_default() += 1);
            }
            Left::Kept(key, reason) => {
                control.keep(&key, reason);
                self.epoch.observer.event(Event::Kept { key, reason });
            }
            Left::Rejected(reason) => {
                rejected.push(JournalRecord::Rejected(self.note_rejected(reason)));
            }
        }
    }

    fn note_rejected(&self, rejected: Rejected) -> Rejected {
        self.epoch.control.reject(&rejected);
        self.epoch.observer.event(Event::Rejected(rejected.clone()));
        rejected
    }

    fn too_many_rejected(&self, any_new: bool) -> bool {
        if !any_new {
            return false;
        }
        let tally = self.epoch.control.tally();
        self.epoch
            .spec
            .policy
            .max_rejected
            .exceeded(tally.rejected_total(), tally.handled(), false)
    }

    fn finish_without_writing(
        &mut self,
        rejected: &[JournalRecord],
        units: Vec<Unit>,
        too_many: bool,
    ) -> Result<(), Halt> {
        let noted = if rejected.is_empty() {
            Ok(())
        } else {
            self.append(rejected, Durability::Eventual).map(drop)
        };
        let result = noted.and_then(|()| self.session.release().map_err(Cause::Store));
        match result {
            Err(cause) => Err(Halt {
                cause,
                units,
                in_doubt: None,
            }),
            Ok(()) if too_many => Err(Halt {
                cause: Cause::TooManyRejected,
                units,
                in_doubt: None,
            }),
            Ok(()) => Ok(()),
        }
    }

    fn append(&self, records: &[JournalRecord], durability: Durability) -> Result<Position, Cause> {
        self.epoch
            .journal
            .append(self.epoch.number, records, durability)
            .map_err(Cause::Journal)
    }

    /// Lends the session, to a program's reads.
    pub(crate) fn session(&mut self) -> &mut dyn Session {
        self.session.as_mut()
    }
}

fn group_of(unit: &Unit) -> Option<&Group> {
    match &unit.work {
        Work::Undo(group) => Some(group),
        Work::Migrate(_) => None,
    }
}

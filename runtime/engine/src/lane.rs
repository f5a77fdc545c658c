//! A lane: a session that carries batches through the protocol, one at a time and a step at a time.
//!
//! For each batch: read under guard, plan, journal (durable), write with the receipt in one transaction,
//! acknowledge. A batch that conflicts is voided and split; a key that conflicts too often is rejected.
//! Nothing that a lane knows decides what was applied: on any doubt it hands its units back and the
//! [recovery](crate::recovery) asks the keyspace.
//!
//! Each step ends where there is something to wait for: a [carrier](crate::carrier) has several lanes, and while one
//! waits for the server or the journal it takes the steps of others.

mod commit;
mod leave;

use std::sync::atomic::Ordering;
use std::time::Instant;

use remold_host_api::Bytes;

use self::commit::{Journalled, Sent};
use crate::epoch::{Cause, Epoch, InDoubt, Writing};
use crate::migrate::Migrate;
use crate::port::{Candidate, Durability, Fetched, Position, Session};
use crate::record::{Group, JournalRecord};
use crate::step::Step;
use crate::undo::Undo;
use crate::work::{Left, Plan, Unit, Work};

/// What plans a batch.
pub(crate) enum Worker {
    Migrate(Migrate),
    Undo(Undo),
}

/// One batch at a time on its way.
pub(crate) struct Lane<'a> {
    epoch: &'a Epoch<'a>,
    session: Box<dyn Session>,
    stage: Stage,
    /// When the batch was begun.
    begun: Instant,
    /// What has to be done again, before anything new; the last one first.
    again: Vec<Vec<Unit>>,
}

/// How far a lane's batch is.
enum Stage {
    /// There is none.
    Free,
    /// It may not begin yet.
    Held { units: Vec<Unit>, until: Instant },
    /// Its keys were asked for.
    Asked {
        units: Vec<Unit>,
        candidates: Vec<Candidate>,
    },
    /// It was given to the journal.
    Journalled(Journalled),
    /// Its transaction was sent.
    Sent(Sent),
}

/// Why a batch was not carried to its end.
#[derive(Debug)]
pub(crate) struct Halt {
    pub(crate) cause: Cause,
    pub(crate) units: Vec<Unit>,
    pub(crate) in_doubt: Option<InDoubt>,
}

impl Halt {
    /// Nothing was written: the units are to be done.
    fn before(cause: Cause, units: Vec<Unit>) -> Self {
        Self {
            cause,
            units,
            in_doubt: None,
        }
    }
}

impl<'a> Lane<'a> {
    pub(crate) fn new(epoch: &'a Epoch<'a>, session: Box<dyn Session>) -> Self {
        Self {
            epoch,
            session,
            stage: Stage::Free,
            begun: Instant::now(),
            again: Vec::new(),
        }
    }

    /// Says whether the lane can take a batch.
    pub(crate) fn is_free(&self) -> bool {
        matches!(self.stage, Stage::Free)
    }

    /// Says whether something was asked or sent for the lane's batch.
    pub(crate) fn is_under_way(&self) -> bool {
        !matches!(self.stage, Stage::Free | Stage::Held { .. })
    }

    /// Says until when the lane's batch may not begin.
    pub(crate) fn held_until(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Held { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// Returns a batch that has to be done again.
    pub(crate) fn again(&mut self) -> Option<Vec<Unit>> {
        self.again.pop()
    }

    /// Begins with a batch, or holds it until its turn comes.
    pub(crate) fn begin(&mut self, units: Vec<Unit>, worker: &Worker) -> Result<(), Halt> {
        debug_assert!(self.is_free(), "a lane has one batch at a time");
        let delay = self.epoch.pace.book(units.len(), self.epoch.control);
        if delay.is_zero() {
            return self.ask(units, worker);
        }
        self.epoch.tell_limit();
        let until = Instant::now() + delay;
        self.stage = Stage::Held { units, until };
        Ok(())
    }

    /// Takes the next step with the lane's batch, after waiting for what that needs.
    pub(crate) fn advance(&mut self, worker: &mut Worker) -> Result<(), Halt> {
        let was_under_way = self.is_under_way();
        self.step(worker)?;
        if was_under_way && self.is_free() {
            self.epoch.control.count_batch(self.begun.elapsed());
        }
        Ok(())
    }

    fn step(&mut self, worker: &mut Worker) -> Result<(), Halt> {
        match std::mem::replace(&mut self.stage, Stage::Free) {
            Stage::Free => Ok(()),
            Stage::Held { units, until } if until > Instant::now() => {
                self.stage = Stage::Held { units, until };
                Ok(())
            }
            Stage::Held { units, .. } => self.ask(units, worker),
            Stage::Asked { units, candidates } => self.plan(units, &candidates, worker),
            Stage::Journalled(mut journalled) => {
                if self.passes_over(&mut journalled) {
                    self.stage = Stage::Journalled(journalled);
                    return Ok(());
                }
                self.stage = Stage::Sent(self.send(journalled)?);
                Ok(())
            }
            Stage::Sent(sent) => self.settle(sent),
        }
    }

    /// Gives back what was not begun.
    pub(crate) fn give_up(&mut self) -> Vec<Unit> {
        let mut units: Vec<Unit> = self.again.drain(..).flatten().collect();
        match std::mem::replace(&mut self.stage, Stage::Free) {
            Stage::Held { units: held, .. } => units.extend(held),
            stage => self.stage = stage,
        }
        units
    }

    fn ask(&mut self, units: Vec<Unit>, worker: &Worker) -> Result<(), Halt> {
        self.begun = Instant::now();
        let mut candidates: Vec<Candidate> = Vec::with_capacity(units.len());
        units
            .iter()
            .for_each(|unit| unit.candidates(&mut candidates));
        let asked = self.epoch.reach(Step::BeforeRead).and_then(|()| {
            let max_bytes = self.max_bytes(worker);
            self.session
                .ask_guarded(self.epoch.number, &candidates, max_bytes)
                .map_err(Cause::Store)
        });
        match asked {
            Ok(()) => {
                self.stage = Stage::Asked { units, candidates };
                Ok(())
            }
            Err(cause) => Err(Halt::before(cause, units)),
        }
    }

    fn max_bytes(&self, worker: &Worker) -> u64 {
        match worker {
            Worker::Migrate(_) => self.epoch.spec.fetch_limit(),
            Worker::Undo(_) => u64::MAX,
        }
    }

    /// Plans what was read and gives it to the journal.
    fn plan(
        &mut self,
        units: Vec<Unit>,
        candidates: &[Candidate],
        worker: &mut Worker,
    ) -> Result<(), Halt> {
        let plans = match self.read_and_plan(&units, candidates, worker) {
            Ok(plans) => plans,
            Err(cause) => return Err(Halt::before(cause, units)),
        };
        let mut writings = Vec::with_capacity(units.len());
        let mut left = Vec::new();
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
                Plan::Left(why) => left.push((unit, why)),
                Plan::Defer => self.again.push(vec![unit]),
            }
        }
        let rejected = self.leave(left);
        let too_many = self.too_many_rejected(!rejected.is_empty());
        if writings.is_empty() || too_many {
            let units = writings.into_iter().map(|writing| writing.unit).collect();
            return self.finish_without_writing(&rejected, units, too_many);
        }
        if matches!(worker, Worker::Migrate(_)) {
            self.own(&writings);
        }
        self.stage = Stage::Journalled(self.journal(writings, rejected)?);
        Ok(())
    }

    fn read_and_plan(
        &mut self,
        units: &[Unit],
        candidates: &[Candidate],
        worker: &mut Worker,
    ) -> Result<Vec<Plan>, Cause> {
        let fetched = self
            .session
            .take_guarded(self.epoch.number, candidates, self.max_bytes(worker))
            .map_err(Cause::Store)?;
        self.count_read(&fetched);
        self.epoch.reach(Step::AfterRead)?;
        let around = self.epoch.around();
        let session = self.session.as_mut();
        match worker {
            Worker::Migrate(worker) => {
                let keys: Vec<Bytes> = units.iter().map(|unit| unit.key().clone()).collect();
                let mut plans = worker
                    .plan(around, session, &keys, fetched)
                    .map_err(Cause::Store)?;
                if self.epoch.any_created.load(Ordering::SeqCst) {
                    // What the run itself created under a key since that was listed is not to be transformed.
                    for (unit, plan) in units.iter().zip(&mut plans) {
                        if self.epoch.created.contains(unit.key()) {
                            *plan = Plan::Left(Left::Duplicate);
                        }
                    }
                }
                Ok(plans)
            }
            Worker::Undo(worker) => {
                let groups: Vec<&Group> = units.iter().filter_map(group_of).collect();
                worker
                    .plan(around, session, &groups, fetched)
                    .map_err(Cause::Store)
            }
        }
    }

    fn count_read(&self, fetched: &[Fetched]) {
        let bytes = |fetched: &Fetched| match fetched {
            Fetched::Found(image) => image.payload.len() as u64,
            _ => 0,
        };
        let read: u64 = fetched.iter().map(bytes).sum();
        self.epoch.control.count(|tally| tally.bytes_read += read);
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
            Err(cause) => Err(Halt::before(cause, units)),
            Ok(()) if too_many => Err(Halt::before(Cause::TooManyRejected, units)),
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

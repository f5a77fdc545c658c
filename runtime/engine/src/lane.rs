//! A lane: one worker with a connection of its own that carries batches through the protocol.
//!
//! For each batch: read under guard, plan, journal (durable), write with the receipt in one transaction,
//! acknowledge. A batch that conflicts is voided and split; a key that conflicts too often is rejected.
//! Nothing that a lane knows decides what was applied: on any doubt it hands its units back and the
//! [recovery](crate::recovery) asks the keyspace.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use remold_host_api::{Bytes, Failure};

use crate::derive::{Planned, reject};
use crate::done_set::DoneSet;
use crate::migrate::{Migrate, Surroundings};
use crate::port::{
    Candidate, Commit, CommitBatch, Durability, Fetched, Journal, JournalError, LockHolder,
    Session, ShardFacts, StoreError,
};
use crate::progress::Control;
use crate::record::{Group, JournalRecord, Rejected};
use crate::report::{Change, Event, Observer, Tally};
use crate::settlement::Settlement;
use crate::spec::RunSpec;
use crate::step::{Step, Verdict};
use crate::throttle::Pace;
use crate::undo::Undo;
use crate::work::{Left, Plan, Unit, Work};

/// The watermark goes with a transaction when it has moved this far.
const WATERMARK_STRIDE: u64 = 32;

/// What all lanes of one shard share during one epoch.
pub(crate) struct Epoch<'a> {
    pub(crate) spec: &'a RunSpec,
    pub(crate) control: &'a Control,
    pub(crate) observer: &'a dyn Observer,
    pub(crate) facts: &'a ShardFacts,
    pub(crate) journal: &'a dyn Journal,
    pub(crate) number: u64,
    /// Keys that were handed out or handled.
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

/// What a lane leaves behind when it stops.
#[derive(Debug, Default)]
pub(crate) struct Leftover {
    pub(crate) cause: Option<Cause>,
    pub(crate) units: Vec<Unit>,
    pub(crate) in_doubt: Option<InDoubt>,
}

/// A unit with the change that was planned for it.
#[derive(Debug)]
pub(crate) struct Writing {
    pub(crate) unit: Unit,
    planned: Planned,
    reverted: bool,
    change: Option<Box<Change>>,
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

impl Epoch<'_> {
    pub(crate) fn reach(&self, step: Step) -> Result<(), Cause> {
        match self.spec.steps.as_ref().map(|watcher| watcher(step)) {
            Some(Verdict::Die) => Err(Cause::Died),
            Some(Verdict::Continue) | None => Ok(()),
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
            target: &self.facts.target,
            guard: self.facts.guard,
            observer: self.observer,
        }
    }

    /// Notes that a change is applied: by a lane, or by a recovery that found it so.
    pub(crate) fn acknowledge(&self, writing: Writing) {
        self.control.count(|tally| count_written(tally, &writing));
        if let Some(change) = writing.change {
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
    tally.keys_written += writing.planned.group.len() as u64;
    tally.bytes_before += writing.planned.bytes.0;
    tally.bytes_after += writing.planned.bytes.1;
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
    pub(crate) fn work(&mut self, queue: &crossbeam_channel::Receiver<Vec<Unit>>) -> Leftover {
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
            std::thread::sleep(delay);
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
            Worker::Migrate(_) => self.epoch.spec.selection.max_bytes,
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
                self.epoch.observer.event(Event::Left { key: key.clone(), skipped });
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
                control.count(|tally| *tally.skipped.entry(reason).or_default() += 1)
            }
            Left::Kept(key, reason) => {
                control.keep(&key, reason);
                self.epoch.observer.event(Event::Kept { key, reason });
            }
            Left::Rejected(reason) => {
                rejected.push(JournalRecord::Rejected(self.note_rejected(reason)))
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

    fn append(
        &self,
        records: &[JournalRecord],
        durability: Durability,
    ) -> Result<crate::port::Position, Cause> {
        self.epoch
            .journal
            .append(self.epoch.number, records, durability)
            .map_err(Cause::Journal)
    }

    /// Journals and writes; a conflict voids the batch and splits it.
    fn write(
        &mut self,
        writings: Vec<Writing>,
        rejected: Vec<JournalRecord>,
        stack: &mut Vec<Vec<Unit>>,
    ) -> Result<(), Halt> {
        match self.commit(writings, rejected) {
            Ok(Committed::Applied) => Ok(()),
            Ok(Committed::Conflict { writings, keys }) => self.retry(writings, &keys, stack),
            Err(halt) => Err(halt),
        }
    }

    fn commit(
        &mut self,
        writings: Vec<Writing>,
        mut records: Vec<JournalRecord>,
    ) -> Result<Committed, Halt> {
        let units =
            |writings: Vec<Writing>| writings.into_iter().map(|writing| writing.unit).collect();
        self.own(&writings);
        let batch = self.epoch.settlement().next_batch();
        let groups = writings
            .iter()
            .map(|writing| writing.planned.group.clone())
            .collect();
        records.push(JournalRecord::Batch { id: batch, groups });
        let journalled = self
            .epoch
            .reach(Step::BeforeJournal)
            .and_then(|()| self.append(&records, Durability::Durable));
        if let Err(cause) = journalled {
            writings
                .iter()
                .for_each(|writing| self.epoch.disown(writing));
            return Err(Halt {
                cause,
                units: units(writings),
                in_doubt: None,
            });
        }
        let in_doubt = |cause, writes| Halt {
            cause,
            units: Vec::new(),
            in_doubt: Some(InDoubt { batch, writes }),
        };
        if let Err(cause) = self.epoch.reach(Step::AfterJournal) {
            return Err(in_doubt(cause, writings));
        }
        let writes: Vec<_> = writings
            .iter()
            .flat_map(|writing| writing.planned.writes.iter().cloned())
            .collect();
        let watermark = self
            .epoch
            .settlement()
            .watermark(self.epoch.journal.durable(), WATERMARK_STRIDE);
        let request = CommitBatch {
            run: &self.epoch.spec.header.run,
            batch,
            writes: &writes,
            watermark,
        };
        match self.session.commit(&request) {
            Err(error) => Err(in_doubt(Cause::Store(error), writings)),
            Ok(Commit::Applied) => {
                if let Err(cause) = self.epoch.reach(Step::AfterApply) {
                    return Err(in_doubt(cause, writings));
                }
                self.epoch.settlement().acknowledge(batch);
                writings
                    .into_iter()
                    .for_each(|writing| self.epoch.acknowledge(writing));
                match self.epoch.reach(Step::AfterAcknowledge) {
                    Ok(()) => Ok(Committed::Applied),
                    Err(cause) => Err(Halt {
                        cause,
                        units: Vec::new(),
                        in_doubt: None,
                    }),
                }
            }
            Ok(Commit::Conflict { keys }) => {
                writings
                    .iter()
                    .for_each(|writing| self.epoch.disown(writing));
                let voided = self.epoch.reach(Step::AfterConflict);
                let voided = voided.and_then(|()| {
                    self.append(&[JournalRecord::Void(batch)], Durability::Eventual)
                });
                match voided {
                    Ok(position) => {
                        self.epoch.settlement().void(batch, position);
                        Ok(Committed::Conflict { writings, keys })
                    }
                    Err(cause) => Err(Halt {
                        cause,
                        units: units(writings),
                        in_doubt: None,
                    }),
                }
            }
        }
    }

    /// Claims the keys that the batch creates, before anybody can list them.
    fn own(&self, writings: &[Writing]) {
        if matches!(self.worker, Worker::Undo(_)) {
            return;
        }
        for writing in writings {
            for image in &writing.planned.group {
                if image.key != *writing.unit.key() && image.after.is_some() {
                    self.epoch.created.insert(&image.key);
                    self.epoch.claims.insert(&image.key);
                    self.epoch.any_created.store(true, Ordering::SeqCst);
                }
            }
        }
    }

    /// Puts what conflicted on the stack, smaller, or rejects it.
    fn retry(
        &mut self,
        writings: Vec<Writing>,
        keys: &[Bytes],
        stack: &mut Vec<Vec<Unit>>,
    ) -> Result<(), Halt> {
        let alone = writings.len() == 1;
        self.epoch.control.count(|tally| tally.conflicts += 1);
        let mut again: Vec<Unit> = Vec::with_capacity(writings.len());
        let mut rejected = Vec::new();
        for Writing {
            mut unit, planned, ..
        } in writings
        {
            let named = planned.group.iter().any(|image| keys.contains(&image.key));
            if alone || named {
                unit.attempts += 1;
            }
            if unit.attempts > self.epoch.spec.policy.conflict_retries {
                let message = format!(
                    "the key changed during each of {} attempts to write it",
                    unit.attempts
                );
                let reason = reject(unit.key(), "conflict", message);
                rejected.push(JournalRecord::Rejected(self.note_rejected(reason)));
            } else {
                refresh(&mut unit);
                again.push(unit);
            }
        }
        if again.len() > 1 && keys.is_empty() {
            let rest = again.split_off(again.len() / 2);
            stack.push(rest);
        }
        if !again.is_empty() {
            stack.push(again);
        }
        if rejected.is_empty() {
            return Ok(());
        }
        let too_many = self.too_many_rejected(true);
        self.finish_without_writing(&rejected, Vec::new(), too_many)
    }

    /// Lends the session, to a program's reads.
    pub(crate) fn session(&mut self) -> &mut dyn Session {
        self.session.as_mut()
    }

    /// Journals and writes one change that a program made itself.
    pub(crate) fn commit_one(
        &mut self,
        writing: Writing,
    ) -> Result<bool, (Cause, Option<InDoubt>)> {
        match self.commit(vec![writing], Vec::new()) {
            Ok(Committed::Applied) => Ok(true),
            Ok(Committed::Conflict { .. }) => Ok(false),
            Err(halt) => Err((halt.cause, halt.in_doubt)),
        }
    }
}

enum Committed {
    Applied,
    Conflict {
        writings: Vec<Writing>,
        keys: Vec<Bytes>,
    },
}

fn group_of(unit: &Unit) -> Option<&Group> {
    match &unit.work {
        Work::Undo(group) => Some(group),
        Work::Migrate(_) => None,
    }
}

/// A key that has to be read again is not served from what the scan brought along.
fn refresh(unit: &mut Unit) {
    if let Work::Migrate(candidate) = &mut unit.work {
        candidate.image = None;
    }
}

//! One shard's part of a run: epochs, with a recovery before each, until everything is done.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use super::patience::{self, Patience};
use super::{Stopped, end_of};
use crate::clock;
use crate::done_set::DoneSet;
use crate::epoch::{Cause, Epoch, InDoubt, reach};
use crate::feed::Feed;
use crate::phase::Phase;
use crate::port::{
    Durability, Fault, Happening, HistoryEntry, Journal, Ledger, LockAttempt, LockRequest,
    RunChange, RunEvent, RunState, Shard, ShardFacts, StoreError,
};
use crate::progress::{ActiveLimit, Control};
use crate::record::{JournalRecord, Mark};
use crate::recovery::{self, Recovered};
use crate::report::{Event, Observer, RunEnd};
use crate::settlement::Settlement;
use crate::spec::RunSpec;
use crate::step::Step;
use crate::throttle::Pace;
use crate::work::Unit;

/// One shard's part of a run.
pub(crate) struct ShardRun<'a> {
    pub(super) spec: &'a RunSpec,
    pub(super) shard: &'a dyn Shard,
    pub(super) journal: &'a dyn Journal,
    pub(super) control: &'a Control,
    pub(super) observer: &'a dyn Observer,
}

/// What one shard's run knows from epoch to epoch.
pub(super) struct Knowledge {
    /// The history and epoch in which `claims` and the feed were right.
    pub(super) known: Option<(String, u64)>,
    pub(super) units: Vec<Unit>,
    pub(super) in_doubt: Vec<InDoubt>,
    /// The canary share that is being done, and the one done before.
    pub(super) share: u32,
    pub(super) earlier: u32,
    pub(super) begun: bool,
    /// All work is done; only the end has to be noted.
    pub(super) done: bool,
}

/// The sets that all shards share.
#[derive(Clone, Copy)]
pub(crate) struct Sets<'a> {
    pub(crate) claims: &'a DoneSet,
    pub(crate) created: &'a DoneSet,
    pub(crate) any_created: &'a AtomicBool,
    pub(crate) pace: &'a Pace,
}

impl<'a> ShardRun<'a> {
    pub(crate) fn new(
        spec: &'a RunSpec,
        shard: &'a dyn Shard,
        journal: &'a dyn Journal,
        control: &'a Control,
        observer: &'a dyn Observer,
    ) -> Self {
        Self {
            spec,
            shard,
            journal,
            control,
            observer,
        }
    }

    /// Works until the shard is done, and notes the end in journal and history.
    pub(crate) fn carry_out(
        &mut self,
        claims: &DoneSet,
        created: &DoneSet,
        any_created: &AtomicBool,
        pace: &Pace,
    ) -> Result<(), RunEnd> {
        let sets = Sets {
            claims,
            created,
            any_created,
            pace,
        };
        let mut knowledge = Knowledge {
            known: None,
            units: Vec::new(),
            in_doubt: Vec::new(),
            share: 0,
            earlier: 0,
            begun: false,
            done: false,
        };
        let mut feed: Option<Feed<'a>> = None;
        let mut patience = Patience::new(self.spec.policy.patience);
        let result = loop {
            let before = self.control.tally().handled();
            match self.epoch(sets, &mut knowledge, &mut feed) {
                Ok(()) => break Ok(()),
                Err(Stopped::For(Cause::Store(error))) if patience::is_passing(&error) => {
                    if self.control.tally().handled() > before {
                        patience.renew();
                    }
                    if self.control.is_stopped() {
                        break Err(Stopped::ByOperator);
                    }
                    let Some(delay) = patience.next_delay() else {
                        break Err(Stopped::OutOfPatience(error));
                    };
                    patience::wait(self.control, self.observer, error, delay);
                }
                Err(stopped) => break Err(stopped),
            }
        };
        let is_ours = !matches!(
            result,
            Err(Stopped::For(
                Cause::Died | Cause::Locked(_) | Cause::Superseded(_)
            ))
        );
        let result = result.map_err(end_of);
        if is_ours {
            // Whoever looks next shall not have to wait for the lock to lapse.
            let stopped = result.as_ref().err().filter(|_| knowledge.begun);
            drop(self.leave(stopped));
        }
        result
    }

    pub(super) fn reach(&self, step: Step) -> Result<(), Stopped> {
        reach(self.spec, step).map_err(Stopped::For)
    }

    fn ledger(&self) -> Result<Box<dyn Ledger>, Stopped> {
        self.shard.ledger().map_err(store)
    }

    /// Takes the lock; `again` says whether this process has had it before.
    fn lock(&self, ledger: &mut dyn Ledger, again: bool) -> Result<(), Stopped> {
        self.reach(Step::BeforeLock)?;
        let request = LockRequest {
            run: self.spec.header.run.clone(),
            owner: self.spec.owner.clone(),
            ttl: self.spec.strategy.lock_ttl,
            take_over: true,
            again,
        };
        match ledger.lock(&request).map_err(store)? {
            LockAttempt::Acquired => Ok(()),
            LockAttempt::Held(holder) => Err(Stopped::For(Cause::Locked(holder))),
            LockAttempt::Superseded(by) => Err(Stopped::For(Cause::Superseded(by))),
        }
    }

    /// Gives the lock up, and tells those who follow the changes why the run was not carried to its end. What is not told
    /// because the server does not answer is in the journal all the same.
    fn leave(&self, stopped: Option<&RunEnd>) -> Result<(), Stopped> {
        self.reach(Step::BeforeUnlock)?;
        let mut ledger = self.ledger()?;
        if let Some(end) = stopped.filter(|end| !matches!(end, RunEnd::Superseded { .. })) {
            let change = RunChange {
                event: match end {
                    RunEnd::Interrupted => RunEvent::Interrupted,
                    _ => RunEvent::Failed,
                },
                entry: self.history(RunState::Running),
                reason: Some(end.code().to_owned()),
            };
            drop(ledger.append(&Happening::Run(Box::new(change))));
        }
        ledger
            .unlock(&self.spec.header.run, &self.spec.owner)
            .map_err(store)
    }

    /// One epoch, to the end of the shard unless something stops it.
    fn epoch(
        &self,
        sets: Sets<'_>,
        knowledge: &mut Knowledge,
        feed: &mut Option<Feed<'a>>,
    ) -> Result<(), Stopped> {
        self.observer.event(Event::Phase(Phase::Enter));
        let facts = self.shard.probe().map_err(store)?;
        let mut ledger = self.ledger()?;
        self.lock(ledger.as_mut(), knowledge.begun)?;
        let recovered =
            recovery::recover(self.spec, self.journal, ledger.as_mut()).map_err(Stopped::For)?;
        let epoch = Epoch {
            spec: self.spec,
            control: self.control,
            observer: self.observer,
            facts: &facts,
            journal: self.journal,
            number: recovered.epoch,
            checkpoint: recovered.checkpoint.clone(),
            claims: sets.claims,
            created: sets.created,
            any_created: sets.any_created,
            settlement: Mutex::new(Settlement::after(recovered.newest_batch)),
            pace: sets.pace,
            closing: AtomicBool::new(false),
        };
        self.take_stock(&epoch, &recovered, sets, knowledge, feed)?;
        self.check_undone(&facts, ledger.as_mut())?;
        if !knowledge.begun {
            self.begin(&facts, &recovered, ledger.as_mut())?;
            knowledge.begun = true;
        }
        knowledge.known = Some((facts.history.clone(), recovered.epoch));
        self.control.set_limit(ActiveLimit::None);
        if !knowledge.done {
            self.work_stages(&epoch, knowledge, feed)?;
            knowledge.done = true;
        }
        self.end(&epoch, ledger.as_mut())
    }

    /// Brings what was known in line with what the recovery found.
    fn take_stock(
        &self,
        epoch: &Epoch<'_>,
        recovered: &Recovered,
        sets: Sets<'_>,
        knowledge: &mut Knowledge,
        feed: &mut Option<Feed<'a>>,
    ) -> Result<(), Stopped> {
        let now = Some((epoch.facts.history.clone(), recovered.base));
        // The server may have gone back between the probe and the recovery: then something is gone that was
        // acknowledged, and not only what was in doubt.
        let doubted = |batch: &u64| knowledge.in_doubt.iter().any(|doubt| doubt.batch == *batch);
        let nothing_lost = !recovered.revived && recovered.voided.iter().all(doubted);
        if knowledge.known.is_some() && knowledge.known == now && nothing_lost {
            for doubt in knowledge.in_doubt.drain(..) {
                let applied = recovered.applied.contains(&doubt.batch);
                if applied {
                    epoch.acknowledge(doubt.writes);
                    continue;
                }
                for writing in doubt.writes {
                    epoch.disown(&writing);
                    knowledge.units.push(writing.unit);
                }
            }
        } else {
            // The start, or another history: only the journal's applied batches count.
            let tally = recovery::rebuild(
                self.spec,
                self.journal,
                &recovered.applied,
                sets.claims,
                sets.created,
                sets.any_created,
            );
            self.control.reset(tally.map_err(Stopped::For)?);
            knowledge.units.clear();
            knowledge.in_doubt.clear();
            knowledge.earlier = recovered.stage;
            knowledge.share = 0;
            knowledge.done = false;
            // It may have gone back to before the run was begun, and must know of it before anything is written.
            knowledge.begun = false;
            *feed = None;
        }
        self.observer.event(Event::EpochEntered {
            epoch: recovered.epoch,
            applied: recovered.applied.len() as u64,
            not_applied: recovered.voided.len() as u64,
        });
        Ok(())
    }

    /// Stops a rollback on a server that has gone back to before the end of the run that is undone: what it has lost of that
    /// run is not to be taken back, and the run's journal does not tell yet what that is.
    fn check_undone(&self, facts: &ShardFacts, ledger: &mut dyn Ledger) -> Result<(), Stopped> {
        let Some(undone) = &self.spec.header.undoes else {
            return Ok(());
        };
        let history = ledger.history().map_err(store)?;
        if !history.iter().any(|entry| entry.is_without_end(undone)) {
            return Ok(());
        }
        Err(Stopped::OutOfPatience(StoreError::Server {
            fault: Fault::HistoryChanged,
            doing: format!("undoing run {undone} at {}", facts.name),
            message: "the server has gone back to before the end of that run".to_owned(),
            hint: Some("roll back again: it goes on from what the server still has".to_owned()),
            retry_after: None,
        }))
    }

    fn begin(
        &self,
        facts: &ShardFacts,
        recovered: &Recovered,
        ledger: &mut dyn Ledger,
    ) -> Result<(), Stopped> {
        self.reach(Step::BeforeBegin)?;
        self.observer.event(Event::Probed(facts.clone()));
        self.control.set_total(facts.keys.unwrap_or_default());
        let event = if recovered.newest_batch == 0 {
            RunEvent::Started
        } else {
            RunEvent::Resumed
        };
        ledger
            .record(&self.history(RunState::Running), event)
            .map_err(store)
    }

    fn history(&self, state: RunState) -> HistoryEntry {
        let tally = self.control.tally();
        let header = &self.spec.header;
        HistoryEntry {
            run: header.run.clone(),
            migration: header.migration.clone(),
            digest: header.digest.clone(),
            state,
            undoes: header.undoes.clone(),
            started_at: header.now_ms,
            ended_at: (state != RunState::Running).then(clock::now_ms),
            written: tally.keys_written,
            rejected: tally.rejected_total(),
            kept: tally.kept,
            share: header.share.clone(),
            remold: header.remold.clone(),
        }
    }

    /// Notes the end: first in the history, if the keyspace still has all that was written, then in the journal.
    fn end(&self, epoch: &Epoch<'_>, ledger: &mut dyn Ledger) -> Result<(), Stopped> {
        self.observer.event(Event::Phase(Phase::Record));
        self.reach(Step::BeforeRecord)?;
        let expected = epoch.settlement().expected(epoch.number);
        ledger
            .complete(
                &self.history(RunState::Completed),
                &epoch.facts.history,
                &expected,
            )
            .map_err(store)?;
        self.reach(Step::BeforeComplete)?;
        let mark = [JournalRecord::Mark(Mark::Completed)];
        let appended = self
            .journal
            .append(epoch.number, &mark, Durability::Durable);
        appended.map_err(|error| Stopped::For(Cause::Journal(error)))?;
        self.control.set_fraction(1.0);
        Ok(())
    }
}

fn store(error: StoreError) -> Stopped {
    Stopped::For(Cause::Store(error))
}

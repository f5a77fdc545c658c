//! The stages of a shard's run: the canary's shares one after the other, then the whole.

use super::crew::Remains;
use super::shard::{Knowledge, ShardRun};
use super::{Stopped, crew, patience, program};
use crate::epoch::{Cause, Epoch};
use crate::feed::{Feed, WHOLE};
use crate::phase::Phase;
use crate::port::{Durability, StoreError};
use crate::record::{JournalRecord, Mark};
use crate::recovery;
use crate::report::Event;
use crate::spec::{Action, RunSpec};
use crate::step::Step;
use crate::verify;

impl<'a> ShardRun<'a> {
    /// Works through the canary's stages, the last of which is the whole.
    pub(super) fn work_stages(
        &self,
        epoch: &Epoch<'_>,
        knowledge: &mut Knowledge,
        feed: &mut Option<Feed<'a>>,
    ) -> Result<(), Stopped> {
        if let Action::Migrate(source) = &self.spec.action
            && source.exports().run
        {
            self.observer
                .event(Event::Phase(Phase::Migrate { share: WHOLE }));
            // Whatever is in doubt when it stops, the journal is read anew: it runs again from its
            // beginning, and every key that it has written must be known.
            return program::work(epoch, self.shard, source.as_ref())
                .inspect_err(|_| knowledge.known = None);
        }
        loop {
            if feed.is_none() {
                knowledge.share = self.next_share(knowledge.earlier);
                *feed = Some(self.feed(knowledge)?);
            }
            self.observer
                .event(Event::Phase(self.phase(knowledge.share)));
            self.work(epoch, knowledge, feed)?;
            *feed = feed.take().and_then(Feed::then);
            if feed.is_some() {
                continue;
            }
            if knowledge.share == WHOLE {
                return Ok(());
            }
            self.close_stage(epoch, knowledge.share)?;
            knowledge.earlier = knowledge.share;
        }
    }

    fn phase(&self, share: u32) -> Phase {
        match &self.spec.action {
            Action::Migrate(_) => Phase::Migrate { share },
            Action::Retry(_) => Phase::Retry,
            Action::Revert(_) | Action::Undo { .. } => Phase::Undo,
        }
    }

    fn next_share(&self, earlier: u32) -> u32 {
        let canary = if matches!(self.spec.action, Action::Migrate(_)) {
            &self.spec.strategy.canary[..]
        } else {
            &[]
        };
        canary
            .iter()
            .copied()
            .find(|share| *share > earlier)
            .unwrap_or(WHOLE)
    }

    fn feed(&self, knowledge: &Knowledge) -> Result<Feed<'a>, Stopped> {
        match &self.spec.action {
            Action::Migrate(_) | Action::Revert(_) => {
                Feed::scan(self.spec, self.shard, knowledge.share, knowledge.earlier)
                    .map_err(Stopped::For)
            }
            Action::Retry(_) => {
                let keys = verify::quarantine(self.journal).map_err(Stopped::For)?;
                Ok(Feed::Keys(
                    keys.into_iter().map(|rejected| rejected.key).collect(),
                ))
            }
            Action::Undo { journal, .. } => {
                let survey = recovery::survey(journal.as_ref(), u64::MAX).map_err(Stopped::For)?;
                let spec: &'a RunSpec = self.spec;
                let Action::Undo { journal, .. } = &spec.action else {
                    unreachable!("matched above")
                };
                let records = journal
                    .replay_backwards()
                    .map_err(|error| Stopped::For(Cause::Journal(error)))?;
                self.control.set_total(survey.groups_when_settled());
                let undone = recovery::first_keys(self.journal).map_err(Stopped::For)?;
                Ok(Feed::undo(records, &survey, undone, self.spec.header.seed))
            }
        }
    }

    fn work(
        &self,
        epoch: &Epoch<'_>,
        knowledge: &mut Knowledge,
        feed: &mut Option<Feed<'a>>,
    ) -> Result<(), Stopped> {
        let Some(feed) = feed else { return Ok(()) };
        let Remains { mut left, drained } = crew::work(
            epoch,
            self.shard,
            feed,
            std::mem::take(&mut knowledge.units),
        );
        knowledge.units = left.units;
        knowledge.in_doubt = left.in_doubt;
        // Of several lanes' reasons, one that needs a person's look at single keys is not to be hidden by another.
        let partial =
            |cause: &Cause| matches!(cause, Cause::Store(StoreError::PartiallyApplied { .. }));
        let causes = &left.causes;
        if let Some(place) = causes.iter().position(partial).or_else(|| {
            causes
                .iter()
                .position(|cause| !patience::is_recoverable(cause))
        }) {
            return Err(Stopped::For(left.causes.swap_remove(place)));
        }
        match left.causes.pop() {
            Some(cause) => Err(Stopped::For(cause)),
            None if drained => Ok(()),
            None => Err(Stopped::ByOperator),
        }
    }

    fn close_stage(&self, epoch: &Epoch<'_>, share: u32) -> Result<(), Stopped> {
        self.observer.event(Event::Phase(Phase::Check { share }));
        let tally = self.control.tally();
        if self
            .spec
            .policy
            .max_rejected
            .exceeded(tally.rejected_total(), tally.handled(), true)
        {
            return Err(Stopped::For(Cause::TooManyRejected));
        }
        let unexplained =
            verify::stage(self.spec, self.shard, self.journal).map_err(Stopped::For)?;
        if unexplained > 0 {
            return Err(Stopped::CanaryFailed { share, unexplained });
        }
        self.reach(Step::BeforeStage)?;
        let mark = [JournalRecord::Mark(Mark::Stage(share))];
        let appended = self
            .journal
            .append(epoch.number, &mark, Durability::Durable);
        appended.map_err(|error| Stopped::For(Cause::Journal(error)))?;
        self.observer.event(Event::Stage { share });
        Ok(())
    }
}

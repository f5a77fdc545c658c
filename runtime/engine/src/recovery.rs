//! Recovery: what was applied, asked of the keyspace alone.
//!
//! In this order, at the start, at a resume or take-over, and after every doubt: *seal* the journal with
//! a new epoch, *raise* the epoch in the keyspace, *read* base, watermark and receipts, *settle* every batch in
//! the journal, *mark* the epoch as settled. A batch is applied if it has a receipt, or if it is at or below
//! the watermark and was not void as of the end of epoch `base`. The decision is
//! `docs/adr/0008-exactly-once.md`, its model `tests/model/protocol_model.py`; the steps have the same names.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

use remold_host_api::{Bytes, Entry};

use crate::done_set::DoneSet;
use crate::epoch::{Cause, reach};
use crate::port::{Durability, Journal, JournalError, Ledger, Progress, Raise};
use crate::record::{Group, JournalRecord, Mark, PARTIALLY_APPLIED};
use crate::report::Tally;
use crate::spec::{Action, RunSpec};
use crate::step::Step;

/// What the journal says, read once.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) newest_batch: u64,
    /// The epochs that sealed it.
    epochs: HashSet<u64>,
    /// Each batch with the number of its groups.
    batches: Vec<(u64, u64)>,
    /// Voided as of now.
    voided: HashSet<u64>,
    /// Voided as of the end of the epoch that was asked for.
    voided_at_base: HashSet<u64>,
    /// The largest canary share that was done, in 1/10000.
    pub(crate) stage: u32,
    /// Batches up to this one were settled for good when the run was aborted, in the epoch behind it: the keyspace has
    /// forgotten them since.
    closed: (u64, u64),
    /// A program's last checkpoint, and the newest batch before it.
    checkpoint: Option<(Bytes, u64)>,
}

/// What a recovery found.
#[derive(Debug)]
pub(crate) struct Recovered {
    pub(crate) epoch: u64,
    /// The epoch that this history had seen settled last.
    pub(crate) base: u64,
    pub(crate) newest_batch: u64,
    pub(crate) applied: HashSet<u64>,
    /// What the journal took for applied until now, and is not.
    pub(crate) voided: Vec<u64>,
    /// Something that the journal took for void is applied.
    pub(crate) revived: bool,
    pub(crate) stage: u32,
    /// A program's last checkpoint, unless the keyspace has lost something that was done before it.
    pub(crate) checkpoint: Option<Bytes>,
}

/// Reads the journal through; voids are told as of now and as of the end of epoch `base`.
pub(crate) fn survey(journal: &dyn Journal, base: u64) -> Result<Survey, Cause> {
    let mut survey = Survey::default();
    let mut epoch = 0;
    for record in journal.replay().map_err(Cause::Journal)? {
        match record.map_err(Cause::Journal)? {
            JournalRecord::Epoch(number) => {
                epoch = number;
                survey.epochs.insert(number);
            }
            JournalRecord::Batch { id, groups } => {
                survey.newest_batch = survey.newest_batch.max(id);
                survey.batches.push((id, groups.len() as u64));
            }
            JournalRecord::Void(id) => {
                survey.newest_batch = survey.newest_batch.max(id);
                survey.voided.insert(id);
                survey.lose(id);
                if epoch <= base {
                    survey.voided_at_base.insert(id);
                }
            }
            JournalRecord::Alive(id) => {
                survey.voided.remove(&id);
                if epoch <= base {
                    survey.voided_at_base.remove(&id);
                }
            }
            JournalRecord::Mark(Mark::Stage(share)) => survey.stage = survey.stage.max(share),
            JournalRecord::Mark(Mark::Checkpoint(state)) => {
                survey.checkpoint = Some((state, survey.newest_batch));
            }
            JournalRecord::Mark(Mark::Aborted) => survey.closed = (survey.newest_batch, epoch),
            JournalRecord::Mark(Mark::Completed | Mark::RolledBack(_))
            | JournalRecord::Header(_)
            | JournalRecord::Rejected(_) => {}
        }
    }
    Ok(survey)
}

impl Survey {
    /// Says which batches of a run that has ended were applied: all that are not void.
    pub(crate) fn applied_when_settled(&self) -> HashSet<u64> {
        self.ids().filter(|id| !self.voided.contains(id)).collect()
    }

    /// Returns how many groups the batches of a run that has ended hold, of those that were applied.
    pub(crate) fn groups_when_settled(&self) -> u64 {
        let applied = self
            .batches
            .iter()
            .filter(|(id, _)| !self.voided.contains(id));
        applied.map(|(_, groups)| groups).sum()
    }

    /// Forgets a checkpoint that a batch was before which is not applied after all.
    fn lose(&mut self, batch: u64) {
        let before = |(_, newest): &(Bytes, u64)| *newest < batch;
        self.checkpoint = self.checkpoint.take().filter(before);
    }

    fn ids(&self) -> impl Iterator<Item = u64> {
        self.batches.iter().map(|(id, _)| *id)
    }

    fn applied(&self, progress: &Progress) -> HashSet<u64> {
        let receipts: BTreeSet<u64> = progress.receipts.iter().copied().collect();
        // A keyspace that still has an older epoch of the run has gone back to before that.
        let (closed, epoch) = self.closed;
        let has_forgotten = progress.base == 0 || progress.base >= epoch;
        let is_applied = |id: &u64| {
            if *id <= closed && has_forgotten {
                return !self.voided.contains(id);
            }
            receipts.contains(id)
                || (*id <= progress.watermark && !self.voided_at_base.contains(id))
        };
        self.ids().filter(is_applied).collect()
    }

    /// Returns the records that make the journal say what the keyspace says.
    fn settling(&self, applied: &HashSet<u64>) -> Vec<JournalRecord> {
        let lost = self
            .ids()
            .filter(|id| !applied.contains(id) && !self.voided.contains(id));
        let back = self
            .ids()
            .filter(|id| applied.contains(id) && self.voided.contains(id));
        lost.map(JournalRecord::Void)
            .chain(back.map(JournalRecord::Alive))
            .collect()
    }
}

/// Enters a new epoch.
pub(crate) fn recover(
    spec: &RunSpec,
    journal: &dyn Journal,
    ledger: &mut dyn Ledger,
) -> Result<Recovered, Cause> {
    let reach = |step| reach(spec, step);
    let run = &spec.header.run;
    let newest = journal.epoch();
    let epoch = newest.max(ledger.epoch().map_err(Cause::Store)?) + 1;
    reach(Step::BeforeSeal)?;
    journal.seal(epoch).map_err(Cause::Journal)?;
    reach(Step::BeforeRaise)?;
    match ledger.raise_epoch(run, epoch).map_err(Cause::Store)? {
        Raise::Raised => {}
        Raise::Locked(holder) => return Err(Cause::Locked(holder)),
        Raise::Stale(by) => return Err(Cause::Superseded(by)),
    }
    reach(Step::BeforeProgress)?;
    let progress = ledger.progress(run).map_err(Cause::Store)?;
    let mut survey = survey(journal, progress.base)?;
    let settled = progress.base;
    // A worker settles only what its journal has sealed: another epoch is one of another copy of it.
    if settled != 0 && settled != newest && !survey.epochs.contains(&settled) {
        return Err(Cause::Journal(JournalError::Outdated { settled }));
    }
    let applied = survey.applied(&progress);
    reach(Step::BeforeSettle)?;
    let settling = survey.settling(&applied);
    if !settling.is_empty() {
        journal
            .append(epoch, &settling, Durability::Durable)
            .map_err(Cause::Journal)?;
    }
    reach(Step::BeforeMark)?;
    ledger
        .settle(run, epoch, survey.newest_batch)
        .map_err(Cause::Store)?;
    reach(Step::EpochEntered)?;
    for record in &settling {
        if let JournalRecord::Void(id) = record {
            survey.lose(*id);
        }
    }
    Ok(Recovered {
        checkpoint: survey.checkpoint.take().map(|(state, _)| state),
        epoch,
        base: progress.base,
        newest_batch: survey.newest_batch,
        voided: settling
            .iter()
            .filter_map(|record| match record {
                JournalRecord::Void(id) => Some(*id),
                _ => None,
            })
            .collect(),
        revived: settling
            .iter()
            .any(|record| matches!(record, JournalRecord::Alive(_))),
        applied,
        stage: survey.stage,
    })
}

/// Counts the first keys of the groups that a settled journal has as applied.
pub(crate) fn first_keys(journal: &dyn Journal) -> Result<HashMap<Bytes, u32>, Cause> {
    let applied = survey(journal, u64::MAX)?.applied_when_settled();
    let mut keys = HashMap::new();
    for record in journal.replay().map_err(Cause::Journal)? {
        if let JournalRecord::Batch { id, groups } = record.map_err(Cause::Journal)?
            && applied.contains(&id)
        {
            for group in groups {
                if let Some(first) = group.into_iter().next() {
                    *keys.entry(first.key).or_default() += 1;
                }
            }
        }
    }
    Ok(keys)
}

/// Rebuilds from the journal which keys are done, and counts them.
pub(crate) fn rebuild(
    spec: &RunSpec,
    journal: &dyn Journal,
    applied: &HashSet<u64>,
    claims: &DoneSet,
    created: &DoneSet,
    any_created: &AtomicBool,
) -> Result<Tally, Cause> {
    claims.clear();
    created.clear();
    let mut tally = Tally::default();
    let ways = match &spec.action {
        Action::Migrate(source) | Action::Retry(source) => source.ways(),
        Action::Revert(_) | Action::Undo { .. } => None,
    };
    for record in journal.replay().map_err(Cause::Journal)? {
        let (id, groups) = match record.map_err(Cause::Journal)? {
            JournalRecord::Batch { id, groups } => (id, groups),
            JournalRecord::Rejected(rejected) if rejected.code == PARTIALLY_APPLIED => {
                claims.insert(&rejected.key);
                continue;
            }
            _ => continue,
        };
        if !applied.contains(&id) {
            continue;
        }
        for group in &groups {
            tally.changed += 1;
            // What a record was tells the way that it took.
            let way = ways.and_then(|ways| ways.way_of(&spec.context, &before_of(group)?));
            if let Some(way) = way {
                tally.count_way(&way);
            }
            tally.keys_written += group.len() as u64;
            for (place, image) in group.iter().enumerate() {
                claims.insert(&image.key);
                if place > 0 && image.after.is_some() {
                    created.insert(&image.key);
                    any_created.store(true, Ordering::SeqCst);
                }
            }
        }
    }
    Ok(tally)
}

/// Returns what the record was that a group is about.
fn before_of(group: &Group) -> Option<Entry> {
    let own = group.first()?;
    let before = own.before.as_ref()?;
    Some(Entry {
        key: own.key.clone(),
        value: remold_rdb::decode(&before.payload).ok()?.value,
        expires_at: before.expires_at,
    })
}

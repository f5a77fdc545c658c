//! The second half of a batch: journal, transaction, acknowledgement, and what follows a conflict.

use std::sync::atomic::Ordering;

use remold_host_api::Bytes;

use super::{Halt, Lane, Worker};
use crate::derive::reject;
use crate::epoch::{Cause, InDoubt, Writing};
use crate::port::{Commit, CommitBatch, Durability, StoreError};
use crate::record::{JournalRecord, PARTIALLY_APPLIED};
use crate::step::Step;
use crate::work::{Unit, Work};

/// The watermark goes with a transaction when it has moved this far. The stories of a simulation are short.
const WATERMARK_STRIDE: u64 = if cfg!(remold_simulation) { 1 } else { 32 };

enum Committed {
    Applied,
    Conflict {
        writings: Vec<Writing>,
        keys: Vec<Bytes>,
    },
}

impl Lane<'_> {
    /// Journals and writes; a conflict voids the batch and splits it.
    pub(super) fn write(
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
        mut writings: Vec<Writing>,
        mut records: Vec<JournalRecord>,
    ) -> Result<Committed, Halt> {
        let units =
            |writings: Vec<Writing>| writings.into_iter().map(|writing| writing.unit).collect();
        let halted = |cause, writings| {
            Err(Halt {
                cause,
                units: units(writings),
                in_doubt: None,
            })
        };
        self.own(&writings);
        let batch = self.epoch.settlement().next_batch();
        records.push(lend_groups(batch, &mut writings));
        let journalled = self
            .epoch
            .reach(Step::BeforeJournal)
            .and_then(|()| self.append(&records, Durability::Durable));
        take_groups_back(records.pop(), &mut writings);
        if let Err(cause) = journalled {
            writings
                .iter()
                .for_each(|writing| self.epoch.disown(writing));
            return halted(cause, writings);
        }
        let in_doubt = |cause, writes| Halt {
            cause,
            units: Vec::new(),
            in_doubt: Some(InDoubt { batch, writes }),
        };
        if let Err(cause) = self.epoch.reach(Step::AfterJournal) {
            return Err(in_doubt(cause, writings));
        }
        let counts: Vec<usize> = writings
            .iter()
            .map(|writing| writing.planned.writes.len())
            .collect();
        let mut writes = Vec::with_capacity(counts.iter().sum());
        for writing in &mut writings {
            writes.append(&mut writing.planned.writes);
        }
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
            Err(error) => {
                let noted = self.note_refused(&error, &writings, &counts);
                Err(in_doubt(
                    noted.err().unwrap_or(Cause::Store(error)),
                    writings,
                ))
            }
            Ok(Commit::Applied) => {
                if let Err(cause) = self.epoch.reach(Step::AfterApply) {
                    return Err(in_doubt(cause, writings));
                }
                self.epoch.settlement().acknowledge(batch, watermark);
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
                        match self.epoch.reach(Step::AfterVoid) {
                            Ok(()) => Ok(Committed::Conflict { writings, keys }),
                            Err(cause) => halted(cause, writings),
                        }
                    }
                    Err(cause) => halted(cause, writings),
                }
            }
        }
    }

    /// Puts into quarantine what the server refused of a batch that it took: nobody else will know of it. `counts`
    /// says how many operations each of them was.
    fn note_refused(
        &self,
        error: &StoreError,
        writings: &[Writing],
        counts: &[usize],
    ) -> Result<(), Cause> {
        let StoreError::PartiallyApplied {
            command,
            message,
            refused,
            ..
        } = error
        else {
            return Ok(());
        };
        let mut place = 0;
        let mut records = Vec::new();
        for (writing, count) in writings.iter().zip(counts) {
            let places = place..place + count;
            place = places.end;
            if refused.is_empty() || refused.iter().any(|one| places.contains(one)) {
                let message = format!(
                    "the server refused a part of its change while it took the rest ({command}: {message})"
                );
                let reason = reject(writing.unit.key(), PARTIALLY_APPLIED, message);
                records.push(JournalRecord::Rejected(self.note_rejected(reason)));
            }
        }
        self.append(&records, Durability::Durable).map(drop)
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

    /// Journals and writes one change that a program made itself; false if its key had changed. After an
    /// error only a recovery knows whether it was applied.
    pub(crate) fn commit_one(&mut self, writing: Writing) -> Result<bool, Cause> {
        match self.commit(vec![writing], Vec::new()) {
            Ok(Committed::Applied) => Ok(true),
            Ok(Committed::Conflict { .. }) => Ok(false),
            Err(halt) => Err(halt.cause),
        }
    }
}

/// Moves what the journal has to know of a batch into its record.
fn lend_groups(batch: u64, writings: &mut [Writing]) -> JournalRecord {
    let groups = writings
        .iter_mut()
        .map(|writing| std::mem::take(&mut writing.planned.group))
        .collect();
    JournalRecord::Batch { id: batch, groups }
}

fn take_groups_back(record: Option<JournalRecord>, writings: &mut [Writing]) {
    if let Some(JournalRecord::Batch { groups, .. }) = record {
        for (writing, group) in writings.iter_mut().zip(groups) {
            writing.planned.group = group;
        }
    }
}

/// A key that has to be read again is not served from what the scan brought along.
fn refresh(unit: &mut Unit) {
    if let Work::Migrate(candidate) = &mut unit.work {
        candidate.image = None;
    }
}

//! The second half of a batch: journal, transaction, acknowledgement, and what follows a conflict.

use std::sync::atomic::Ordering;

use remold_host_api::Bytes;

use super::{Halt, Lane};
use crate::derive::reject;
use crate::epoch::{Cause, InDoubt, Writing};
use crate::port::{Commit, CommitBatch, Durability, Position, StoreError, Write};
use crate::record::{JournalRecord, PARTIALLY_APPLIED};
use crate::step::Step;
use crate::work::{Unit, Work};

/// The watermark goes with a transaction when it has moved this far. The stories of a simulation are short.
const WATERMARK_STRIDE: u64 = if cfg!(remold_simulation) { 1 } else { 32 };

/// A batch that was given to the journal.
pub(super) struct Journalled {
    batch: u64,
    /// Where it ends there.
    position: Position,
    writings: Vec<Writing>,
    /// It was passed over once while it was not durable, for others to come into the same sync.
    passed_over: bool,
}

/// A batch whose transaction was sent.
pub(super) struct Sent {
    batch: u64,
    writings: Vec<Writing>,
    /// The operations of all writings, one behind the other.
    writes: Vec<Write>,
    /// How many of them belong to each writing.
    counts: Vec<usize>,
    watermark: Option<u64>,
}

impl Sent {
    fn request<'s>(&'s self, run: &'s str) -> CommitBatch<'s> {
        CommitBatch {
            run,
            batch: self.batch,
            writes: &self.writes,
            watermark: self.watermark,
        }
    }

    fn in_doubt(self, cause: Cause) -> Halt {
        Halt {
            cause,
            units: Vec::new(),
            in_doubt: Some(InDoubt {
                batch: self.batch,
                writes: self.writings,
            }),
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

impl Lane<'_> {
    /// Gives a batch to the journal; that it is durable is waited for when it is sent.
    pub(super) fn journal(
        &mut self,
        mut writings: Vec<Writing>,
        mut records: Vec<JournalRecord>,
    ) -> Result<Journalled, Halt> {
        let batch = self.epoch.settlement().next_batch();
        records.push(lend_groups(batch, &mut writings));
        let journalled = self
            .epoch
            .reach(Step::BeforeJournal)
            .and_then(|()| self.append(&records, Durability::Eventual));
        take_groups_back(records.pop(), &mut writings);
        match journalled {
            Ok(position) => Ok(Journalled {
                batch,
                position,
                writings,
                passed_over: false,
            }),
            Err(cause) => Err(self.not_journalled(cause, writings)),
        }
    }

    fn not_journalled(&self, cause: Cause, writings: Vec<Writing>) -> Halt {
        writings
            .iter()
            .for_each(|writing| self.epoch.disown(writing));
        Halt::before(cause, units(writings))
    }

    /// Says whether a batch is to be passed over this time: it would make a sync for itself.
    pub(super) fn passes_over(&self, journalled: &mut Journalled) -> bool {
        let passes_over =
            !journalled.passed_over && self.epoch.journal.durable() < journalled.position;
        journalled.passed_over = true;
        passes_over
    }

    /// Sends a batch as soon as it is durable in the journal.
    pub(super) fn send(&mut self, journalled: Journalled) -> Result<Sent, Halt> {
        let Journalled {
            batch,
            position,
            mut writings,
            ..
        } = journalled;
        if let Err(error) = self.epoch.journal.wait(position) {
            return Err(self.not_journalled(Cause::Journal(error), writings));
        }
        let counts: Vec<usize> = writings
            .iter()
            .map(|writing| writing.planned.writes.len())
            .collect();
        let mut writes = Vec::with_capacity(counts.iter().sum());
        for writing in &mut writings {
            writes.append(&mut writing.planned.writes);
        }
        let mut sent = Sent {
            batch,
            writings,
            writes,
            counts,
            watermark: None,
        };
        if let Err(cause) = self.epoch.reach(Step::AfterJournal) {
            return Err(sent.in_doubt(cause));
        }
        sent.watermark = self
            .epoch
            .settlement()
            .watermark(self.epoch.journal.durable(), WATERMARK_STRIDE);
        let request = sent.request(&self.epoch.spec.header.run);
        match self.session.submit(&request) {
            Ok(()) => Ok(sent),
            Err(error) => Err(sent.in_doubt(Cause::Store(error))),
        }
    }

    /// Waits for what becomes of a batch that was sent; a conflict voids and splits it.
    pub(super) fn settle(&mut self, sent: Sent) -> Result<(), Halt> {
        match self.committed(sent)? {
            Committed::Applied => Ok(()),
            Committed::Conflict { writings, keys } => self.retry(writings, &keys),
        }
    }

    fn committed(&mut self, sent: Sent) -> Result<Committed, Halt> {
        let request = sent.request(&self.epoch.spec.header.run);
        match self.session.outcome(&request) {
            Err(error) => {
                let noted = self.note_refused(&error, &sent);
                Err(sent.in_doubt(noted.err().unwrap_or(Cause::Store(error))))
            }
            Ok(Commit::Applied) => {
                if let Err(cause) = self.epoch.reach(Step::AfterApply) {
                    return Err(sent.in_doubt(cause));
                }
                self.epoch
                    .settlement()
                    .acknowledge(sent.batch, sent.watermark);
                self.epoch.acknowledge(sent.writings);
                match self.epoch.reach(Step::AfterAcknowledge) {
                    Ok(()) => Ok(Committed::Applied),
                    Err(cause) => Err(Halt::before(cause, Vec::new())),
                }
            }
            Ok(Commit::Conflict { keys }) => {
                let writings = sent.writings;
                writings
                    .iter()
                    .for_each(|writing| self.epoch.disown(writing));
                let voided = self.epoch.reach(Step::AfterConflict).and_then(|()| {
                    let void = [JournalRecord::Void(sent.batch)];
                    self.append(&void, Durability::Eventual)
                });
                let after = voided.and_then(|position| {
                    self.epoch.settlement().void(sent.batch, position);
                    self.epoch.reach(Step::AfterVoid)
                });
                match after {
                    Ok(()) => Ok(Committed::Conflict { writings, keys }),
                    Err(cause) => Err(Halt::before(cause, units(writings))),
                }
            }
        }
    }

    /// Puts into quarantine what the server refused of a batch that it took: nobody else will know of it.
    fn note_refused(&self, error: &StoreError, sent: &Sent) -> Result<(), Cause> {
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
        for (writing, count) in sent.writings.iter().zip(&sent.counts) {
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
    pub(super) fn own(&self, writings: &[Writing]) {
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

    /// Has what conflicted done again, in smaller batches, or rejects it.
    fn retry(&mut self, writings: Vec<Writing>, keys: &[Bytes]) -> Result<(), Halt> {
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
            self.again.push(rest);
        }
        if !again.is_empty() {
            self.again.push(again);
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
        let writings = vec![writing];
        self.own(&writings);
        let committed = self
            .journal(writings, Vec::new())
            .and_then(|journalled| self.send(journalled))
            .and_then(|sent| self.committed(sent));
        match committed {
            Ok(Committed::Applied) => Ok(true),
            Ok(Committed::Conflict { .. }) => Ok(false),
            Err(halt) => Err(halt.cause),
        }
    }
}

fn units(writings: Vec<Writing>) -> Vec<Unit> {
    writings.into_iter().map(|writing| writing.unit).collect()
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

//! What becomes of units that need no write: they are counted, told of, and put into quarantine.

use super::Lane;
use crate::record::{JournalRecord, Rejected};
use crate::report::{Event, Tally};
use crate::work::{Left, Unit};

impl Lane<'_> {
    /// Counts the units of a batch that need no write, and returns what the journal has to know of them.
    pub(super) fn leave(&self, left: Vec<(Unit, Left)>) -> Vec<JournalRecord> {
        if left.is_empty() {
            return Vec::new();
        }
        if self.epoch.spec.show_changes {
            left.iter().for_each(|(unit, why)| self.show(unit, why));
        }
        self.epoch
            .control
            .count(|tally| left.iter().for_each(|(_, why)| count(tally, why)));
        let mut records = Vec::new();
        for (_, why) in left {
            match why {
                Left::Kept(key, reason) => {
                    self.epoch.control.keep(&key, reason);
                    self.epoch.observer.event(Event::Kept { key, reason });
                }
                Left::Rejected(reason) => {
                    records.push(JournalRecord::Rejected(self.note_rejected(reason)));
                }
                _ => {}
            }
        }
        records
    }

    fn show(&self, unit: &Unit, why: &Left) {
        let skipped = match why {
            Left::Unchanged => None,
            Left::Skipped(reason) => Some(reason.clone()),
            _ => return,
        };
        self.epoch.observer.event(Event::Left {
            key: unit.key().clone(),
            skipped,
        });
    }

    /// Puts a key into quarantine.
    pub(super) fn note_rejected(&self, rejected: Rejected) -> Rejected {
        self.epoch.control.reject(&rejected);
        self.epoch.observer.event(Event::Rejected(rejected.clone()));
        rejected
    }
}

fn count(tally: &mut Tally, why: &Left) {
    match why {
        Left::Unchanged => tally.unchanged += 1,
        Left::Vanished => tally.vanished += 1,
        Left::TooLarge => tally.oversized += 1,
        Left::Duplicate => tally.duplicates += 1,
        Left::Already => tally.already += 1,
        Left::Expired => tally.expired += 1,
        Left::Skipped(reason) => match tally.skipped.get_mut(reason) {
            Some(count) => *count += 1,
            None => {
                tally.skipped.insert(reason.clone(), 1);
            }
        },
        // Counted where they are listed.
        Left::Kept(..) | Left::Rejected(_) => {}
    }
}

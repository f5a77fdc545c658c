//! Which batches are settled, and up to where all are: the watermark.
//!
//! A batch is settled when it was acknowledged, or when its `void` record is durable. The watermark may
//! pass a voided batch only then: a receipt that is gone and a void that is lost would make it applied.

use std::collections::{BTreeMap, BTreeSet};

use crate::port::{Position, Progress};

/// The batches of one journal between the watermark and the newest.
#[derive(Debug, Default)]
pub(crate) struct Settlement {
    next: u64,
    watermark: u64,
    reported: u64,
    above: BTreeMap<u64, Settled>,
    /// The newest watermark that went with an acknowledged transaction, and what was acknowledged above it.
    confirmed: u64,
    receipts: BTreeSet<u64>,
}

#[derive(Debug, Clone, Copy)]
enum Settled {
    Acknowledged,
    Voided(Position),
}

impl Settlement {
    /// Begins after a recovery that settled every batch up to `newest`.
    pub(crate) fn after(newest: u64) -> Self {
        Self {
            next: newest + 1,
            watermark: newest,
            reported: newest,
            above: BTreeMap::new(),
            confirmed: newest,
            receipts: BTreeSet::new(),
        }
    }

    /// Hands out the next batch id.
    pub(crate) fn next_batch(&mut self) -> u64 {
        let id = self.next;
        self.next += 1;
        id
    }

    /// Notes that a batch is applied, with the watermark that went with it.
    pub(crate) fn acknowledge(&mut self, batch: u64, watermark: Option<u64>) {
        self.above.insert(batch, Settled::Acknowledged);
        self.receipts.insert(batch);
        if let Some(watermark) = watermark
            && watermark > self.confirmed
        {
            self.confirmed = watermark;
            self.receipts = self.receipts.split_off(&(watermark + 1));
        }
    }

    /// Returns what the keyspace has to know in this epoch if it still has everything that was acknowledged.
    pub(crate) fn expected(&self, epoch: u64) -> Progress {
        Progress {
            base: epoch,
            watermark: self.confirmed,
            receipts: self.receipts.iter().copied().collect(),
        }
    }

    /// Notes that a batch was not applied, by a record that ends at `position` of the journal.
    pub(crate) fn void(&mut self, batch: u64, position: Position) {
        self.above.insert(batch, Settled::Voided(position));
    }

    /// Returns the watermark if it has moved by at least `stride` since it was last returned.
    pub(crate) fn watermark(&mut self, durable: Position, stride: u64) -> Option<u64> {
        while let Some(settled) = self.above.get(&(self.watermark + 1)) {
            match settled {
                Settled::Voided(position) if *position > durable => break,
                Settled::Voided(_) | Settled::Acknowledged => {
                    self.above.remove(&(self.watermark + 1));
                    self.watermark += 1;
                }
            }
        }
        (self.watermark >= self.reported + stride).then(|| {
            self.reported = self.watermark;
            self.watermark
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watermark_waits_for_the_oldest_batch() {
        let mut settlement = Settlement::after(10);
        let ids: Vec<u64> = (0..3).map(|_| settlement.next_batch()).collect();
        assert_eq!(ids, [11, 12, 13]);
        settlement.acknowledge(12, None);
        assert_eq!(settlement.watermark(Position(0), 1), None);
        settlement.acknowledge(11, None);
        assert_eq!(settlement.watermark(Position(0), 1), Some(12));
        assert_eq!(settlement.watermark(Position(0), 1), None);
    }

    #[test]
    fn the_watermark_passes_a_void_only_when_it_is_durable() {
        let mut settlement = Settlement::after(0);
        settlement.next_batch();
        settlement.void(1, Position(100));
        assert_eq!(settlement.watermark(Position(99), 1), None);
        assert_eq!(settlement.watermark(Position(100), 1), Some(1));
    }

    #[test]
    fn a_stride_spares_small_moves() {
        let mut settlement = Settlement::after(0);
        for id in 1..=4 {
            assert_eq!(settlement.next_batch(), id);
            settlement.acknowledge(id, None);
            assert_eq!(settlement.watermark(Position(0), 4), (id == 4).then_some(4));
        }
    }
}

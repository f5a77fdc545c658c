//! The records of a batch on their way through the transform.

use remold_host_api::{Entry, Record, Remark};

use crate::derive::Original;

/// The records of a batch that go on, and beside each what has to be known of it.
#[derive(Default)]
pub(super) struct Drafts {
    pub(super) records: Vec<Record>,
    pub(super) beside: Vec<Beside>,
}

/// What has to be known of a record.
pub(super) struct Beside {
    /// Its place in the batch.
    pub(super) place: usize,
    pub(super) original: Original,
    pub(super) shown: Option<Entry>,
    /// What the transform found out about it beside its outcome.
    pub(super) remark: Remark,
}

impl Drafts {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            records: Vec::with_capacity(capacity),
            beside: Vec::with_capacity(capacity),
        }
    }

    pub(super) fn push(&mut self, record: Record, beside: Beside) {
        self.records.push(record);
        self.beside.push(beside);
    }

    /// Keeps those of which `keep` says so; it is asked once for each, in order.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut Record, &Beside) -> bool) {
        let mut beside = self.beside.iter();
        let kept: Vec<bool> = self
            .records
            .iter_mut()
            .map(|record| beside.next().is_some_and(|beside| keep(record, beside)))
            .collect();
        if kept.iter().all(|kept| *kept) {
            return;
        }
        let mut each = kept.iter();
        self.records
            .retain(|_| each.next().is_some_and(|kept| *kept));
        let mut each = kept.iter();
        self.beside
            .retain(|_| each.next().is_some_and(|kept| *kept));
    }
}

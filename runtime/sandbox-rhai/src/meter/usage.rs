//! What a call has used, for whoever measures a transform. A run pays nothing for it: memory is looked at in every operation
//! only while somebody watches.

use std::sync::atomic::Ordering::Relaxed;

use super::Meter;

impl Meter {
    /// Looks at every operation from now on.
    pub(crate) fn watch(&self) {
        self.watching.store(true, Relaxed);
        self.plan_look(0);
    }

    /// Returns the fuel that the call has used.
    pub(crate) fn fuel_used(&self) -> u64 {
        self.operations.load(Relaxed) + self.work.load(Relaxed)
    }

    /// Takes the most memory that was seen since it was asked last; `None` without a probe.
    pub(crate) fn take_most_memory(&self) -> Option<u64> {
        self.probe?;
        Some(self.most_memory.swap(0, Relaxed) as u64)
    }

    /// Takes note of how much memory there is, if somebody wants to know.
    pub(super) fn note_memory(&self) {
        if let (true, Some(probe)) = (self.watching.load(Relaxed), self.probe) {
            self.most_memory.fetch_max(self.since_begin(probe), Relaxed);
        }
    }
}

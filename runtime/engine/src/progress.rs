//! What can be read of a run while it is on, and what can be asked of it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use remold_host_api::Bytes;

use crate::breaches::Breaches;
use crate::port::JournalFigures;
use crate::record::Rejected;
use crate::report::{Event, KeptReason, Observer, Tally};
use crate::spans::{SpanCounts, Spans};

/// How many rejected and kept keys the outcome lists; all are in the journal.
const LISTED: usize = 1000;

/// What bounds the pace of a run at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActiveLimit {
    /// Nothing but the machine and the server.
    None,
    /// The manifest's keys per second.
    Rate,
    /// The manifest's latency, as the probes see it.
    Latency,
    /// The operator paused the run.
    Paused,
    /// The server does not answer.
    Waiting,
}

impl ActiveLimit {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Rate,
        Self::Latency,
        Self::Paused,
        Self::Waiting,
    ];

    /// Returns the word for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Rate => "keys per second",
            Self::Latency => "latency",
            Self::Paused => "paused",
            Self::Waiting => "waiting for the server",
        }
    }
}

/// A handle on a run: to stop or pause it, and to look at it. Clones share one run.
#[derive(Clone, Default)]
pub struct Control {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    stop: AtomicBool,
    paused: AtomicBool,
    limit: AtomicU64,
    told: AtomicU64,
    total: AtomicU64,
    fraction: AtomicU64,
    latency_us: AtomicU64,
    held: Mutex<Held>,
    batches: Spans,
    journal: Arc<JournalFigures>,
    names: OnceLock<RunNames>,
    board: Mutex<Board>,
}

/// What a run is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunNames {
    /// Its id.
    pub run: String,
    /// Its migration.
    pub migration: String,
}

/// For how long each limit has bounded the pace.
#[derive(Default)]
struct Held {
    /// The one that does, by its place among all, and since when.
    now: Option<(usize, Instant)>,
    spent: [Duration; ActiveLimit::ALL.len()],
}

impl Held {
    fn change(&mut self, limit: usize) {
        let now = Instant::now();
        if let Some((before, since)) = self.now.replace((limit, now)) {
            self.spent[before] += now - since;
        }
    }
}

#[derive(Default)]
struct Board {
    tally: Tally,
    rejected: Vec<Rejected>,
    kept: Vec<(Bytes, KeptReason)>,
    breaches: Breaches,
}

impl Control {
    /// Makes a handle for a run that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the run to finish its batches and stop; it can be resumed.
    pub fn stop(&self) {
        self.inner.stop.store(true, Ordering::SeqCst);
    }

    /// Says whether the run was asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.inner.stop.load(Ordering::SeqCst)
    }

    /// Asks the run to wait before its next batches, or to go on.
    pub fn pause(&self, paused: bool) {
        self.inner.paused.store(paused, Ordering::SeqCst);
    }

    /// Says whether the run is paused.
    pub fn is_paused(&self) -> bool {
        self.inner.paused.load(Ordering::SeqCst)
    }

    /// Returns the counts so far.
    pub fn tally(&self) -> Tally {
        self.board().tally.clone()
    }

    /// Returns how many keys there are in all, if it is known.
    pub fn total(&self) -> Option<u64> {
        Some(self.inner.total.load(Ordering::Relaxed)).filter(|total| *total > 0)
    }

    /// Returns how much of the keyspace was listed, 0 to 1.
    pub fn fraction(&self) -> f64 {
        f64::from_bits(self.inner.fraction.load(Ordering::Relaxed))
    }

    /// Returns what bounds the pace.
    pub fn active_limit(&self) -> ActiveLimit {
        let index = usize::try_from(self.inner.limit.load(Ordering::Relaxed)).unwrap_or_default();
        ActiveLimit::ALL
            .get(index)
            .copied()
            .unwrap_or(ActiveLimit::None)
    }

    /// Returns the latency that the run's own probe saw last, microseconds; 0 if there was none.
    pub fn latency_us(&self) -> u64 {
        self.inner.latency_us.load(Ordering::Relaxed)
    }

    pub(crate) fn set_total(&self, total: u64) {
        self.inner.total.store(total, Ordering::Relaxed);
    }

    pub(crate) fn set_fraction(&self, fraction: f64) {
        self.inner
            .fraction
            .store(fraction.to_bits(), Ordering::Relaxed);
    }

    /// Returns for how long each limit has bounded the pace, in the order of [`ActiveLimit::ALL`].
    pub fn held(&self) -> [Duration; ActiveLimit::ALL.len()] {
        let held = self.lock_held();
        let mut spent = held.spent;
        if let Some((limit, since)) = held.now {
            spent[limit] += since.elapsed();
        }
        spent
    }

    /// Returns how long batches took, from their read to the acknowledgement of their writes.
    pub fn batches(&self) -> SpanCounts {
        self.inner.batches.counts()
    }

    /// Returns what the journals of the run count.
    pub fn journal(&self) -> &Arc<JournalFigures> {
        &self.inner.journal
    }

    /// Returns what the run is called, once it has begun.
    pub fn names(&self) -> Option<&RunNames> {
        self.inner.names.get()
    }

    pub(crate) fn set_names(&self, run: &str, migration: &str) {
        self.inner.names.get_or_init(|| RunNames {
            run: run.to_owned(),
            migration: migration.to_owned(),
        });
    }

    pub(crate) fn count_batch(&self, span: Duration) {
        self.inner.batches.count(span);
    }

    pub(crate) fn set_limit(&self, limit: ActiveLimit) {
        let index = ActiveLimit::ALL
            .iter()
            .position(|known| *known == limit)
            .unwrap_or_default();
        // Set for every batch, changed once in a while.
        if self.inner.limit.swap(index as u64, Ordering::Relaxed) != index as u64 {
            self.lock_held().change(index);
        }
    }

    /// Returns what bounds the pace, if that is another limit than it was when it was asked last. Waiting is told of otherwise.
    pub(crate) fn new_limit(&self) -> Option<ActiveLimit> {
        let limit = self.active_limit();
        if matches!(limit, ActiveLimit::None | ActiveLimit::Waiting) {
            return None;
        }
        let index = self.inner.limit.load(Ordering::Relaxed);
        (self.inner.told.swap(index, Ordering::Relaxed) != index).then_some(limit)
    }

    fn lock_held(&self) -> MutexGuard<'_, Held> {
        // Both are right at any moment.
        self.inner
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_latency_us(&self, latency: u64) {
        self.inner.latency_us.store(latency, Ordering::Relaxed);
    }

    /// Edits the counts.
    pub(crate) fn count(&self, edit: impl FnOnce(&mut Tally)) {
        edit(&mut self.board().tally);
    }

    /// Counts a rejected key and lists it if there is room.
    pub(crate) fn reject(&self, rejected: &Rejected) {
        let mut board = self.board();
        *board
            .tally
            .rejected
            .entry(rejected.code.clone())
            .or_default() += 1;
        board.breaches.count(rejected);
        if board.rejected.len() < LISTED {
            board.rejected.push(Rejected {
                key: detached(&rejected.key),
                ..rejected.clone()
            });
        }
    }

    /// Counts a key that a rollback kept and lists it if there is room.
    pub(crate) fn keep(&self, key: &Bytes, reason: KeptReason) {
        let mut board = self.board();
        board.tally.kept += 1;
        if board.kept.len() < LISTED {
            board.kept.push((detached(key), reason));
        }
    }

    /// Starts counting again from what is known to be applied; what was counted as changed above that is lost.
    pub(crate) fn reset(&self, applied: Tally) {
        let mut board = self.board();
        let lost = board.tally.lost + board.tally.changed.saturating_sub(applied.changed);
        *board = Board {
            tally: Tally { lost, ..applied },
            ..Board::default()
        };
    }

    /// Returns the lists of rejected and kept keys.
    pub(crate) fn lists(&self) -> (Vec<Rejected>, Vec<(Bytes, KeptReason)>) {
        let board = self.board();
        (board.rejected.clone(), board.kept.clone())
    }

    /// Returns what breaks schemas in the rejected records.
    pub(crate) fn breaches(&self) -> Breaches {
        self.board().breaches.clone()
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        // Counts stay whole whatever a panicking thread was doing.
        self.inner
            .board
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A copy of a key for a list that outlives its batch: the key itself may be a slice of a whole batch's memory.
fn detached(key: &[u8]) -> Bytes {
    Bytes::copy_from_slice(key)
}

/// An observer that looks away.
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: Event) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_under_a_limit_is_counted_for_it_alone() {
        let control = Control::new();
        control.set_limit(ActiveLimit::Rate);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(5) {
            control.set_limit(ActiveLimit::Rate);
        }
        let [_, rate, ..] = control.held();
        assert!(rate >= Duration::from_millis(5), "{rate:?}");
        control.set_limit(ActiveLimit::None);
        let [_, before, latency, paused, waiting] = control.held();
        let [_, after, ..] = control.held();
        assert_eq!(before, after);
        assert_eq!([latency, paused, waiting], [Duration::ZERO; 3]);
    }

    #[test]
    fn a_limit_is_new_when_it_is_another_one_than_the_last() {
        use ActiveLimit::{Latency, None as Free, Paused, Rate, Waiting};
        let control = Control::new();
        let limits = [
            Free, Rate, Rate, Free, Rate, Waiting, Latency, Rate, Paused, Paused,
        ];
        let new = limits.map(|limit| {
            control.set_limit(limit);
            control.new_limit()
        });
        let new: Vec<_> = new.into_iter().flatten().collect();
        assert_eq!(new, [Rate, Latency, Rate, Paused]);
    }

    #[test]
    fn listed_keys_keep_no_batch_in_memory() {
        let batch = Bytes::from(vec![b'k'; 1 << 16]);
        let key = batch.slice(..4);
        let control = Control::new();
        control.keep(&key, KeptReason::WrittenSince);
        control.reject(&crate::derive::reject(&key, "code", "why"));
        let (rejected, kept) = control.lists();
        assert_eq!((&rejected[0].key, &kept[0].0), (&key, &key));
        drop(key);
        assert!(batch.is_unique(), "a list shares the batch's memory");
    }
}

//! What a trace tells in numbers: the counts of the whole, at its end.

use std::sync::atomic::{AtomicU64, Ordering};

use remold::{ActiveLimit, Control, SpanCounts};
use remold_telemetry::{Trace, table};

/// What was met on the way, counted here because nobody else does for every command.
#[derive(Default)]
pub(super) struct Met {
    retries: AtomicU64,
    recoveries: AtomicU64,
}

impl Met {
    pub(super) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn recovery(&self) {
        self.recoveries.fetch_add(1, Ordering::Relaxed);
    }
}

/// Says what was counted.
pub(super) fn put(trace: &Trace, control: &Control, met: &Met) {
    let tally = control.tally();
    let batches = control.batches();
    for (attribute, count) in [
        (&table::SCANNED, tally.scanned),
        (&table::WRITTEN, tally.keys_written),
        (&table::CHANGED, tally.changed),
        (&table::UNCHANGED, tally.unchanged),
        (&table::SKIPPED, tally.skipped_total()),
        (&table::REJECTED, tally.rejected_total()),
        (&table::VANISHED, tally.vanished),
        (&table::OVERSIZED, tally.oversized),
        (&table::ALREADY, tally.already),
        (&table::KEPT, tally.kept),
        (&table::REVERTED, tally.reverted),
        (&table::EXPIRED, tally.expired),
        (&table::LOST, tally.lost),
        (&table::CONFLICTS, tally.conflicts),
        (&table::RETRIES, met.retries.load(Ordering::Relaxed)),
        (&table::RECOVERIES, met.recoveries.load(Ordering::Relaxed)),
        (&table::BYTES_READ, tally.bytes_read),
        (&table::BYTES_JOURNALLED, control.journal().bytes()),
        (&table::BATCHES, number_of(&batches)),
    ] {
        trace.set(attribute, count);
    }
    trace.set(&table::BATCH_TIME, batches.sum.as_secs_f64());
    for (limit, held) in ActiveLimit::ALL.into_iter().zip(control.held()) {
        let attribute = match limit {
            ActiveLimit::None => continue,
            ActiveLimit::Rate => &table::HELD_RATE,
            ActiveLimit::Latency => &table::HELD_LATENCY,
            ActiveLimit::Paused => &table::HELD_PAUSED,
            ActiveLimit::Waiting => &table::HELD_WAITING,
        };
        trace.set(attribute, held.as_secs_f64());
    }
}

fn number_of(batches: &SpanCounts) -> u64 {
    let within = batches.within.iter().map(|(_, count)| count);
    within.sum::<u64>() + batches.longer
}

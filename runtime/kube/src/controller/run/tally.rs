//! What the workers of a run have done together.

use crate::resources::{RunStatus, Tally};
use crate::workers::Outcome;

/// Adds up what the workers say.
pub(super) fn total(status: &RunStatus) -> Option<Tally> {
    sum(status.workers.iter().map(|worker| worker.tally))
}

/// Adds up what workers left behind.
pub(super) fn total_of(outcomes: &[Outcome]) -> Option<Tally> {
    sum(outcomes.iter().filter_map(|outcome| outcome.tally))
}

fn sum(tallies: impl Iterator<Item = Tally>) -> Option<Tally> {
    tallies.reduce(|one, other| Tally {
        scanned: one.scanned + other.scanned,
        written: one.written + other.written,
        skipped: one.skipped + other.skipped,
        rejected: one.rejected + other.rejected,
        conflicts: one.conflicts + other.conflicts,
    })
}

/// How much is done of all parts, of 100. A part of which nothing is heard counts as not begun.
pub(super) fn progress(status: &RunStatus, workers: u32) -> Option<i64> {
    if status.workers.is_empty() {
        return None;
    }
    let done: i64 = status
        .workers
        .iter()
        .filter_map(|worker| worker.progress_percent)
        .sum();
    Some((done / i64::from(workers.max(1))).min(99))
}

/// Says in one sentence what the workers of a task that has ended found.
pub(super) fn summary(outcomes: &[Outcome]) -> (&'static str, String) {
    let total = total_of(outcomes).unwrap_or_default();
    let mut text = format!("{} keys written of {} seen", total.written, total.scanned);
    let applied = |outcome: &Outcome| outcome.end.as_deref() == Some("already-applied");
    if !outcomes.is_empty() && outcomes.iter().all(applied) {
        let text = "the target had this migration before, unchanged: nothing was done";
        return ("AlreadyApplied", text.to_owned());
    }
    let reason = match outcomes.iter().map(|outcome| outcome.exit).max() {
        Some(3) => {
            text = format!("{text}, {} rejected", total.rejected);
            "CompletedWithRejects"
        }
        Some(4) => {
            text = format!("{text}; some were written since and kept");
            "CompletedWithKept"
        }
        _ => "Completed",
    };
    (reason, text)
}

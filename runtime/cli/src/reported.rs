//! What a cluster is told of a run: counts while it goes on, and how it ended.

use std::sync::Arc;
use std::time::Duration;

use remold::{ActiveLimit, Control};
use remold_kube::report::{Reporter, RunReference};
use remold_kube::resources::{Tally, WorkerState, WorkerStatus};

use crate::commands::Answer;
use crate::exit::Exit;
use crate::progress::{Meter, Notes, Reading};
use crate::report::Report;
use crate::screen;
use crate::style::{NOTE, paint};

/// The variable in which a pod of an indexed Job finds which of them it is.
const INDEX: &str = "JOB_COMPLETION_INDEX";

/// Tells a cluster of a run, if it was asked for.
pub(crate) struct Reporting {
    reporter: Option<Reporter>,
    index: i32,
    control: Control,
}

impl Reporting {
    /// Begins to tell of a run.
    pub(crate) fn start(to: Option<&RunReference>, control: &Control, notes: Arc<Notes>) -> Self {
        let index = part().unwrap_or(0);
        let reporter = to.and_then(|run| {
            let (watched, mut meter) = (control.clone(), Meter::new(control));
            let status = move || at_work(index, &watched, &notes, &mut meter);
            match Reporter::start(run.clone(), status, |error| warn(&error)) {
                Ok(reporter) => Some(reporter),
                Err(error) => {
                    warn(&error.to_string());
                    None
                }
            }
        });
        Self {
            reporter,
            index,
            control: control.clone(),
        }
    }

    /// Tells how the run ended.
    pub(crate) fn finish(self, result: &Result<Answer, Report>) {
        let Some(reporter) = self.reporter else {
            return;
        };
        let (exit, message) = match result {
            Ok(answer) => (answer.exit, answer.left.message.clone()),
            Err(report) => (report.kind, Some(report.message.clone())),
        };
        let state = match exit {
            Exit::Success => WorkerState::Completed,
            Exit::Rejects | Exit::Conflict => WorkerState::CompletedWithRejects,
            Exit::Interrupted => WorkerState::Interrupted,
            Exit::Failed | Exit::Usage | Exit::Refused => WorkerState::Failed,
        };
        let done = exit.is_carried_to_its_end().then_some(100);
        reporter.finish(WorkerStatus {
            index: self.index,
            state,
            tally: tally(&self.control.tally()),
            progress_percent: done.or_else(|| percent(self.control.fraction())),
            keys_per_second: None,
            eta_seconds: None,
            message,
            updated_at: None,
        });
    }
}

/// Returns which part of a shared run this process has, from 0; none if nothing says so.
pub(crate) fn part() -> Option<i32> {
    std::env::var(INDEX).ok()?.parse().ok()
}

fn warn(error: &str) {
    let warning = paint(NOTE, "warning");
    screen::err(&format!(
        "{warning}: the cluster is not told how far the run is: {error}; the run goes on, and it is tried again\n"
    ));
}

/// Says what a worker is doing.
fn at_work(index: i32, control: &Control, notes: &Notes, meter: &mut Meter) -> WorkerStatus {
    let reading: Reading = meter.read(control, notes.program());
    let limit = control.active_limit();
    let reason = match limit {
        ActiveLimit::None => None,
        ActiveLimit::Waiting => Some(notes.waits_for().unwrap_or_else(|| limit.name().to_owned())),
        ActiveLimit::Rate | ActiveLimit::Latency => Some(format!("held back by {}", limit.name())),
        ActiveLimit::Paused => Some(limit.name().to_owned()),
    };
    let seconds = |left: Duration| i64::try_from(left.as_secs()).unwrap_or(i64::MAX);
    WorkerStatus {
        index,
        state: if reason.is_some() {
            WorkerState::Waiting
        } else {
            WorkerState::Running
        },
        tally: tally(&control.tally()),
        progress_percent: percent(reading.fraction),
        keys_per_second: i64::try_from(reading.keys_per_second).ok(),
        eta_seconds: reading.left.map(seconds),
        message: reason,
        updated_at: None,
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a number from 0 to 100")]
fn percent(fraction: f64) -> Option<i64> {
    // Not everything can be told beforehand: a rollback walks its journal.
    (fraction > 0.0).then(|| (fraction.clamp(0.0, 1.0) * 100.0) as i64)
}

/// Takes what the cluster is told of out of a run's counts.
pub(crate) fn tally(tally: &remold::Tally) -> Tally {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let skipped: u64 = tally.skipped.values().sum();
    Tally {
        scanned: number(tally.scanned.saturating_sub(tally.duplicates)),
        written: number(tally.keys_written),
        skipped: number(tally.unchanged + skipped + tally.oversized + tally.vanished),
        rejected: number(tally.rejected_total()),
        conflicts: number(tally.conflicts),
    }
}

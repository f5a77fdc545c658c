//! The driver of a run: epochs of lanes, recoveries between them, an honest end.

mod crew;
mod patience;
mod program;
mod shard;
mod stages;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::done_set::DoneSet;
use crate::epoch::Cause;
use crate::port::{Journal, JournalError, Keyspace};
use crate::progress::Control;
use crate::report::{Observer, RunEnd, RunOutcome};
use crate::spec::RunSpec;
use crate::throttle::Pace;

pub use patience::patiently;
pub(crate) use shard::ShardRun;

/// Carries a run out, from its beginning or from where it was interrupted: the journals tell. There is one
/// journal for each shard, in the shards' order.
pub fn run(
    spec: &RunSpec,
    keyspace: &dyn Keyspace,
    journals: &[Arc<dyn Journal>],
    control: &Control,
    observer: &dyn Observer,
) -> RunOutcome {
    let claims = DoneSet::new(spec.header.seed);
    let created = DoneSet::new(spec.header.seed);
    let any_created = AtomicBool::new(false);
    let pace = Pace::new(spec.strategy.throttle);
    let mut end = RunEnd::Completed;
    control.set_names(&spec.header.run, &spec.header.migration);
    for journal in journals {
        journal.measure(control.journal());
    }
    for (shard, journal) in keyspace.shards().iter().zip(journals) {
        let mut shard_run =
            ShardRun::new(spec, shard.as_ref(), journal.as_ref(), control, observer);
        let result = shard_run.carry_out(&claims, &created, &any_created, &pace);
        if let Err(stopped) = result {
            end = stopped;
            break;
        }
    }
    let tally = control.tally();
    if end == RunEnd::Completed
        && spec
            .policy
            .max_rejected
            .exceeded(tally.rejected_total(), tally.handled(), true)
    {
        end = RunEnd::TooManyRejected;
    }
    let (rejected, kept) = control.lists();
    RunOutcome {
        end,
        tally,
        rejected,
        kept,
        breaches: control.breaches(),
    }
}

fn end_of(cause: Stopped) -> RunEnd {
    match cause {
        Stopped::ByOperator => RunEnd::Interrupted,
        Stopped::OutOfPatience(error) => RunEnd::Unavailable(error),
        Stopped::CanaryFailed { share, unexplained } => RunEnd::CanaryFailed { share, unexplained },
        Stopped::For(cause) => end_of_cause(cause),
    }
}

pub(crate) fn end_of_cause(cause: Cause) -> RunEnd {
    match cause {
        Cause::Store(error) => RunEnd::Refused(error),
        Cause::Journal(JournalError::Sealed { by, .. }) | Cause::Superseded(by) => {
            RunEnd::Superseded { by }
        }
        Cause::Journal(error) => RunEnd::Journal(error),
        Cause::TooManyRejected => RunEnd::TooManyRejected,
        Cause::Locked(holder) => RunEnd::Locked(holder),
        Cause::Transform(failure) => RunEnd::ProgramFailed(failure.to_string()),
        Cause::Program(message) => RunEnd::ProgramFailed(message),
        Cause::Defect(message) => RunEnd::Defect(message),
        Cause::Died => RunEnd::Interrupted,
    }
}

/// Why a shard's part of a run was not carried to its end.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The operator asked for it.
    ByOperator,
    /// The server was unavailable for too long.
    OutOfPatience(crate::port::StoreError),
    /// A canary stage was not verified.
    CanaryFailed { share: u32, unexplained: u64 },
    /// A cause that waiting does not mend.
    For(Cause),
}

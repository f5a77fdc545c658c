//! What is carried out, and the table of the steps that it passes.

use remold::Step;

/// What is carried out when something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A run from its beginning.
    Run,
    /// The resume of a run that was stopped.
    Resume,
    /// The rollback of a completed run.
    Rollback,
    /// A rollback that was stopped is gone on with.
    RollbackResumed,
    /// A run that was stopped is ended as it is, which comes before its rollback.
    Close,
}

/// The steps that lead into an epoch: lock and recovery.
macro_rules! entry {
    ($($more:ident),*) => {
        &[
            Step::BeforeLock, Step::BeforeSeal, Step::BeforeRaise, Step::BeforeProgress, Step::BeforeSettle,
            Step::BeforeMark, Step::EpochEntered, $(Step::$more),*
        ]
    };
}

/// The steps of everything that carries batches.
macro_rules! work {
    ($($more:ident),*) => {
        entry![
            BeforeBegin, BeforeRead, AfterRead, BeforeJournal, AfterJournal, AfterApply, AfterConflict, AfterVoid,
            AfterAcknowledge, BeforeRenew, AfterRenew, BeforeRecord, BeforeComplete, BeforeUnlock, $($more),*
        ]
    };
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 5] = [
        Self::Run,
        Self::Resume,
        Self::Rollback,
        Self::RollbackResumed,
        Self::Close,
    ];

    /// The steps that it passes: the table of all the places where something can happen to it.
    pub fn steps(self) -> &'static [Step] {
        match self {
            Self::Run | Self::Resume => work![BeforeStage],
            Self::Rollback | Self::RollbackResumed => work![BeforeNote, BeforeUndone],
            Self::Close => entry![BeforeComplete, BeforeRecord, BeforeForget, BeforeUnlock],
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Resume => "resume",
            Self::Rollback => "rollback",
            Self::RollbackResumed => "rollback-resumed",
            Self::Close => "close",
        }
    }

    /// Whether it undoes.
    pub(super) fn undoes(self) -> bool {
        matches!(self, Self::Rollback | Self::RollbackResumed | Self::Close)
    }
}

/// Whether a step is passed once for each batch.
pub(super) fn repeats(step: Step) -> bool {
    matches!(
        step,
        Step::BeforeRead
            | Step::AfterRead
            | Step::BeforeJournal
            | Step::AfterJournal
            | Step::AfterApply
            | Step::AfterAcknowledge
    )
}

/// The step of this name.
pub(super) fn step_of(name: &str) -> Option<Step> {
    Step::ALL
        .into_iter()
        .find(|step| format!("{step:?}") == name)
}

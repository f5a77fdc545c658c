//! What is said of a run that is not as it should be for what is asked of it.

use remold_engine::RunEnd;
use remold_engine::record::Mark;

use crate::error::Error;

pub(super) fn describe(mark: &Mark) -> &'static str {
    match mark {
        Mark::Completed => "it was carried to its end",
        Mark::Aborted => "it was aborted",
        Mark::RolledBack(_) => "it was rolled back",
        Mark::Stage(_) | Mark::Checkpoint(_) => "it is under way",
    }
}

pub(crate) fn wrong(run: &str, problem: &str, hint: &str) -> Error {
    Error::WrongState {
        run: run.to_owned(),
        problem: problem.to_owned(),
        hint: hint.to_owned(),
    }
}

pub(crate) fn ended_with(end: RunEnd) -> Error {
    Error::Ended(Box::new(end))
}

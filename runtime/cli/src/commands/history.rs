//! `remold history`: the runs that a target remembers.

use remold::Runner;

use super::{Answer, status};
use crate::arguments::StatusArguments;
use crate::exit::Exit;
use crate::report::Report;
use crate::shapes::status::{HistoryEntryShape, HistoryShape};
use crate::style::{BOLD, paint};

/// Shows a target's history.
pub(super) fn history(arguments: &StatusArguments) -> Result<Answer, Report> {
    let runner = Runner::new(
        arguments.target.target(None)?,
        arguments.journal.directory(None)?,
    );
    let runs: Vec<HistoryEntryShape> = runner.runs()?.iter().map(HistoryEntryShape::from).collect();
    let shape = HistoryShape {
        target: runner.target().name(),
        runs,
    };
    let text = format!(
        "{}\n{}",
        paint(BOLD, &shape.target),
        status::table(&shape.runs, None)
    );
    Ok(Answer::new(Exit::Success, text, &shape))
}

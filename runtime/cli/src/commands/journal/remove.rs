//! `remold journal remove`.

use remold::JournalDirectory;

use super::super::Answer;
use crate::exit::Exit;
use crate::report::Report;
use crate::shapes::journal::RemoveShape;
use crate::{confirmation, figures};

/// Removes a run's journal.
pub(super) fn remove(run: &str, journals: &JournalDirectory, yes: bool) -> Result<Answer, Report> {
    let summary = journals
        .list()?
        .into_iter()
        .find(|summary| summary.run == run);
    let Some(summary) = summary else {
        // Lets the directory say what it thinks of the name.
        journals.open_read_only(run)?;
        return Err(Report::new(
            Exit::Failed,
            "journal-not-found",
            format!("there is no journal {run}"),
        ));
    };
    let shape = super::summary_shape(&summary);
    let plan = format!(
        "the journal of run {run} ({}, {}) is removed: the run cannot be resumed, verified or rolled back afterwards.\n",
        shape.state,
        figures::bytes(shape.bytes)
    );
    confirmation::confirm(&plan, &format!("Remove the journal of {run}?"), yes)?;
    journals.remove(run)?;
    let text = format!(
        "Removed the journal of {run}, {}\n",
        figures::bytes(shape.bytes)
    );
    Ok(Answer::new(
        Exit::Success,
        text,
        &RemoveShape {
            run: run.to_owned(),
            bytes: shape.bytes,
        },
    ))
}

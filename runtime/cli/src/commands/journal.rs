//! `remold journal`: the undo logs of runs on this machine.

mod export;
mod list;
mod remove;
mod show;

use remold::{JournalSummary, Mark};

use super::Answer;
use crate::arguments::JournalCommand;
use crate::report::Report;
use crate::shapes::journal::JournalSummaryShape;

/// Does what was asked with journals.
pub(super) fn journal(command: &JournalCommand) -> Result<Answer, Report> {
    match command {
        JournalCommand::List { journal } => list::list(&journal.directory(None)?),
        JournalCommand::Show { run, journal } => show::show(run, &journal.directory(None)?),
        JournalCommand::Export {
            run,
            to,
            journal,
            yes,
        } => export::export(run, to, &journal.directory(None)?, *yes),
        JournalCommand::Remove { run, journal, yes } => {
            remove::remove(run, &journal.directory(None)?, *yes)
        }
    }
}

/// Describes a journal.
pub(crate) fn summary_shape(summary: &JournalSummary) -> JournalSummaryShape {
    let shape = JournalSummaryShape {
        run: summary.run.clone(),
        migration: None,
        state: "unreadable".to_owned(),
        target: None,
        undoes: None,
        created_at: summary.created_ms,
        bytes: summary.bytes,
        problem: None,
    };
    match &summary.contents {
        Err(error) => JournalSummaryShape {
            problem: Some(error.to_string()),
            ..shape
        },
        Ok(contents) => JournalSummaryShape {
            migration: Some(contents.header.migration.clone()),
            state: state(contents.last_mark.as_ref()).to_owned(),
            target: Some(contents.header.target.clone()),
            undoes: contents.header.undoes.clone(),
            ..shape
        },
    }
}

const fn state(mark: Option<&Mark>) -> &'static str {
    match mark {
        None | Some(Mark::Stage(_) | Mark::Checkpoint(_)) => "unfinished",
        Some(Mark::Completed) => "completed",
        Some(Mark::Aborted) => "aborted",
        Some(Mark::RolledBack(_)) => "rolled-back",
    }
}

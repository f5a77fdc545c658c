//! `remold abort`: ends a run that was interrupted, as it is.

use remold::Runner;

use super::Answer;
use crate::arguments::AbortArguments;
use crate::arguments::JournalArguments;
use crate::confirmation;
use crate::exit::Exit;
use crate::report::Report;
use crate::shapes::status::AbortShape;
use crate::style::{NAME, paint};

/// Ends a run.
pub(super) fn abort(arguments: &AbortArguments) -> Result<Answer, Report> {
    let runner = Runner::new(
        arguments.target.target(None)?,
        arguments.journal.directory(None)?,
    );
    let target = runner.target().name();
    let run = &arguments.run;
    // Asked only about a run that is there.
    for part in runner.parts(run, None)? {
        runner.journals().open_read_only(&part)?;
    }
    let plan = format!(
        "run {run} on {target} ends as it is: keys that it changed stay changed, the others are not migrated.\n\
         It cannot be resumed afterwards; it can be rolled back.\n"
    );
    confirmation::confirm(&plan, &format!("End run {run} as it is?"), arguments.yes)?;
    runner.abort(run)?;
    let undo = format!(
        "remold rollback {run}{}{}",
        arguments.target.again(),
        JournalArguments::again(runner.journals())
    );
    let text = format!(
        "Ended {run} on {target}\n{:<12}{}\n",
        "to undo",
        paint(NAME, undo)
    );
    Ok(Answer::new(
        Exit::Success,
        text,
        &AbortShape {
            run: run.clone(),
            target,
        },
    ))
}

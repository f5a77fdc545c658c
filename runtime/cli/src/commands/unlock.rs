//! `remold unlock`: breaks the lock of a run whose process is gone.

use remold::Runner;

use super::Answer;
use crate::arguments::UnlockArguments;
use crate::exit::Exit;
use crate::report::Report;
use crate::shapes::status::{LockShape, UnlockShape};
use crate::{confirmation, figures};

/// Breaks a lock.
pub(super) fn unlock(arguments: &UnlockArguments) -> Result<Answer, Report> {
    let target = arguments.target.target(None)?;
    // No journal is looked at.
    let runner = Runner::new(target, remold::JournalDirectory::new(""));
    let name = runner.target().name();
    let Some(holder) = runner.lock_holder()? else {
        let text = format!("Nobody holds the lock of {name}\n");
        return Ok(Answer::new(
            Exit::Success,
            text,
            &UnlockShape {
                target: name,
                broken: None,
            },
        ));
    };
    let lapses = figures::span(std::time::Duration::from_millis(holder.expires_in));
    let plan = format!(
        "{name} is locked by run {}, {}, since {}.\nThe lock lapses by itself {lapses} after its last renewal. Break \
         it only if that process is gone for certain.\n",
        holder.run,
        holder.owner,
        figures::time(holder.since)
    );
    confirmation::confirm(&plan, "Break the lock?", arguments.yes)?;
    let broken = runner.unlock()?;
    let text = match &broken {
        Some(holder) => format!("Broke the lock of run {} on {name}\n", holder.run),
        None => format!("The lock of {name} had lapsed already\n"),
    };
    Ok(Answer::new(
        Exit::Success,
        text,
        &UnlockShape {
            target: name,
            broken: broken.as_ref().map(LockShape::from),
        },
    ))
}

//! `remold verify`: are the keys as a run left them, and was none missed?

use std::sync::Arc;

use remold::{Control, Runner, Verification};

use super::Answer;
use crate::arguments::VerifyArguments;
use crate::exit::Exit;
use crate::figures::{count, number};
use crate::paragraph::Put;
use crate::progress::{Changes, Logged, Notes};
use crate::report::Report;
use crate::shapes::status::VerifyShape;
use crate::style::{FAINT, GOOD, NOTE, paint};
use crate::traced::Traced;
use crate::watched::Watched;

/// Verifies a run.
pub(super) fn verify(arguments: &VerifyArguments, traced: &Traced) -> Result<Answer, Report> {
    let runner = Runner::new(
        arguments.target.target(None)?,
        arguments.journal.directory(None)?,
    );
    let control = Control::new();
    let log = arguments
        .watched
        .log()
        .map(|log| Logged::new(log, &control));
    let notes = Notes::new(Changes::none(), log).traced(traced);
    let notes = Arc::new(notes);
    let watched = Watched::start(&arguments.watched, None, &control, &notes)?;
    // No signal is taken over: there is nothing to finish, so that Ctrl-C ends the process at once.
    let options = arguments.worker.options();
    let found = runner.verify(&arguments.run, &options, &control, notes.as_ref());
    let answer = found
        .map_err(Report::from)
        .map(|found| answer(arguments, &runner, found));
    watched.finish(&answer);
    answer
}

fn answer(arguments: &VerifyArguments, runner: &Runner, found: Verification) -> Answer {
    let explained = found.is_explained();
    let target = runner.target().name();
    let exit = if explained {
        Exit::Success
    } else {
        Exit::Conflict
    };
    let text = text(&arguments.run, &target, &found);
    let shape = VerifyShape {
        run: arguments.run.clone(),
        target,
        explained,
        intact: found.intact,
        written_since: found.written_since,
        deleted_since: found.deleted_since,
        expired: found.expired,
        created_since: found.created_since,
        unchanged: found.unchanged,
        skipped: found.skipped,
        rejected: found.rejected,
        unexplained: found.unexplained,
        examples: found.examples,
    };
    let end = if explained { "verified" } else { "unexplained" };
    let unexplained = shape.unexplained;
    Answer::new(exit, text, &shape).leaving(|left| {
        left.end = Some(end.to_owned());
        left.message = (!explained).then(|| {
            let keys = count(unexplained, "key");
            format!("{keys} written in the old shape since, or missed")
        });
    })
}

fn text(run: &str, target: &str, found: &Verification) -> String {
    let (style, word) = if found.is_explained() {
        (GOOD, "Verified")
    } else {
        (NOTE, "Not as it should be:")
    };
    let mut text = format!("{} {run} on {target}\n", paint(style.bold(), word));
    let rows = [
        ("intact", found.intact, "exactly as the run left them"),
        ("written", found.written_since, "changed since the run"),
        ("deleted", found.deleted_since, "deleted since the run"),
        ("expired", found.expired, "since the run"),
        (
            "created",
            found.created_since,
            "deleted by the run, and there again",
        ),
        (
            "unchanged",
            found.unchanged,
            "not written by the run, and the transform would leave them as they are",
        ),
        ("skipped", found.skipped, "the transform skips them"),
        ("rejected", found.rejected, "the transform rejects them"),
        (
            "unexplained",
            found.unexplained,
            "the transform would still change them",
        ),
    ];
    for (name, keys, meaning) in rows.iter().filter(|(_, keys, _)| *keys > 0) {
        let meaning = paint(FAINT, meaning);
        text.line(format_args!("  {name:<12}{:>12}  {meaning}", number(*keys)));
    }
    if !found.is_explained() {
        let shown = &found.examples[..found.examples.len().min(10)];
        shown
            .iter()
            .for_each(|key| text.line(format_args!("    {key}")));
        let hint = format!(
            "{} written in the old shape since, or missed: is an old version of the application still running? \
             `remold run --again` migrates what is left.",
            count(found.unexplained, "key")
        );
        text.line(format_args!("{hint}"));
    }
    text
}

//! `remold rollback`: restores every key that is still as a run left it.

use remold::{Control, RunOptions, Runner, Target};
use remold_telemetry::table;

use super::Answer;
use super::outcome::{self, Circumstances};
use crate::arguments::JournalArguments;
use crate::arguments::RollbackArguments;
use crate::paragraph::Put;
use crate::progress::{Changes, Progress};
use crate::report::Report;
use crate::style::{BOLD, paint};
use crate::traced::Traced;
use crate::watched::Watched;
use crate::{confirmation, figures, signals};

/// What is said at the first signal.
const STOPPING: &str = "stopping: the batches in flight are finished first; again to exit at once";

/// Undoes a run.
pub(super) fn rollback(arguments: &RollbackArguments, traced: &Traced) -> Result<Answer, Report> {
    let answer = carry_out(arguments, traced);
    // Who may give the same command again is told when that will help.
    if arguments.if_needed {
        answer.map_err(Report::passing)
    } else {
        answer
    }
}

fn carry_out(arguments: &RollbackArguments, traced: &Traced) -> Result<Answer, Report> {
    let target = arguments.target.target(arguments.to.as_deref())?;
    let is_file = matches!(target, Target::File(_));
    let runner = Runner::new(target, arguments.journal.directory(None)?);
    let parts = runner.parts(&arguments.run, arguments.worker.share)?;
    let plan = plan(&runner, &arguments.run, &parts)?;
    traced.enter(&table::CONFIRM);
    match &arguments.to {
        Some(output) if is_file => {
            if output.exists() {
                confirmation::confirm(
                    "",
                    &format!("Replace {}?", output.display()),
                    arguments.yes,
                )?;
            }
        }
        _ => confirmation::confirm(
            &plan,
            &format!("Undo run {}?", arguments.run),
            arguments.yes || is_file,
        )?,
    }
    let control = Control::new();
    let log = arguments.watched.log();
    let progress = Progress::start_told(&control, Changes::none(), log, traced);
    if is_file {
        // A file that is being written is written to its end.
        signals::stop_by_signal(&control, STOPPING);
    } else {
        signals::stop_in_time(&control, STOPPING);
    }
    let options = RunOptions {
        allow_eviction: arguments.allow_eviction,
        if_needed: arguments.if_needed,
        ..arguments.worker.options()
    };
    let watched = Watched::start(
        &arguments.watched,
        arguments.report.report_to.as_ref(),
        &control,
        &progress.notes(),
    )?;
    let rolled_back = runner.roll_back(&arguments.run, &options, &control, progress.observer());
    drop(progress.finish());
    let answer = rolled_back.map_err(Report::from).map(|rolled_back| {
        let circumstances = Circumstances {
            target: &arguments.target,
            allow_eviction: arguments.allow_eviction,
            is_file,
            // Of several shares, none is that of the whole.
            journal: (parts.len() == 1).then(|| {
                let folder = runner.journals().root().join(&rolled_back.report.run);
                folder.display().to_string()
            }),
            journal_option: JournalArguments::again(runner.journals()),
            undoes: Some(&rolled_back.undoes),
            recorded: None,
            changes: Vec::new(),
            run_command: None,
            plan: None,
        };
        outcome::answer(&rolled_back.report, &circumstances)
    });
    watched.finish(&answer);
    answer
}

fn plan(runner: &Runner, run: &str, parts: &[String]) -> Result<String, Report> {
    let first = parts.first().map_or(run, String::as_str);
    let journal = runner.journals().open_read_only(first)?;
    let header = journal.header();
    let mut text = format!(
        "{}\n",
        paint(
            BOLD,
            format!("roll back {run} on {}", runner.target().name())
        )
    );
    let mut row = |name: &str, value: &str| {
        text.line(format_args!("  {name:<11}{value}"));
    };
    row("migration", &header.migration);
    if header.share.is_some() {
        row("shares", &figures::count(parts.len() as u64, "journal"));
    }
    row("began", &figures::time(header.now_ms));
    row("restores", "every key that is still as the run left it");
    row(
        "keeps",
        "keys that were written since, unless the transform can revert them",
    );
    Ok(text)
}

//! `remold resume`: a run that was interrupted, from where it was.

use remold::manifest::Guard;
use remold::{Control, RunOptions, Runner, Target};

use super::Answer;
use super::outcome::{self, Circumstances};
use super::record::RunRecording;
use super::run::{confirm_absence_of_a_guard, is_unguarded};
use crate::arguments::JournalArguments;
use crate::arguments::ResumeArguments;
use crate::exit::Exit;
use crate::progress::{Changes, Progress};
use crate::report::Report;
use crate::signals;
use crate::traced::Traced;
use crate::watched::Watched;

/// Goes on with a run.
pub(super) fn resume(arguments: &ResumeArguments, traced: &Traced) -> Result<Answer, Report> {
    let target = arguments.target.target(None)?;
    let is_file = matches!(target, Target::File(_));
    let runner = Runner::new(target, arguments.journal.directory(None)?);
    let run = runner.part(&arguments.run, arguments.worker.share)?;
    let guard = guard_of(&runner, &run)?;
    if is_file {
        let message = format!(
            "run {}: it was on a file, which is written whole or not at all",
            arguments.run
        );
        return Err(Report::new(Exit::Refused, "wrong-state", message)
            .hint("`remold run` runs the migration again"));
    }
    if is_unguarded(guard, &arguments.target) {
        confirm_absence_of_a_guard(&arguments.target, arguments.yes)?;
    }
    let recording = RunRecording::of(&arguments.recording, arguments.yes)?;
    let options = RunOptions {
        recorder: recording.as_ref().map(RunRecording::recorder),
        retry_rejected: arguments.retry_rejected,
        backups: arguments.backups.backups()?,
        allow_eviction: arguments.allow_eviction,
        ..arguments.worker.options()
    };
    let control = Control::new();
    let log = arguments.watched.log();
    let progress = Progress::start_told(&control, Changes::none(), log, traced);
    signals::stop_in_time(
        &control,
        "stopping: the batches in flight are finished first; again to exit at once",
    );
    let watched = Watched::start(
        &arguments.watched,
        arguments.report.report_to.as_ref(),
        &control,
        &progress.notes(),
    )?;
    let report = runner.resume(&arguments.run, &options, &control, progress.observer());
    drop(progress.finish());
    let recorded = recording.and_then(RunRecording::finish);
    let circumstances = Circumstances {
        target: &arguments.target,
        allow_eviction: arguments.allow_eviction,
        is_file: false,
        journal: Some(runner.journals().root().join(&run).display().to_string()),
        journal_option: JournalArguments::again(runner.journals()),
        undoes: None,
        recorded,
        changes: Vec::new(),
        run_command: None,
        plan: None,
    };
    let answer = report.map_err(Report::from);
    let answer = answer.map(|report| outcome::answer(&report, &circumstances));
    watched.finish(&answer);
    answer
}

/// Returns the guard that the run's manifest asks for.
fn guard_of(runner: &Runner, run: &str) -> Result<Guard, Report> {
    let journal = runner.journals().open_read_only(run)?;
    let guard = &journal.header().manifest["spec"]["strategy"]["guard"];
    Ok(if guard == "none" {
        Guard::None
    } else {
        Guard::Auto
    })
}

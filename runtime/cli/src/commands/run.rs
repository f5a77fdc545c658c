//! `remold run`: a migration, after its plan was confirmed.

mod approval;
mod plan;

use remold::{
    Control, Error, HistoryEntry, Migration, RunOptions, Runner, ShardFacts, Standing, Target,
};
use remold_telemetry::table;

use super::Answer;
use super::outcome::{self, Circumstances};
use super::record::RunRecording;
use crate::arguments::JournalArguments;
use crate::arguments::{DiffLimit, RunArguments};
use crate::confirmation;
use crate::exit::Exit;
use crate::progress::{Changes, Notes, Progress};
use crate::report::Report;
use crate::screen;
use crate::shapes::run::{RunShape, TallyShape};
use crate::signals;
use crate::style::{GOOD, paint};
use crate::traced::Traced;
use crate::watched::Watched;
pub(super) use plan::{confirm_absence_of_a_guard, is_unguarded};

/// What is said at the first signal.
const STOPPING: &str = "stopping: the batches in flight are finished first; again to exit at once";

/// How many changes `--diff` shows.
const SHOWN: DiffLimit = DiffLimit::First(10);

/// Runs a migration.
pub(super) fn run(arguments: &RunArguments, traced: &Traced) -> Result<Answer, Report> {
    let answer = carry_out(arguments, traced);
    // Who may give the same command again is told when that will help.
    if arguments.id.is_some() {
        answer.map_err(Report::passing)
    } else {
        answer
    }
}

fn carry_out(arguments: &RunArguments, traced: &Traced) -> Result<Answer, Report> {
    let target = arguments.target.target(arguments.to.as_deref())?;
    let migration = super::load_for(&arguments.manifest, &arguments.grants, &target)?;
    traced.about(&migration);
    let manifest = migration.spec().backup.journal.directory.as_deref();
    let journals = arguments.journal.directory(manifest)?;
    let is_file = matches!(target, Target::File(_));
    let runner = Runner::new(target, journals);
    let changes = if arguments.diff {
        Changes::new(SHOWN, false)
    } else {
        Changes::none()
    };
    let mut recording = RunRecording::of(&arguments.recording, arguments.yes)?;
    let options = RunOptions {
        recorder: recording.as_ref().map(RunRecording::recorder),
        again: arguments.again,
        backups: arguments.backups.backups()?,
        allow_eviction: arguments.allow_eviction,
        show_changes: changes.wanted(),
        run: arguments.id.clone(),
        ..arguments.worker.options()
    };
    let (control, notes) = (Control::new(), Notes::default().traced(traced));
    traced.count_by(&control);
    // Otherwise no signal is taken over yet: nothing is begun, so that Ctrl-C ends the process at once.
    let waits = arguments.worker.wait.is_some() && arguments.yes && !is_file;
    if waits {
        signals::stop_in_time(&control, STOPPING);
    }
    match runner.look_up(&migration, &options, &control, &notes)? {
        Standing::Unknown => {
            let facts = match runner.plan(&migration, &options, &control, &notes) {
                Ok(facts) => facts,
                Err(Error::AlreadyApplied(entry)) => return Ok(already(&entry, &runner)),
                Err(error) => return Err(error.into()),
            };
            traced.enter(&table::CONFIRM);
            confirm(arguments, &migration, &runner, &facts)?;
        }
        // What was begun was confirmed when it was; what has ended needs no confirmation.
        Standing::Joining | Standing::Begun(_) | Standing::Ended(_) => {}
    }
    let progress = Progress::start_told(&control, changes, arguments.watched.log(), traced);
    match (waits, is_file) {
        (true, _) => {}
        // A file that is being written is written to its end.
        (false, true) => signals::stop_by_signal(&control, STOPPING),
        (false, false) => signals::stop_in_time(&control, STOPPING),
    }
    let watched = Watched::start(
        &arguments.watched,
        arguments.report.report_to.as_ref(),
        &control,
        &progress.notes(),
    )?;
    let report = runner.run(&migration, &options, &control, progress.observer());
    let changes = progress.finish();
    let recorded = recording.take().and_then(RunRecording::finish);
    let answer = report.map_err(Report::from).map(|report| {
        let folder = runner.journals().root().join(&report.run);
        let circumstances = Circumstances {
            target: &arguments.target,
            allow_eviction: arguments.allow_eviction,
            is_file,
            journal: runner
                .journals()
                .holds(&report.run)
                .unwrap_or_default()
                .then(|| folder.display().to_string()),
            journal_option: JournalArguments::again(runner.journals()),
            undoes: None,
            recorded,
            changes,
            run_command: None,
            plan: None,
        };
        outcome::answer(&report, &circumstances)
    });
    watched.finish(&answer);
    answer
}

/// Asks whether a run is to be begun.
fn confirm(
    arguments: &RunArguments,
    migration: &Migration,
    runner: &Runner,
    facts: &[ShardFacts],
) -> Result<(), Report> {
    let is_file = matches!(runner.target(), Target::File(_));
    let approval = approval::look(migration, runner, facts, arguments)?;
    let yes = approval.is_given(arguments.yes);
    let output = arguments.to.as_ref();
    if let Some(output) = output.filter(|output| is_file && output.exists()) {
        let question = format!("Replace {}?", output.display());
        confirmation::confirm("", &question, arguments.yes)?;
    }
    if !is_file || approval.is_asked_for() {
        if !approval.is_by_digest() {
            plan::refuse_silent_absence_of_a_guard(migration, &arguments.target, yes)?;
        }
        let plan = plan::describe(migration, runner, facts, arguments, approval.digest());
        let question = format!("Run {} on {}?", migration.name(), runner.target().name());
        confirmation::confirm(&plan, &question, yes)?;
        if yes {
            // Nobody has seen the plan: what it warns of is told all the same.
            screen::err(&plan::notes(facts));
        }
    }
    Ok(())
}

/// Answers that there is nothing to do.
fn already(entry: &HistoryEntry, runner: &Runner) -> Answer {
    let target = runner.target().name();
    let when = entry.ended_at.map_or_else(String::new, |at| {
        format!(" on {}", crate::figures::time(at))
    });
    let text = format!(
        "{} {} was applied to {target}{when} by run {}\n",
        paint(GOOD.bold(), "Nothing to do:"),
        entry.migration,
        entry.run
    );
    let shape = RunShape {
        end: "already-applied".to_owned(),
        had_ended: true,
        message: None,
        run: Some(entry.run.clone()),
        undoes: None,
        migration: entry.migration.clone(),
        digest: entry.digest.clone(),
        plan_digest: None,
        target,
        wrote: None,
        elapsed_ms: 0,
        keys_per_second: 0.0,
        tally: TallyShape::default(),
        versions: None,
        rejected: Vec::new(),
        kept: Vec::new(),
        changes: Vec::new(),
        recorded: None,
        journal: None,
        resume: None,
        rollback: None,
        backups: Vec::new(),
    };
    Answer::new(Exit::Success, text, &shape)
}

//! `remold dry-run`: the real transform over the real keys, and nothing is written.

use remold::{
    Change, Control, JournalDirectory, Migration, Observer, Plan, RunEnd, RunOptions, RunReport,
    Runner, Target,
};

use super::outcome::{self, Circumstances};
use super::{Answer, watch};
use crate::arguments::{DryRunArguments, Format};
use crate::progress::{Changes, Progress};
use crate::report::Report;
use crate::signals;
use crate::traced::Traced;

/// Executes a migration without writing.
pub(super) fn dry_run(
    arguments: &DryRunArguments,
    format: Format,
    traced: &Traced,
) -> Result<Answer, Report> {
    if arguments.watching.watch {
        return watch::dry_runs(arguments, format);
    }
    let target = arguments.target.target(None)?;
    let migration = super::load_for(&arguments.manifest, &arguments.grants, &target)?;
    traced.about(&migration);
    let is_file = matches!(target, Target::File(_));
    // A dry run has no journal: the directory is never looked at.
    let runner = Runner::new(target, JournalDirectory::new(""));
    let control = Control::new();
    let changes = Changes::new(arguments.limit_diffs, format == Format::Text);
    let options = RunOptions {
        show_changes: changes.wanted(),
        ..RunOptions::default()
    };
    let progress = Progress::start_told(&control, changes, None, traced);
    signals::stop_by_signal(
        &control,
        "stopping: the batches in flight are finished first; again to exit at once",
    );
    let report = runner.dry_run(&migration, &options, &control, progress.observer());
    let report = report.map(|report| {
        let plan = plan_of(&runner, &migration, &report, &control, progress.observer());
        (report, plan)
    });
    let changes = progress.finish();
    let (report, plan) = report?;
    let circumstances = Circumstances {
        plan,
        ..circumstances(arguments, is_file, changes)
    };
    Ok(outcome::answer(&report, &circumstances))
}

/// Finds the digest of the plan of a run on what was looked at; none if that was not all, or the server has gone since.
fn plan_of(
    runner: &Runner,
    migration: &Migration,
    report: &RunReport,
    control: &Control,
    observer: &dyn Observer,
) -> Option<String> {
    let end = &report.outcome.end;
    if !matches!(end, RunEnd::Completed | RunEnd::TooManyRejected) {
        return None;
    }
    let facts = runner.facts(migration, control, observer).ok()?;
    let tally = &report.outcome.tally;
    let keys = tally.scanned.saturating_sub(tally.duplicates);
    let workers = super::plan::workers_of(migration);
    let plan = Plan::new(migration, runner.target(), facts, workers, Some(keys));
    Some(plan.digest())
}

/// Puts together what belongs to a dry run's answer beside its report.
pub(super) fn circumstances(
    arguments: &DryRunArguments,
    is_file: bool,
    changes: Vec<Change>,
) -> Circumstances<'_> {
    let manifest = crate::arguments::shell_word(&arguments.manifest.display().to_string());
    let to = if is_file { " --to FILE.rdb" } else { "" };
    Circumstances {
        target: &arguments.target,
        allow_eviction: false,
        is_file,
        journal: None,
        journal_option: String::new(),
        undoes: None,
        recorded: None,
        changes,
        run_command: Some(format!(
            "remold run {manifest}{}{}{to}",
            arguments.grants.again(),
            arguments.target.again()
        )),
        plan: None,
    }
}

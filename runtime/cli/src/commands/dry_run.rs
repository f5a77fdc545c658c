//! `remold dry-run`: the real transform over the real keys, and nothing is written.

use remold::{Control, JournalDirectory, RunOptions, Runner, Target};

use super::Answer;
use super::outcome::{self, Circumstances};
use crate::arguments::{DryRunArguments, Format};
use crate::progress::{Changes, Progress};
use crate::report::Report;
use crate::signals;

/// Executes a migration without writing.
pub(super) fn dry_run(arguments: &DryRunArguments, format: Format) -> Result<Answer, Report> {
    let migration = super::load(&arguments.manifest)?;
    let target = arguments.target.target(None)?;
    let is_file = matches!(target, Target::File(_));
    // A dry run has no journal: the directory is never looked at.
    let runner = Runner::new(target, JournalDirectory::new(""));
    let control = Control::new();
    let changes = Changes::new(arguments.limit_diffs, format == Format::Text);
    let options = RunOptions {
        show_changes: changes.wanted(),
        ..RunOptions::default()
    };
    let progress = Progress::start(&control, changes);
    signals::stop_by_signal(
        &control,
        "stopping: the batches in flight are finished first; again to exit at once",
    );
    let report = runner.dry_run(&migration, &options, &control, progress.observer());
    let changes = progress.finish();
    let manifest = crate::arguments::shell_word(&arguments.manifest.display().to_string());
    let to = if is_file { " --to FILE.rdb" } else { "" };
    let circumstances = Circumstances {
        target: &arguments.target,
        allow_eviction: false,
        is_file,
        journal: None,
        journal_option: String::new(),
        undoes: None,
        recorded: None,
        changes,
        run_command: Some(format!(
            "remold run {manifest}{}{to}",
            arguments.target.again()
        )),
    };
    Ok(outcome::answer(&report?, &circumstances))
}

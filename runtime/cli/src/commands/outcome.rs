//! The answer of a command that ran something: how it ended, counts, rejects, what to do next.

use remold::{Change, CreatedBackup, Error, JournalError, Mode, RunEnd, RunReport, escape};

use super::Answer;
use crate::arguments::TargetArguments;
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::{held, of_end};
use crate::shapes::backup::BackupShape;
use crate::shapes::run::{KeptShape, RejectedShape, RunShape, TallyShape};
use crate::shapes::versions::VersionsShape;
use crate::style::{BAD, FAINT, GOOD, NAME, NOTE, Style, paint};
use crate::{diff, figures, reported, summary};

/// What belongs to an answer beside the run's own report.
pub(super) struct Circumstances<'a> {
    /// How the target was named.
    pub(super) target: &'a TargetArguments,
    /// Whether the server was allowed to evict the bookkeeping.
    pub(super) allow_eviction: bool,
    /// Whether it is a file.
    pub(super) is_file: bool,
    /// The folder of the run's journal, if it has one.
    pub(super) journal: Option<String>,
    /// The option that finds the journal again.
    pub(super) journal_option: String,
    /// Of a rollback: the run that it undoes.
    pub(super) undoes: Option<&'a str>,
    /// The recording that was written.
    pub(super) recorded: Option<String>,
    /// The changes that were asked for.
    pub(super) changes: Vec<Change>,
    /// Of a dry run: the command that would run it.
    pub(super) run_command: Option<String>,
    /// The digest of the plan, if it is known.
    pub(super) plan: Option<String>,
}

impl Circumstances<'_> {
    /// Writes the options for another command on the same target, with what was allowed there.
    fn again(&self) -> String {
        let allowed = if self.allow_eviction {
            " --allow-eviction"
        } else {
            ""
        };
        format!("{}{allowed}", self.target.again())
    }
}

/// Makes the answer.
pub(super) fn answer(report: &RunReport, with: &Circumstances<'_>) -> Answer {
    let exit = exit_of(report);
    let shape = shape(report, with);
    Answer::new(exit, text(report, with, exit), &shape).leaving(|left| {
        left.end = Some(shape.end.clone());
        left.message = Some(message(report));
        left.tally = Some(reported::tally(&report.outcome.tally));
        let names = shape.backups.iter().map(|one| one.name.clone());
        left.backups = names.collect();
    })
}

/// Says in a sentence how a run ended, with what helps, for whoever sees nothing else of it.
fn message(report: &RunReport) -> String {
    let end = &report.outcome.end;
    if *end == RunEnd::Completed {
        let tally = &report.outcome.tally;
        let mut parts = vec![figures::count(tally.keys_written, "key") + " written"];
        let mut some = |count: u64, what: &str| {
            if count > 0 {
                parts.push(format!("{} {what}", figures::number(count)));
            }
        };
        some(tally.rejected_total(), "rejected");
        some(tally.kept, "kept");
        return parts.join(", ");
    }
    let error = Error::Ended(Box::new(end.clone()));
    let mut message = error.to_string();
    for hint in error.hints() {
        message.push_str("; ");
        message.push_str(&hint);
    }
    message
}

/// Says how a run counts.
fn exit_of(report: &RunReport) -> Exit {
    let tally = &report.outcome.tally;
    // What was refused before the first write is as if it had not been asked for.
    let end = &report.outcome.end;
    let begun = tally.keys_written > 0 && matches!(end, RunEnd::Refused(_) | RunEnd::Locked(_));
    match of_end(end) {
        Exit::Refused if begun => Exit::Interrupted,
        Exit::Success if tally.kept > 0 => Exit::Conflict,
        Exit::Success if tally.rejected_total() > 0 => Exit::Rejects,
        exit => exit,
    }
}

/// Says whether a resume can go on with the run.
fn is_resumable(report: &RunReport, with: &Circumstances<'_>) -> bool {
    let begun = match report.outcome.end {
        RunEnd::Completed => false,
        // A journal is left if another run took the lock in the middle of this one.
        RunEnd::Locked(_) => with.journal.is_some(),
        _ => true,
    };
    begun && report.mode != Mode::DryRun && !with.is_file
}

/// Says whether the journal is an older copy, with which the run can neither be gone on with nor undone.
fn is_outdated(report: &RunReport) -> bool {
    let end = &report.outcome.end;
    matches!(end, RunEnd::Journal(JournalError::Outdated { .. }))
}

fn resume_command(report: &RunReport, with: &Circumstances<'_>) -> Option<String> {
    let usable = is_resumable(report, with) && !is_outdated(report);
    usable.then(|| resume_command_with(report, with, &with.journal_option))
}

/// Makes the command that goes on with the run, or with the rollback, with the journal that an option finds.
fn resume_command_with(report: &RunReport, with: &Circumstances<'_>, journal: &str) -> String {
    let target = with.again();
    match with.undoes {
        Some(undoes) => format!("remold rollback {undoes}{target}{journal}"),
        None => format!("remold resume {}{target}{journal}", report.run),
    }
}

fn rollback_command(report: &RunReport, with: &Circumstances<'_>) -> Option<String> {
    let undoable = with.undoes.is_none()
        && !is_outdated(report)
        && report.mode != Mode::DryRun
        && report.outcome.tally.keys_written > 0;
    let journal = &with.journal_option;
    match &report.output {
        _ if !undoable => None,
        Some(output) => {
            let output = crate::arguments::shell_word(&output.display().to_string());
            Some(format!(
                "remold rollback {} --target {output} --to FILE.rdb{journal}",
                report.run
            ))
        }
        None if with.is_file => None,
        None => Some(format!(
            "remold rollback {}{}{journal}",
            report.run,
            with.again()
        )),
    }
}

fn text(report: &RunReport, with: &Circumstances<'_>, exit: Exit) -> String {
    let RunReport {
        outcome,
        migration,
        target,
        ..
    } = report;
    let mut text = String::new();
    for change in &with.changes {
        text.push_str(&diff::render(change));
    }
    if !with.changes.is_empty() {
        let more = outcome
            .tally
            .changed
            .saturating_sub(with.changes.len() as u64);
        if more > 0 {
            let records = if more == 1 { "record" } else { "records" };
            let how = if report.mode == Mode::DryRun {
                "; --limit-diffs shows more"
            } else {
                ""
            };
            let more = format!("and {} more changed {records}{how}", figures::number(more));
            text.put(format_args!("{}\n", paint(FAINT, more)));
        }
        text.push('\n');
    }
    let (style, word) = headline(report, with, exit);
    let name = with.undoes.unwrap_or(migration);
    text.put(format_args!(
        "{} {name} on {target}\n",
        paint(style.bold(), word)
    ));
    if report.mode == Mode::Ended {
        let ended = "it had ended before; this is what it did as far as that is known";
        text.put(format_args!("  {}\n", paint(FAINT, ended)));
    }
    if outcome.end != RunEnd::Completed {
        let end = match &outcome.end {
            RunEnd::Interrupted => "stopped by Ctrl-C or SIGTERM".to_owned(),
            end => {
                let held = match end {
                    RunEnd::Locked(holder) => held(holder),
                    _ => String::new(),
                };
                format!("{}{held}", Error::Ended(Box::new(end.clone())))
            }
        };
        let consequence = consequence(report, with);
        text.put(format_args!("  {}\n", paint(style, end)));
        consequence
            .iter()
            .for_each(|line| text.put(format_args!("  {line}\n")));
    }
    text.push_str(&summary::counts(report, with.undoes.is_some()));
    if let Some(shape) = VersionsShape::of(report) {
        text.push_str(&summary::versions(&shape));
    }
    let rest = match (&with.journal, report.mode) {
        (Some(_), _) => format!(
            "`remold journal show {}{}` lists more",
            report.run, with.journal_option
        ),
        (None, _) => "--output json lists more".to_owned(),
    };
    text.push_str(&summary::rejects(&outcome.rejected, &outcome.tally, &rest));
    text.push_str(&summary::kept(
        &outcome.kept,
        &outcome.tally,
        "--output json lists more",
    ));
    next_steps(&mut text, report, with);
    text
}

fn headline(report: &RunReport, with: &Circumstances<'_>, exit: Exit) -> (Style, &'static str) {
    let done = match (report.mode, with.undoes.is_some()) {
        (Mode::DryRun, _) => "Dry run of",
        (Mode::Ended, _) => "Nothing to do:",
        (_, true) => "Rolled back",
        (..) => "Completed",
    };
    match (&report.outcome.end, exit) {
        (RunEnd::Completed, Exit::Success) => (GOOD, done),
        (RunEnd::Completed, _) => (NOTE, done),
        (RunEnd::Interrupted, _) => (NOTE, "Interrupted:"),
        (_, Exit::Interrupted) => (NOTE, "Stopped:"),
        (_, Exit::Refused) => (BAD, "Refused:"),
        _ => (BAD, "Stopped:"),
    }
}

/// Says what a run that was not carried to its end means for the data.
fn consequence(report: &RunReport, with: &Circumstances<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if report.mode == Mode::DryRun {
        lines.push("nothing was written; the counts are of the part that was looked at".to_owned());
    } else if with.is_file {
        lines.push("no file was written, and there is nothing to undo".to_owned());
    } else if report.outcome.tally.keys_written == 0 {
        lines.push("nothing was written to the server".to_owned());
    } else {
        lines.push(
            "every batch is applied whole or not at all; what was applied can be undone".to_owned(),
        );
    }
    lines.extend(Error::Ended(Box::new(report.outcome.end.clone())).hints());
    lines
}

fn next_steps(text: &mut String, report: &RunReport, with: &Circumstances<'_>) {
    let mut step = |what: &str, how: &str| {
        text.line(format_args!("{what:<12}{how}"));
    };
    if let Some(output) = &report.output {
        step("wrote", &paint(NAME, output.display()));
    }
    if let Some(recorded) = &with.recorded {
        let replay = format!("remold replay {}", crate::arguments::shell_word(recorded));
        step("recorded", &paint(NAME, replay));
    }
    for CreatedBackup { manifest, existed } in &report.backups {
        let size = figures::bytes(manifest.bytes);
        let earlier = if *existed { ", taken before" } else { "" };
        let about = format!("{} ({size}{earlier})", manifest.name);
        step("backup", &paint(FAINT, about));
    }
    if let Some(journal) = &with.journal {
        step("journal", &paint(FAINT, journal));
    }
    if report.mode == Mode::DryRun {
        step("digest", &paint(FAINT, &report.digest));
    }
    if let Some(plan) = &with.plan {
        step("plan", &paint(FAINT, plan));
    }
    if let Some(command) = resume_command(report, with) {
        step("to go on", &paint(NAME, command));
    }
    if is_outdated(report) {
        let newest = resume_command_with(report, with, " --journal FOLDER");
        let newest = paint(NAME, newest);
        step(
            "to go on",
            &format!("with the newest copy of the journal: {newest}"),
        );
    }
    if let Some(command) = rollback_command(report, with) {
        step("to undo", &paint(NAME, command));
    }
    if let Some(command) = &with.run_command {
        let tally = &report.outcome.tally;
        if report.outcome.end != RunEnd::Completed {
            step("a run", "would stop in the same way");
        } else if tally.changed == 0 {
            step("a run", "would write nothing");
        } else {
            let keys = figures::count(tally.keys_written, "key");
            step(
                "a run",
                &format!("would write {keys}: {}", paint(NAME, command)),
            );
        }
    }
}

fn shape(report: &RunReport, with: &Circumstances<'_>) -> RunShape {
    let outcome = &report.outcome;
    let stopped = outcome.end != RunEnd::Completed;
    RunShape {
        end: outcome.end.code().to_owned(),
        had_ended: report.mode == Mode::Ended,
        message: stopped.then(|| Error::Ended(Box::new(outcome.end.clone())).to_string()),
        run: (report.mode != Mode::DryRun).then(|| report.run.clone()),
        undoes: with.undoes.map(str::to_owned),
        migration: report.migration.clone(),
        digest: report.digest.clone(),
        plan_digest: with.plan.clone(),
        target: report.target.clone(),
        wrote: report
            .output
            .as_ref()
            .map(|output| output.display().to_string()),
        elapsed_ms: u64::try_from(report.elapsed.as_millis()).unwrap_or(u64::MAX),
        keys_per_second: (figures::rate(outcome.tally.handled(), report.elapsed) * 10.0).round()
            / 10.0,
        tally: TallyShape::from(&outcome.tally),
        versions: VersionsShape::of(report),
        rejected: outcome.rejected.iter().map(RejectedShape::from).collect(),
        kept: outcome
            .kept
            .iter()
            .map(|(key, reason)| KeptShape {
                key: escape(key),
                reason: reason.name().to_owned(),
            })
            .collect(),
        changes: with.changes.iter().map(Into::into).collect(),
        recorded: with.recorded.clone(),
        journal: with.journal.clone(),
        resume: resume_command(report, with),
        rollback: rollback_command(report, with),
        backups: report
            .backups
            .iter()
            .map(|backup| BackupShape::complete(&backup.manifest))
            .collect(),
    }
}

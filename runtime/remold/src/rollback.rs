//! Rolling back runs.

use std::sync::Arc;

use remold_engine::port::{
    Durability, Fault, HistoryEntry, Journal, Keyspace, RunEvent, RunState, StoreError,
};
use remold_engine::record::{Header, JournalRecord, Mark};
use remold_engine::{Action, Control, Identity, Observer, Phase, RunEnd, ShareOf, Step, Verdict};

use crate::abort::close;
use crate::error::Error;
use crate::identity;
use crate::migration::Migration;
use crate::open::{self, Opened, Reach};
use crate::refusal::{is_recorded, refuse_eviction, refuse_stranger, undone_by};
use crate::runner::{Mode, RunOptions, RunReport, Runner, carry_out, ended_with, wrong};
use crate::target::Target;
use crate::wait::{Wait, until_free};

/// How a rollback went.
#[derive(Debug, Clone)]
pub struct RollbackReport {
    /// The run that was undone.
    pub undoes: String,
    /// The rollback as a run of its own.
    pub report: RunReport,
}

impl RollbackReport {
    /// Adds what was done of another share before.
    fn add(&mut self, before: Self) {
        let (own, before) = (&mut self.report, before.report);
        own.outcome.tally.add(&before.outcome.tally);
        own.outcome.rejected.splice(0..0, before.outcome.rejected);
        own.outcome.kept.splice(0..0, before.outcome.kept);
        own.elapsed += before.elapsed;
        if before.mode != Mode::Ended {
            own.mode = before.mode;
        }
    }
}

impl Runner {
    /// Restores what a run changed, wherever it still is as the run left it; goes on with an earlier
    /// rollback of the same run that was interrupted.
    pub fn roll_back(
        &self,
        run: &str,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<RollbackReport, Error> {
        let undo = |part: &str, options: &RunOptions| {
            until_free(
                options,
                control,
                observer,
                |done: &RollbackReport| Some(&done.report.outcome.end),
                || self.undo(part, options, control, observer),
            )
        };
        let parts = self.parts(run, options.share)?;
        match parts.as_slice() {
            [part] if options.share.is_some() || part == run => undo(part, options),
            parts => {
                self.refuse_absence(run, parts)?;
                let each = RunOptions {
                    if_needed: true,
                    ..options.clone()
                };
                let undone = undo_all(run, parts, |part| undo(part, &each))?;
                if undone.report.mode == Mode::Ended && !options.if_needed {
                    let by = &undone.report.run;
                    return Err(undone_already(run, by));
                }
                Ok(undone)
            }
        }
    }

    fn undo(
        &self,
        run: &str,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<RollbackReport, Error> {
        let output = open::output_of(&self.target)?;
        Phase::Open.tell(observer);
        let (original, ended) = self.header(run)?;
        self.refuse_rollback(&original, ended.as_ref())?;
        let migration = open::migration_of(&original)?;
        let journal = self.journals.go_on(run)?;
        let (opened, is_recorded, undone) =
            Wait::of(&migration, control, observer).attempt(|| {
                let (reach, share) = (Reach::of(&migration), original.share.as_ref());
                let opened = Opened::to_write_as(&self.target, reach, original.seed, share)?;
                refuse_stranger(opened.keyspace.as_ref(), run, journal.as_ref())?;
                let undone = undone_by(opened.keyspace.as_ref(), run, ended.as_ref())?;
                refuse_eviction(opened.keyspace.as_ref(), options)?;
                let is_recorded = is_recorded(opened.keyspace.as_ref(), run)?;
                Ok((opened, is_recorded, undone))
            })?;
        if let Some(by) = undone {
            return self.undone_before(run, by, options);
        }
        // A server that has gone back to before the end of the run has lost some of it, which is not to be taken back.
        if ended.is_none() || !is_recorded {
            Phase::Settle.tell(observer);
            close(
                &self.target,
                &migration,
                &original,
                opened.keyspace.as_ref(),
                &journal,
                options,
            )?;
        }
        let (header, own) = self.own_journal(&migration, &original)?;
        Identity::of_undoing(&header, &original).tell(observer);
        let opened = match &header.share {
            None => opened,
            // The shares of the rollback have a lock and epochs of their own.
            share => {
                let (reach, share) = (Reach::of(&migration), share.as_ref());
                Opened::to_write_as(&self.target, reach, header.seed, share)?
            }
        };
        let undone = Arc::clone(&journal);
        let transform = migration.transform();
        let revert = transform.exports().revert.then_some(transform);
        let mut spec = open::spec_of(
            &self.target,
            &migration,
            header,
            Action::Undo {
                journal: undone,
                revert,
            },
            options,
        );
        // The way back begins at what the run made of the keys, which may be of another type.
        spec.selection.kind = None;
        let mut report = carry_out(
            Mode::Run,
            &spec,
            opened.keyspace.as_ref(),
            &own,
            control,
            observer,
        );
        if report.outcome.end == RunEnd::Completed {
            note_undone(
                &original,
                &mut report,
                opened.keyspace.as_ref(),
                journal.as_ref(),
                options,
            )?;
        }
        if report.outcome.end == RunEnd::Completed
            && let Some(output) = output
        {
            Phase::Write.tell(observer);
            opened.write_file(&output)?;
            report.output = Some(output);
        }
        Ok(RollbackReport {
            undoes: run.to_owned(),
            report,
        })
    }

    /// Tells how an earlier rollback of a run has ended, if that is wanted.
    fn undone_before(
        &self,
        run: &str,
        by: &str,
        options: &RunOptions,
    ) -> Result<RollbackReport, Error> {
        let known = if options.if_needed {
            self.entry(by)?
        } else {
            None
        };
        let Some(entry) = known else {
            return Err(undone_already(run, by));
        };
        Ok(RollbackReport {
            undoes: run.to_owned(),
            report: self.recalled(&entry, self.journals.holds(by)?)?,
        })
    }

    fn refuse_rollback(&self, original: &Header, ended: Option<&Mark>) -> Result<(), Error> {
        let run = &original.run;
        if original.undoes.is_some() {
            return Err(wrong(
                run,
                "it is a rollback itself",
                "run the migration again instead",
            ));
        }
        if ended.is_none() && matches!(self.target, Target::File(_)) {
            return Err(wrong(
                run,
                "it never wrote its file",
                "there is nothing to undo",
            ));
        }
        Ok(())
    }

    /// Opens the journal of an interrupted rollback of the same run, or creates a new one.
    fn own_journal(
        &self,
        migration: &Migration,
        original: &Header,
    ) -> Result<(Header, Arc<dyn Journal>), Error> {
        for summary in self.journals.list()? {
            let Ok(contents) = summary.contents else {
                continue;
            };
            let header = contents.header;
            // Completed, but not noted as such where it undid: it is gone over once more.
            let unfinished = matches!(contents.last_mark, None | Some(Mark::Completed));
            let unfinished = unfinished && matches!(self.target, Target::Redis(_));
            if header.undoes.as_deref() == Some(&original.run) && unfinished {
                return Ok((header, self.journals.go_on(&summary.run)?));
            }
        }
        let fresh = open::header_of(migration, &self.target);
        // Workers that undo shares at the same time have to hold one lock together, and so to agree on its name.
        let share = original.share.as_ref().map(|of| ShareOf {
            run: format!("rollback-{}", of.run),
            share: of.share,
        });
        let run = share.as_ref().map_or_else(
            || {
                let name = format!("rollback-{}", original.migration);
                identity::run_id(&name, fresh.now_ms, fresh.seed)
            },
            ShareOf::id,
        );
        let header = Header {
            run,
            share,
            digest: original.digest.clone(),
            undoes: Some(original.run.clone()),
            ..fresh
        };
        let journal = self.journals.begin(&header.run, &header)?;
        Ok((header, journal))
    }
}

fn undone_already(run: &str, by: &str) -> Error {
    wrong(
        run,
        &format!("it was rolled back already, by run {by}"),
        "`remold history` shows what was applied and undone",
    )
}

/// Undoes the shares of a run one after the other, and adds up what came of it.
fn undo_all(
    run: &str,
    parts: &[String],
    undo: impl Fn(&str) -> Result<RollbackReport, Error>,
) -> Result<RollbackReport, Error> {
    let mut all: Option<RollbackReport> = None;
    for part in parts {
        let mut done = undo(part)?;
        if let Some(before) = all {
            done.add(before);
        }
        let stop = done.report.outcome.end != RunEnd::Completed;
        all = Some(done);
        if stop {
            break;
        }
    }
    let mut all = all.ok_or_else(|| {
        wrong(
            run,
            "it has no journal here",
            "name its folder by --journal",
        )
    })?;
    run.clone_into(&mut all.undoes);
    if let Some(of) = ShareOf::of_id(&all.report.run) {
        all.report.run = of.run;
    }
    Ok(all)
}

/// Notes that the original run was undone: first in the history, then in its journal, which is believed alone.
fn note_undone(
    original: &Header,
    report: &mut RunReport,
    keyspace: &dyn Keyspace,
    journal: &dyn Journal,
    options: &RunOptions,
) -> Result<(), Error> {
    let tally = &report.outcome.tally;
    let partly = tally.kept > 0 || tally.rejected_total() > 0;
    let state = if partly {
        RunState::PartlyRolledBack
    } else {
        RunState::RolledBack
    };
    reach(options, Step::BeforeNote)?;
    for shard in keyspace.shards() {
        let mut ledger = shard.ledger()?;
        let history = ledger.history()?;
        let completed =
            |entry: &HistoryEntry| entry.run == report.run && entry.state == RunState::Completed;
        if !history.iter().any(completed) {
            // What is asked and what is noted goes over one connection, which no server that goes back survives.
            report.outcome.end = RunEnd::Unavailable(lost(shard.facts().name.as_str()));
            return Ok(());
        }
        let known = history.into_iter().find(|entry| entry.run == original.run);
        let entry = known.unwrap_or_else(|| HistoryEntry {
            run: original.run.clone(),
            migration: original.migration.clone(),
            digest: original.digest.clone(),
            state,
            undoes: None,
            started_at: original.now_ms,
            ended_at: None,
            written: 0,
            rejected: 0,
            kept: 0,
            share: original.share.clone(),
            remold: original.remold.clone(),
        });
        let entry = HistoryEntry {
            state,
            ended_at: Some(identity::now_ms()),
            ..entry
        };
        ledger.record(&entry, RunEvent::RolledBack)?;
    }
    reach(options, Step::BeforeUndone)?;
    let mark = [JournalRecord::Mark(Mark::RolledBack(report.run.clone()))];
    journal.append(journal.epoch(), &mark, Durability::Durable)?;
    Ok(())
}

fn lost(server: &str) -> StoreError {
    StoreError::Server {
        fault: Fault::HistoryChanged,
        doing: format!("noting at {server} that the run was undone"),
        message: "the server has lost the end of the rollback".to_owned(),
        hint: Some("roll back again: it goes on from what the server still has".to_owned()),
        retry_after: None,
    }
}

/// Tells the watcher of a step; it may end the rollback there.
fn reach(options: &RunOptions, step: Step) -> Result<(), Error> {
    match options.steps.as_ref().map(|watcher| watcher(step)) {
        Some(Verdict::Die) => Err(ended_with(RunEnd::Interrupted)),
        Some(Verdict::Continue) | None => Ok(()),
    }
}

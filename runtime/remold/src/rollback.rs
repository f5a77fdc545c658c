//! Rolling back and aborting runs.

use std::sync::Arc;

use remold_engine::port::{
    Durability, Fault, HistoryEntry, Journal, Keyspace, RunEvent, RunState, StoreError,
};
use remold_engine::record::{Header, JournalRecord, Mark};
use remold_engine::{Action, Control, Observer, RunEnd, Step, Verdict};

use crate::error::Error;
use crate::identity;
use crate::migration::Migration;
use crate::open::{self, Opened, Reach};
use crate::refusal::{is_recorded, refuse_eviction, refuse_repeated_rollback, refuse_stranger};
use crate::runner::{Mode, RunOptions, RunReport, Runner, carry_out, ended_with, wrong};
use crate::target::Target;
use crate::wait::Wait;

/// How a rollback went.
#[derive(Debug, Clone)]
pub struct RollbackReport {
    /// The run that was undone.
    pub undoes: String,
    /// The rollback as a run of its own.
    pub report: RunReport,
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
        let output = open::output_of(&self.target)?;
        let (original, ended) = self.header(run)?;
        self.refuse_rollback(&original, ended.as_ref())?;
        let migration = open::migration_of(&original)?;
        let journal = self.journals.go_on(run)?;
        let (opened, is_recorded) = Wait::of(&migration, control, observer).attempt(|| {
            let opened = Opened::to_write(&self.target, Reach::of(&migration), original.seed)?;
            refuse_stranger(opened.keyspace.as_ref(), run, journal.as_ref())?;
            refuse_repeated_rollback(opened.keyspace.as_ref(), run, ended.as_ref())?;
            refuse_eviction(opened.keyspace.as_ref(), options)?;
            let is_recorded = is_recorded(opened.keyspace.as_ref(), run)?;
            Ok((opened, is_recorded))
        })?;
        // A server that has gone back to before the end of the run has lost some of it, which is not to be taken back.
        if ended.is_none() || !is_recorded {
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
            opened.write_file(&output)?;
            report.output = Some(output);
        }
        Ok(RollbackReport {
            undoes: run.to_owned(),
            report,
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
        let header = Header {
            run: identity::run_id(
                &format!("rollback-{}", original.migration),
                fresh.now_ms,
                fresh.seed,
            ),
            digest: original.digest.clone(),
            undoes: Some(original.run.clone()),
            ..fresh
        };
        let journal = self.journals.begin(&header.run, &header)?;
        Ok((header, journal))
    }

    /// Ends a run that was interrupted, as it is: what it applied stays applied.
    pub fn abort(&self, run: &str) -> Result<(), Error> {
        let (header, ended) = self.header(run)?;
        if ended.is_some() {
            return Err(wrong(
                run,
                "it has ended already",
                "`remold rollback` undoes it",
            ));
        }
        if matches!(self.target, Target::File(_)) {
            return Err(wrong(
                run,
                "it was on a file and never wrote its output",
                "there is nothing to abort",
            ));
        }
        let migration = open::migration_of(&header)?;
        let journal = self.journals.go_on(run)?;
        let opened = Opened::to_write(&self.target, Reach::ANY, header.seed)?;
        refuse_stranger(opened.keyspace.as_ref(), run, journal.as_ref())?;
        close(
            &self.target,
            &migration,
            &header,
            opened.keyspace.as_ref(),
            &journal,
            &RunOptions::default(),
        )
    }
}

fn close(
    target: &Target,
    migration: &Migration,
    header: &Header,
    keyspace: &dyn Keyspace,
    journal: &Arc<dyn Journal>,
    options: &RunOptions,
) -> Result<(), Error> {
    let action = Action::Migrate(migration.transform());
    let spec = open::spec_of(target, migration, header.clone(), action, options);
    remold_engine::close(&spec, keyspace, &[Arc::clone(journal)]).map_err(ended_with)
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

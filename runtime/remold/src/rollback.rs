//! Rolling back and aborting runs.

use std::sync::Arc;

use remold_archive::FileJournal;
use remold_engine::port::{Durability, HistoryEntry, Journal, Keyspace, RunState};
use remold_engine::record::{Header, JournalRecord, Mark};
use remold_engine::{Action, Control, Observer, RunEnd};

use crate::error::Error;
use crate::identity;
use crate::migration::Migration;
use crate::open::{self, Opened, Reach};
use crate::refusal::refuse_stranger;
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
        let journal = Arc::new(self.journals.open(run)?);
        let opened = Wait::of(&migration, control, observer).attempt(|| {
            let opened = Opened::to_write(&self.target, Reach::of(&migration), original.seed)?;
            refuse_stranger(opened.keyspace.as_ref(), run, journal.as_ref())?;
            Ok(opened)
        })?;
        if ended.is_none() {
            close(
                &self.target,
                &migration,
                &original,
                opened.keyspace.as_ref(),
                &journal,
            )?;
        }
        let (header, own) = self.own_journal(&migration, &original)?;
        let undone: Arc<dyn Journal> = Arc::<FileJournal>::clone(&journal);
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
        let own: Arc<dyn Journal> = own;
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
                &report,
                opened.keyspace.as_ref(),
                journal.as_ref(),
            )?;
            if let Some(output) = output {
                opened.write_file(&output)?;
                report.output = Some(output);
            }
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
        if let Some(Mark::RolledBack(by)) = ended {
            let problem = format!("it was rolled back already, by run {by}");
            return Err(wrong(
                run,
                &problem,
                "`remold history` shows what was applied and undone",
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
    ) -> Result<(Header, Arc<FileJournal>), Error> {
        for summary in self.journals.list()? {
            let Ok(contents) = summary.contents else {
                continue;
            };
            let header = contents.header;
            // Completed, but not noted as such where it undid: it is gone over once more.
            let unfinished = matches!(contents.last_mark, None | Some(Mark::Completed));
            let unfinished = unfinished && matches!(self.target, Target::Redis(_));
            if header.undoes.as_deref() == Some(&original.run) && unfinished {
                let journal = self.journals.open(&summary.run)?;
                return Ok((header, Arc::new(journal)));
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
        let journal = self.journals.create(&header.run, &header)?;
        Ok((header, Arc::new(journal)))
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
        let journal = Arc::new(self.journals.open(run)?);
        let opened = Opened::to_write(&self.target, Reach::ANY, header.seed)?;
        refuse_stranger(opened.keyspace.as_ref(), run, journal.as_ref())?;
        close(
            &self.target,
            &migration,
            &header,
            opened.keyspace.as_ref(),
            &journal,
        )
    }
}

fn close(
    target: &Target,
    migration: &Migration,
    header: &Header,
    keyspace: &dyn Keyspace,
    journal: &Arc<FileJournal>,
) -> Result<(), Error> {
    let action = Action::Migrate(migration.transform());
    let spec = open::spec_of(
        target,
        migration,
        header.clone(),
        action,
        &RunOptions::default(),
    );
    let journal: Arc<dyn Journal> = Arc::<FileJournal>::clone(journal);
    remold_engine::close(&spec, keyspace, &[journal]).map_err(ended_with)
}

/// Notes in the original run's journal and history that it was undone.
fn note_undone(
    original: &Header,
    report: &RunReport,
    keyspace: &dyn Keyspace,
    journal: &dyn Journal,
) -> Result<(), Error> {
    let tally = &report.outcome.tally;
    let partly = tally.kept > 0 || tally.rejected_total() > 0;
    let state = if partly {
        RunState::PartlyRolledBack
    } else {
        RunState::RolledBack
    };
    let mark = [JournalRecord::Mark(Mark::RolledBack(report.run.clone()))];
    journal.append(journal.epoch(), &mark, Durability::Durable)?;
    for shard in keyspace.shards() {
        let mut ledger = shard.ledger()?;
        let known = ledger
            .history()?
            .into_iter()
            .find(|entry| entry.run == original.run);
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
        ledger.record(&entry, "rolled-back")?;
    }
    Ok(())
}

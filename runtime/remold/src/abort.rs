//! Ending runs before their end.

use std::sync::Arc;

use remold_engine::Action;
use remold_engine::port::{Journal, Keyspace};
use remold_engine::record::Header;

use crate::error::Error;
use crate::migration::Migration;
use crate::open::{self, Opened, Reach};
use crate::refusal::refuse_stranger;
use crate::runner::{RunOptions, Runner, ended_with, wrong};
use crate::target::Target;

impl Runner {
    /// Ends a run that was interrupted, as it is, with all its shares: what it applied stays applied.
    pub fn abort(&self, run: &str) -> Result<(), Error> {
        let parts = self.parts(run, None)?;
        if let [part] = parts.as_slice()
            && part == run
        {
            return self.abort_part(run);
        }
        self.refuse_absence(run, &parts)?;
        let mut open = Vec::with_capacity(parts.len());
        for part in &parts {
            if self.header(part)?.1.is_none() {
                open.push(part);
            }
        }
        if open.is_empty() {
            return Err(ended_already(run));
        }
        open.into_iter().try_for_each(|part| self.abort_part(part))
    }

    fn abort_part(&self, run: &str) -> Result<(), Error> {
        let (header, ended) = self.header(run)?;
        if ended.is_some() {
            return Err(ended_already(run));
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
        let share = header.share.as_ref();
        let opened = Opened::to_write_as(&self.target, Reach::ANY, header.seed, share)?;
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

fn ended_already(run: &str) -> Error {
    wrong(run, "it has ended already", "`remold rollback` undoes it")
}

/// Settles a run as it is.
pub(crate) fn close(
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

//! Looking at runs: verification, history, status, the lock.

use remold_archive::JournalSummary;
use remold_engine::port::{HistoryEntry, LockHolder};
use remold_engine::record::Rejected;
use remold_engine::verify::quarantine_of;
use remold_engine::{Action, Control, Identity, Observer, Phase, RunOfShares, Verification, share};

use crate::error::Error;
use crate::open::{self, Opened, Reach};
use crate::runner::{RunOptions, Runner, ended_with};
use crate::wait::{Wait, until_free};

/// What is known of a target and of the journals that are here.
#[derive(Debug, Clone)]
pub struct Status {
    /// The target's name.
    pub target: String,
    /// Who holds its lock.
    pub lock: Option<LockHolder>,
    /// The runs that the target remembers, newest first, each with its journal if that is here.
    pub runs: Vec<StatusRun>,
}

/// A run as target and journal know it.
#[derive(Debug, Clone)]
pub struct StatusRun {
    /// What the target remembers.
    pub history: HistoryEntry,
    /// The journal, if it is here; of a run of shares there is none.
    pub journal: Option<JournalSummary>,
    /// Its shares that were begun, each with its journal if that is here; none if it has no shares.
    pub shares: Vec<Self>,
}

impl Runner {
    /// Verifies a run that has ended: every key that it wrote, and every other selected key. Nothing is
    /// written. The control ends the waiting, not the verification.
    pub fn verify(
        &self,
        run: &str,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<Verification, Error> {
        let parts = self.parts(run, options.share)?;
        if options.share.is_none() && parts.len() > 1 {
            self.refuse_absence(run, &parts)?;
        }
        let mut found = Verification::default();
        for part in &parts {
            found.add(until_free(
                options,
                control,
                observer,
                |_| None,
                || self.verify_once(part, options, control, observer),
            )?);
        }
        Ok(found)
    }

    fn verify_once(
        &self,
        run: &str,
        options: &RunOptions,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<Verification, Error> {
        Phase::Open.tell(observer);
        let (header, _) = self.header(run)?;
        Identity::of(&header).tell(observer);
        let migration = open::migration_of(&header)?;
        let journal = self.journals.go_on(run)?;
        let opened = Wait::of(&migration, control, observer)
            .attempt(|| Opened::to_try(&self.target, Reach::of(&migration), header.seed))?;
        let action = Action::Migrate(migration.transform());
        let spec = open::spec_of(&self.target, &migration, header, action, options);
        Phase::Verify.tell(observer);
        remold_engine::verify(&spec, opened.keyspace.as_ref(), &[journal]).map_err(ended_with)
    }

    /// Lists a run's keys in quarantine.
    pub fn quarantine(&self, run: &str) -> Result<Vec<Rejected>, Error> {
        let journal = self.journals.go_on(run)?;
        quarantine_of(journal.as_ref()).map_err(ended_with)
    }

    /// Returns what the target remembers of runs and of shares of runs, oldest first.
    pub fn history(&self) -> Result<Vec<HistoryEntry>, Error> {
        let opened = Opened::to_try(&self.target, Reach::ANY, 0)?;
        let mut history = Vec::new();
        for shard in opened.keyspace.shards() {
            history.extend(shard.ledger()?.history()?);
        }
        history.sort_by_key(|entry| entry.started_at);
        Ok(history)
    }

    /// Returns the runs that the target remembers, oldest first, each with its shares.
    pub fn runs(&self) -> Result<Vec<RunOfShares>, Error> {
        Ok(share::runs(self.history()?))
    }

    /// Returns who holds the target's lock, and its runs with the journals that are here.
    pub fn status(&self) -> Result<Status, Error> {
        let lock = self.lock_holder()?;
        let journals = self.journals.list()?;
        let with_journal = |history: HistoryEntry| {
            let journal = journals
                .iter()
                .find(|journal| journal.run == history.run)
                .cloned();
            StatusRun {
                history,
                journal,
                shares: Vec::new(),
            }
        };
        let with_shares = |run: RunOfShares| StatusRun {
            shares: run.shares.into_iter().map(with_journal).collect(),
            ..with_journal(run.entry)
        };
        let runs = self.runs()?.into_iter().rev().map(with_shares).collect();
        Ok(Status {
            target: self.target.name(),
            lock,
            runs,
        })
    }

    /// Returns who holds the target's lock.
    pub fn lock_holder(&self) -> Result<Option<LockHolder>, Error> {
        let crate::Target::Redis(options) = &self.target else {
            return Ok(None);
        };
        let live = open::read_only(options)?;
        let mut holder = None;
        for shard in remold_engine::port::Keyspace::shards(&live) {
            holder = shard.ledger()?.lock_holder()?.or(holder);
        }
        Ok(holder)
    }

    /// Breaks the target's lock, whoever holds it, and returns who did. Only for a process that is gone
    /// for certain; one that is not is still fenced by the next run's epoch.
    pub fn unlock(&self) -> Result<Option<LockHolder>, Error> {
        let opened = Opened::to_write(&self.target, Reach::ANY, 0)?;
        let mut holder = None;
        for shard in opened.keyspace.shards() {
            holder = shard.ledger()?.break_lock()?.or(holder);
        }
        Ok(holder)
    }
}

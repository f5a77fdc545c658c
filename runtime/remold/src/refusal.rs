//! What a keyspace speaks against: by its history a migration twice, or a run where nobody knows it; by its settings a
//! run whose bookkeeping may be evicted.

use remold_engine::port::{Guard, HistoryEntry, Journal, Keyspace, LockHolder, RunState};
use remold_engine::record::{JournalRecord, Mark};
use remold_engine::{ShareOf, share};

use crate::error::Error;
use crate::migration::Migration;
use crate::runner::{RunOptions, wrong};

/// Refuses a migration that the keyspace knows already.
pub(crate) fn refuse_repetition(
    keyspace: &dyn Keyspace,
    migration: &Migration,
    own: Option<&ShareOf>,
) -> Result<(), Error> {
    for shard in keyspace.shards() {
        let mut ledger = shard.ledger()?;
        let newest = newest_of(ledger.history()?, migration.name(), own);
        let Some(entry) = newest else { continue };
        match entry.state {
            RunState::Completed if entry.digest == migration.digest() => {
                return Err(Error::AlreadyApplied(Box::new(entry)));
            }
            RunState::Completed => return Err(Error::ChangedSinceApplied(Box::new(entry))),
            RunState::Running => return Err(Error::Unfinished(Box::new(entry))),
            RunState::Aborted | RunState::PartlyRolledBack => {
                return Err(Error::PartlyApplied(Box::new(entry)));
            }
            RunState::RolledBack => {}
        }
        let holder = ledger.lock_holder()?;
        let is_ours = |holder: &LockHolder| {
            own.is_some_and(|of| holder.run == of.run && holder.shares == Some(of.share.of()))
        };
        if let Some(holder) = holder.filter(|holder| !is_ours(holder)) {
            return Err(Error::Locked(holder));
        }
    }
    Ok(())
}

/// Refuses to go on with a run, or to undo it, on a keyspace that does not know it although it wrote something:
/// another server, another database, another prefix. Nothing there would tell what was applied.
pub(crate) fn refuse_stranger(
    keyspace: &dyn Keyspace,
    run: &str,
    journal: &dyn Journal,
) -> Result<(), Error> {
    let mut wrote = false;
    for record in journal.replay()? {
        wrote |= matches!(record?, JournalRecord::Batch { .. });
        if wrote {
            break;
        }
    }
    for shard in keyspace.shards() {
        let known = shard
            .ledger()?
            .history()?
            .iter()
            .any(|entry| entry.run == run);
        let is_file = shard.facts().guard == Guard::Exclusive;
        // An interrupted run on a file begins anew, so the file need not know it.
        if wrote && !known && !is_file {
            let problem = format!("{} does not know it", shard.facts().name);
            let hint = "name the server, the database and the prefix that it ran on; if they are these, the server has \
                        lost the beginning of the run with its newest writes, so nothing of the run is there: run anew";
            return Err(wrong(run, &problem, hint));
        }
    }
    Ok(())
}

/// Refuses to write where the server may evict what tells which batches were applied, unless that was allowed.
pub(crate) fn refuse_eviction(keyspace: &dyn Keyspace, options: &RunOptions) -> Result<(), Error> {
    for shard in keyspace.shards() {
        let facts = shard.facts();
        if let (Some(policy), false) = (facts.evicts_any_key, options.allow_eviction) {
            return Err(Error::MayEvict {
                server: facts.name,
                policy,
            });
        }
    }
    Ok(())
}

/// Says whether the keyspace knows that a run has ended.
pub(crate) fn is_recorded(keyspace: &dyn Keyspace, run: &str) -> Result<bool, Error> {
    for shard in keyspace.shards() {
        let known = shard.ledger()?.history()?;
        if known.iter().any(|entry| entry.is_without_end(run)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns the run by which a run was undone, unless it was not, or the server has gone back to before that.
pub(crate) fn undone_by<'m>(
    keyspace: &dyn Keyspace,
    run: &str,
    ended: Option<&'m Mark>,
) -> Result<Option<&'m str>, Error> {
    let Some(Mark::RolledBack(by)) = ended else {
        return Ok(None);
    };
    for shard in keyspace.shards() {
        let history = shard.ledger()?.history()?;
        let known = history.iter().find(|entry| entry.run == run);
        if known.is_some_and(|entry| {
            !matches!(
                entry.state,
                RunState::RolledBack | RunState::PartlyRolledBack
            )
        }) {
            return Ok(None);
        }
    }
    Ok(Some(by))
}

/// Finds the newest run of a migration that is not itself a rollback, nor the run that this is a share of.
fn newest_of(
    history: Vec<HistoryEntry>,
    migration: &str,
    own: Option<&ShareOf>,
) -> Option<HistoryEntry> {
    let of_it = |entry: &HistoryEntry| {
        let is_own = own.is_some_and(|of| of.run == entry.run);
        entry.migration == migration && entry.undoes.is_none() && !is_own
    };
    share::runs(history)
        .into_iter()
        .map(|run| run.entry)
        .filter(of_it)
        .max_by_key(|entry| entry.started_at)
}

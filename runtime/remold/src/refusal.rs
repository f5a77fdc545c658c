//! What a keyspace speaks against: by its history a migration twice, or a run where nobody knows it; by its settings a
//! run whose bookkeeping may be evicted.

use remold_engine::port::{Guard, HistoryEntry, Journal, Keyspace, RunState};
use remold_engine::record::{JournalRecord, Mark};

use crate::error::Error;
use crate::migration::Migration;
use crate::runner::{RunOptions, wrong};

/// Refuses a migration that the keyspace knows already.
pub(crate) fn refuse_repetition(
    keyspace: &dyn Keyspace,
    migration: &Migration,
) -> Result<(), Error> {
    for shard in keyspace.shards() {
        let mut ledger = shard.ledger()?;
        let newest = newest_of(ledger.history()?, migration.name());
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
        if let Some(holder) = ledger.lock_holder()? {
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

/// Refuses to undo a run that was undone, unless the server has gone back to before that.
pub(crate) fn refuse_repeated_rollback(
    keyspace: &dyn Keyspace,
    run: &str,
    ended: Option<&Mark>,
) -> Result<(), Error> {
    let Some(Mark::RolledBack(by)) = ended else {
        return Ok(());
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
            return Ok(());
        }
    }
    let problem = format!("it was rolled back already, by run {by}");
    let hint = "`remold history` shows what was applied and undone";
    Err(wrong(run, &problem, hint))
}

/// Finds the newest run of a migration that is not itself a rollback.
fn newest_of(history: Vec<HistoryEntry>, migration: &str) -> Option<HistoryEntry> {
    let of_it = |entry: &HistoryEntry| entry.migration == migration && entry.undoes.is_none();
    history
        .into_iter()
        .filter(of_it)
        .max_by_key(|entry| entry.started_at)
}

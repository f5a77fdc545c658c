//! Ends a run before its end: every batch is settled, nothing more will be applied.

use std::sync::Arc;

use crate::clock;
use crate::epoch::{Cause, reach};
use crate::port::{
    Durability, HistoryEntry, Journal, Keyspace, LockAttempt, LockRequest, RunEvent, RunState,
    Shard,
};
use crate::record::{JournalRecord, Mark};
use crate::recovery::recover;
use crate::report::RunEnd;
use crate::run::end_of_cause;
use crate::spec::RunSpec;
use crate::step::Step;

/// Settles a run that was interrupted and marks it as aborted, in its journals and in the history. What
/// it applied stays applied, and can be rolled back.
pub fn close(
    spec: &RunSpec,
    keyspace: &dyn Keyspace,
    journals: &[Arc<dyn Journal>],
) -> Result<(), RunEnd> {
    for (shard, journal) in keyspace.shards().iter().zip(journals) {
        close_shard(spec, shard.as_ref(), journal.as_ref()).map_err(end_of_cause)?;
    }
    Ok(())
}

fn close_shard(spec: &RunSpec, shard: &dyn Shard, journal: &dyn Journal) -> Result<(), Cause> {
    shard.probe().map_err(Cause::Store)?;
    let mut ledger = shard.ledger().map_err(Cause::Store)?;
    let run = &spec.header.run;
    let request = LockRequest {
        run: run.clone(),
        owner: spec.owner.clone(),
        ttl: spec.strategy.lock_ttl,
        take_over: true,
        again: false,
    };
    reach(spec, Step::BeforeLock)?;
    match ledger.lock(&request).map_err(Cause::Store)? {
        LockAttempt::Acquired => {}
        LockAttempt::Held(holder) => return Err(Cause::Locked(holder)),
        LockAttempt::Superseded(by) => return Err(Cause::Superseded(by)),
    }
    let recovered = recover(spec, journal, ledger.as_mut())?;
    let written = written(journal, &recovered.applied)?;
    let header = &spec.header;
    let entry = HistoryEntry {
        run: run.clone(),
        migration: header.migration.clone(),
        digest: header.digest.clone(),
        state: RunState::Aborted,
        undoes: header.undoes.clone(),
        started_at: header.now_ms,
        ended_at: Some(clock::now_ms()),
        written,
        rejected: 0,
        kept: 0,
        share: header.share.clone(),
        remold: header.remold.clone(),
    };
    reach(spec, Step::BeforeRecord)?;
    ledger
        .record(&entry, RunEvent::Aborted)
        .map_err(Cause::Store)?;
    // Whoever finds the mark does not come here again; and without it, what is forgotten below would be missed.
    reach(spec, Step::BeforeComplete)?;
    let mark = [JournalRecord::Mark(Mark::Aborted)];
    journal
        .append(recovered.epoch, &mark, Durability::Durable)
        .map_err(Cause::Journal)?;
    reach(spec, Step::BeforeForget)?;
    ledger.forget(run).map_err(Cause::Store)?;
    reach(spec, Step::BeforeUnlock)?;
    ledger.unlock(run, &spec.owner).map_err(Cause::Store)
}

fn written(journal: &dyn Journal, applied: &std::collections::HashSet<u64>) -> Result<u64, Cause> {
    let mut written = 0;
    for record in journal.replay().map_err(Cause::Journal)? {
        if let JournalRecord::Batch { id, groups } = record.map_err(Cause::Journal)?
            && applied.contains(&id)
        {
            written += groups.iter().map(Vec::len).sum::<usize>() as u64;
        }
    }
    Ok(written)
}

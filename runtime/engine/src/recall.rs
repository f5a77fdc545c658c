//! What a run did, recalled from its journal alone: for whoever asks again after it has ended.

use crate::epoch::Cause;
use crate::port::Journal;
use crate::record::{JournalRecord, Rejected};
use crate::recovery::survey;
use crate::report::{RunEnd, Tally};
use crate::run::end_of_cause;
use crate::verify::quarantine;

/// What the journal of a run that has ended tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recalled {
    /// The records that were changed, the keys that were written, and what is in quarantine. Nothing is known of the others.
    pub tally: Tally,
    /// The keys in quarantine.
    pub rejected: Vec<Rejected>,
}

/// Recalls a run that has ended.
pub fn recall(journal: &dyn Journal) -> Result<Recalled, RunEnd> {
    read(journal).map_err(end_of_cause)
}

fn read(journal: &dyn Journal) -> Result<Recalled, Cause> {
    let applied = survey(journal, u64::MAX)?.applied_when_settled();
    let mut tally = Tally::default();
    for record in journal.replay().map_err(Cause::Journal)? {
        if let JournalRecord::Batch { id, groups } = record.map_err(Cause::Journal)?
            && applied.contains(&id)
        {
            tally.changed += groups.len() as u64;
            tally.keys_written += groups.iter().map(Vec::len).sum::<usize>() as u64;
        }
    }
    let rejected = quarantine(journal)?;
    for key in &rejected {
        *tally.rejected.entry(key.code.clone()).or_default() += 1;
    }
    Ok(Recalled { tally, rejected })
}

//! Afterwards: is everything as the run left it, and is every selected key explained?

use std::collections::HashMap;

use remold_host_api::{Bytes, TransformSource};
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::digest::ValueDigest;
use crate::done_set::DoneSet;
use crate::epoch::Cause;
use crate::migrate::{Direction, Migrate};
use crate::port::{Candidate, Fetched, Journal, Keyspace, Session, Shard};
use crate::progress::Silent;
use crate::record::{JournalRecord, KeyImage, Rejected};
use crate::recovery::survey;
use crate::report::RunEnd;
use crate::spec::{Action, RunSpec};
use crate::surroundings::Surroundings;
use crate::text::escape;
use crate::work::{Left, Plan};

/// How many keys are read at once, and how many examples are listed of each finding.
const PAGE: usize = 256;
const EXAMPLES: usize = 20;

/// From how many keys on it is no chance that all of them were written since.
const TOO_MANY: u64 = 10;

/// What a verification found, counted in keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Keys that are exactly as the run left them.
    pub intact: u64,
    /// Keys whose value was changed since.
    pub written_since: u64,
    /// Keys that were deleted since.
    pub deleted_since: u64,
    /// Keys that have expired since.
    pub expired: u64,
    /// Keys that the run deleted and that exist again.
    pub created_since: u64,
    /// Selected keys that the run did not write and that the transform would leave as they are.
    pub unchanged: u64,
    /// Selected keys that the transform skips.
    pub skipped: u64,
    /// Selected keys that the transform rejects.
    pub rejected: u64,
    /// Selected keys that the transform would still change: written in the old shape since, or missed. And keys that the
    /// run wrote and whose value cannot be read.
    pub unexplained: u64,
    /// Some of the unexplained keys.
    pub examples: Vec<String>,
}

impl Verification {
    /// Says whether every key is explained.
    pub fn is_explained(&self) -> bool {
        self.unexplained == 0
    }

    /// Adds what was found of other keys.
    pub fn add(&mut self, other: Self) {
        self.intact += other.intact;
        self.written_since += other.written_since;
        self.deleted_since += other.deleted_since;
        self.expired += other.expired;
        self.created_since += other.created_since;
        self.unchanged += other.unchanged;
        self.skipped += other.skipped;
        self.rejected += other.rejected;
        self.unexplained += other.unexplained;
        self.examples.extend(other.examples);
        self.examples.truncate(EXAMPLES);
    }

    fn leave_unexplained(&mut self, key: &Bytes) {
        self.unexplained += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(escape(key));
        }
    }
}

/// Verifies a run that has ended, by its journals and the keyspace; nothing is written.
pub fn verify(
    spec: &RunSpec,
    keyspace: &dyn Keyspace,
    journals: &[std::sync::Arc<dyn Journal>],
) -> Result<Verification, RunEnd> {
    let mut found = Verification::default();
    for (shard, journal) in keyspace.shards().iter().zip(journals) {
        verify_shard(spec, shard.as_ref(), journal.as_ref(), &mut found)
            .map_err(super::run::end_of_cause)?;
    }
    Ok(found)
}

fn verify_shard(
    spec: &RunSpec,
    shard: &dyn Shard,
    journal: &dyn Journal,
    found: &mut Verification,
) -> Result<(), Cause> {
    shard.probe().map_err(Cause::Store)?;
    let mut session = shard.session().map_err(Cause::Store)?;
    let seen = DoneSet::new(spec.header.seed);
    check_written(journal, session.as_mut(), &seen, found)?;
    let (Action::Migrate(source) | Action::Retry(source)) = &spec.action else {
        return Ok(());
    };
    if source.exports().run {
        return Ok(());
    }
    check_rest(spec, shard, source.as_ref(), &seen, found)
}

/// Verifies a canary stage: reads again what the run has written so far, and returns how many keys speak against going on.
///
/// A key that the application has written, deleted or created since is explained; what came up since the stage was listed
/// is migrated by the next one. But a value that cannot be read speaks against it, and so does it if not one key is as it
/// was left.
pub(crate) fn stage(
    spec: &RunSpec,
    shard: &dyn Shard,
    journal: &dyn Journal,
) -> Result<u64, Cause> {
    let mut found = Verification::default();
    let mut session = shard.session().map_err(Cause::Store)?;
    let seen = DoneSet::new(spec.header.seed);
    check_written(journal, session.as_mut(), &seen, &mut found)?;
    let all_differ = found.intact == 0 && found.written_since >= TOO_MANY;
    let differ = if all_differ { found.written_since } else { 0 };
    Ok(found.unexplained + differ)
}

/// Lists the keys in quarantine: rejected, and not written by a later attempt.
pub fn quarantine_of(journal: &dyn Journal) -> Result<Vec<Rejected>, RunEnd> {
    quarantine(journal).map_err(super::run::end_of_cause)
}

pub(crate) fn quarantine(journal: &dyn Journal) -> Result<Vec<Rejected>, Cause> {
    let applied = survey(journal, u64::MAX)?.applied_when_settled();
    let mut rejected: HashMap<Bytes, (usize, Rejected)> = HashMap::new();
    for (place, record) in journal.replay().map_err(Cause::Journal)?.enumerate() {
        match record.map_err(Cause::Journal)? {
            JournalRecord::Rejected(reason) => {
                rejected.insert(reason.key.clone(), (place, reason));
            }
            JournalRecord::Batch { id, groups } if applied.contains(&id) => {
                groups
                    .iter()
                    .flatten()
                    .for_each(|image| drop(rejected.remove(&image.key)));
            }
            _ => {}
        }
    }
    let mut listed: Vec<(usize, Rejected)> = rejected.into_values().collect();
    listed.sort_unstable_by_key(|(place, _)| *place);
    Ok(listed.into_iter().map(|(_, rejected)| rejected).collect())
}

/// Compares every key that the run wrote with what it left; the newest image of a key counts.
fn check_written(
    journal: &dyn Journal,
    session: &mut dyn Session,
    seen: &DoneSet,
    found: &mut Verification,
) -> Result<(), Cause> {
    let applied = survey(journal, u64::MAX)?.applied_when_settled();
    let mut page: Vec<KeyImage> = Vec::with_capacity(PAGE);
    for record in journal.replay_backwards().map_err(Cause::Journal)? {
        let JournalRecord::Batch { id, groups } = record.map_err(Cause::Journal)? else {
            continue;
        };
        if applied.contains(&id) {
            page.extend(
                groups
                    .into_iter()
                    .flatten()
                    .filter(|image| seen.insert(&image.key)),
            );
        }
        if page.len() >= PAGE {
            check_page(session, &mut page, found)?;
        }
    }
    check_page(session, &mut page, found)
}

fn check_page(
    session: &mut dyn Session,
    page: &mut Vec<KeyImage>,
    found: &mut Verification,
) -> Result<(), Cause> {
    if page.is_empty() {
        return Ok(());
    }
    let keys: Vec<Bytes> = page.iter().map(|image| image.key.clone()).collect();
    let fetched = session.read(&keys).map_err(Cause::Store)?;
    for (image, now) in page.drain(..).zip(fetched) {
        let there = match now {
            Fetched::Found(now) => match remold_rdb::decode(&now.payload) {
                Ok(decoded) => Some(Some(ValueDigest::of(&decoded.value))),
                Err(_) => {
                    found.leave_unexplained(&image.key);
                    continue;
                }
            },
            Fetched::Unreadable(_) => Some(None),
            Fetched::Absent | Fetched::TooLarge { .. } => None,
        };
        let count = match (image.after, there) {
            (None, None) => &mut found.intact,
            (None, Some(_)) => &mut found.created_since,
            (Some(after), Some(digest)) if digest == Some(after.digest) => &mut found.intact,
            (Some(_), Some(_)) => &mut found.written_since,
            (Some(after), None) if after.expires_at.is_some_and(|at| at <= clock::now_ms()) => {
                &mut found.expired
            }
            (Some(_), None) => &mut found.deleted_since,
        };
        *count += 1;
    }
    Ok(())
}

/// Runs the transform over the selected keys that the run did not write, and writes nothing.
fn check_rest(
    spec: &RunSpec,
    shard: &dyn Shard,
    source: &dyn TransformSource,
    done: &DoneSet,
    found: &mut Verification,
) -> Result<(), Cause> {
    let transform = source.instantiate().map_err(Cause::Transform)?;
    let mut worker = Migrate::new(transform, source.exports(), Direction::Migrate);
    let facts = shard.facts();
    let around = Surroundings {
        spec,
        facts: &facts,
        observer: &Silent,
        journalled: false,
    };
    let mut session = shard.session().map_err(Cause::Store)?;
    let mut scanner = shard.scan(&spec.selection).map_err(Cause::Store)?;
    let looked_at = DoneSet::new(spec.header.seed);
    while let Some(page) = scanner.next_page().map_err(Cause::Store)? {
        let wanted = |candidate: &Candidate| {
            let key = &candidate.key;
            spec.selects(key) && spec.holds(key) && !done.contains(key) && looked_at.insert(key)
        };
        let keys: Vec<Bytes> = page
            .into_iter()
            .filter(wanted)
            .map(|candidate| candidate.key)
            .collect();
        for keys in keys.chunks(PAGE) {
            let fetched = session.read(keys).map_err(Cause::Store)?;
            let plans = worker
                .plan(around, session.as_mut(), keys, fetched)
                .map_err(Cause::Store)?;
            session.release().map_err(Cause::Store)?;
            keys.iter()
                .zip(plans)
                .for_each(|(key, plan)| note(found, key, &plan));
        }
    }
    Ok(())
}

fn note(found: &mut Verification, key: &Bytes, plan: &Plan) {
    match plan {
        Plan::Write { .. } | Plan::Defer => {
            found.leave_unexplained(key);
        }
        Plan::Left(Left::Skipped(_) | Left::TooLarge) => found.skipped += 1,
        Plan::Left(Left::Rejected(_)) => found.rejected += 1,
        Plan::Left(Left::Unchanged) => found.unchanged += 1,
        Plan::Left(_) => {}
    }
}

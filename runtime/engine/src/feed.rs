//! Where a run's units come from: a scan, the quarantine of an earlier pass, or the journal of a run that is
//! to be undone.

use std::collections::{HashMap, HashSet, VecDeque};

use remold_host_api::Bytes;
use xxhash_rust::xxh3::xxh3_64;

use crate::done_set::DoneSet;
use crate::epoch::Cause;
use crate::port::{Candidate, Records, Scanner, Shard};
use crate::progress::Control;
use crate::record::{Group, JournalRecord};
use crate::recovery::Survey;
use crate::spec::RunSpec;
use crate::work::{Unit, Work};

/// A whole, in the unit of canary shares.
pub(crate) const WHOLE: u32 = 10_000;

/// Says in which ten-thousandth of the keys a key is. Always the same for a key, in every run.
pub(crate) fn bucket(key: &[u8]) -> u32 {
    u32::try_from(xxh3_64(key) % u64::from(WHOLE)).unwrap_or_default()
}

/// A source of units.
pub(crate) enum Feed<'a> {
    /// Keys that a scanner lists.
    Scan {
        scanner: Box<dyn Scanner>,
        /// Only keys of this share of the keyspace.
        share: u32,
        /// Of these, keys of this share were fed in an earlier stage.
        earlier: u32,
    },
    /// Given keys.
    Keys(VecDeque<Bytes>),
    /// Groups of the run that is undone, newest first.
    Undo {
        records: Records<'a>,
        applied: HashSet<u64>,
        /// How many groups there are, and how many were fed.
        total: u64,
        fed: u64,
        /// How often a key was the first of a group that was undone before.
        undone: HashMap<Bytes, u32>,
        pending: Vec<Group>,
        seen: DoneSet,
        /// Groups with a key that was fed before: they wait until everything newer is done.
        repeats: VecDeque<Group>,
    },
    /// Groups one after the other.
    Groups(VecDeque<Group>),
}

impl<'a> Feed<'a> {
    pub(crate) fn scan(
        spec: &RunSpec,
        shard: &dyn Shard,
        share: u32,
        earlier: u32,
    ) -> Result<Self, Cause> {
        let scanner = shard.scan(&spec.selection).map_err(Cause::Store)?;
        Ok(Self::Scan {
            scanner,
            share,
            earlier,
        })
    }

    /// Feeds the groups of the run that `survey` is of, but for those that were `undone` before.
    pub(crate) fn undo(
        records: Records<'a>,
        survey: &Survey,
        undone: HashMap<Bytes, u32>,
        seed: u64,
    ) -> Self {
        Self::Undo {
            records,
            applied: survey.applied_when_settled(),
            total: survey.groups_when_settled(),
            fed: 0,
            undone,
            pending: Vec::new(),
            seen: DoneSet::new(seed),
            repeats: VecDeque::new(),
        }
    }

    /// Returns the feed that has to follow when this one is drained and done.
    pub(crate) fn then(self) -> Option<Self> {
        match self {
            Self::Undo { repeats, .. } if !repeats.is_empty() => Some(Self::Groups(repeats)),
            _ => None,
        }
    }

    /// Says whether units have to be done one after the other.
    pub(crate) fn in_order(&self) -> bool {
        matches!(self, Self::Groups(_))
    }

    /// Returns the next units, at least about `wanted` of them unless the feed ends; `None` at its end.
    pub(crate) fn next_units(
        &mut self,
        spec: &RunSpec,
        claims: &DoneSet,
        control: &Control,
        wanted: usize,
    ) -> Result<Option<Vec<Unit>>, Cause> {
        match self {
            Self::Scan {
                scanner,
                share,
                earlier,
            } => {
                let Some(page) = scanner.next_page().map_err(Cause::Store)? else {
                    return Ok(None);
                };
                if let Some(fraction) = scanner.fraction() {
                    control.set_fraction(fraction);
                }
                Ok(Some(claim(spec, claims, control, page, *share, *earlier)))
            }
            Self::Keys(keys) => {
                let page: Vec<Unit> = keys
                    .drain(..wanted.min(keys.len()))
                    .map(unit_of_key)
                    .collect();
                Ok((!page.is_empty()).then_some(page))
            }
            Self::Undo {
                records,
                applied,
                total,
                fed,
                undone,
                pending,
                seen,
                repeats,
            } => {
                let mut page = Vec::with_capacity(wanted);
                while page.len() < wanted {
                    let Some(group) = next_group(records, applied, pending)? else {
                        break;
                    };
                    control.count(|tally| tally.scanned += 1);
                    *fed += 1;
                    if is_undone(undone, &group) {
                        continue;
                    }
                    let keys = group
                        .iter()
                        .filter(|image| !seen.insert(&image.key))
                        .count();
                    if keys == 0 {
                        page.push(Unit::new(Work::Undo(group)));
                    } else {
                        repeats.push_back(group);
                    }
                }
                #[allow(clippy::cast_precision_loss, reason = "a fraction for people")]
                control.set_fraction(*fed as f64 / (*total).max(1) as f64);
                Ok((!page.is_empty()).then_some(page))
            }
            Self::Groups(groups) => Ok(groups
                .pop_front()
                .map(|group| vec![Unit::new(Work::Undo(group))])),
        }
    }
}

fn unit_of_key(key: Bytes) -> Unit {
    Unit::new(Work::Migrate(Candidate::new(key)))
}

/// Keeps what is selected, in the share, and not claimed yet.
fn claim(
    spec: &RunSpec,
    claims: &DoneSet,
    control: &Control,
    mut page: Vec<Candidate>,
    share: u32,
    earlier: u32,
) -> Vec<Unit> {
    page.retain(|candidate| {
        spec.selects(&candidate.key)
            && spec.holds(&candidate.key)
            && (share >= WHOLE || bucket(&candidate.key) < share)
    });
    let (mut scanned, mut duplicates) = (0, 0);
    let claimed = claims.insert_all(page.iter().map(|candidate| &candidate.key[..]));
    let mut units = Vec::with_capacity(page.len());
    for (candidate, claimed) in page.into_iter().zip(claimed) {
        if claimed {
            scanned += 1;
            units.push(Unit::new(Work::Migrate(candidate)));
        } else if earlier == 0 || bucket(&candidate.key) >= earlier {
            scanned += 1;
            duplicates += 1;
        }
    }
    control.count(|tally| {
        tally.scanned += scanned;
        tally.duplicates += duplicates;
    });
    units
}

/// Says whether a group was undone before, and counts it off. Of groups with the same key the newest was undone first.
fn is_undone(undone: &mut HashMap<Bytes, u32>, group: &Group) -> bool {
    for image in group {
        if let Some(times) = undone.get_mut(&image.key)
            && *times > 0
        {
            *times -= 1;
            return true;
        }
    }
    false
}

fn next_group(
    records: &mut Records<'_>,
    applied: &HashSet<u64>,
    pending: &mut Vec<Group>,
) -> Result<Option<Group>, Cause> {
    loop {
        if let Some(group) = pending.pop() {
            return Ok(Some(group));
        }
        match records.next() {
            None => return Ok(None),
            Some(Err(error)) => return Err(Cause::Journal(error)),
            // Popped from the end: newest first, as the records come.
            Some(Ok(JournalRecord::Batch { id, groups })) if applied.contains(&id) => {
                *pending = groups;
            }
            Some(Ok(_)) => {}
        }
    }
}

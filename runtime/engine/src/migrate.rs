//! The worker of a migration: decodes what was read, runs the transform, derives the operations.

mod drafts;
mod entries;
mod settle;

use std::collections::{BTreeMap, HashMap, HashSet};

use remold_host_api::{
    Bytes, Capability, Entry, Exports, Failure, Outcome, Record, Remark, Transform,
};

use self::drafts::{Beside, Drafts};
use self::entries::entry_of_record;
pub(crate) use self::entries::{change_of, entry_of};
use self::settle::{settle, unread};
use crate::derive::{self, Original, Planned, derive, reject};
use crate::expressible::writable;
use crate::port::{Fetched, Session, StoreError};
use crate::record::Rejected;
use crate::report::Event;
use crate::spec::{Oversized, RunSpec};
use crate::surroundings::Surroundings;
use crate::work::{Left, Plan};

/// In which direction a transform is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Migrate,
    Revert,
}

/// A transform's instance with the steps around it.
pub(crate) struct Migrate {
    transform: Box<dyn Transform>,
    exports: Exports,
    direction: Direction,
    /// What the one record of the next batch was before the way there, on the way back.
    origin: Option<Entry>,
}

impl Migrate {
    pub(crate) fn new(
        transform: Box<dyn Transform>,
        exports: Exports,
        direction: Direction,
    ) -> Self {
        Self {
            transform,
            exports,
            direction,
            origin: None,
        }
    }

    /// Plans the way back of one record; `origin` is what it was before the way there.
    pub(crate) fn plan_back(
        &mut self,
        around: Surroundings<'_>,
        session: &mut dyn Session,
        key: &Bytes,
        fetched: Fetched,
        origin: Option<Entry>,
    ) -> Result<Vec<Plan>, StoreError> {
        self.origin = origin;
        let plans = self.plan(around, session, std::slice::from_ref(key), vec![fetched]);
        self.origin = None;
        plans
    }

    /// Plans a batch: one plan for each key, in order. Other keys that the transform names come under
    /// the session's guard.
    pub(crate) fn plan(
        &mut self,
        around: Surroundings<'_>,
        session: &mut dyn Session,
        keys: &[Bytes],
        fetched: Vec<Fetched>,
    ) -> Result<Vec<Plan>, StoreError> {
        let mut plans: Vec<Option<Plan>> = keys.iter().map(|_| None).collect();
        let mut drafts = Drafts::with_capacity(keys.len());
        for (place, (key, fetched)) in keys.iter().zip(fetched).enumerate() {
            match read(around.spec, key, fetched) {
                Ok((mut record, original)) => {
                    if let Some(origin) = self.origin.take() {
                        record.set_origin(origin);
                    }
                    let shown = around.spec.show_changes.then(|| entry_of_record(&record));
                    let beside = Beside {
                        place,
                        original,
                        shown,
                        remark: Remark::default(),
                    };
                    drafts.push(record, beside);
                }
                Err(left) => unread(around, key, left, &mut plans[place]),
            }
        }
        self.look_up(around, session, &mut drafts, &mut plans)?;
        self.transform(around, keys, &mut drafts, &mut plans);
        finish(around, session, keys, drafts, &mut plans)?;
        let planned = plans
            .into_iter()
            .map(|plan| plan.unwrap_or(Plan::Left(Left::Unchanged)));
        Ok(planned.collect())
    }

    /// Plans one record that a program edited itself.
    pub(crate) fn plan_edited(
        around: Surroundings<'_>,
        session: &mut dyn Session,
        record: Record,
        original: Original,
        shown: Option<Entry>,
    ) -> Result<Plan, StoreError> {
        let keys = [record.key().clone()];
        let mut drafts = Drafts::default();
        let beside = Beside {
            place: 0,
            original,
            shown,
            remark: Remark::default(),
        };
        drafts.push(record, beside);
        let mut plans = vec![None];
        finish(around, session, &keys, drafts, &mut plans)?;
        Ok(plans.pop().flatten().unwrap_or(Plan::Left(Left::Unchanged)))
    }

    /// Reads the keys that the records' transform asks for, all in one round trip, without a guard.
    fn look_up(
        &mut self,
        around: Surroundings<'_>,
        session: &mut dyn Session,
        drafts: &mut Drafts,
        plans: &mut [Option<Plan>],
    ) -> Result<(), StoreError> {
        if !self.exports.lookups || drafts.records.is_empty() {
            return Ok(());
        }
        let mut asked: Vec<Vec<Bytes>> = Vec::with_capacity(drafts.records.len());
        let answers = self
            .transform
            .lookups(&around.spec.context, &drafts.records);
        let mut answers = answers.into_iter();
        drafts.retain(|record, beside| {
            let rejected = match answers.next().unwrap_or_else(|| Err(no_answer("lookups"))) {
                Ok(keys) => match keys
                    .iter()
                    .find_map(|key| denied_read(around.spec, record.key(), key))
                {
                    Some(rejected) => rejected,
                    None => {
                        asked.push(keys);
                        return true;
                    }
                },
                Err(failure) => failed(record.key(), &failure),
            };
            let plan = Plan::Left(Left::Rejected(rejected));
            settle(around, record, beside, None, plan, plans);
            false
        });
        let mut all: Vec<Bytes> = asked.iter().flatten().cloned().collect();
        all.sort_unstable();
        all.dedup();
        let fetched = if all.is_empty() {
            Vec::new()
        } else {
            session.read(&all)?
        };
        let found: HashMap<Bytes, Option<Entry>> = all
            .into_iter()
            .zip(fetched)
            .map(|(key, at)| {
                let entry = entry_of(&key, at);
                (key, entry)
            })
            .collect();
        for (record, keys) in drafts.records.iter_mut().zip(asked) {
            let lookups = keys.into_iter().map(|key| {
                let entry = found.get(&key).cloned().flatten();
                (key, entry)
            });
            record.set_lookups(lookups.collect());
        }
        Ok(())
    }

    /// Runs the transform over all records at once; what does not go on is planned.
    fn transform(
        &mut self,
        around: Surroundings<'_>,
        keys: &[Bytes],
        drafts: &mut Drafts,
        plans: &mut [Option<Plan>],
    ) {
        if drafts.records.is_empty() {
            return;
        }
        let context = &around.spec.context;
        let Drafts { records, beside } = drafts;
        let again = |place: usize| {
            let beside = &beside[place];
            beside.original.entry(&keys[beside.place])
        };
        let outcomes = match self.direction {
            Direction::Migrate => self.transform.migrate(context, records, &again),
            Direction::Revert => self.transform.revert(context, records, &again),
        };
        for line in self.transform.take_log() {
            around.observer.event(Event::Log(line));
        }
        let remarks = self.transform.take_remarks();
        for (beside, remark) in drafts.beside.iter_mut().zip(remarks) {
            beside.remark = remark;
        }
        let mut outcomes = outcomes.into_iter();
        drafts.retain(|record, beside| {
            let left = match outcomes.next().unwrap_or_else(|| Err(no_answer("migrate"))) {
                Ok(Outcome::Done) if record.is_touched() => return true,
                Ok(Outcome::Done) => Left::Unchanged,
                Ok(Outcome::Skip(reason)) => Left::Skipped(reason),
                Ok(Outcome::Reject(rejection)) => {
                    let rejected = reject(record.key(), &rejection.code, rejection.message);
                    Left::Rejected(rejected.with(&beside.remark))
                }
                Err(failure) => Left::Rejected(failed(record.key(), &failure).with(&beside.remark)),
            };
            settle(around, record, beside, None, Plan::Left(left), plans);
            false
        });
    }
}

/// Decodes a key that was read, or says why there is nothing to transform.
fn read(spec: &RunSpec, key: &Bytes, fetched: Fetched) -> Result<(Record, Original), Left> {
    let image = match fetched {
        Fetched::Found(image) => image,
        Fetched::Absent => return Err(Left::Vanished),
        Fetched::Unreadable(why) => {
            return Err(Left::Rejected(reject(key, why.code(), why.to_string())));
        }
        Fetched::TooLarge { bytes } => {
            return Err(match spec.policy.oversized {
                Oversized::Skip => Left::TooLarge,
                Oversized::Reject | Oversized::Stream => {
                    let limit = spec.selection.max_bytes;
                    let message =
                        format!("the key takes {bytes} bytes, limits.maxKeyBytes is {limit}");
                    Left::Rejected(reject(key, "too-large", message))
                }
            });
        }
    };
    let decoded = remold_rdb::decode(&image.payload)
        .map_err(|error| Left::Rejected(reject(key, "undecodable", error.to_string())))?;
    if spec
        .selection
        .kind
        .is_some_and(|kind| kind != decoded.value.kind())
    {
        return Err(Left::Vanished);
    }
    let original = Original::new(image, &decoded.value);
    let entry = Entry {
        key: key.clone(),
        value: decoded.value,
        expires_at: original.image.expires_at,
    };
    Ok((Record::new(entry), original))
}

/// Puts the other keys under guard and derives the operations.
fn finish(
    around: Surroundings<'_>,
    session: &mut dyn Session,
    keys: &[Bytes],
    mut drafts: Drafts,
    plans: &mut [Option<Plan>],
) -> Result<(), StoreError> {
    let mut named = claim_others(around, keys, &mut drafts, plans);
    let mut others: HashMap<Bytes, Fetched> = HashMap::new();
    if !named.is_empty() {
        let keys: Vec<Bytes> = named.values().flatten().cloned().collect();
        let fetched = session.extend_guard(&keys)?;
        others.extend(keys.into_iter().zip(fetched));
    }
    let none = HashMap::new();
    for (record, mut beside) in drafts.records.iter().zip(drafts.beside) {
        let shown = beside.shown.take();
        let shown = shown.map(|before| Box::new(change_of(before, record)));
        let mine: Option<HashMap<Bytes, Fetched>> = named.remove(&beside.place).map(|names| {
            let names = names.into_iter();
            names.filter_map(|key| others.remove_entry(&key)).collect()
        });
        let derived = derive(
            around,
            record,
            &beside.original,
            mine.as_ref().unwrap_or(&none),
        );
        let plan = match derived.and_then(|planned| writable(around.facts, planned)) {
            Ok(Some(planned)) => Plan::Write {
                planned: Planned {
                    way: beside.remark.way.take(),
                    ..planned
                },
                reverted: false,
                change: shown,
            },
            Ok(None) => Plan::Left(Left::Unchanged),
            Err(rejected) => Plan::Left(Left::Rejected(Rejected {
                key: record.key().clone(),
                ..rejected
            })),
        };
        settle(around, record, &beside, mine.as_ref(), plan, plans);
    }
    Ok(())
}

/// Collects the other keys of all records, by the records' places. A record that names a key that another one of the
/// batch is about, or names, has to wait for its turn alone.
fn claim_others(
    around: Surroundings<'_>,
    keys: &[Bytes],
    drafts: &mut Drafts,
    plans: &mut [Option<Plan>],
) -> BTreeMap<usize, Vec<Bytes>> {
    let mut named: BTreeMap<usize, Vec<Bytes>> = BTreeMap::new();
    let mut taken: HashSet<Bytes> = HashSet::new();
    drafts.retain(|record, beside| {
        let names = match derive::named_keys(around.spec, record) {
            Ok(names) => names,
            Err(rejected) => {
                let plan = Plan::Left(Left::Rejected(rejected));
                settle(around, record, beside, None, plan, plans);
                return false;
            }
        };
        let clashes = |name: &Bytes| taken.contains(name) || keys.contains(name);
        if names.iter().any(clashes) {
            settle(around, record, beside, None, Plan::Defer, plans);
            return false;
        }
        if !names.is_empty() {
            taken.extend(names.iter().cloned());
            named.insert(beside.place, names);
        }
        true
    });
    named
}

fn denied_read(spec: &RunSpec, record: &Bytes, key: &Bytes) -> Option<Rejected> {
    if spec.lends(key) {
        return None;
    }
    let either = [Capability::Read, Capability::Write];
    let granted = || spec.capabilities.check_any(&either, key).err();
    let refusal = spec.reserves(key).or_else(granted)?;
    Some(reject(record, "denied", refusal.to_string()))
}

fn no_answer(function: &str) -> Failure {
    let message = format!("{function} gave fewer answers than it was given records");
    Failure::new(remold_host_api::FailureReason::Abi, message)
}

fn failed(key: &Bytes, failure: &Failure) -> Rejected {
    let place = failure.location.as_ref();
    Rejected {
        location: place.map(ToString::to_string),
        ..reject(key, failure.reason.code(), &failure.message)
    }
}

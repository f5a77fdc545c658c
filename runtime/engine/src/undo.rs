//! The worker of a rollback: restores what a group of keys was, if each is still what the run left.

use remold_host_api::{Bytes, TransformSource};

use crate::clock;
use crate::derive::Planned;
use crate::digest::ValueDigest;
use crate::expressible::writable;
use crate::migrate::{Direction, Migrate, entry_of};
use crate::port::{Fetched, Image, Session, StoreError, Write};
use crate::record::{AfterImage, Group, KeyImage};
use crate::report::KeptReason;
use crate::surroundings::Surroundings;
use crate::work::{Left, Plan};

/// Plans the undoing of groups.
pub(crate) struct Undo {
    revert: Option<Migrate>,
}

/// How a key stands to what the run had made of it.
enum Standing {
    /// As the run left it.
    AsAfter,
    /// As it was before the run.
    AsBefore,
    /// It had an expiry and that has passed.
    Expired,
    /// Something else has happened.
    Since(KeptReason),
}

impl Undo {
    pub(crate) fn new(
        revert: Option<&dyn TransformSource>,
    ) -> Result<Self, remold_host_api::Failure> {
        let revert = match revert {
            Some(source) => Some(Migrate::new(
                source.instantiate()?,
                source.exports(),
                Direction::Revert,
            )),
            None => None,
        };
        Ok(Self { revert })
    }

    /// Plans a batch: one plan for each group, in order. `fetched` holds the keys of all groups in order.
    pub(crate) fn plan(
        &mut self,
        around: Surroundings<'_>,
        session: &mut dyn Session,
        groups: &[&Group],
        fetched: Vec<Fetched>,
    ) -> Result<Vec<Plan>, StoreError> {
        let mut fetched = fetched.into_iter();
        let mut plans = Vec::with_capacity(groups.len());
        for group in groups {
            let now: Vec<Fetched> = fetched.by_ref().take(group.len()).collect();
            let plan = match plan_group(group, &now) {
                Err(kept) => self.revert_group(around, session, group, now, kept)?,
                Ok(Plan::Write {
                    planned,
                    reverted,
                    change,
                }) => match writable(around.facts, Some(planned)) {
                    Ok(Some(planned)) => Plan::Write {
                        planned,
                        reverted,
                        change,
                    },
                    Ok(None) => Plan::Left(Left::Already),
                    Err(rejected) => Plan::Left(Left::Rejected(rejected)),
                },
                Ok(plan) => plan,
            };
            plans.push(plan);
        }
        Ok(plans)
    }

    /// Lets the reverse transform have the record where it now lives, if there is one and it lives.
    fn revert_group(
        &mut self,
        around: Surroundings<'_>,
        session: &mut dyn Session,
        group: &Group,
        now: Vec<Fetched>,
        (key, reason): (Bytes, KeptReason),
    ) -> Result<Plan, StoreError> {
        let kept = Plan::Left(Left::Kept(key, reason));
        let Some(revert) = &mut self.revert else {
            return Ok(kept);
        };
        let living = group
            .iter()
            .zip(now)
            .find(|(image, now)| image.after.is_some() && matches!(now, Fetched::Found(_)));
        let Some((image, found)) = living else {
            return Ok(kept);
        };
        let own = &group[0];
        let origin = own.before.clone().map(Fetched::Found);
        let origin = origin.and_then(|before| entry_of(&own.key, before));
        let mut plans = revert.plan_back(around, session, &image.key, found, origin)?;
        Ok(match plans.pop() {
            Some(Plan::Write {
                planned, change, ..
            }) => Plan::Write {
                planned,
                reverted: true,
                change,
            },
            Some(Plan::Left(Left::Unchanged | Left::Skipped(_)) | Plan::Defer) | None => kept,
            Some(left) => left,
        })
    }
}

/// Plans one group; an error says which key keeps it from being restored.
fn plan_group(group: &Group, now: &[Fetched]) -> Result<Plan, (Bytes, KeptReason)> {
    let mut restored = Planned {
        group: Vec::with_capacity(group.len()),
        writes: Vec::new(),
        bytes: (0, 0),
        way: None,
    };
    let mut all_before = true;
    let mut expired = false;
    let mut since = None;
    for (image, now) in group.iter().zip(now) {
        let standing = standing(image, now);
        if group.len() > 1 && !matches!(standing, Standing::Since(_)) && unchanged(image) {
            // The record's own key, which the run had left as it was, says nothing either way.
            restore(image, now, &mut restored);
            continue;
        }
        match standing {
            // Only if all of the group is back, nothing is left to do.
            Standing::AsBefore if matches!(now, Fetched::Found(_)) => {
                since.get_or_insert((image.key.clone(), KeptReason::WrittenSince));
            }
            Standing::AsBefore if has_expired(image) => expired = true,
            Standing::AsBefore => {
                since.get_or_insert((image.key.clone(), KeptReason::DeletedSince));
            }
            Standing::AsAfter => {
                all_before = false;
                restore(image, now, &mut restored);
            }
            Standing::Expired => {
                all_before = false;
                expired = true;
            }
            Standing::Since(reason) => {
                all_before = false;
                since = Some((image.key.clone(), reason));
                break;
            }
        }
    }
    if all_before {
        return Ok(Plan::Left(Left::Already));
    }
    if let Some(since) = since {
        return Err(since);
    }
    if expired {
        return Ok(Plan::Left(Left::Expired));
    }
    Ok(Plan::Write {
        planned: restored,
        reverted: false,
        change: None,
    })
}

/// Says whether the run left the key's value as it was (its own key, where only others were written).
fn unchanged(image: &KeyImage) -> bool {
    match (&image.before, &image.after) {
        (Some(before), Some(after)) => {
            before.expires_at == after.expires_at
                && digest(before).is_some_and(|digest| digest == after.digest)
        }
        (None, None) => true,
        _ => false,
    }
}

/// Says whether what the run left had an expiry that has passed.
fn has_expired(image: &KeyImage) -> bool {
    image
        .after
        .and_then(|after| after.expires_at)
        .is_some_and(|at| at <= clock::now_ms())
}

fn digest(image: &Image) -> Option<ValueDigest> {
    let decoded = remold_rdb::decode(&image.payload).ok()?;
    Some(ValueDigest::of(&decoded.value))
}

fn standing(image: &KeyImage, now: &Fetched) -> Standing {
    if matches!(now, Fetched::Unreadable(_)) {
        // What the run left or had found can be read.
        return Standing::Since(written_since(image));
    }
    let Fetched::Found(found) = now else {
        return match (&image.after, &image.before) {
            (None, Some(_)) => Standing::AsAfter,
            (_, None) => Standing::AsBefore,
            _ if has_expired(image) => Standing::Expired,
            _ => Standing::Since(KeptReason::DeletedSince),
        };
    };
    let there = digest(found);
    if image.after.is_some_and(|after| Some(after.digest) == there) {
        return Standing::AsAfter;
    }
    if image
        .before
        .as_ref()
        .is_some_and(|before| digest(before) == there)
    {
        return Standing::AsBefore;
    }
    Standing::Since(written_since(image))
}

fn written_since(image: &KeyImage) -> KeptReason {
    if image.after.is_none() {
        KeptReason::CreatedSince
    } else {
        KeptReason::WrittenSince
    }
}

/// Adds what restores one key. An expiry that was set since the run stays; one that the run itself had set
/// goes back to what it was.
fn restore(image: &KeyImage, now: &Fetched, into: &mut Planned) {
    let key = image.key.clone();
    let found = match now {
        Fetched::Found(found) => Some(found.clone()),
        _ => None,
    };
    let Some(before) = &image.before else {
        into.writes.push(Write::Delete { key: key.clone() });
        into.group.push(KeyImage {
            key,
            before: found,
            after: None,
        });
        return;
    };
    let expires_at = match (&found, &image.after) {
        (Some(found), Some(after)) if found.expires_at != after.expires_at => found.expires_at,
        _ => before.expires_at,
    };
    // An expiry that has passed meanwhile brings no dead key back: the server deletes what is written with it, by its
    // own clock. By ours a key that lives there may be dead.
    into.bytes.0 += found.as_ref().map_or(0, |found| found.payload.len() as u64);
    into.bytes.1 += before.payload.len() as u64;
    let digest = digest(before).unwrap_or(ValueDigest([0; 16]));
    let same_value = found
        .as_ref()
        .is_some_and(|found| found.payload == before.payload);
    match &found {
        Some(found) if same_value && found.expires_at == expires_at => {}
        Some(_) if same_value => into.writes.push(Write::Expire {
            key: key.clone(),
            at: expires_at,
        }),
        _ => {
            let image = Image {
                payload: before.payload.clone(),
                expires_at,
                eviction: before.eviction,
            };
            // What is put back comes before what is deleted.
            into.writes.insert(
                0,
                Write::Put {
                    key: key.clone(),
                    image,
                },
            );
        }
    }
    into.group.push(KeyImage {
        key,
        before: found,
        after: Some(AfterImage { digest, expires_at }),
    });
}

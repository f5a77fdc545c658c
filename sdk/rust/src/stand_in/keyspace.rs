//! What a program can reach: the keys that the test has put there.

use std::panic::Location;

use super::pattern::matches;
use super::refusals::{invalid, shown};
use super::{Answer, List, Slot, State, state, with};
use crate::keyspace::Applied;
use crate::refusal::Code;
use crate::testing::{Entry, Outcome};
use crate::value::{Kind, Value};

/// So many keys are listed at a time.
const PAGE: usize = 64;

pub(crate) fn scan(pattern: &[u8], kind: Option<Kind>) -> Answer<Vec<Vec<u8>>> {
    with(|state| {
        let query = (pattern.to_vec(), kind);
        if state
            .scan
            .as_ref()
            .is_none_or(|(current, _)| *current != query)
        {
            let listed = state.keys.iter().filter(|(key, entry)| {
                matches(pattern, key) && kind.is_none_or(|kind| entry.value.kind() == kind)
            });
            let listed = listed.map(|(key, _)| key.clone()).collect();
            state.scan = Some((query, listed));
        }
        let left = state.scan.as_mut().map(|(_, left)| left);
        let page: Vec<Vec<u8>> = left.map_or_else(Vec::new, |left| {
            left.drain(..PAGE.min(left.len())).collect()
        });
        if page.is_empty() {
            state.scan = None;
        }
        Ok(page)
    })
}

pub(crate) fn get(keys: List<&[u8]>) -> Answer<Vec<Option<u32>>> {
    with(|state| {
        let editable = true;
        let mut numbers = Vec::with_capacity(keys.0.len());
        for key in keys.0 {
            let entry = state.keys.get(key).cloned();
            numbers.push(entry.map(|entry| state.hold(entry, Vec::new(), editable)));
        }
        Ok(numbers)
    })
}

pub(crate) fn apply(records: List<u32>) -> Answer<Vec<Applied>> {
    with(|state| {
        let slots: Vec<Slot> = records.0.into_iter().map(|i| state.take(i)).collect();
        slots
            .into_iter()
            .map(|slot| apply_one(state, slot))
            .collect()
    })
}

fn apply_one(state: &mut State, slot: Slot) -> Answer<Applied> {
    let key = slot.before.key.clone();
    if state.applied.contains(&key) {
        return Ok(Applied::Already);
    }
    if state.keys.get(&key) != Some(&slot.before) {
        return Ok(Applied::Conflict);
    }
    let others = slot
        .renamed
        .iter()
        .chain(slot.emitted.iter().map(|entry| &entry.key));
    if let Some(taken) = others
        .into_iter()
        .find(|other| state.keys.contains_key(*other))
    {
        let problem = format!("the key {} is there already", shown(taken));
        return Err(invalid(&shown(&key), &problem));
    }
    if slot.is_as_before() {
        return Ok(Applied::Unchanged);
    }
    state.keys.remove(&key);
    for removed in &slot.removed {
        state.keys.remove(removed);
    }
    let mut written = slot.emitted;
    if !slot.deleted {
        let key = slot.renamed.unwrap_or_else(|| key.clone());
        written.push(Entry { key, ..slot.entry });
    }
    // Redis has no empty list, set, sorted set or hash.
    written.retain(|entry| match entry.value {
        Value::Text(_) | Value::Stream(_) | Value::Opaque(_) => true,
        _ => entry.value.size() > 0,
    });
    for entry in written {
        state.keys.insert(entry.key.clone(), entry);
    }
    state.applied.insert(key);
    Ok(Applied::Applied)
}

pub(crate) fn release(records: List<u32>) {
    state::release(&records.0);
}

pub(crate) fn progress(done: u64, total: Option<u64>) {
    with(|state| state.progress = Some((done, total)));
}

pub(crate) fn checkpoint(checkpoint: &[u8]) -> Answer {
    with(|state| state.checkpoint = Some(checkpoint.to_vec()));
    Ok(())
}

pub(crate) fn resumed_from() -> Option<Vec<u8>> {
    with(|state| state.resumed_from.clone())
}

pub(crate) fn skip(reason: &str) {
    tell(Outcome::skip(reason));
}

pub(crate) fn reject(code: &str, message: &str) {
    tell(Outcome::reject(code, message));
}

pub(crate) fn fail(code: Option<Code>, message: &str, _place: Option<&Location<'_>>) {
    tell(Outcome::fail(code, message));
}

fn tell(outcome: Outcome) {
    with(|state| state.outcome = outcome);
}

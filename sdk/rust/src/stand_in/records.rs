//! What every record has, and what a transform may ask for beyond it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::Location;

use super::refusals::{expiry, not_looked_up, text};
use super::{Answer, Whole, whole, with};
use crate::refusal::Code;
use crate::testing::{Entry, Outcome};
use crate::value::{Kind, Value};

pub(crate) fn key(i: u32) -> Vec<u8> {
    with(|state| state.slot(i).entry.key.clone())
}

pub(crate) fn key_text(i: u32) -> Answer<String> {
    text(&key(i), || "the key".to_owned())
}

pub(crate) fn kind(i: u32) -> Kind {
    with(|state| state.value(i).kind())
}

pub(crate) fn size(i: u32) -> u64 {
    with(|state| state.value(i).size() as u64)
}

pub(crate) fn seed(i: u32) -> u64 {
    let mut hasher = DefaultHasher::new();
    with(|state| state.seed).hash(&mut hasher);
    key(i).hash(&mut hasher);
    hasher.finish()
}

pub(crate) fn expires_at(i: u32) -> Option<u64> {
    with(|state| state.slot(i).entry.expires_at)
}

pub(crate) fn set_expires_at(i: u32, at: Option<u64>) -> Answer {
    let at = expiry(at)?;
    with(|state| {
        state.edit(i)?.entry.expires_at = at;
        Ok(())
    })
}

pub(crate) fn ttl(i: u32) -> Option<u64> {
    let now = super::context::now_ms();
    expires_at(i).map(|at| at.saturating_sub(now))
}

pub(crate) fn set_ttl(i: u32, ms: Option<u64>) -> Answer {
    let now = super::context::now_ms();
    set_expires_at(i, expiry(ms)?.map(|ms| now.saturating_add(ms)))
}

pub(crate) fn get_value(i: u32) -> Value {
    with(|state| state.value(i).clone())
}

pub(crate) fn set_value(i: u32, value: Whole<'_>) -> Answer {
    with(|state| {
        let place = state.edit_value(i)?;
        *place = whole::checked(value.0)?;
        Ok(())
    })
}

pub(crate) fn rename(i: u32, key: &[u8]) -> Answer {
    with(|state| {
        let slot = state.edit(i)?;
        slot.renamed = Some(key.to_vec()).filter(|key| *key != slot.entry.key);
        Ok(())
    })
}

pub(crate) fn delete(i: u32) -> Answer {
    with(|state| {
        state.edit(i)?.deleted = true;
        Ok(())
    })
}

pub(crate) fn emit(i: u32, key: &[u8], value: Whole<'_>, expires_at: Option<u64>) -> Answer {
    let entry = Entry {
        key: key.to_vec(),
        value: whole::checked(value.0)?,
        expires_at: expiry(expires_at)?,
    };
    with(|state| {
        state.edit(i)?.emitted.push(entry);
        Ok(())
    })
}

pub(crate) fn remove(i: u32, key: &[u8]) -> Answer {
    with(|state| {
        state.edit(i)?.removed.push(key.to_vec());
        Ok(())
    })
}

pub(crate) fn ask(i: u32, key: &[u8]) -> Answer {
    with(|state| {
        state.edit(i)?.asked.push(key.to_vec());
        Ok(())
    })
}

pub(crate) fn lookup(i: u32, key: &[u8]) -> Answer<Option<u32>> {
    with(|state| {
        if !state.slot(i).asked.iter().any(|asked| asked == key) {
            return Err(not_looked_up(key));
        }
        let found = state.keys.get(key).cloned();
        let editable = false;
        Ok(found.map(|entry| state.hold(entry, Vec::new(), editable)))
    })
}

pub(crate) fn skip(i: u32, reason: &str) {
    tell(i, Outcome::skip(reason));
}

pub(crate) fn reject(i: u32, code: &str, message: &str) {
    tell(i, Outcome::reject(code, message));
}

pub(crate) fn fail(i: u32, code: Option<Code>, message: &str, _place: Option<&Location<'_>>) {
    tell(i, Outcome::fail(code, message));
}

fn tell(i: u32, outcome: Outcome) {
    with(|state| state.slot(i).outcome = outcome);
}

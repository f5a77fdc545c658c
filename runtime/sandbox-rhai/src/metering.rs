//! How the memory and the place of a script are known: its syntax tree is rewritten once, after
//! parsing, so that everything that can make data grow is charged.
//!
//! Two functions that no script writes are put into the tree ([`rewrite`]):
//!
//! - `__charge(x)` charges the size of `x`, all of it, and passes it on. It goes around whatever is
//!   stored (variables, elements, arguments of script functions), around literals, interpolated text
//!   and `+`, and around results of Rhai's own library. What a store copies is walked anyway, so the
//!   walk costs no more than the copy, and shared text that is stored counts in full, since a later
//!   edit copies it.
//! - `__here(n)` at the head of a loop takes note of the place, for the message of a limit, and
//!   charges the loop's `n` statements of the form `x += 1`, which may push onto an array.
//!
//! What is charged is never given back during a call for a record, so the count bounds what is
//! alive. What stays outside the count: operands of an expression that is still being evaluated,
//! which are copies of counted values; with calls nested up to the limit there may be a few per
//! level.

mod chain;
pub(crate) mod rewrite;

use std::sync::Arc;

use remold_host_api::FailureReason;
use rhai::{Array, Dynamic, Engine, FnPtr, ImmutableString, Map, NativeCallContext};

use crate::json::MAX_DEPTH;
use crate::meter::Fallible;
use crate::record::value::NewValue;
use crate::session::Session;

pub(crate) const CHARGE: &str = "__charge";
pub(crate) const HERE: &str = "__here";

/// What a value takes beside its contents.
const SLOT: usize = 32;

/// What an element of a map takes beside its name and value.
const NODE: usize = 48;

/// Adds up what a value holds, shared parts in full; nothing if it is more than `budget` bytes or
/// nested too deep.
pub(crate) fn size(value: &Dynamic, budget: usize) -> Option<usize> {
    let mut left = budget;
    measure(value, &mut left, 0)?;
    Some(budget - left)
}

fn spend(left: &mut usize, bytes: usize) -> Option<()> {
    *left = left.checked_sub(bytes)?;
    Some(())
}

fn measure(value: &Dynamic, left: &mut usize, depth: usize) -> Option<()> {
    if depth > MAX_DEPTH {
        return None;
    }
    spend(left, SLOT)?;
    if value.is_int() || value.is_bool() || value.is_unit() || value.is_float() {
        return Some(());
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return spend(left, text.len());
    }
    if let Ok(items) = value.as_array_ref() {
        return items.iter().try_for_each(|item| measure(item, left, depth + 1));
    }
    if let Ok(map) = value.as_map_ref() {
        return map.iter().try_for_each(|(name, value)| {
            spend(left, NODE + name.len())?;
            measure(value, left, depth + 1)
        });
    }
    if let Ok(blob) = value.as_blob_ref() {
        return spend(left, blob.len());
    }
    if let Some(pointer) = value.read_lock::<FnPtr>() {
        spend(left, NODE)?;
        return pointer.iter_curry().try_for_each(|value| measure(value, left, depth + 1));
    }
    if let Some(value) = value.read_lock::<NewValue>() {
        return spend(left, value.0.weight());
    }
    spend(left, NODE)
}

/// Says whether a value is nested too deep to be handled.
fn too_deep(value: &Dynamic, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return true;
    }
    if let Ok(items) = value.as_array_ref() {
        return items.iter().any(|item| too_deep(item, depth + 1));
    }
    if let Ok(map) = value.as_map_ref() {
        return map.values().any(|value| too_deep(value, depth + 1));
    }
    value
        .read_lock::<FnPtr>()
        .is_some_and(|pointer| pointer.iter_curry().any(|value| too_deep(value, depth + 1)))
}

fn charge(session: &Session, value: &Dynamic) -> Fallible<()> {
    let left = session.meter.memory_left();
    match size(value, left) {
        Some(bytes) => session.meter.allocate(bytes),
        None if too_deep(value, 0) => Err(session.meter.fail(
            FailureReason::Memory,
            format!("data is nested deeper than {MAX_DEPTH} levels"),
        )),
        // What it takes is more than is left; how much more does not matter.
        None => session.meter.allocate(left.saturating_add(1)),
    }
}

/// Takes note of the place before passing a charge on, if it fails.
fn located<T>(context: &NativeCallContext<'_>, session: &Session, result: Fallible<T>) -> Fallible<T> {
    if result.is_err() {
        session.meter.at(context.call_source().unwrap_or_default(), context.call_position());
    }
    result
}

/// Registers the two functions. The common types have their own version, because the engine finds an
/// exact match sooner.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    macro_rules! register {
        ($($value:ty),*) => {$(
            let s = Arc::clone(session);
            engine.register_fn(CHARGE, move |context: NativeCallContext<'_>, value: $value| {
                let value = Dynamic::from(value);
                let charged = charge(&s, &value);
                located(&context, &s, charged.map(|()| value))
            });
        )*};
    }
    register!(Dynamic, Array, Map);
    let s = Arc::clone(session);
    engine.register_fn(CHARGE, move |context: NativeCallContext<'_>, value: ImmutableString| {
        let charged = s.meter.allocate(SLOT + value.len());
        located(&context, &s, charged.map(|()| value))
    });
    let s = Arc::clone(session);
    engine.register_fn(CHARGE, move |context: NativeCallContext<'_>, value: i64| {
        let charged = s.meter.allocate(SLOT);
        located(&context, &s, charged.map(|()| value))
    });
    let s = Arc::clone(session);
    engine.register_fn(HERE, move |context: NativeCallContext<'_>, count: i64| {
        s.meter.at(context.call_source().unwrap_or_default(), context.call_position());
        s.meter.allocate(usize::try_from(count).unwrap_or(0) * SLOT)
    });
}

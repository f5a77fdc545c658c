//! How much a script's value holds, and how deep it is nested.

use rhai::{Dynamic, FnPtr};

use crate::json::MAX_DEPTH;
use crate::record::value::NewValue;

/// What a value takes beside its contents.
const SLOT: usize = 16;

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
    if let Ok(text) = value.as_immutable_string_ref() {
        return spend(left, text.len());
    }
    if let Ok(items) = value.as_array_ref() {
        return items
            .iter()
            .try_for_each(|item| measure(item, left, depth + 1));
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
        return pointer
            .iter_curry()
            .try_for_each(|value| measure(value, left, depth + 1));
    }
    if let Some(value) = value.read_lock::<NewValue>() {
        return spend(left, value.0.weight());
    }
    Some(())
}

/// Says whether a value is nested deeper than anything that handles it can follow; adds what it
/// looked at to `visited`.
pub(crate) fn too_deep(value: &Dynamic, visited: &mut u64) -> bool {
    fn deeper(value: &Dynamic, visited: &mut u64, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        *visited += 1;
        if value.is_int() || value.is_string() {
            return false;
        }
        if let Ok(items) = value.as_array_ref() {
            return items.iter().any(|item| deeper(item, visited, depth + 1));
        }
        if let Ok(map) = value.as_map_ref() {
            return map.values().any(|value| deeper(value, visited, depth + 1));
        }
        value.read_lock::<FnPtr>().is_some_and(|pointer| {
            pointer
                .iter_curry()
                .any(|value| deeper(value, visited, depth + 1))
        })
    }
    deeper(value, visited, 0)
}

//! The host's functions outside of the sandbox: a stand-in in memory, with the same meaning, for unit tests.
//!
//! It belongs to a thread, as [`Host`](crate::testing::Host) has made it. It grants everything and knows no limits.

pub(crate) mod backup;
pub(crate) mod columns;
pub(crate) mod context;
pub(crate) mod hashes;
pub(crate) mod json;
pub(crate) mod keyspace;
pub(crate) mod lists;
mod parameters;
mod pattern;
pub(crate) mod records;
mod refusals;
pub(crate) mod sets;
pub(crate) mod sorted_sets;
mod state;
pub(crate) mod streams;
pub(crate) mod texts;
mod whole;

pub(crate) use parameters::{List, Whole};
use state::{Slot, State};
pub(crate) use state::{end, start, with};

use crate::refusal::Refusal;

type Answer<T = ()> = Result<T, Refusal>;

/// Returns the elements that were asked for.
fn page<T>(items: &[T], start: u32, limit: u32) -> &[T] {
    let start = (start as usize).min(items.len());
    let end = start.saturating_add(limit as usize).min(items.len());
    &items[start..end]
}

/// Turns a number of elements into the contract's.
fn count(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

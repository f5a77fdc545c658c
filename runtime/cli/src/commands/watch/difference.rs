//! What is different between two results: pure functions of the one before and the one after.

pub(super) mod cases;
pub(super) mod counts;
pub(super) mod keys;

pub(super) use cases::{CaseState, Turn};
pub(crate) use counts::Count;
pub(super) use keys::{Fate, Ledger, Rejects};

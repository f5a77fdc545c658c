//! Components from outside, written in the text format: one folder, one file for each concern.

#![allow(missing_docs, clippy::unwrap_used, reason = "the crate is a test")]
#![allow(
    clippy::needless_raw_string_hashes,
    reason = "modules are texts that may get a quote any day"
)]

#[path = "component/bombs.rs"]
mod bombs;
#[path = "component/cache.rs"]
mod cache;
#[path = "component/contract.rs"]
mod contract;
#[path = "component/hostile.rs"]
mod hostile;
#[path = "component/parity.rs"]
mod parity;
#[path = "component/programs.rs"]
mod programs;
#[path = "component/records.rs"]
mod records;
#[path = "component/runtime.rs"]
mod runtime;
#[path = "component/support.rs"]
mod support;
#[path = "component/usage.rs"]
mod usage;

//! Transforms as WebAssembly: components, and plain core modules, which are made into components here.
//!
//! [`WasmSource::load`] compiles a component, or finds it compiled before, holds it against the contract of
//! `host-api/wit`, and makes instances that transform records.
//!
//! # What holds a guest back
//!
//! Twenty of the guest's instructions cost one unit of fuel, which is about what a step of a script costs; what the host does
//! for the guest is counted in the same measure. A batch has the sum of what its records have. The wall clock is looked at every five milliseconds, also in a loop without calls. Memory, tables
//! and the stack are bounded; what is written is counted for each record. A guest is given the functions of
//! the contract and nothing else: of WASI only what a language's runtime asks for when it starts, with a frozen clock, seeded
//! randomness, and no files, sockets or environment.
//!
//! # When a call ends before its time
//!
//! An instance that trapped is thrown away, and with it everything that was done for its batch. Then the records are tried
//! again, each alone, so that only those fail that fail by themselves; after a time-out, the record that was touched last is
//! the one to blame, and the others go on together. A batch costs at most two time limits: what is left then fails too.

mod bindings;
mod cache;
mod contract;
mod engine;
mod error;
mod failure;
mod fault;
mod host;
mod instance;
mod interface;
mod memory;
mod pointer;
mod said;
mod session;
mod source;
mod values;
mod wasi;
mod wrap;

pub use cache::digest;
pub use error::ComponentError;
pub use interface::Described;
pub use source::{Options, WasmSource};

//! Transforms as Rhai scripts.
//!
//! [`RhaiSource::compile`] takes the text of a script and of the files that it imports, checks it as
//! far as it can be checked without running it, and makes instances that transform records. This
//! crate reads no file and knows no clock but the one that limits a call.
//!
//! # What a script is
//!
//! ```rhai
//! fn migrate(rec) {
//!     let parts = rec.hash.get_or("name", "").split(" ");
//!     if parts.len() != 2 {
//!         return reject("name", "not a first and a last name");
//!     }
//!     rec.hash.set("first", parts[0]);
//!     rec.hash.set("last", parts[1]);
//!     rec.hash.remove("name");
//! }
//! ```
//!
//! A script exports `migrate(rec)`, and with it `revert(rec)` and `lookups(rec)` if it likes; or
//! `run()`, which makes it a program. Everything that it can call beside plain Rhai is in the
//! [table of host functions](remold_host_api::functions::HOST_FUNCTIONS).
//!
//! # What holds a script back
//!
//! Fuel is the count of Rhai's operations (few for what is called most: a method of `rec.hash`) plus one
//! unit for each 16 bytes that a native function handles, per record; the wall clock is checked every 256 operations and inside native functions
//! that take long. Calls and expressions may be nested as deep in every build. A limit that was
//! passed cannot be caught.
//!
//! Memory is measured after every operation if the program that embeds this crate gives a
//! [`MemoryProbe`]; what one operation can make at once is bounded by the size of one value, and
//! functions that make much of little are charged before they do. Without a probe the engine's own
//! limits apply to each single value, so that a script can hold a number of values of that size, and
//! filling an array of tens of thousands of items becomes slow.
//!
//! What stays open in both cases: a script runs in this process. A fault in Rhai itself is not
//! contained, so keep a memory limit around the process, and run scripts from strangers as WASM.

#![allow(
    clippy::needless_pass_by_value,
    reason = "the engine hands arguments over by value"
)]
#![allow(
    clippy::unnecessary_box_returns,
    reason = "the engine's own errors are boxed"
)]

mod bytes;
mod check;
mod context;
mod engine;
mod entry;
mod error;
mod failure;
mod fault;
mod given;
mod helpers;
mod instance;
mod json;
mod meter;
mod program;
mod record;
pub mod reference;
mod session;
mod shortcuts;
mod size;
mod source;
mod standard;

/// Says what is wrong with a regular expression as scripts take them; nothing if it is one.
pub fn regex_problem(pattern: &str) -> Option<String> {
    helpers::regex::problem(pattern)
}

/// Says what is wrong with a JSONPath as scripts take them; nothing if it is one.
pub fn json_path_problem(path: &str) -> Option<String> {
    helpers::paths::problem(path)
}

pub use error::CompileError;
pub use meter::MemoryProbe;
pub use source::{Options, RhaiSource, Script};

//! Traces of what a command does, sent to a collector by OTLP over HTTP: the command as the root span, its stages as the
//! root's children.
//!
//! It knows nothing of runs: what a stage is called and what an attribute means stands in one table ([`table`]), which the
//! reference is made of, and nobody else can make a span or an attribute. Whatever becomes of the collector, the command that
//! is traced never waits for it but for a bounded time at its end, and never fails for it. The decision is
//! `docs/adr/0030-traces.md`.

mod exporter;
mod page;
mod settings;
#[cfg(test)]
mod stub;
pub mod table;
mod trace;
mod trouble;
mod value;

pub use page::page;
pub use settings::{Settings, Unusable};
pub use trace::{PATIENCE, Trace};
pub use trouble::Trouble;
pub use value::Value;

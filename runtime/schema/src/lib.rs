//! JSON Schema: a schema is compiled once, and tells of a value everything that breaks it, each with its place and
//! in this project's words.
//!
//! For the parameters of the catalogue's transforms; draft 2020-12. Nothing is fetched: a reference to another document
//! does not compile. This crate does no I/O, and owns the package `jsonschema`.

mod defaults;
pub mod infer;
mod shape;
mod violation;

pub use shape::{Format, Schema, SchemaError};
pub use violation::{Violation, ViolationKind};

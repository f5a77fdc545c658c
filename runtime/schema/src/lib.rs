//! The logic of the schema registry: what shape the keys of a subject have at a version, what of a record breaks it, which
//! version a record is at, what changed between versions, and the way from one to another.
//!
//! [`Definition`] is a compiled `RedisSchema` document. [`Versions`] are those of one subject, and tell a record's version.
//! [`Registry`] holds all subjects and the migrations between their versions, and says what it may take; [`Route`]s are ways
//! through those migrations. [`KeyPattern`] tells which keys a schema is about.
//!
//! [`Course`] is what a migration between versions does with each record, and [`Governed`] the transform that does it: the
//! user's own ones, held against the versions before and after.
//!
//! [`compare`] tells what changed from one JSON Schema to another and what of that breaks, [`infer`] proposes schemas for data
//! that have none, and a [`Look`] counts what of live data is at which version.
//!
//! [`generate`] begins a migration between two versions with what differs.
//!
//! [`Schema`] is a JSON Schema over values that are JSON already: the parameters of the catalogue's transforms.
//!
//! Nothing is fetched: a reference leads to a place in its document or to a schema that is at hand. This crate does no I/O,
//! and owns the package `jsonschema`.

pub mod compare;
mod course;
mod decode;
mod defaults;
mod definition;
mod drift;
mod generate;
mod governed;
pub mod infer;
mod judgement;
mod key_pattern;
mod lint;
mod record_schema;
mod reference;
mod registry;
mod route;
mod shape;
mod typing;
mod versions;
mod view;
mod violation;

pub use course::{Course, NoCourse, Stage, Standing};
pub use definition::{Definition, Occasion, References, Seen};
pub use drift::{Example, Finding, InvalidRule, Look, Rule, SubjectLook, Trend};
pub use generate::{Edit, Generated, ScriptLanguage, Type, generate};
pub use governed::{Governed, Step, Survey};
pub use judgement::{Judgement, compare_definitions};
pub use key_pattern::{CaptureKind, InvalidKeyPattern, KeyPattern, Overlap, Part};
pub use lint::{Lint, LintKind};
pub use reference::{address, referred};
pub use registry::{Registry, Taken};
pub use route::{Edge, MissingEdge, Route, Routes};
pub use shape::{Format, Schema, SchemaError};
pub use versions::{VersionOf, Versions};
pub use violation::{Violation, ViolationKind};

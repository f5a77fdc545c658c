//! The YAML documents: types, defaults, validation, digest, JSON Schema.
//!
//! [`parse`] reads a `RedisMigration` document, [`Document::read`] reads it and keeps its text. Errors
//! carry their place, what was found, what is accepted and what was probably meant; all of them are given
//! at once where one does not hide the others.
//!
//! The types in [`spec`] are the single source of the document's shape: the check of the structure, the
//! JSON Schema for editors ([`schema`]) and the reference page are made from them.
//!
//! The fixtures of transforms are in [`cases`], recordings of runs in [`recording`].
//!
//! This crate does no I/O and reads no clock. Files that a document names are given to it as bytes.

mod artifact;
pub mod cases;
mod check;
mod digest;
mod document;
pub mod error;
pub mod quantity;
pub mod reference;
pub mod schema;
pub mod spec;
mod validate;
mod yaml;

pub use artifact::{ArtifactReference, ContentDigest, InvalidReference};
pub use cases::recording;
pub use digest::Digest;
pub use document::{Document, parse};
pub use error::{ManifestError, ManifestErrors, Problem};
pub use quantity::{Percentage, Period, Size};
pub use spec::{
    Migration, Spec,
    backup::{Backup, JournalSpec},
    capability::CapabilitySpec,
    limits::{FuelSpec, LimitSpec, Oversized},
    policy::{Approval, Policy, RetrySpec, Tolerance},
    select::{KeyKind, RESERVED_PREFIX, Select},
    strategy::{Guard, Strategy, Throttle},
    transform::{RhaiSource, SignatureSpec, TransformSpec, WasmPlace, WasmSource},
};
pub use yaml::{Path, Segment};

/// Returns the generated documents as `(file name, text)`, for `docs/reference/`.
pub fn generated_documents() -> Vec<(&'static str, String)> {
    let schema = schema::migration_schema();
    let schema = serde_json::to_string_pretty(schema).expect("a schema is a JSON object");
    vec![
        ("migration.schema.json", format!("{schema}\n")),
        ("manifest.md", reference::reference_page()),
    ]
}

//! The YAML documents: types, defaults, validation, digest, JSON Schema.
//!
//! [`parse`] reads a `RedisMigration` document, [`Document::read`] reads it and keeps its text, [`SchemaDocument::read`] does
//! that for a `RedisSchema`. This crate owns the package `semver`. Errors
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
mod name;
pub mod quantity;
pub mod redis_schema;
pub mod reference;
pub mod schema;
mod served;
pub mod spec;
mod validate;
mod yaml;

pub use artifact::{ArtifactReference, ContentDigest, InvalidReference};
pub use cases::recording;
pub use digest::Digest;
pub use document::{Document, kind_of, parse};
pub use error::{ManifestError, ManifestErrors, Problem};
pub use name::is_object_name;
pub use quantity::{Percentage, Period, Size};
pub use redis_schema::{RedisSchema, SchemaDocument, SchemaSpec};
pub use semver::{Version, VersionReq};
pub use spec::{
    Migration, Spec,
    backup::{
        Backup, JournalSpec, RdbBackupSpec, RdbPlace, RetentionSpec, VeleroBackupSpec,
        VolumeSnapshotSpec,
    },
    capability::CapabilitySpec,
    cluster::{
        AwaitedCondition, Coordination, FilesFrom, JobSpec, JournalPlace, NewClaim, OnFailure,
        Reference, RollbackSpec, StoreSpec, Toleration, Workload, WorkloadKind,
    },
    limits::{FuelSpec, LimitSpec, Oversized},
    policy::{Approval, Policy, RetrySpec, Tolerance},
    schema::SchemaChange,
    select::{KeyKind, RESERVED_PREFIX, Select},
    strategy::{Guard, Strategy, Throttle},
    transform::{RhaiSource, SignatureSpec, StepsSource, TransformSpec, WasmPlace, WasmSource},
};
pub use yaml::{Path, Segment, to_yaml};

/// Returns the generated documents as `(file name, text)`, for `docs/reference/`.
pub fn generated_documents() -> Vec<(&'static str, String)> {
    let pretty = |schema: &serde_json::Value| {
        let text = serde_json::to_string_pretty(schema).expect("a schema is a JSON object");
        format!("{text}\n")
    };
    vec![
        ("migration.schema.json", pretty(schema::migration_schema())),
        (
            "redis-schema.schema.json",
            pretty(schema::redis_schema_schema()),
        ),
        ("manifest.md", reference::reference_page()),
        ("schema.md", reference::schema_page()),
    ]
}

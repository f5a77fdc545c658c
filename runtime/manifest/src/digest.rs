//! The digests of documents, and a migration's effective form as JSON.

use std::fmt;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::redis_schema::RedisSchema;
use crate::spec::Migration;
use crate::spec::cluster::CLUSTER_FIELDS;
use crate::spec::transform::TransformSpec;

/// What a component is called in a digest, whatever it is called elsewhere.
const COMPONENT: &str = "component";

/// The SHA-256 of what a migration does, written as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Makes the digest of texts, in their order: of a line that says what they are, and of each, preceded by its length in
    /// bytes as eight bytes, the most significant first.
    pub fn of(kind: &str, texts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(kind.as_bytes());
        hash.update(b"\n");
        texts
            .iter()
            .for_each(|text| add(&mut hash, text.as_bytes()));
        Self(hash.finalize().into())
    }

    /// Returns the bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Migration {
    /// Returns the digest of what the migration does: of its `spec` with all defaults filled in, and of
    /// the transform's files as `(name, content)`.
    ///
    /// Of a component only its bytes and `reuse` count: where it comes from, under which name and how that is checked is
    /// without effect, so that the same component from a file, a registry or that registry's mirror is the same migration. So
    /// are the fields that are for the controller of a cluster alone.
    /// The order of fields, comments, the way in which values are written, the metadata and the order of
    /// `files` are without effect; everything else has one. What is hashed: the line
    /// `remold.dev/v1alpha1 migration`, the spec as JSON without white space and with sorted fields, and
    /// for each file, sorted by name, its name and its content; all but the first preceded by the length
    /// in bytes as eight bytes, the most significant first.
    pub fn digest(&self, files: &[(&str, &[u8])]) -> Digest {
        let mut spec = serde_json::to_value(&self.spec).expect("a spec is a JSON object");
        if let Some(fields) = spec.as_object_mut() {
            fields.retain(|name, _| !CLUSTER_FIELDS.contains(&name.as_str()));
        }
        let mut files = files.to_vec();
        if let TransformSpec::Wasm(wasm) = &self.spec.transform {
            spec["transform"]["wasm"] = serde_json::json!({ "reuse": wasm.reuse });
            files.iter_mut().for_each(|(name, _)| *name = COMPONENT);
        }
        files.sort_unstable();
        let mut hash = Sha256::new();
        hash.update(b"remold.dev/v1alpha1 migration\n");
        add(&mut hash, sorted(spec).to_string().as_bytes());
        for (name, content) in files {
            add(&mut hash, name.as_bytes());
            add(&mut hash, content);
        }
        Digest(hash.finalize().into())
    }

    /// Returns the effective document as JSON: every default filled in, fields in the order of the
    /// reference. [`crate::parse`] reads it back to an equal migration.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("a migration is a JSON object")
    }
}

impl RedisSchema {
    /// Returns the digest of what the schema says: of its `spec` with all defaults filled in.
    ///
    /// The order of fields, comments, the way in which values are written and the metadata are without effect. What is hashed: the
    /// line `remold.dev/v1alpha1 schema`, and the spec as JSON without white space and with sorted fields, preceded by
    /// its length in bytes as eight bytes, the most significant first.
    pub fn digest(&self) -> Digest {
        let mut spec = serde_json::to_value(&self.spec).expect("a spec is a JSON object");
        if let Some(fields) = spec.as_object_mut() {
            fields.retain(|name, _| name != "targetRef");
        }
        let mut hash = Sha256::new();
        hash.update(b"remold.dev/v1alpha1 schema\n");
        add(&mut hash, sorted(spec).to_string().as_bytes());
        Digest(hash.finalize().into())
    }
}

fn add(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// Sorts the fields of every object by name.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut fields: Vec<(String, Value)> = object.into_iter().collect();
            fields.sort_by(|(a, _), (b, _)| a.cmp(b));
            let sorted = fields
                .into_iter()
                .map(|(name, value)| (name, sorted(value)));
            Value::Object(sorted.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests;

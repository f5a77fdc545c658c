//! A schema of a subject at one version, compiled: what it says of keys, and what of a record breaks it.

use std::collections::BTreeMap;

use remold_host_api::{Bytes, Entry, Kind, Value as Stored};
use remold_manifest::redis_schema::{SchemaSpec, TtlSpec};
use remold_manifest::{ManifestErrors, Path, Problem, SchemaDocument, Version};
use serde_json::Value;

use crate::key_pattern::KeyPattern;
use crate::record_schema::{InvalidSchema, RecordSchema};
use crate::view::View;
use crate::violation::{Violation, ViolationKind};

/// A key with its value and expiry, as it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The key.
    pub key: &'a Bytes,
    /// The value.
    pub value: &'a Stored,
    /// When the key expires, Unix milliseconds; `None` if it does not.
    pub expires_at: Option<u64>,
}

impl<'a> Seen<'a> {
    /// Looks at an entry.
    pub const fn of(entry: &'a Entry) -> Self {
        Self {
            key: &entry.key,
            value: &entry.value,
            expires_at: entry.expires_at,
        }
    }
}

/// When a record is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// It was found: it may have lived for a while.
    Found,
    /// It is to be written: a least time to live counts too.
    Written,
}

/// The schemas that others may refer to, by their addresses: `remold:SUBJECT/VERSION`, see [`crate::address`].
pub type References = BTreeMap<String, Value>;

/// A schema of a subject at one version, compiled.
#[derive(Debug)]
pub struct Definition {
    document: SchemaDocument,
    pattern: KeyPattern,
    schema: RecordSchema,
    marker: Option<Marker>,
    digest: String,
}

/// What of a value says that it is of this version.
#[derive(Debug)]
struct Marker {
    pointer: String,
    /// The pointer's steps.
    steps: Vec<String>,
    value: String,
}

impl Definition {
    /// Reads a document and compiles it. `file` is named in errors. `references` are the other schemas that it may refer to by
    /// `remold:SUBJECT/VERSION`.
    pub fn read(file: &str, text: &str, references: &References) -> Result<Self, ManifestErrors> {
        Self::compile(SchemaDocument::read(file, text)?, references)
    }

    /// Compiles a document.
    pub fn compile(
        document: SchemaDocument,
        references: &References,
    ) -> Result<Self, ManifestErrors> {
        let spec = &document.schema.spec;
        let path = Path::of(&["spec"]);
        let mut problems = Vec::new();
        let pattern = KeyPattern::parse(&spec.keys).map_err(|invalid| {
            let problem = Problem::KeyPattern {
                message: format!("`{}` is no pattern of keys: {invalid}", spec.keys),
                hint: invalid.hint.map(str::to_owned),
            };
            problems.push((path.field("keys"), problem));
        });
        let schema = RecordSchema::compile(spec, references).map_err(|invalid| {
            let InvalidSchema {
                pointer,
                message,
                hint,
            } = invalid;
            let schema = Value::Object(spec.schema.clone());
            let place = path
                .field("schema")
                .join(&Path::of_pointer(&pointer, &schema));
            problems.push((place, Problem::JsonSchema { message, hint }));
        });
        let (Ok(pattern), Ok(schema)) = (pattern, schema) else {
            return Err(document.errors_at(problems));
        };
        let marker = spec.version_field.as_ref().map(|field| Marker {
            pointer: field.pointer.clone(),
            steps: steps_of(&field.pointer),
            value: field
                .value
                .clone()
                .unwrap_or_else(|| spec.version.to_string()),
        });
        let digest = document.schema.digest().to_string();
        Ok(Self {
            document,
            pattern,
            schema,
            marker,
            digest,
        })
    }

    /// Returns the subject.
    pub fn subject(&self) -> &str {
        &self.spec().subject
    }

    /// Returns the version.
    pub fn version(&self) -> &Version {
        &self.spec().version
    }

    /// Returns what the document says.
    pub fn spec(&self) -> &SchemaSpec {
        &self.document.schema.spec
    }

    /// Returns the document.
    pub fn document(&self) -> &SchemaDocument {
        &self.document
    }

    /// Returns the pattern of its keys.
    pub fn pattern(&self) -> &KeyPattern {
        &self.pattern
    }

    /// Returns the kind of its keys' values.
    pub fn kind(&self) -> Kind {
        self.spec().kind.into()
    }

    /// Returns the digest of what the document says, in hexadecimal digits: the same for documents that differ only in their
    /// metadata and the way in which they are written.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns the JSON Schema as it was written.
    pub fn json_schema(&self) -> Value {
        Value::Object(self.spec().schema.clone())
    }

    /// Lists the other schemas that this one refers to, as `SUBJECT/VERSION`.
    pub fn referred(&self) -> Vec<String> {
        crate::reference::referred(&self.json_schema())
    }

    /// Says whether a record is valid. `now` is in Unix milliseconds.
    pub fn accepts(&self, seen: Seen<'_>, now: u64, occasion: Occasion) -> bool {
        seen.value.kind() == self.kind()
            && self.pattern.matches(seen.key)
            && self.expiries(seen, now, occasion).is_empty()
            && self.schema.accepts(seen.value)
            && (occasion == Occasion::Found || self.is_said(seen.value))
    }

    /// Finds what of a record breaks the schema, the value's place with each; empty if it is valid.
    pub fn violations(&self, seen: Seen<'_>, now: u64, occasion: Occasion) -> Vec<Violation> {
        let mut violations = Vec::new();
        if !self.pattern.matches(seen.key) {
            let message = format!("the key does not match `{}`", self.pattern);
            violations.push(of_key(message, "/keys"));
        }
        let kind = self.kind();
        if seen.value.kind() != kind {
            let message = format!("this is a {}, not a {kind}", seen.value.kind());
            violations.push(of_key(message, "/type"));
            return violations;
        }
        violations.extend(self.expiries(seen, now, occasion));
        violations.extend(self.schema.violations(seen.value));
        if occasion == Occasion::Written {
            violations.extend(self.unsaid(seen.value));
        }
        violations
    }

    /// Reads what a record says of its version, if the schema names a place for it.
    pub(crate) fn said(&self, value: &Stored) -> Option<String> {
        self.at_marker(value, |_, said| said.to_owned())
    }

    /// Says whether what a record says of its version is this one; `None` if it says nothing.
    pub(crate) fn says(&self, value: &Stored) -> Option<bool> {
        self.at_marker(value, |marker, said| said == marker.value)
    }

    fn at_marker<T>(&self, value: &Stored, read: impl FnOnce(&Marker, &str) -> T) -> Option<T> {
        let marker = self.marker.as_ref()?;
        if value.kind() != self.kind() {
            return None;
        }
        let view = self.schema.view(value)?;
        let node = view.at(&marker.steps)?;
        Some(read(marker, &node.text()))
    }

    /// Says whether a value names this version, where it has to. What is written without it would be at another version.
    pub(crate) fn is_said(&self, value: &Stored) -> bool {
        self.marker.is_none() || self.says(value) == Some(true)
    }

    fn unsaid(&self, value: &Stored) -> Option<Violation> {
        let marker = self.marker.as_ref()?;
        let message = match self.said(value) {
            Some(said) if said == marker.value => return None,
            Some(said) => format!("`{said}` is not `{}`", marker.value),
            None => format!("this has to be `{}`, and is not there", marker.value),
        };
        Some(Violation {
            pointer: marker.pointer.clone(),
            ..of_key(message, "/versionField")
        })
    }

    /// Says whether the schema names a place for a record's version.
    pub(crate) fn is_marked(&self) -> bool {
        self.marker.is_some()
    }

    fn expiries(&self, seen: Seen<'_>, now: u64, occasion: Occasion) -> Vec<Violation> {
        let spec = self.spec();
        let mut violations = Vec::new();
        if let Some(message) = expiry(&spec.ttl, seen.expires_at, now, occasion) {
            violations.push(of_key(format!("the key {message}"), "/ttl"));
        }
        let Stored::Hash(fields) = seen.value else {
            return violations;
        };
        for (name, field) in &spec.fields {
            let Some(found) = fields.get(name.as_bytes()) else {
                continue;
            };
            if let Some(message) = expiry(&field.ttl, found.expires_at, now, occasion) {
                let name = name.replace('~', "~0").replace('/', "~1");
                violations.push(Violation {
                    pointer: format!("/{name}"),
                    ..of_key(
                        format!("the field {message}"),
                        &format!("/fields/{name}/ttl"),
                    )
                });
            }
        }
        violations
    }
}

fn of_key(message: String, rule: &str) -> Violation {
    Violation {
        pointer: String::new(),
        kind: ViolationKind::Other { message },
        meaning: None,
        rule: rule.to_owned(),
    }
}

/// Says what is wrong with an expiry, as what follows "the key".
fn expiry(ttl: &TtlSpec, at: Option<u64>, now: u64, occasion: Occasion) -> Option<String> {
    let Some(at) = at else {
        return ttl.required.then(|| "has no expiry".to_owned());
    };
    if !ttl.allowed {
        return Some("has an expiry".to_owned());
    }
    let left = at.saturating_sub(now);
    let shown = |left: u64| remold_manifest::Period::from_millis(left).to_string();
    if let Some(max) = ttl.max.filter(|max| left > max.as_millis()) {
        return Some(format!(
            "lives for {} more, at most {max} is accepted",
            shown(left)
        ));
    }
    let min = ttl.min.filter(|_| occasion == Occasion::Written);
    let min = min.filter(|min| left < min.as_millis())?;
    Some(format!(
        "lives for {}, at least {min} is accepted",
        shown(left)
    ))
}

/// Takes a JSON Pointer apart.
fn steps_of(pointer: &str) -> Vec<String> {
    let steps = pointer.split('/').skip(1);
    steps
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect()
}

impl RecordSchema {
    /// Looks at a value; `None` if it cannot be looked into.
    fn view<'a>(&self, value: &'a Stored) -> Option<View<'a>> {
        self.sight().view(value).ok().flatten()
    }
}

#[cfg(test)]
mod tests;

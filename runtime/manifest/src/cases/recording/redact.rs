//! Placeholders for what a recording must not tell.
//!
//! A placeholder has the length of what it stands for and characters of the same classes: digits for digits, small letters
//! for small letters, capitals for capitals; everything else stays. JSON keeps its structure. One text has one placeholder
//! in a whole recording, so that what refers to one another still does: the number of a plan in a record, and in the key of
//! that plan.
//!
//! It hides values from a reader. It makes nobody anonymous: lengths, classes and repetitions stay.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use remold_host_api::{Collection, Entry, HashField, Pattern, Scored, StreamValue, Value};

use self::pseudonym::Pseudonyms;

mod json;
mod pseudonym;

/// What is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redaction {
    /// `values`: all values, but for names of fields, scores, expiries and the ids of streams.
    Values,
    /// `keys`: the part of each key behind what the manifest's patterns spell out.
    Keys,
    /// `all`: both.
    All,
    /// `field:NAME`: the value of a hash field or a field of a stream's entries.
    Field(Bytes),
    /// `json:POINTER`: the part of a text, a hash field or a list's item that is JSON, by a JSON Pointer (RFC 6901) in which `*`
    /// stands for any part.
    Json(Vec<String>),
}

/// A text that says nothing of what is to be replaced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is none of `all`, `values`, `keys`, `field:NAME` and `json:/POINTER`")]
pub struct InvalidRedaction {
    /// What was there.
    pub found: String,
}

impl FromStr for Redaction {
    type Err = InvalidRedaction;

    fn from_str(text: &str) -> Result<Self, InvalidRedaction> {
        let invalid = || InvalidRedaction {
            found: text.to_owned(),
        };
        match text {
            "values" => Ok(Self::Values),
            "keys" => Ok(Self::Keys),
            "all" => Ok(Self::All),
            _ => match text.split_once(':') {
                Some(("field", name)) if !name.is_empty() => {
                    Ok(Self::Field(Bytes::copy_from_slice(name.as_bytes())))
                }
                Some(("json", pointer)) => json::parts(pointer).map(Self::Json).ok_or_else(invalid),
                _ => Err(invalid()),
            },
        }
    }
}

impl fmt::Display for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Values => f.write_str("values"),
            Self::Keys => f.write_str("keys"),
            Self::All => f.write_str("all"),
            Self::Field(name) => write!(f, "field:{}", String::from_utf8_lossy(name)),
            Self::Json(parts) => {
                f.write_str("json:")?;
                parts.iter().try_for_each(|part| {
                    write!(f, "/{}", part.replace('~', "~0").replace('/', "~1"))
                })
            }
        }
    }
}

/// Replaces parts of records by placeholders, one text always by the same.
pub struct Redactor {
    pseudonyms: Pseudonyms,
    all_values: bool,
    keys: bool,
    fields: HashSet<Bytes>,
    pointers: Vec<Vec<String>>,
    prefixes: Vec<Bytes>,
}

impl Redactor {
    /// Makes a redactor. `secret` must be of nobody's choice and is to be forgotten afterwards; `patterns` are those of the
    /// manifest, whose literal words stay.
    pub fn new(redactions: &[Redaction], secret: [u8; 32], patterns: &[Pattern]) -> Self {
        let has = |wanted: &Redaction| redactions.contains(wanted);
        let prefixes = patterns.iter().map(Pattern::literal_prefix);
        let prefixes: Vec<Bytes> = prefixes.map(Bytes::copy_from_slice).collect();
        Self {
            pseudonyms: Pseudonyms::new(secret, &prefixes),
            all_values: has(&Redaction::Values) || has(&Redaction::All),
            keys: has(&Redaction::Keys) || has(&Redaction::All),
            fields: redactions
                .iter()
                .filter_map(|redaction| match redaction {
                    Redaction::Field(name) => Some(name.clone()),
                    _ => None,
                })
                .collect(),
            pointers: redactions
                .iter()
                .filter_map(|redaction| match redaction {
                    Redaction::Json(parts) => Some(parts.clone()),
                    _ => None,
                })
                .collect(),
            prefixes,
        }
    }

    /// Replaces a key, behind the longest literal beginning of a pattern that it has.
    pub fn key(&self, key: &Bytes) -> Bytes {
        if !self.keys {
            return key.clone();
        }
        let known = self
            .prefixes
            .iter()
            .filter(|prefix| key.starts_with(prefix));
        let kept = known.map(Bytes::len).max().unwrap_or(0);
        [&key[..kept], &self.pseudonyms.of(&key[kept..])]
            .concat()
            .into()
    }

    /// Replaces the parts of a record, its key among them.
    pub fn entry(&self, entry: &Entry) -> Entry {
        Entry {
            key: self.key(&entry.key),
            value: self.value(&entry.value),
            expires_at: entry.expires_at,
        }
    }

    /// Replaces a text that belongs to no record, if values are replaced.
    pub fn text(&self, text: &Bytes) -> Bytes {
        if self.all_values {
            self.whole(text)
        } else {
            text.clone()
        }
    }

    fn value(&self, value: &Value) -> Value {
        let item = |bytes: &Bytes| self.item(bytes);
        match value {
            Value::Text(text) => Value::Text(item(text)),
            Value::List(items) => Value::List(items.iter().map(item).collect()),
            Value::Set(members) => Value::Set(distinct(members.iter().map(item))),
            Value::SortedSet(members) => {
                let scored = members.iter().map(|scored| Scored {
                    member: item(&scored.member),
                    score: scored.score,
                });
                Value::SortedSet(distinct(scored))
            }
            Value::Hash(fields) => {
                let field = |field: &HashField| HashField {
                    value: self.field(&field.name, &field.value),
                    ..field.clone()
                };
                Value::Hash(fields.iter().map(field).collect())
            }
            Value::Stream(stream) => Value::Stream(Box::new(self.stream(stream))),
            Value::Opaque(opaque) => {
                let mut opaque = opaque.clone();
                if self.all_values {
                    opaque.bytes = vec![0; opaque.bytes.len()].into();
                }
                Value::Opaque(opaque)
            }
        }
    }

    fn stream(&self, stream: &StreamValue) -> StreamValue {
        let mut stream = stream.clone();
        for entry in &mut stream.entries {
            for (name, value) in &mut entry.fields {
                *value = self.field(name, value);
            }
        }
        stream
    }

    fn field(&self, name: &Bytes, value: &Bytes) -> Bytes {
        if self.fields.contains(name) {
            return self.whole(value);
        }
        self.item(value)
    }

    /// Replaces what is wanted of a text, item or member.
    fn item(&self, bytes: &Bytes) -> Bytes {
        if self.all_values {
            return self.whole(bytes);
        }
        if self.pointers.is_empty() {
            return bytes.clone();
        }
        let wanted = |path: &[String]| {
            self.pointers
                .iter()
                .any(|pointer| json::reaches(pointer, path))
        };
        match json::replace(bytes, &self.pseudonyms, &wanted) {
            Some(replaced) => replaced.into(),
            None => bytes.clone(),
        }
    }

    fn whole(&self, bytes: &Bytes) -> Bytes {
        json::replace(bytes, &self.pseudonyms, &|_| true)
            .unwrap_or_else(|| self.pseudonyms.of(bytes))
            .into()
    }
}

/// Collects members. Words have placeholders of their own; only bytes that are no text may, seldom, share one, and become one.
fn distinct<T: remold_host_api::Named>(items: impl Iterator<Item = T>) -> Collection<T> {
    let mut collection = Collection::default();
    items.for_each(|item| drop(collection.insert(item)));
    collection
}

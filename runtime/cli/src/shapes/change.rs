//! A change of a record as JSON.

use remold::host_api::{Entry, Value as Held};
use remold::{Change, escape};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A change of one record.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeShape {
    /// The record's key.
    pub(crate) key: String,
    /// The record before.
    pub(crate) before: EntryShape,
    /// What it becomes, perhaps under another key; none if it is deleted.
    pub(crate) after: Option<EntryShape>,
    /// Other keys that are written.
    pub(crate) emitted: Vec<EntryShape>,
    /// Other keys that are deleted.
    pub(crate) removed: Vec<String>,
}

/// A record.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryShape {
    /// The key.
    pub(crate) key: String,
    /// `text`, `list`, `set`, `sorted-set`, `hash`, `stream` or `opaque`.
    pub(crate) kind: String,
    /// The value: a text for `text`, an array for `list` and `set`, an object of members and scores (as text)
    /// for `sorted-set`, an object of fields and values for `hash`, an object of `lastId`, `groups` (names) and
    /// `entries` (`id`, `fields` as pairs) for `stream`, an object of `module` and `bytes` (their number) for
    /// `opaque`.
    pub(crate) value: Value,
    /// Fields of a hash that expire, with the time, Unix milliseconds.
    pub(crate) field_expiries: Map<String, Value>,
    /// When the key expires, Unix milliseconds.
    pub(crate) expires_at: Option<u64>,
}

impl From<&Change> for ChangeShape {
    fn from(change: &Change) -> Self {
        Self {
            key: escape(&change.before.key),
            before: EntryShape::from(&change.before),
            after: change.after.as_ref().map(EntryShape::from),
            emitted: change.emitted.iter().map(EntryShape::from).collect(),
            removed: change.removed.iter().map(|key| escape(key)).collect(),
        }
    }
}

impl From<&Entry> for EntryShape {
    fn from(entry: &Entry) -> Self {
        let mut field_expiries = Map::new();
        if let Held::Hash(fields) = &entry.value {
            for field in fields {
                if let Some(at) = field.expires_at {
                    field_expiries.insert(escape(&field.name), at.into());
                }
            }
        }
        Self {
            key: escape(&entry.key),
            kind: entry.value.kind().name().to_owned(),
            value: value(&entry.value),
            field_expiries,
            expires_at: entry.expires_at,
        }
    }
}

fn value(held: &Held) -> Value {
    match held {
        Held::Text(text) => escape(text).into(),
        Held::List(items) => items.iter().map(|item| escape(item)).collect(),
        Held::Set(members) => members.iter().map(|member| escape(member)).collect(),
        Held::SortedSet(members) => {
            let pair = |scored: &remold::host_api::Scored| {
                (escape(&scored.member), scored.score.to_string().into())
            };
            Value::Object(members.iter().map(pair).collect())
        }
        Held::Hash(fields) => Value::Object(
            fields
                .iter()
                .map(|field| (escape(&field.name), escape(&field.value).into()))
                .collect(),
        ),
        Held::Stream(stream) => {
            let pairs = |fields: &[(remold::host_api::Bytes, remold::host_api::Bytes)]| -> Value {
                fields
                    .iter()
                    .map(|(name, value)| json!([escape(name), escape(value)]))
                    .collect()
            };
            let entries = stream.entries.iter();
            let entries: Value = entries
                .map(|entry| json!({ "id": entry.id.to_string(), "fields": pairs(&entry.fields) }))
                .collect();
            let groups: Value = stream
                .groups
                .iter()
                .map(|group| escape(&group.name))
                .collect();
            json!({ "lastId": stream.last_id.to_string(), "groups": groups, "entries": entries })
        }
        Held::Opaque(opaque) => json!({ "module": opaque.module, "bytes": opaque.bytes.len() }),
    }
}

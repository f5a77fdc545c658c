//! Whole values on their way to the guest and back.

use remold_host_api::edit::{invalid, sorted_set, stream};
use remold_host_api::{
    Bytes, Collection, HashField, HostError, Kind, Opaque, Scored, StreamEntry, StreamId,
    StreamValue, Value,
};

use crate::bindings::types as guest;
use crate::session::ITEM;

/// Returns the guest's word for a kind.
pub(crate) const fn kind_to_guest(kind: Kind) -> guest::ValueKind {
    match kind {
        Kind::Text => guest::ValueKind::Text,
        Kind::List => guest::ValueKind::List,
        Kind::Set => guest::ValueKind::Set,
        Kind::SortedSet => guest::ValueKind::SortedSet,
        Kind::Hash => guest::ValueKind::Hash,
        Kind::Stream => guest::ValueKind::Stream,
        Kind::Opaque => guest::ValueKind::Opaque,
    }
}

/// Copies a value for the guest.
pub(crate) fn to_guest(value: &Value) -> guest::Value {
    match value {
        Value::Text(text) => guest::Value::Text(text.to_vec()),
        Value::List(items) => guest::Value::List(items.iter().map(|item| item.to_vec()).collect()),
        Value::Set(members) => {
            guest::Value::Set(members.iter().map(|item| item.to_vec()).collect())
        }
        Value::SortedSet(members) => {
            guest::Value::SortedSet(members.iter().map(scored_to_guest).collect())
        }
        Value::Hash(fields) => guest::Value::Hash(fields.iter().map(field_to_guest).collect()),
        Value::Stream(stream) => guest::Value::Stream(guest::StreamValue {
            entries: stream.entries.iter().map(entry_to_guest).collect(),
            last_id: id_to_guest(stream.last_id),
        }),
        Value::Opaque(opaque) => guest::Value::Opaque(guest::OpaqueValue {
            type_id: opaque.type_id,
            module: opaque.module.clone(),
            bytes: opaque.bytes.to_vec(),
        }),
    }
}

/// Copies a field of a hash for the guest.
pub(crate) fn field_to_guest(field: &HashField) -> guest::HashField {
    guest::HashField {
        name: field.name.to_vec(),
        value: field.value.to_vec(),
        expires_at: field.expires_at,
    }
}

/// Copies a member of a sorted set for the guest.
pub(crate) fn scored_to_guest(scored: &Scored) -> guest::Scored {
    guest::Scored {
        member: scored.member.to_vec(),
        score: scored.score,
    }
}

/// Copies an entry of a stream for the guest.
pub(crate) fn entry_to_guest(entry: &StreamEntry) -> guest::StreamEntry {
    guest::StreamEntry {
        id: id_to_guest(entry.id),
        fields: fields_to_guest(&entry.fields),
    }
}

/// Copies the fields of a stream's entry for the guest.
pub(crate) fn fields_to_guest(fields: &stream::Fields) -> Vec<guest::StreamField> {
    let field = |(name, value): &(Bytes, Bytes)| guest::StreamField {
        name: name.to_vec(),
        value: value.to_vec(),
    };
    fields.iter().map(field).collect()
}

/// Takes the fields of a stream's entry over from the guest.
pub(crate) fn fields_from_guest(fields: Vec<guest::StreamField>) -> stream::Fields {
    let field = |field: guest::StreamField| (Bytes::from(field.name), Bytes::from(field.value));
    fields.into_iter().map(field).collect()
}

/// Returns the guest's form of an id.
pub(crate) const fn id_to_guest(id: StreamId) -> guest::StreamId {
    guest::StreamId {
        ms: id.ms,
        seq: id.seq,
    }
}

/// Returns the contract's form of an id.
pub(crate) const fn id_from_guest(id: guest::StreamId) -> StreamId {
    StreamId {
        ms: id.ms,
        seq: id.seq,
    }
}

/// Estimates the bytes of a guest's value, as [`Value::weight`] does.
pub(crate) fn weight_of(value: &guest::Value) -> usize {
    let items = |items: &Vec<Vec<u8>>| items.iter().map(|item| item.len() + ITEM).sum();
    match value {
        guest::Value::Text(text) => text.len(),
        guest::Value::List(list) => items(list),
        guest::Value::Set(members) => items(members),
        guest::Value::SortedSet(members) => {
            let weigh = |scored: &guest::Scored| scored.member.len() + ITEM + 8;
            members.iter().map(weigh).sum()
        }
        guest::Value::Hash(fields) => {
            let weigh = |field: &guest::HashField| field.name.len() + field.value.len() + 2 * ITEM;
            fields.iter().map(weigh).sum()
        }
        guest::Value::Stream(stream) => {
            let entries = stream.entries.iter();
            entries.map(|entry| weight_of_fields(&entry.fields)).sum()
        }
        guest::Value::Opaque(opaque) => opaque.bytes.len(),
    }
}

/// Estimates the bytes of the fields of a stream's entry.
pub(crate) fn weight_of_fields(fields: &[guest::StreamField]) -> usize {
    let weigh = |field: &guest::StreamField| field.name.len() + field.value.len() + 2 * ITEM;
    fields.iter().map(weigh).sum()
}

/// Takes a value over from the guest. A stream that takes the place of `old`, a stream too, keeps its groups and
/// counters.
pub(crate) fn from_guest(value: guest::Value, old: Option<&Value>) -> Result<Value, HostError> {
    Ok(match value {
        guest::Value::Text(text) => Value::Text(Bytes::from(text)),
        guest::Value::List(items) => Value::List(items.into_iter().map(Bytes::from).collect()),
        guest::Value::Set(members) => {
            Value::Set(unique(members.into_iter().map(Bytes::from).collect())?)
        }
        guest::Value::SortedSet(members) => {
            let scored = |scored: guest::Scored| {
                sorted_set::check_score(scored.score)?;
                Ok(Scored {
                    member: Bytes::from(scored.member),
                    score: scored.score,
                })
            };
            let members: Result<Vec<Scored>, HostError> = members.into_iter().map(scored).collect();
            Value::SortedSet(unique(members?)?)
        }
        guest::Value::Hash(fields) => {
            let field = |field: guest::HashField| HashField {
                name: Bytes::from(field.name),
                value: Bytes::from(field.value),
                expires_at: field.expires_at,
            };
            Value::Hash(unique(fields.into_iter().map(field).collect())?)
        }
        guest::Value::Stream(stream) => Value::Stream(Box::new(stream_from_guest(stream, old)?)),
        guest::Value::Opaque(opaque) => Value::Opaque(Opaque {
            type_id: opaque.type_id,
            module: opaque.module,
            bytes: Bytes::from(opaque.bytes),
        }),
    })
}

fn unique<T: remold_host_api::Named>(items: Vec<T>) -> Result<Collection<T>, HostError> {
    Collection::try_from_items(items)
        .map_err(|duplicate| invalid("a whole value", duplicate.to_string()))
}

fn stream_from_guest(
    stream: guest::StreamValue,
    old: Option<&Value>,
) -> Result<StreamValue, HostError> {
    let mut entries: Vec<StreamEntry> = Vec::with_capacity(stream.entries.len());
    let mut last = StreamId::default();
    for entry in stream.entries {
        let id = id_from_guest(entry.id);
        if id <= last {
            let problem = format!("the id {id} is not larger than the one before, {last}");
            return Err(invalid("the entries of a stream", problem));
        }
        last = id;
        let fields = fields_from_guest(entry.fields);
        stream::check_fields(&fields)?;
        entries.push(StreamEntry { id, fields });
    }
    let last_id = id_from_guest(stream.last_id);
    if last_id < last {
        let problem = format!("the last id {last_id} is smaller than that of an entry, {last}");
        return Err(invalid("a stream", problem));
    }
    Ok(match old {
        Some(Value::Stream(old)) => StreamValue {
            entries,
            last_id,
            ..(**old).clone()
        },
        _ => StreamValue {
            entries_added: entries.len() as u64,
            entries,
            last_id,
            ..StreamValue::default()
        },
    })
}

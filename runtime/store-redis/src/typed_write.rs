//! Writes a value by the commands of its type, where `RESTORE` is denied: the key is deleted and made anew, within the
//! transaction of its batch. The eviction state is what a fresh key has; nothing else differs from what was read.

use remold_engine::port::{Image, WrittenAs};
use remold_host_api::{Bytes, StreamId, StreamValue, Value};

use super::abilities::Abilities;
use super::request::{Decimal, Sink};
use super::write;

/// Finds what the engine does not ask for: it rejects such values beforehand.
pub(crate) fn check(image: &Image) -> Result<(), String> {
    let decoded = remold_rdb::decode(&image.payload).map_err(|error| error.to_string())?;
    match WrittenAs::Commands.objection(&decoded.value) {
        Some(why) => Err(why.to_owned()),
        None => Ok(()),
    }
}

/// Writes the commands.
pub(crate) fn put(sink: &mut dyn Sink, key: &[u8], image: &Image, abilities: &Abilities) {
    sink.command(&[abilities.delete(), key]);
    let Ok(decoded) = remold_rdb::decode(&image.payload) else {
        return; // refused by `check`
    };
    match &decoded.value {
        Value::Text(text) => sink.command(&[b"SET", key, text]),
        Value::List(items) => write::members(sink, b"RPUSH", key, items),
        Value::Set(members) => write::members(sink, b"SADD", key, members.as_slice()),
        Value::SortedSet(members) => {
            let scores = members.iter().map(|scored| (&scored.member, scored.score));
            write::scores(sink, key, &scores.collect::<Vec<_>>());
        }
        Value::Hash(fields) => {
            let fields = fields
                .iter()
                .map(|field| (&field.name, &field.value, field.expires_at));
            write::fields(sink, key, &fields.collect::<Vec<_>>());
        }
        Value::Stream(value) => stream(sink, key, value, abilities),
        Value::Opaque(_) => {} // refused by `check`
    }
    if let Some(at) = image.expires_at {
        sink.command(&[b"PEXPIREAT", key, Decimal::new(at).as_bytes()]);
    }
}

fn stream(sink: &mut dyn Sink, key: &[u8], stream: &StreamValue, abilities: &Abilities) {
    for entry in &stream.entries {
        sink.begin(3 + 2 * entry.fields.len());
        sink.word(b"XADD");
        sink.word(key);
        sink.word(entry.id.to_string().as_bytes());
        for (name, value) in &entry.fields {
            sink.word(name);
            sink.word(value);
        }
    }
    if stream.entries.is_empty() {
        // Only a group can be created together with a stream that holds nothing.
        const ANY: &[u8] = b"remold";
        sink.command(&[b"XGROUP", b"CREATE", key, ANY, b"0", b"MKSTREAM"]);
        sink.command(&[b"XGROUP", b"DESTROY", key, ANY]);
    }
    let last = stream.last_id.to_string();
    let added = Decimal::new(stream.entries_added);
    let deleted = stream.max_deleted_id.to_string();
    let mut words: Vec<&[u8]> = vec![b"XSETID", key, last.as_bytes()];
    if abilities.stream_counters {
        words.extend([b"ENTRIESADDED".as_slice(), added.as_bytes()]);
        words.extend([b"MAXDELETEDID".as_slice(), deleted.as_bytes()]);
    }
    sink.command(&words);
    for group in &stream.groups {
        create_group(
            sink,
            key,
            &group.name,
            group.last_id,
            group.entries_read,
            abilities,
        );
    }
}

fn create_group(
    sink: &mut dyn Sink,
    key: &[u8],
    name: &Bytes,
    last_id: StreamId,
    entries_read: Option<u64>,
    abilities: &Abilities,
) {
    let last = last_id.to_string();
    let read = Decimal::new(entries_read.unwrap_or_default());
    let mut words: Vec<&[u8]> = vec![b"XGROUP", b"CREATE", key, name, last.as_bytes()];
    if entries_read.is_some() && abilities.stream_counters {
        words.extend([b"ENTRIESREAD".as_slice(), read.as_bytes()]);
    }
    sink.command(&words);
}

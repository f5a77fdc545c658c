//! Turns the engine's operations into commands.

use remold_engine::port::{CommandEdit, Eviction, FieldEdit, Image, Write, WrittenAs};
use remold_host_api::Bytes;

use super::abilities::Abilities;
use super::request::{Decimal, Sink};
use super::typed_write;

/// How many elements one command carries at most: a script cannot unpack more than a few thousand words.
pub(crate) const ELEMENTS: usize = 512;

/// The last moment at which a field of a hash can expire, Unix milliseconds (the server keeps 46 bits).
const LAST_FIELD_EXPIRY: u64 = (1 << 46) - 1;

/// The longest argument that a server takes (`proto-max-bulk-len`, unless it was changed).
pub(crate) const LONGEST_ARGUMENT: usize = 512 << 20;

/// Finds what the server would refuse only after the batch has begun.
pub(crate) fn check(write: &Write, abilities: &Abilities) -> Result<(), String> {
    let expiry = |at: Option<u64>, last: u64| match at {
        Some(at) if at > last => Err(format!("{at} is later than anything can expire")),
        _ => Ok(()),
    };
    match write {
        Write::Put { image, .. } => {
            expiry(image.expires_at, i64::MAX.unsigned_abs())?;
            match abilities.written_as {
                // The server would cut the connection without a word.
                WrittenAs::Payloads if image.payload.len() > LONGEST_ARGUMENT => Err(format!(
                    "its serialised value has {} bytes, and the server takes {LONGEST_ARGUMENT} in one piece",
                    image.payload.len()
                )),
                WrittenAs::Payloads => Ok(()),
                WrittenAs::Commands => typed_write::check(image),
            }
        }
        Write::Expire { at, .. } => expiry(*at, i64::MAX.unsigned_abs()),
        Write::Edit {
            edit: CommandEdit::Hash(fields),
            ..
        } => fields.iter().try_for_each(|field| match field {
            FieldEdit::Set { expires_at, .. } => expiry(*expires_at, LAST_FIELD_EXPIRY),
            FieldEdit::Remove { .. } => Ok(()),
        }),
        Write::Edit {
            edit: CommandEdit::SortedSet { add, .. },
            ..
        } => {
            if add.iter().any(|(_, score)| score.is_nan()) {
                return Err("a score is not a number".to_owned());
            }
            Ok(())
        }
        Write::Edit { .. } | Write::Rename { .. } | Write::Delete { .. } => Ok(()),
    }
}

/// The keys that an operation names.
pub(crate) fn keys(write: &Write) -> (&Bytes, Option<&Bytes>) {
    match write {
        Write::Put { key, .. }
        | Write::Edit { key, .. }
        | Write::Expire { key, .. }
        | Write::Delete { key } => (key, None),
        Write::Rename { from, to } => (from, Some(to)),
    }
}

/// Writes the commands of one operation.
pub(crate) fn write(sink: &mut dyn Sink, write: &Write, abilities: &Abilities) {
    match write {
        Write::Put { key, image } => match abilities.written_as {
            WrittenAs::Payloads => put(sink, key, image, abilities),
            WrittenAs::Commands => typed_write::put(sink, key, image, abilities),
        },
        Write::Edit { key, edit } => self::edit(sink, key, edit),
        Write::Expire { key, at: Some(at) } => {
            sink.command(&[b"PEXPIREAT", key, Decimal::new(*at).as_bytes()]);
        }
        Write::Expire { key, at: None } => sink.command(&[b"PERSIST", key]),
        Write::Rename { from, to } => sink.command(&[b"RENAME", from, to]),
        Write::Delete { key } => sink.command(&[abilities.delete(), key]),
    }
}

/// An expiry that has passed deletes the key: that is decided by the server, whose clock is the only one that counts.
/// Only zero cannot be left to it, which `RESTORE` takes for no expiry.
fn put(sink: &mut dyn Sink, key: &[u8], image: &Image, abilities: &Abilities) {
    if image.expires_at == Some(0) {
        return sink.command(&[abilities.delete(), key]);
    }
    sink.begin(6 + if image.eviction.is_some() { 2 } else { 0 });
    sink.word(b"RESTORE");
    sink.word(key);
    sink.number(image.expires_at.unwrap_or(0));
    sink.word(&image.payload);
    sink.word(b"REPLACE");
    sink.word(b"ABSTTL");
    match image.eviction {
        Some(Eviction::Idle(seconds)) => {
            sink.word(b"IDLETIME");
            sink.number(seconds);
        }
        Some(Eviction::Frequency(counter)) => {
            sink.word(b"FREQ");
            sink.number(u64::from(counter));
        }
        None => {}
    }
}

/// Adds before it removes: a collection that is empty in between would be gone, and its expiry with it.
fn edit(sink: &mut dyn Sink, key: &[u8], edit: &CommandEdit) {
    match edit {
        CommandEdit::Hash(fields) => hash(sink, key, fields),
        CommandEdit::Set { add, remove } => {
            members(sink, b"SADD", key, add);
            members(sink, b"SREM", key, remove);
        }
        CommandEdit::SortedSet { add, remove } => {
            let add = add.iter().map(|(member, score)| (member, *score));
            scores(sink, key, &add.collect::<Vec<_>>());
            members(sink, b"ZREM", key, remove);
        }
    }
}

/// Writes a command that takes any number of members, as often as it needs.
pub(crate) fn members(sink: &mut dyn Sink, name: &[u8], key: &[u8], members: &[Bytes]) {
    for some in members.chunks(ELEMENTS) {
        sink.begin(2 + some.len());
        sink.word(name);
        sink.word(key);
        for member in some {
            sink.word(member);
        }
    }
}

/// Writes members with their scores.
pub(crate) fn scores(sink: &mut dyn Sink, key: &[u8], scores: &[(&Bytes, f64)]) {
    for some in scores.chunks(ELEMENTS) {
        sink.begin(2 + 2 * some.len());
        sink.word(b"ZADD");
        sink.word(key);
        for (member, score) in some {
            // The shortest text that reads back as the same number; infinities read `inf`.
            sink.word(format!("{score:?}").as_bytes());
            sink.word(member);
        }
    }
}

/// Writes fields with their values and expiries. `HSET` makes a field persistent, so that expiries are set after it.
pub(crate) fn fields(sink: &mut dyn Sink, key: &[u8], fields: &[(&Bytes, &Bytes, Option<u64>)]) {
    for some in fields.chunks(ELEMENTS) {
        sink.begin(2 + 2 * some.len());
        sink.word(b"HSET");
        sink.word(key);
        for (name, value, _) in some {
            sink.word(name);
            sink.word(value);
        }
    }
    for (name, _, expires_at) in fields {
        if let Some(at) = expires_at {
            let at = Decimal::new(*at);
            sink.command(&[b"HPEXPIREAT", key, at.as_bytes(), b"FIELDS", b"1", name]);
        }
    }
}

fn hash(sink: &mut dyn Sink, key: &[u8], fields: &[FieldEdit]) {
    let mut set = Vec::new();
    let mut removed = Vec::new();
    for field in fields {
        match field {
            FieldEdit::Set {
                name,
                value,
                expires_at,
            } => set.push((name, value, *expires_at)),
            FieldEdit::Remove { name } => removed.push(name.clone()),
        }
    }
    self::fields(sink, key, &set);
    members(sink, b"HDEL", key, &removed);
}

#[cfg(test)]
mod tests;

//! What every record has: key, kind, expiry, the value as text, bytes, JSON or whole, and what a
//! transform may ask for beyond it.

use remold_host_api::{Bytes, Capability, Entry, HostError, edit};
use rhai::{Dynamic, Engine, ImmutableString};

use super::value::{NewValue, count, value_from_script};
use super::{Handle, HashPart, ListPart, SetPart, SortedSetPart, StreamPart};
use crate::bytes::{as_text, blob_value, text_value, to_bytes};
use crate::fault::{invalid, refuse};
use crate::json;
use crate::meter::Fallible;

/// Shows an expiry: Unix milliseconds or nothing.
pub(super) fn expiry_to_script(at: Option<u64>) -> Dynamic {
    let at = at.and_then(|at| i64::try_from(at).ok());
    at.map_or(Dynamic::UNIT, Dynamic::from_int)
}

/// Reads an expiry: Unix milliseconds or nothing.
pub(super) fn expiry_from_script(at: &Dynamic) -> Fallible<Option<u64>> {
    if at.is_unit() {
        return Ok(None);
    }
    let at = at
        .as_int()
        .ok()
        .and_then(|at| u64::try_from(at).ok())
        .filter(|at| *at > 0);
    at.map(Some)
        .ok_or_else(|| invalid("expiry", "Unix milliseconds are needed, or () for none"))
}

fn key(rec: &mut Handle) -> Fallible<Dynamic> {
    rec.read(|record| text_value(record.key(), || "the key".to_owned()))
}

fn ttl(rec: &mut Handle) -> Dynamic {
    let now = rec.session().now_ms();
    rec.read(|record| expiry_to_script(record.expires_at().map(|at| at.saturating_sub(now))))
}

fn set_ttl(rec: &mut Handle, ttl: Dynamic) -> Fallible<()> {
    let ttl = expiry_from_script(&ttl)?;
    let at = ttl.map(|ttl| rec.session().now_ms().saturating_add(ttl));
    rec.edit(|record| {
        record.set_expires_at(at);
        Ok(())
    })
}

fn set_expires_at(rec: &mut Handle, at: Dynamic) -> Fallible<()> {
    let at = expiry_from_script(&at)?;
    rec.edit(|record| {
        record.set_expires_at(at);
        Ok(())
    })
}

/// Returns the bytes of a record that holds a text.
fn text_bytes(rec: &Handle) -> Fallible<Bytes> {
    let bytes = rec.read(|record| edit::text::of(record).cloned());
    let bytes = bytes.map_err(refuse)?;
    rec.charge_input(bytes.len())?;
    Ok(bytes)
}

fn write_text(rec: &Handle, bytes: Bytes) -> Fallible<()> {
    rec.charge_output(bytes.len())?;
    rec.make(|record| edit::text::set(record, bytes))
}

/// Reads the value of a record that holds a text.
pub(super) fn read_text<T: for<'t> From<&'t str>>(rec: &Handle) -> Fallible<T> {
    let bytes = text_bytes(rec)?;
    as_text(&bytes, || "the value".to_owned()).map(T::from)
}

fn text(rec: &mut Handle) -> Fallible<Dynamic> {
    read_text::<ImmutableString>(rec).map(Dynamic::from)
}

fn set_text(rec: &mut Handle, value: Dynamic) -> Fallible<()> {
    write_text(rec, to_bytes(&value, "rec.text")?)
}

fn set_bytes(rec: &mut Handle, value: Dynamic) -> Fallible<()> {
    write_text(rec, to_bytes(&value, "rec.bytes")?)
}

fn json(rec: &mut Handle) -> Fallible<Dynamic> {
    let bytes = text_bytes(rec)?;
    json::parse(&rec.session().meter, &bytes)
}

fn set_json(rec: &mut Handle, value: Dynamic) -> Fallible<()> {
    let before = text_bytes(rec)?;
    let after = json::print_like(&rec.session().meter, &value, &before)?;
    write_text(rec, Bytes::from(after))
}

fn whole(rec: &mut Handle) -> Fallible<NewValue> {
    let weight = rec.read(|record| record.value().weight());
    rec.charge_input(weight)?;
    Ok(NewValue(rec.read(|record| record.value().clone())))
}

fn set_whole(rec: &mut Handle, value: Dynamic) -> Fallible<()> {
    let value = value_from_script(&value, "rec.value")?;
    rec.charge_output(value.weight())?;
    rec.edit(|record| {
        edit::set_value(record, value);
        Ok(())
    })
}

/// Reads a key that an operation names, and checks that it is granted.
fn granted(rec: &Handle, key: &Dynamic, what: &str) -> Fallible<Bytes> {
    let key = to_bytes(key, what)?;
    let capabilities = &rec.session().capabilities;
    capabilities
        .check(Capability::Write, &key)
        .map_err(refuse)?;
    rec.charge_output(key.len() + size_of::<Bytes>())?;
    Ok(key)
}

fn rename(rec: &mut Handle, key: Dynamic) -> Fallible<()> {
    let key = granted(rec, &key, "rec.rename")?;
    rec.edit(|record| {
        record.rename(key);
        Ok(())
    })
}

fn delete(rec: &mut Handle) -> Fallible<()> {
    rec.edit(|record| {
        record.delete();
        Ok(())
    })
}

fn emit(rec: &mut Handle, key: &Dynamic, value: &Dynamic, expires_at: &Dynamic) -> Fallible<()> {
    let key = granted(rec, key, "rec.emit")?;
    let value = value_from_script(value, "rec.emit")?;
    let expires_at = expiry_from_script(expires_at)?;
    rec.charge_output(value.weight() + size_of::<Entry>())?;
    rec.edit(|record| {
        record.emit(Entry {
            key,
            value,
            expires_at,
        });
        Ok(())
    })
}

fn remove(rec: &mut Handle, key: Dynamic) -> Fallible<()> {
    let key = granted(rec, &key, "rec.remove")?;
    rec.edit(|record| {
        record.remove(key);
        Ok(())
    })
}

fn lookup(rec: &mut Handle, key: Dynamic) -> Fallible<Dynamic> {
    let key = to_bytes(&key, "rec.lookup")?;
    let found = rec.read(|record| record.lookup(&key).map(Option::<&Entry>::cloned));
    match found {
        None => Err(refuse(HostError::NotLookedUp { key: key.to_vec() })),
        Some(None) => Ok(Dynamic::UNIT),
        Some(Some(entry)) => Ok(Dynamic::from(Handle::read_only(rec.session(), entry))),
    }
}

/// After a method of `rec.hash` and its like, the engine hands the part back: it is the record itself.
fn handed_back<T: Clone>(_: &mut Handle, _: T) {}

/// Registers the record's own properties and methods.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_get("key", key)
        .register_get("key_bytes", |rec: &mut Handle| {
            rec.read(|record| blob_value(record.key()))
        })
        .register_get("kind", |rec: &mut Handle| {
            rec.read(|record| record.value().kind().name())
        })
        .register_get("size", |rec: &mut Handle| {
            rec.read(|record| count(record.value().size()))
        })
        .register_get_set(
            "expires_at",
            |rec: &mut Handle| rec.read(|record| expiry_to_script(record.expires_at())),
            set_expires_at,
        )
        .register_get_set("ttl", ttl, set_ttl)
        .register_get_set("text", text, set_text)
        .register_get_set(
            "bytes",
            |rec: &mut Handle| text_bytes(rec).map(|bytes| blob_value(&bytes)),
            set_bytes,
        )
        .register_get_set("json", json, set_json)
        .register_get("value", whole)
        .register_set("value", set_whole)
        .register_get_set(
            "hash",
            |rec: &mut Handle| HashPart::of(rec),
            handed_back::<HashPart>,
        )
        .register_get_set(
            "list",
            |rec: &mut Handle| ListPart::of(rec),
            handed_back::<ListPart>,
        )
        .register_get_set(
            "set",
            |rec: &mut Handle| SetPart::of(rec),
            handed_back::<SetPart>,
        )
        .register_get_set(
            "sorted_set",
            |rec: &mut Handle| SortedSetPart::of(rec),
            handed_back::<SortedSetPart>,
        )
        .register_get_set(
            "stream",
            |rec: &mut Handle| StreamPart::of(rec),
            handed_back::<StreamPart>,
        )
        .register_fn("rename", rename)
        .register_fn("delete", delete)
        .register_fn("emit", |rec: &mut Handle, key: Dynamic, value: Dynamic| {
            emit(rec, &key, &value, &Dynamic::UNIT)
        })
        .register_fn(
            "emit",
            |rec: &mut Handle, key: Dynamic, value: Dynamic, expires_at: Dynamic| {
                emit(rec, &key, &value, &expires_at)
            },
        )
        .register_fn("remove", remove)
        .register_fn("lookup", lookup);
}

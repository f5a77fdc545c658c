//! `rec.hash`: fields with values and expiries of their own.

use remold_host_api::{Bytes, edit};
use rhai::{Array, Dynamic, Engine, Identifier, ImmutableString, Map};

use super::HashPart;
use crate::bytes::{as_text, blob_value, shown, text_value, to_bytes};
use crate::fault::invalid;
use crate::given::Given;
use crate::meter::Fallible;
use crate::record::properties::{expiry_from_script, expiry_to_script};

/// Reads a field as text.
fn field_text<T: for<'t> From<&'t str>>(part: &HashPart, name: &str) -> Fallible<Option<T>> {
    part.read(|fields| {
        let Some(field) = fields.get(name.as_bytes()) else {
            return Ok(None);
        };
        part.0.charge_input(field.value.len())?;
        let text = as_text(&field.value, || format!("the field {name:?}"))?;
        Ok(Some(T::from(text)))
    })
}

fn get(part: &HashPart, name: &str) -> Fallible<Dynamic> {
    let text = field_text::<ImmutableString>(part, name)?;
    Ok(text.map_or(Dynamic::UNIT, Dynamic::from))
}

fn get_or(part: &HashPart, name: &str, default: Dynamic) -> Fallible<Dynamic> {
    let text = field_text::<ImmutableString>(part, name)?;
    Ok(text.map_or(default, Dynamic::from))
}

fn get_bytes(part: &mut HashPart, name: &str) -> Fallible<Dynamic> {
    part.read(|fields| match fields.get(name.as_bytes()) {
        None => Ok(Dynamic::UNIT),
        Some(field) => {
            part.0.charge_input(field.value.len())?;
            Ok(blob_value(&field.value))
        }
    })
}

/// Writes a field; `written` are the bytes of its name, if they have to be.
fn set(part: &HashPart, name: &str, written: impl FnOnce() -> Bytes, value: Bytes) -> Fallible<()> {
    part.0.charge_output(name.len() + value.len())?;
    part.0
        .make(|record| edit::hash::set(record, name.as_bytes(), written, value))
}

fn set_value(part: &HashPart, name: &str, value: &Dynamic) -> Fallible<()> {
    let value = to_bytes(value, "hash.set")?;
    set(
        part,
        name,
        || Bytes::copy_from_slice(name.as_bytes()),
        value,
    )
}

fn rename(part: &HashPart, from: &str, to: &str) -> Fallible<()> {
    if from == to || !contains(part, from)? {
        return Ok(());
    }
    part.0.charge_output(to.len())?;
    part.0
        .make(|record| edit::hash::rename(record, from.as_bytes(), to.as_bytes()))
}

fn remove(part: &HashPart, name: &str) -> Fallible<()> {
    if part.0.is_editable() {
        return part
            .0
            .make(|record| edit::hash::remove(record, name.as_bytes()));
    }
    if !contains(part, name)? {
        return Ok(());
    }
    part.0.make(|_| Ok(()))
}

fn contains(part: &HashPart, name: &str) -> Fallible<bool> {
    part.read(|fields| Ok(fields.contains(name.as_bytes())))
}

fn len(part: &mut HashPart) -> Fallible<i64> {
    part.read(|fields| Ok(super::value::count(fields.len())))
}

fn clear(part: &mut HashPart) -> Fallible<()> {
    part.0.make(edit::hash::clear)
}

fn names(part: &mut HashPart) -> Fallible<Array> {
    part.read(|fields| {
        let mut names = Array::new();
        for field in fields {
            part.0.charge_input(field.name.len() + super::value::ITEM)?;
            names.push(text_value(&field.name, || {
                format!("the field name {}", shown(&field.name))
            })?);
        }
        Ok(names)
    })
}

fn to_map(part: &mut HashPart) -> Fallible<Map> {
    part.read(|fields| {
        let mut map = Map::new();
        for field in fields {
            part.0
                .charge_input(field.name.len() + field.value.len() + 2 * super::value::ITEM)?;
            let name = crate::bytes::text(&field.name, || {
                format!("the field name {}", shown(&field.name))
            })?;
            let value = text_value(&field.value, || format!("the field {name:?}"))?;
            map.insert(name.as_str().into(), value);
        }
        Ok(map)
    })
}

fn expires_at(part: &mut HashPart, name: &str) -> Fallible<Dynamic> {
    part.read(|fields| {
        let field = fields.get(name.as_bytes());
        Ok(expiry_to_script(field.and_then(|field| field.expires_at)))
    })
}

fn set_expires_at(part: &mut HashPart, name: &str, at: &Dynamic) -> Fallible<()> {
    let at = expiry_from_script(at)?;
    if !contains(part, name)? {
        return Err(invalid(
            "hash.set_expires_at",
            format!("there is no field {name:?}"),
        ));
    }
    part.0
        .make(|record| edit::hash::set_expires_at(record, name.as_bytes(), at))
}

/// A method with its arguments; nothing if they are of other types than it takes.
pub(crate) type Method = for<'a> fn(&HashPart, &mut [Given<'a>]) -> Option<Fallible<Given<'a>>>;

/// Finds what is called directly, by its name and number of arguments.
pub(crate) fn method(name: &str, arguments: usize) -> Option<Method> {
    Some(match (name, arguments) {
        ("get", 1) => |part, given| {
            let text = field_text::<Identifier>(part, given[0].text()?);
            Some(text.map(|text| text.map_or(Given::Unit, Given::Read)))
        },
        ("get_or", 2) => |part, given| {
            let text = field_text::<Identifier>(part, given[0].text()?);
            Some(text.map(|text| text.map_or_else(|| given[1].take(), Given::Read)))
        },
        ("contains", 1) => |part, given| {
            let contained = contains(part, given[0].text()?);
            Some(contained.map(Given::Bool))
        },
        ("set", 2) => |part, given| {
            let [name, value] = given else { return None };
            let text = name.text()?;
            let value = value.bytes("hash.set");
            let set = value.and_then(|value| set(part, text, || name.text_bytes(), value));
            Some(set.map(|()| Given::Unit))
        },
        ("remove", 1) => |part, given| {
            let removed = remove(part, given[0].text()?);
            Some(removed.map(|()| Given::Unit))
        },
        ("rename", 2) => |part, given| {
            let renamed = rename(part, given[0].text()?, given[1].text()?);
            Some(renamed.map(|()| Given::Unit))
        },
        _ => return None,
    })
}

/// Registers `rec.hash` and its methods.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_fn("get", |part: &mut HashPart, name: &str| get(part, name))
        .register_fn("get_bytes", get_bytes)
        .register_fn(
            "get_or",
            |part: &mut HashPart, name: &str, default: Dynamic| get_or(part, name, default),
        )
        .register_fn(
            "set",
            |part: &mut HashPart, name: &str, value: ImmutableString| {
                set_value(part, name, &value.into())
            },
        )
        .register_fn("set", |part: &mut HashPart, name: &str, value: Dynamic| {
            set_value(part, name, &value)
        })
        .register_fn("rename", |part: &mut HashPart, from: &str, to: &str| {
            rename(part, from, to)
        })
        .register_fn("remove", |part: &mut HashPart, name: &str| {
            remove(part, name)
        })
        .register_fn("contains", |part: &mut HashPart, name: &str| {
            contains(part, name)
        })
        .register_fn("len", len)
        .register_fn("clear", clear)
        .register_fn("names", names)
        .register_fn("to_map", to_map)
        .register_fn("expires_at", expires_at)
        .register_fn(
            "set_expires_at",
            |part: &mut HashPart, name: &str, at: Dynamic| set_expires_at(part, name, &at),
        )
        .register_indexer_get(|part: &mut HashPart, name: &str| get(part, name))
        .register_indexer_set(|part: &mut HashPart, name: &str, value: Dynamic| {
            set_value(part, name, &value)
        });
}

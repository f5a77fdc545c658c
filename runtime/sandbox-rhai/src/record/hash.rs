//! `rec.hash`: fields with values and expiries of their own.

use std::ops::Deref;

use remold_host_api::{HashField, Kind, Value};
use rhai::{Array, Dynamic, Engine, ImmutableString, Map};

use super::{HashPart, wrong_kind};
use crate::bytes::{blob_value, shown, text_value, to_bytes};
use crate::fault::invalid;
use crate::meter::Fallible;
use crate::record::properties::{expiry_from_script, expiry_to_script};

fn field_text(part: &HashPart, name: &str) -> Fallible<Option<Dynamic>> {
    part.read(|fields| {
        let Some(field) = fields.get(name.as_bytes()) else {
            return Ok(None);
        };
        part.0.charge_input(field.value.len())?;
        text_value(&field.value, || format!("the field {name:?}")).map(Some)
    })
}

fn get(part: &HashPart, name: &str) -> Fallible<Dynamic> {
    Ok(field_text(part, name)?.unwrap_or(Dynamic::UNIT))
}

fn get_or(part: &HashPart, name: &str, default: Dynamic) -> Fallible<Dynamic> {
    Ok(field_text(part, name)?.unwrap_or(default))
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

fn set(part: &HashPart, name: &str, value: &Dynamic) -> Fallible<()> {
    let value = to_bytes(value, "hash.set")?;
    part.0.charge_output(name.len() + value.len())?;
    part.0.edit(|record| {
        let Value::Hash(fields) = record.value() else {
            return Err(wrong_kind(Kind::Hash, record));
        };
        let field = fields.get(name.as_bytes());
        if field.is_some_and(|field| field.value == value) {
            return Ok(());
        }
        let field = match field {
            Some(field) => HashField {
                name: field.name.clone(),
                value,
                expires_at: field.expires_at,
            },
            None => HashField {
                name: remold_host_api::Bytes::copy_from_slice(name.as_bytes()),
                value,
                expires_at: None,
            },
        };
        if let Value::Hash(fields) = record.value_mut() {
            fields.insert(field);
        }
        Ok(())
    })
}

fn rename(part: &HashPart, from: &str, to: &str) -> Fallible<()> {
    if from == to || !contains(part, from)? {
        return Ok(());
    }
    part.0.charge_output(to.len())?;
    part.edit(|fields| {
        let Some(field) = fields.get(from.as_bytes()) else {
            return Ok(());
        };
        let field = HashField {
            name: remold_host_api::Bytes::copy_from_slice(to.as_bytes()),
            value: field.value.clone(),
            expires_at: field.expires_at,
        };
        fields.replace(from.as_bytes(), field);
        Ok(())
    })
}

fn remove(part: &HashPart, name: &str) -> Fallible<()> {
    if !contains(part, name)? {
        return Ok(());
    }
    part.edit(|fields| {
        fields.remove(name.as_bytes());
        Ok(())
    })
}

fn contains(part: &HashPart, name: &str) -> Fallible<bool> {
    part.read(|fields| Ok(fields.contains(name.as_bytes())))
}

fn len(part: &mut HashPart) -> Fallible<i64> {
    part.read(|fields| Ok(super::value::count(fields.len())))
}

fn clear(part: &mut HashPart) -> Fallible<()> {
    part.edit(|fields| {
        *fields = remold_host_api::Collection::default();
        Ok(())
    })
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
    part.edit(|fields| {
        if let Some(field) = fields.get(name.as_bytes()) {
            let mut field = field.clone();
            field.expires_at = at;
            fields.insert(field);
        }
        Ok(())
    })
}

/// A method with its arguments; nothing if they are of other types than it takes.
pub(crate) type Method = fn(&HashPart, &[Dynamic]) -> Option<Fallible<Dynamic>>;

/// Finds what is called directly, by its name and number of arguments.
pub(crate) fn method(name: &str, arguments: usize) -> Option<Method> {
    Some(match (name, arguments) {
        ("get", 1) => |part, given| Some(get(part, &name_of(given)?)),
        ("get_or", 2) => |part, given| Some(get_or(part, &name_of(given)?, given[1].clone())),
        ("contains", 1) => |part, given| Some(contains(part, &name_of(given)?).map(Into::into)),
        ("set", 2) => |part, given| Some(set(part, &name_of(given)?, &given[1]).map(Into::into)),
        ("remove", 1) => |part, given| Some(remove(part, &name_of(given)?).map(Into::into)),
        ("rename", 2) => |part, given| {
            let to = given[1].as_immutable_string_ref().ok()?;
            Some(rename(part, &name_of(given)?, &to).map(Into::into))
        },
        _ => return None,
    })
}

/// Reads the name of a field, which comes first.
fn name_of(given: &[Dynamic]) -> Option<impl Deref<Target = ImmutableString>> {
    given[0].as_immutable_string_ref().ok()
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
                set(part, name, &value.into())
            },
        )
        .register_fn("set", |part: &mut HashPart, name: &str, value: Dynamic| {
            set(part, name, &value)
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
            set(part, name, &value)
        });
}

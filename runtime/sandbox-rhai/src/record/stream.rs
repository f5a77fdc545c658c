//! `rec.stream`: entries by id. Groups, consumers and what is pending stay as they are.
//!
//! An entry's fields are a list of `[name, value]` pairs, because a name may occur twice; where
//! fields are given, a map does as well.

use remold_host_api::edit::stream::{Fields, find};
use remold_host_api::{Bytes, StreamEntry, StreamId, edit};
use rhai::{Array, Dynamic, Engine, Map};

use super::StreamPart;
use super::value::{ITEM, count};
use crate::bytes::{shown, text_value, to_bytes};
use crate::fault::{invalid, refuse};
use crate::meter::Fallible;

pub(super) fn parse_id(id: &str) -> Fallible<StreamId> {
    id.parse()
        .map_err(|error: remold_host_api::stream::InvalidStreamId| {
            invalid("stream id", error.to_string())
        })
}

fn fields_to_script(part: &StreamPart, entry: &StreamEntry) -> Fallible<Dynamic> {
    let mut array = Array::new();
    for (name, value) in &entry.fields {
        part.0.charge_input(name.len() + value.len() + 3 * ITEM)?;
        let name = text_value(name, || format!("a field name of the entry {}", entry.id))?;
        let value = text_value(value, || {
            format!("the field {name} of the entry {}", entry.id)
        })?;
        array.push(vec![name, value].into());
    }
    Ok(array.into())
}

fn fields_from_script(part: &StreamPart, fields: &Dynamic) -> Fallible<Fields> {
    let list = fields_of(fields)?;
    let bytes = list
        .iter()
        .map(|(name, value)| name.len() + value.len() + 2 * ITEM)
        .sum();
    part.0.charge_output(bytes)?;
    Ok(list)
}

/// Reads the fields of an entry: a map, or a list of pairs.
pub(super) fn fields_of(fields: &Dynamic) -> Fallible<Fields> {
    let mut list = Fields::new();
    if let Ok(map) = fields.as_map_ref() {
        for (name, value) in map.iter() {
            list.push((
                Bytes::copy_from_slice(name.as_bytes()),
                to_bytes(value, "stream field")?,
            ));
        }
    } else if let Ok(pairs) = fields.as_array_ref() {
        for pair in pairs.iter() {
            let pair = pair.as_array_ref().ok();
            let Some([name, value]) = pair.as_deref().map(Vec::as_slice) else {
                return Err(invalid(
                    "stream fields",
                    "a list of [name, value] pairs is needed",
                ));
            };
            list.push((
                to_bytes(name, "stream field")?,
                to_bytes(value, "stream field")?,
            ));
        }
    } else {
        return Err(invalid(
            "stream fields",
            format!(
                "a map or a list of [name, value] pairs is needed, this is a {}",
                fields.type_name()
            ),
        ));
    }
    if list.is_empty() {
        return Err(invalid("stream fields", "an entry has at least one field"));
    }
    Ok(list)
}

fn get(part: &mut StreamPart, id: &str) -> Fallible<Dynamic> {
    let id = parse_id(id)?;
    part.0
        .read(|record| match find(record, id).map_err(refuse)? {
            None => Ok(Dynamic::UNIT),
            Some(entry) => fields_to_script(part, entry),
        })
}

fn field(part: &mut StreamPart, id: &str, name: &str) -> Fallible<Dynamic> {
    let id = parse_id(id)?;
    part.0.read(|record| {
        let entry = find(record, id).map_err(refuse)?;
        let mut fields = entry.map(|entry| &entry.fields).into_iter().flatten();
        let Some((_, value)) = fields.find(|(found, _)| found == name) else {
            return Ok(Dynamic::UNIT);
        };
        part.0.charge_input(value.len())?;
        text_value(value, || format!("the field {name:?} of the entry {id}"))
    })
}

fn set(part: &mut StreamPart, id: &str, fields: Dynamic) -> Fallible<()> {
    let fields = fields_from_script(part, &fields)?;
    let id = parse_id(id)?;
    part.0.make(|record| edit::stream::set(record, id, fields))
}

fn set_field(part: &mut StreamPart, id: &str, name: &str, value: Dynamic) -> Fallible<()> {
    let value = to_bytes(&value, "stream.set_field")?;
    part.0.charge_output(name.len() + value.len())?;
    let id = parse_id(id)?;
    let name = Bytes::copy_from_slice(name.as_bytes());
    part.0
        .make(|record| edit::stream::set_field(record, id, name, value))
}

fn rename_field(part: &mut StreamPart, id: &str, from: &str, to: &str) -> Fallible<()> {
    part.0.charge_output(to.len())?;
    let id = parse_id(id)?;
    let to = Bytes::copy_from_slice(to.as_bytes());
    part.0
        .make(|record| edit::stream::rename_field(record, id, from.as_bytes(), &to))
}

fn remove_field(part: &mut StreamPart, id: &str, name: &str) -> Fallible<()> {
    let id = parse_id(id)?;
    let is_last = part.0.read(|record| {
        let entry = find(record, id)?;
        Ok(entry.is_some_and(|entry| entry.fields.iter().all(|(found, _)| found == name)))
    });
    if is_last.map_err(refuse)? {
        return Err(invalid(
            "stream.remove_field",
            "an entry has at least one field",
        ));
    }
    part.0
        .make(|record| edit::stream::remove_field(record, id, name.as_bytes()))
}

fn add(part: &mut StreamPart, id: &str, fields: Dynamic) -> Fallible<()> {
    let id = parse_id(id)?;
    let fields = fields_from_script(part, &fields)?;
    let last = part.read(|stream| Ok(stream.last_id))?;
    if id <= last {
        return Err(invalid(
            "stream.add",
            format!("the id {id} is not larger than the stream's last id {last}"),
        ));
    }
    part.0.make(|record| edit::stream::add(record, id, fields))
}

fn remove(part: &mut StreamPart, id: &str) -> Fallible<()> {
    let id = parse_id(id)?;
    let behind = part.read(|stream| {
        let found = stream.entries.binary_search_by_key(&id, |entry| entry.id);
        Ok(found.ok().map(|index| stream.entries.len() - index))
    })?;
    if let Some(behind) = behind {
        // Moving the entries behind costs time in proportion to them.
        part.0.session().meter.work(behind)?;
    }
    part.0.make(|record| edit::stream::remove(record, id))
}

fn ids(part: &mut StreamPart) -> Fallible<Array> {
    part.read(|stream| {
        part.0.charge_input(stream.entries.len() * 2 * ITEM)?;
        Ok(stream
            .entries
            .iter()
            .map(|entry| entry.id.to_string().into())
            .collect())
    })
}

fn entries(part: &mut StreamPart) -> Fallible<Array> {
    part.read(|stream| {
        let mut array = Array::new();
        for entry in &stream.entries {
            part.0.charge_input(3 * ITEM)?;
            let mut map = Map::new();
            map.insert("id".into(), entry.id.to_string().into());
            map.insert("fields".into(), fields_to_script(part, entry)?);
            array.push(map.into());
        }
        Ok(array)
    })
}

fn groups(part: &mut StreamPart) -> Fallible<Array> {
    part.read(|stream| {
        let mut array = Array::new();
        for group in &stream.groups {
            part.0.charge_input(group.name.len() + 6 * ITEM)?;
            let mut map = Map::new();
            let name = text_value(&group.name, || format!("the group {}", shown(&group.name)))?;
            map.insert("name".into(), name);
            map.insert("last_id".into(), group.last_id.to_string().into());
            map.insert("pending".into(), count(group.pending.len()).into());
            map.insert("consumers".into(), count(group.consumers.len()).into());
            array.push(map.into());
        }
        Ok(array)
    })
}

/// Registers `rec.stream` and its methods.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_fn("len", |part: &mut StreamPart| {
            part.read(|stream| Ok(count(stream.entries.len())))
        })
        .register_get("last_id", |part: &mut StreamPart| {
            part.read(|stream| Ok(stream.last_id.to_string()))
        })
        .register_fn("ids", ids)
        .register_fn("entries", entries)
        .register_fn("get", get)
        .register_fn("field", field)
        .register_fn("set", set)
        .register_fn("set_field", set_field)
        .register_fn("rename_field", rename_field)
        .register_fn("remove_field", remove_field)
        .register_fn("add", add)
        .register_fn("remove", remove)
        .register_fn("groups", groups);
}

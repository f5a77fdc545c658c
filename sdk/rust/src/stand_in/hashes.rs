//! Records that hold a hash.

use super::refusals::{expiry, invalid, shown, text};
use super::state::access;
use super::{Answer, count, page, with};
use crate::value::HashField;

access!(Hash, Vec<HashField>);

fn name_text(field: &HashField) -> Answer<String> {
    text(&field.name, || {
        format!("the field name {}", shown(&field.name))
    })
}

fn value_text(field: &HashField) -> Answer<String> {
    text(&field.value, || format!("the field {}", shown(&field.name)))
}

fn find<'f>(fields: &'f [HashField], name: &[u8]) -> Option<&'f HashField> {
    fields.iter().find(|field| field.name == name)
}

pub(crate) fn get(i: u32, name: &[u8]) -> Answer<Option<Vec<u8>>> {
    with(|state| Ok(find(of(state, i)?, name).map(|field| field.value.clone())))
}

pub(crate) fn get_text(i: u32, name: &str) -> Answer<Option<String>> {
    with(|state| {
        find(of(state, i)?, name.as_bytes())
            .map(value_text)
            .transpose()
    })
}

pub(crate) fn set(i: u32, name: &[u8], value: &[u8]) -> Answer {
    with(|state| {
        let fields = edit(state, i)?;
        match fields.iter_mut().find(|field| field.name == name) {
            Some(field) => field.value = value.to_vec(),
            None => fields.push(HashField {
                name: name.to_vec(),
                value: value.to_vec(),
                expires_at: None,
            }),
        }
        Ok(())
    })
}

pub(crate) fn rename(i: u32, from: &[u8], to: &[u8]) -> Answer {
    with(|state| {
        let fields = edit(state, i)?;
        if from != to && find(fields, from).is_some() {
            fields.retain(|field| field.name != to);
            for field in fields.iter_mut().filter(|field| field.name == from) {
                field.name = to.to_vec();
            }
        }
        Ok(())
    })
}

pub(crate) fn remove(i: u32, name: &[u8]) -> Answer {
    with(|state| {
        edit(state, i)?.retain(|field| field.name != name);
        Ok(())
    })
}

pub(crate) fn contains(i: u32, name: &[u8]) -> Answer<bool> {
    with(|state| Ok(find(of(state, i)?, name).is_some()))
}

pub(crate) fn len(i: u32) -> Answer<u32> {
    with(|state| Ok(count(of(state, i)?.len())))
}

pub(crate) fn clear(i: u32) -> Answer {
    with(|state| {
        edit(state, i)?.clear();
        Ok(())
    })
}

pub(crate) fn names(i: u32, start: u32, limit: u32) -> Answer<Vec<Vec<u8>>> {
    let fields = fields(i, start, limit)?;
    Ok(fields.into_iter().map(|field| field.name).collect())
}

pub(crate) fn names_text(i: u32, start: u32, limit: u32) -> Answer<Vec<String>> {
    fields(i, start, limit)?.iter().map(name_text).collect()
}

pub(crate) fn fields(i: u32, start: u32, limit: u32) -> Answer<Vec<HashField>> {
    with(|state| Ok(page(of(state, i)?, start, limit).to_vec()))
}

pub(crate) fn fields_text(i: u32, start: u32, limit: u32) -> Answer<Vec<(String, String)>> {
    let fields = fields(i, start, limit)?;
    fields
        .iter()
        .map(|field| Ok((name_text(field)?, value_text(field)?)))
        .collect()
}

pub(crate) fn expires_at(i: u32, name: &[u8]) -> Answer<Option<u64>> {
    with(|state| Ok(find(of(state, i)?, name).and_then(|field| field.expires_at)))
}

pub(crate) fn set_expires_at(i: u32, name: &[u8], at: Option<u64>) -> Answer {
    let at = expiry(at)?;
    with(|state| {
        let fields = edit(state, i)?;
        let Some(field) = fields.iter_mut().find(|field| field.name == name) else {
            let problem = format!("there is no field {}", shown(name));
            return Err(invalid("expiry of a field", &problem));
        };
        field.expires_at = at;
        Ok(())
    })
}

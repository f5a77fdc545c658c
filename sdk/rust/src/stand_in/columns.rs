//! The whole batch at once.

use super::{Answer, List, Whole, hashes, records, texts, with};
use crate::value::{Kind, Value};

/// Reads something of every record; a refusal fails its record.
fn read<T>(read: impl Fn(u32) -> Answer<Option<T>>) -> Vec<Option<T>> {
    let batch = with(|state| state.batch.clone());
    let value = |i| {
        read(i).unwrap_or_else(|refusal| {
            with(|state| state.slot(i).fault.get_or_insert(refusal).code);
            None
        })
    };
    batch.map(value).collect()
}

/// Writes to every record that the column has something for; a refusal fails its record.
fn write<T>(values: Vec<Option<T>>, write: impl Fn(u32, T) -> Answer) {
    let batch = with(|state| state.batch.clone());
    for (i, value) in batch.zip(values) {
        if let Some(Err(refusal)) = value.map(|value| write(i, value)) {
            with(|state| state.slot(i).fault.get_or_insert(refusal).code);
        }
    }
}

/// Edits every record in the same way.
fn edit(edit: impl Fn(u32) -> Answer) {
    let every = with(|state| state.batch.clone()).map(|_| Some(()));
    write(every.collect(), |i, ()| edit(i));
}

pub(crate) fn keys() -> Vec<Vec<u8>> {
    read(|i| Ok(Some(records::key(i))))
        .into_iter()
        .flatten()
        .collect()
}

pub(crate) fn keys_text() -> Vec<Option<String>> {
    read(|i| records::key_text(i).map(Some))
}

pub(crate) fn kinds() -> Vec<Kind> {
    read(|i| Ok(Some(records::kind(i))))
        .into_iter()
        .flatten()
        .collect()
}

pub(crate) fn expiries() -> Vec<Option<u64>> {
    read(|i| Ok(records::expires_at(i)))
}

pub(crate) fn set_expiries(at: List<Option<u64>>) {
    let every = at.0.into_iter().map(Some);
    write(every.collect(), records::set_expires_at);
}

pub(crate) fn texts() -> Vec<Option<Vec<u8>>> {
    read(|i| texts::get(i).map(Some))
}

pub(crate) fn texts_text() -> Vec<Option<String>> {
    read(|i| texts::get_text(i).map(Some))
}

pub(crate) fn set_texts(values: List<Option<&[u8]>>) {
    write(values.0, texts::set);
}

pub(crate) fn fields(name: &[u8]) -> Vec<Option<Vec<u8>>> {
    read(|i| hashes::get(i, name))
}

pub(crate) fn fields_text(name: &str) -> Vec<Option<String>> {
    read(|i| hashes::get_text(i, name))
}

pub(crate) fn set_fields(name: &[u8], values: List<Option<&[u8]>>) {
    write(values.0, |i, value| hashes::set(i, name, value));
}

pub(crate) fn rename_fields(from: &[u8], to: &[u8]) {
    edit(|i| hashes::rename(i, from, to));
}

pub(crate) fn remove_fields(name: &[u8]) {
    edit(|i| hashes::remove(i, name));
}

pub(crate) fn values() -> Vec<Value> {
    read(|i| Ok(Some(records::get_value(i))))
        .into_iter()
        .flatten()
        .collect()
}

pub(crate) fn set_values(values: List<Option<&Value>>) {
    write(values.0, |i, value| records::set_value(i, Whole::of(value)));
}

pub(crate) fn rename(keys: List<Option<&[u8]>>) {
    write(keys.0, records::rename);
}

pub(crate) fn delete(which: List<bool>) {
    let which = which.0.into_iter().map(|delete| delete.then_some(()));
    write(which.collect(), |i, ()| records::delete(i));
}

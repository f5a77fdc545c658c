//! Records that hold a list.

use super::refusals::{out_of_range, text};
use super::state::access;
use super::{Answer, count, page, with};

access!(List, Vec<Vec<u8>>);

/// Resolves an index that may count from the end.
fn position(index: i64, size: usize) -> Answer<usize> {
    let resolved = if index < 0 {
        index.checked_add_unsigned(size as u64)
    } else {
        Some(index)
    };
    let resolved = resolved.and_then(|index| usize::try_from(index).ok());
    let found = resolved.filter(|index| *index < size);
    found.ok_or_else(|| out_of_range(index, size))
}

pub(crate) fn len(i: u32) -> Answer<u32> {
    with(|state| Ok(count(of(state, i)?.len())))
}

pub(crate) fn get(i: u32, index: i64) -> Answer<Vec<u8>> {
    with(|state| {
        let items = of(state, i)?;
        Ok(items[position(index, items.len())?].clone())
    })
}

pub(crate) fn get_text(i: u32, index: i64) -> Answer<String> {
    text(&get(i, index)?, || format!("the item {index}"))
}

pub(crate) fn set(i: u32, index: i64, value: &[u8]) -> Answer {
    with(|state| {
        let items = edit(state, i)?;
        let position = position(index, items.len())?;
        items[position] = value.to_vec();
        Ok(())
    })
}

pub(crate) fn push(i: u32, value: &[u8]) -> Answer {
    with(|state| {
        edit(state, i)?.push(value.to_vec());
        Ok(())
    })
}

pub(crate) fn push_front(i: u32, value: &[u8]) -> Answer {
    insert(i, 0, value)
}

pub(crate) fn insert(i: u32, index: i64, value: &[u8]) -> Answer {
    with(|state| {
        let items = edit(state, i)?;
        let size = items.len();
        let position = if usize::try_from(index) == Ok(size) {
            size
        } else {
            position(index, size)?
        };
        items.insert(position, value.to_vec());
        Ok(())
    })
}

pub(crate) fn remove(i: u32, index: i64) -> Answer {
    with(|state| {
        let items = edit(state, i)?;
        items.remove(position(index, items.len())?);
        Ok(())
    })
}

pub(crate) fn clear(i: u32) -> Answer {
    with(|state| {
        edit(state, i)?.clear();
        Ok(())
    })
}

pub(crate) fn items(i: u32, start: u32, limit: u32) -> Answer<Vec<Vec<u8>>> {
    with(|state| Ok(page(of(state, i)?, start, limit).to_vec()))
}

pub(crate) fn items_text(i: u32, start: u32, limit: u32) -> Answer<Vec<String>> {
    let numbered = (start..).zip(items(i, start, limit)?);
    numbered
        .map(|(index, item)| text(&item, || format!("the item {index}")))
        .collect()
}

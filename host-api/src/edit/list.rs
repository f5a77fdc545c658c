//! Edits of a list.

use bytes::Bytes;

use crate::error::HostError;
use crate::record::Record;

super::access!(List, Vec<Bytes>);

/// Resolves an index that may count from the end (-1 is the last), or refuses if there is no such item.
pub fn position(index: i64, size: usize) -> Result<usize, HostError> {
    let resolved = if index < 0 {
        index.checked_add_unsigned(size as u64)
    } else {
        Some(index)
    };
    let resolved = resolved.and_then(|index| usize::try_from(index).ok());
    let found = resolved.filter(|index| *index < size);
    found.ok_or_else(|| out_of_range(index, size))
}

/// Returns an item. Refuses if there is none.
pub fn get(record: &Record, index: i64) -> Result<&Bytes, HostError> {
    let items = of(record)?;
    Ok(&items[position(index, items.len())?])
}

/// Replaces an item. Refuses if there is none.
pub fn set(record: &mut Record, index: i64, value: Bytes) -> Result<(), HostError> {
    let items = of(record)?;
    let index = position(index, items.len())?;
    if items[index] != value {
        of_mut(record)?[index] = value;
    }
    Ok(())
}

/// Adds an item at the end.
pub fn push(record: &mut Record, value: Bytes) -> Result<(), HostError> {
    of_mut(record)?.push(value);
    Ok(())
}

/// Inserts an item before the one at an index, which may be the number of items.
pub fn insert(record: &mut Record, index: i64, value: Bytes) -> Result<(), HostError> {
    let size = of(record)?.len();
    let position = if usize::try_from(index) == Ok(size) {
        size
    } else {
        position(index, size)?
    };
    of_mut(record)?.insert(position, value);
    Ok(())
}

/// Removes an item. Refuses if there is none.
pub fn remove(record: &mut Record, index: i64) -> Result<(), HostError> {
    let index = position(index, of(record)?.len())?;
    of_mut(record)?.remove(index);
    Ok(())
}

/// Removes all items.
pub fn clear(record: &mut Record) -> Result<(), HostError> {
    if !of(record)?.is_empty() {
        of_mut(record)?.clear();
    }
    Ok(())
}

/// Makes the refusal of an index that names no item.
pub fn out_of_range(index: i64, size: usize) -> HostError {
    HostError::OutOfRange {
        what: "item",
        index: index.to_string(),
        size,
    }
}

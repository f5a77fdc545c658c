//! A list of uniquely named items that keeps its order: the fields of a hash, the members of a set.
//!
//! Small collections are searched in place; a large one builds an index at its first search, so that
//! a transform over a hash of millions of fields does not become quadratic. Removal keeps the order
//! of a small collection; in a large one, whose order Redis does not keep either, the last item takes
//! the place of the removed one.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use bytes::Bytes;

/// Up to this many items a search walks the list; above it, it uses the index.
const SMALL: usize = 32;

/// An item with a name that is unique in its [`Collection`].
pub trait Named {
    /// Returns the name: a hash field's name, a set's or sorted set's member.
    fn name(&self) -> &Bytes;
}

impl Named for Bytes {
    fn name(&self) -> &Bytes {
        self
    }
}

/// Says that two items of a collection had the same name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name {:?} occurs twice", .name.escape_ascii().to_string())]
pub struct Duplicate {
    /// The name that occurred twice.
    pub name: Bytes,
}

/// Items with unique names, in insertion order.
#[derive(Debug, Clone)]
pub struct Collection<T> {
    items: Vec<T>,
    #[allow(
        clippy::box_collection,
        reason = "most collections never have one, and all of them are moved about"
    )]
    index: OnceLock<Box<HashMap<Bytes, usize>>>,
}

impl<T> Default for Collection<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            index: OnceLock::new(),
        }
    }
}

/// Compares the items in their order; see [`crate::Value::same`] for a comparison that ignores it.
impl<T: PartialEq> PartialEq for Collection<T> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl<T: Named> Collection<T> {
    /// Builds a collection from items in order, or names the first item that occurs twice.
    pub fn try_from_items(items: Vec<T>) -> Result<Self, Duplicate> {
        let collection = Self {
            items,
            index: OnceLock::new(),
        };
        if collection.items.len() <= SMALL {
            for (position, item) in collection.items.iter().enumerate() {
                if collection.items[..position]
                    .iter()
                    .any(|earlier| earlier.name() == item.name())
                {
                    return Err(Duplicate {
                        name: item.name().clone(),
                    });
                }
            }
        } else {
            // The index is left to the first search: it costs more than this check.
            let mut seen = HashSet::with_capacity(collection.items.len());
            for item in &collection.items {
                if !seen.insert(item.name().as_ref()) {
                    return Err(Duplicate {
                        name: item.name().clone(),
                    });
                }
            }
        }
        Ok(collection)
    }

    /// Returns how many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Says whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Walks the items in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// Returns the items as a slice, in order.
    pub fn as_slice(&self) -> &[T] {
        &self.items
    }

    /// Gives the items up, in order.
    pub fn into_items(self) -> Vec<T> {
        self.items
    }

    /// Finds an item by its name.
    pub fn get(&self, name: &[u8]) -> Option<&T> {
        self.position(name).map(|position| &self.items[position])
    }

    /// Says whether an item of this name exists.
    pub fn contains(&self, name: &[u8]) -> bool {
        self.position(name).is_some()
    }

    /// Adds the item at the end, or replaces the item of the same name in its place, which it returns.
    pub fn insert(&mut self, item: T) -> Option<T> {
        if let Some(position) = self.position(item.name()) {
            return Some(std::mem::replace(&mut self.items[position], item));
        }
        self.push(item);
        None
    }

    /// Adds an item at the end whose name is that of no other, as [`Collection::position`] has just said.
    pub fn push(&mut self, item: T) {
        debug_assert!(!self.contains(item.name()), "its name is there already");
        if let Some(index) = self.index.get_mut() {
            index.insert(item.name().clone(), self.items.len());
        }
        self.items.push(item);
    }

    /// Replaces the item called `name` by `item` in its place, under the new item's name. An item that
    /// already had the new name is dropped. Returns false, and changes nothing, if `name` is unknown.
    pub fn replace(&mut self, name: &[u8], item: T) -> bool {
        if self.position(name).is_none() {
            return false;
        }
        if item.name() != name {
            self.remove(item.name().clone().as_ref());
        }
        let position = self.position(name).expect("only another item was removed");
        if let Some(index) = self.index.get_mut() {
            index.remove(name);
            index.insert(item.name().clone(), position);
        }
        self.items[position] = item;
        true
    }

    /// Removes an item by its name and returns it.
    pub fn remove(&mut self, name: &[u8]) -> Option<T> {
        self.position(name).map(|position| self.remove_at(position))
    }

    /// Removes the item at a position that [`Collection::position`] has just said, and returns it. Positions change.
    pub fn remove_at(&mut self, position: usize) -> T {
        if self.items.len() <= SMALL {
            self.index.take();
            return self.items.remove(position);
        }
        let removed = self.items.swap_remove(position);
        if let Some(index) = self.index.get_mut() {
            index.remove(removed.name().as_ref());
            if let Some(moved) = self.items.get(position) {
                index.insert(moved.name().clone(), position);
            }
        }
        removed
    }

    /// Finds where an item of this name is in [`Collection::as_slice`].
    pub fn position(&self, name: &[u8]) -> Option<usize> {
        if self.items.len() <= SMALL {
            return self.items.iter().position(|item| item.name() == name);
        }
        self.index().get(name).copied()
    }

    fn index(&self) -> &HashMap<Bytes, usize> {
        self.index.get_or_init(|| {
            let names = self.items.iter().map(|item| item.name().clone());
            let places = names.enumerate().map(|(position, name)| (name, position));
            Box::new(places.collect())
        })
    }
}

impl<'a, T: Named> IntoIterator for &'a Collection<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Collects items; of two with the same name the later one wins, in the place of the earlier.
impl<T: Named> FromIterator<T> for Collection<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut collection = Self::default();
        for item in items {
            collection.insert(item);
        }
        collection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(range: std::ops::Range<usize>) -> Collection<Bytes> {
        range.map(|n| Bytes::from(n.to_string())).collect()
    }

    #[test]
    fn small_and_large_agree_after_the_same_edits() {
        for size in [3, SMALL, SMALL + 1, 500] {
            let mut collection = numbers(0..size);
            assert!(collection.remove(b"1").is_some());
            assert!(collection.remove(b"1").is_none());
            assert!(collection.replace(b"0", Bytes::from_static(b"zero")));
            assert!(!collection.replace(b"0", Bytes::from_static(b"again")));
            collection.insert(Bytes::from_static(b"new"));
            assert_eq!(collection.len(), size);
            for item in &collection {
                assert_eq!(collection.get(item), Some(item), "{size} {item:?}");
            }
        }
    }

    #[test]
    fn items_are_added_and_removed_where_a_search_has_found_them() {
        for size in [0, 3, SMALL, SMALL + 1, 500] {
            let mut collection = numbers(0..size);
            assert_eq!(collection.position(b"new"), None);
            collection.push(Bytes::from_static(b"new"));
            for name in ["new", "0", "2"] {
                let Some(position) = collection.position(name.as_bytes()) else {
                    assert_eq!(size, 0);
                    continue;
                };
                assert_eq!(collection.as_slice()[position], name);
                assert_eq!(collection.remove_at(position), name);
                assert_eq!(collection.position(name.as_bytes()), None);
            }
            for (position, item) in collection.iter().enumerate() {
                assert_eq!(collection.position(item), Some(position), "{size} {item:?}");
            }
        }
    }

    #[test]
    fn replace_drops_the_item_that_had_the_new_name() {
        for size in [3, 100] {
            let mut collection = numbers(0..size);
            assert!(collection.replace(b"0", Bytes::from_static(b"2")));
            assert_eq!(collection.len(), size - 1);
            assert!(collection.contains(b"2") && !collection.contains(b"0"));
        }
    }

    #[test]
    fn duplicates_are_named_in_small_and_large_collections() {
        for size in [2, 100] {
            let mut items = numbers(0..size).into_items();
            items.push(Bytes::from_static(b"1"));
            let duplicate = Collection::try_from_items(items).expect_err("1 occurs twice");
            assert_eq!(duplicate.name, "1");
        }
    }

    #[test]
    fn crossing_the_threshold_downwards_keeps_the_index_right() {
        let mut collection = numbers(0..SMALL + 2);
        assert!(collection.contains(b"5"));
        for n in 0..10 {
            collection.remove(n.to_string().as_bytes());
        }
        for n in 0..40 {
            collection.insert(Bytes::from(format!("x{n}")));
        }
        for item in &collection {
            assert_eq!(collection.get(item), Some(item));
        }
    }
}

//! Parameters that the canonical ABI lays out anew: here they are taken as they are.

use crate::value::Value;

/// A list as a parameter.
pub(crate) struct List<T>(pub(super) Vec<T>);

impl<T> List<T> {
    /// Takes the items.
    pub(crate) fn of(items: impl ExactSizeIterator<Item = T>) -> Self {
        Self(items.collect())
    }
}

/// A value as a parameter.
pub(crate) struct Whole<'v>(pub(super) &'v Value);

impl<'v> Whole<'v> {
    /// Takes the value.
    pub(crate) const fn of(value: &'v Value) -> Self {
        Self(value)
    }
}

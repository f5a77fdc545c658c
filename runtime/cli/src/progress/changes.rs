//! The changes that are shown: the first ones by key, or all of them as they come up.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use remold::Change;
use remold::host_api::Bytes;

use crate::arguments::DiffLimit;
use crate::{diff, screen};

/// Collects changes, or writes them at once.
pub(crate) struct Changes {
    limit: DiffLimit,
    at_once: bool,
    kept: Mutex<BTreeMap<Bytes, Change>>,
}

impl Changes {
    /// Collects up to a limit. `at_once`: where all are wanted, they are written as they come up and none is
    /// kept in memory.
    pub(crate) fn new(limit: DiffLimit, at_once: bool) -> Self {
        Self {
            limit,
            at_once,
            kept: Mutex::default(),
        }
    }

    /// Collects nothing.
    pub(crate) fn none() -> Self {
        Self::new(DiffLimit::First(0), false)
    }

    /// Says whether changes are wanted at all.
    pub(crate) fn wanted(&self) -> bool {
        self.limit != DiffLimit::First(0)
    }

    pub(super) fn add(&self, change: Change) {
        if self.limit == DiffLimit::All && self.at_once {
            return screen::out(&diff::render(&change));
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(change.before.key.clone(), change);
        if let DiffLimit::First(most) = self.limit {
            while kept.len() > most {
                kept.pop_last();
            }
        }
    }

    pub(super) fn take(&self) -> Vec<Change> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *kept).into_values().collect()
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self::none()
    }
}

#[cfg(test)]
mod tests {
    use remold::host_api::{Entry, Value};

    use super::*;

    #[test]
    fn the_first_changes_by_key_are_kept_whatever_their_order() {
        let changes = Changes::new(DiffLimit::First(2), true);
        for key in ["d", "b", "c", "a", "b"] {
            let key = Bytes::copy_from_slice(key.as_bytes());
            let before = Entry {
                key,
                value: Value::Text(Bytes::new()),
                expires_at: None,
            };
            changes.add(Change {
                before,
                after: None,
                emitted: Vec::new(),
                removed: Vec::new(),
            });
        }
        let kept: Vec<Bytes> = changes
            .take()
            .into_iter()
            .map(|change| change.before.key)
            .collect();
        assert_eq!(kept, ["a", "b"]);
    }
}

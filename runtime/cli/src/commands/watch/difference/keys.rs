//! Which keys would be changed differently, and which are rejected differently.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hasher};

use remold::host_api::Bytes;
use remold::{Change, Rejected, RunOutcome};

/// The changes of a dry run: a hash for each key, of the first keys by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::watch) struct Ledger {
    most: usize,
    hashes: BTreeMap<Bytes, u64>,
    /// Whether there were more keys than are kept.
    is_cut: bool,
}

/// What a change is, held against an earlier one of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands::watch) enum Fate {
    /// The same.
    Same,
    /// Another one.
    Otherwise,
    /// The key was not changed.
    New,
    /// It is not known whether the key was changed.
    Unknown,
}

/// The keys whose changes are different, each in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::commands::watch) struct KeyDifference {
    /// Keys that were not changed before.
    pub(in crate::commands::watch) new: Vec<Bytes>,
    /// Keys that are changed in another way.
    pub(in crate::commands::watch) otherwise: Vec<Bytes>,
    /// Keys that are not changed any more.
    pub(in crate::commands::watch) gone: Vec<Bytes>,
}

impl Ledger {
    /// Begins a ledger of so many keys at most.
    pub(in crate::commands::watch) const fn new(most: usize) -> Self {
        Self {
            most,
            hashes: BTreeMap::new(),
            is_cut: false,
        }
    }

    /// Takes down the change of a key, by its hash.
    pub(in crate::commands::watch) fn add(&mut self, key: Bytes, hash: u64) {
        self.hashes.insert(key, hash);
        if self.hashes.len() > self.most {
            self.hashes.pop_last();
            self.is_cut = true;
        }
    }

    /// Says what a later change of a key is, held against the one that is taken down here.
    pub(in crate::commands::watch) fn fate(&self, key: &Bytes, hash: u64) -> Fate {
        match self.hashes.get(key) {
            Some(known) if *known == hash => Fate::Same,
            Some(_) => Fate::Otherwise,
            None if self.knows(key) => Fate::New,
            None => Fate::Unknown,
        }
    }

    /// Says whether it can be told of a key if it was changed.
    fn knows(&self, key: &Bytes) -> bool {
        !self.is_cut
            || self
                .hashes
                .last_key_value()
                .is_some_and(|(last, _)| key <= last)
    }

    /// Compares with a later ledger. What one of them cannot tell is left out.
    pub(in crate::commands::watch) fn compare(&self, after: &Self) -> KeyDifference {
        let mut difference = KeyDifference::default();
        for (key, hash) in &after.hashes {
            match self.hashes.get(key) {
                Some(before) if before == hash => {}
                Some(_) => difference.otherwise.push(key.clone()),
                None if self.knows(key) => difference.new.push(key.clone()),
                None => {}
            }
        }
        let gone = self
            .hashes
            .keys()
            .filter(|key| !after.hashes.contains_key(*key));
        difference.gone = gone.filter(|key| after.knows(key)).cloned().collect();
        difference
    }
}

/// Hashes everything that a change says. Values have no hash of their own, because of the scores of sorted sets; their
/// debug form leaves nothing out.
pub(in crate::commands::watch) fn hash(change: &Change) -> u64 {
    struct Hashed(DefaultHasher);
    impl Write for Hashed {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.write(text.as_bytes());
            Ok(())
        }
    }
    let mut hashed = Hashed(DefaultHasher::new());
    write!(hashed, "{change:?}").expect("hashing cannot fail");
    hashed.0.finish()
}

/// The rejected keys of a dry run, of which only the first are listed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::commands::watch) struct Rejects {
    listed: BTreeMap<Bytes, Rejected>,
    is_cut: bool,
}

/// The keys that are rejected differently.
#[derive(Debug, Default, PartialEq)]
pub(in crate::commands::watch) struct RejectDifference {
    /// Keys that were not rejected before, or for another reason.
    pub(in crate::commands::watch) new: Vec<Rejected>,
    /// Keys that are not rejected any more.
    pub(in crate::commands::watch) gone: Vec<Bytes>,
}

impl Rejects {
    /// Takes the rejected keys of a dry run.
    pub(in crate::commands::watch) fn of(outcome: &RunOutcome) -> Self {
        let listed: BTreeMap<Bytes, Rejected> = outcome
            .rejected
            .iter()
            .map(|rejected| (rejected.key.clone(), rejected.clone()))
            .collect();
        Self {
            is_cut: (listed.len() as u64) < outcome.tally.rejected_total(),
            listed,
        }
    }

    /// Compares with what was rejected later. Of keys that are not listed nothing is said.
    pub(in crate::commands::watch) fn compare(&self, after: &Self) -> RejectDifference {
        let is_new = |rejected: &&Rejected| match self.listed.get(&rejected.key) {
            Some(before) => (&before.code, &before.message) != (&rejected.code, &rejected.message),
            None => !self.is_cut,
        };
        let new = after.listed.values().filter(is_new).cloned().collect();
        let listed: BTreeSet<&Bytes> = after.listed.keys().collect();
        let gone = self.listed.keys().filter(|key| !listed.contains(*key));
        let gone = gone.filter(|_| !after.is_cut).cloned().collect();
        RejectDifference { new, gone }
    }
}

#[cfg(test)]
mod tests {
    use remold::host_api::{Entry, Value};

    use super::*;

    fn bytes(text: &str) -> Bytes {
        Bytes::copy_from_slice(text.as_bytes())
    }

    fn change(key: &str, after: &str) -> Change {
        let entry = |text: &str| Entry {
            key: bytes(key),
            value: Value::Text(bytes(text)),
            expires_at: None,
        };
        Change {
            before: entry("before"),
            after: Some(entry(after)),
            emitted: Vec::new(),
            removed: Vec::new(),
        }
    }

    fn ledger(most: usize, changes: &[(&str, &str)]) -> Ledger {
        let mut ledger = Ledger::new(most);
        for (key, after) in changes {
            ledger.add(bytes(key), hash(&change(key, after)));
        }
        ledger
    }

    fn keys(difference: &KeyDifference) -> [Vec<&[u8]>; 3] {
        [&difference.new, &difference.otherwise, &difference.gone]
            .map(|keys| keys.iter().map(AsRef::as_ref).collect())
    }

    #[test]
    fn changes_that_are_new_different_and_gone_are_told() {
        let before = ledger(10, &[("a", "1"), ("b", "1"), ("c", "1")]);
        let after = ledger(10, &[("d", "1"), ("c", "1"), ("b", "2")]);
        let difference = before.compare(&after);
        assert_eq!(keys(&difference), [vec![b"d"], vec![b"b"], vec![b"a"]]);
        assert_eq!(after.compare(&after), KeyDifference::default());
        let fate = |key, after| before.fate(&bytes(key), hash(&change(key, after)));
        assert_eq!(fate("a", "1"), Fate::Same);
        assert_eq!(fate("a", "2"), Fate::Otherwise);
        assert_eq!(fate("d", "1"), Fate::New);
    }

    #[test]
    fn keys_beyond_those_that_are_kept_are_not_taken_for_new_or_gone() {
        // `c` and `d` were changed before too, and are beyond the two first.
        let before = ledger(2, &[("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")]);
        let after = ledger(2, &[("b", "1"), ("c", "1"), ("d", "1")]);
        assert_eq!(
            keys(&before.compare(&after)),
            [Vec::<&[u8]>::new(), vec![], vec![b"a"]]
        );
        let fate = |key, after| before.fate(&bytes(key), hash(&change(key, after)));
        assert_eq!(fate("c", "1"), Fate::Unknown);
        // The other way round `c` falls out because `a` comes in; it is not gone.
        assert_eq!(
            keys(&after.compare(&before)),
            [vec![&b"a"[..]], vec![], vec![]]
        );
    }

    #[test]
    fn rejected_keys_are_compared_by_key_code_and_message() {
        let reject = |key: &str, code: &str, location: &str| Rejected {
            key: bytes(key),
            code: code.to_owned(),
            message: String::new(),
            location: Some(location.to_owned()),
            step: None,
            breaches: Vec::new(),
        };
        let rejects = |rejected: &[Rejected], is_cut: bool| Rejects {
            listed: rejected
                .iter()
                .map(|one| (one.key.clone(), one.clone()))
                .collect(),
            is_cut,
        };
        let [a, b, c] = ["a", "b", "c"].map(|key| reject(key, "no-name", "x.rhai:1"));
        let before = rejects(&[a.clone(), b.clone()], false);
        // The line in the script moves when something is written above it.
        let moved = reject("b", "no-name", "x.rhai:9");
        let difference = before.compare(&rejects(&[moved, c.clone()], false));
        assert_eq!(
            (difference.new, difference.gone),
            (vec![c], vec![bytes("a")])
        );
        let other = reject("b", "exception", "x.rhai:1");
        let difference = before.compare(&rejects(&[a, other.clone()], false));
        assert_eq!((difference.new, difference.gone), (vec![other], vec![]));
        // Who lists only some of them tells nothing of the others.
        let difference = before.compare(&rejects(&[b], true));
        assert_eq!(difference, RejectDifference::default());
    }
}

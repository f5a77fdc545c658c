//! The versions of one subject, and which of them a record is at.

use std::collections::BTreeMap;
use std::sync::Arc;

use remold_manifest::Version;

use crate::definition::{Definition, Occasion, Seen};
use crate::key_pattern::{KeyPattern, Overlap};
use crate::violation::Violation;

/// The versions of one subject.
#[derive(Debug, Clone, Default)]
pub struct Versions {
    definitions: BTreeMap<Version, Arc<Definition>>,
    /// Keys that belong to other subjects, whose patterns are narrower.
    others: Vec<KeyPattern>,
}

/// The version that a record is at.
#[derive(Debug, Clone, PartialEq)]
pub enum VersionOf {
    /// This one.
    At(Version),
    /// It may be at any of these, and nothing of it tells which: they are not versions of one another's line.
    Ambiguous(Vec<Version>),
    /// It says that it is at a version that is not known.
    Unknown {
        /// What it says.
        said: String,
    },
    /// It is valid under none.
    Invalid {
        /// The version that it breaks least.
        nearest: Version,
        /// What breaks that one.
        violations: Vec<Violation>,
    },
    /// Its key is none of the subject's.
    Foreign,
}

impl Versions {
    /// Adds a version, or takes another definition for it.
    pub fn insert(&mut self, definition: Arc<Definition>) {
        self.definitions
            .insert(definition.version().clone(), definition);
    }

    /// Leaves keys to another subject if the pattern of those is wholly within one of these versions', and says whether it is.
    pub fn leave_to(&mut self, other: &KeyPattern) -> bool {
        let is_within = |one: &Arc<Definition>| other.overlap(one.pattern()) == Overlap::Within;
        let is_narrower = self.definitions.values().any(is_within);
        if is_narrower {
            self.others.push(other.clone());
        }
        is_narrower
    }

    /// Finds a version.
    pub fn get(&self, version: &Version) -> Option<&Arc<Definition>> {
        self.definitions.get(version)
    }

    /// Walks the versions, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Definition>> {
        self.definitions.values()
    }

    /// Returns the newest version.
    pub fn newest(&self) -> Option<&Arc<Definition>> {
        self.definitions.values().next_back()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty()
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.definitions.len()
    }

    /// Says whether a key is one of the subject's, at any version, and not left to another subject.
    pub fn owns(&self, key: &[u8]) -> bool {
        let matches = |one: &Arc<Definition>| one.pattern().matches(key);
        self.definitions.values().any(matches)
            && !self.others.iter().any(|other| other.matches(key))
    }

    /// Finds the version that a record is at. `now` is in Unix milliseconds.
    ///
    /// A record that names its version, where a schema says that it does, is at that version, valid or not. Of the others a
    /// record is at the newest version that it is valid under, as long as all of these are of one line: of one major version, of one minor
    /// version below 1.0.0. If they are not, nothing is guessed.
    pub fn version_of(&self, seen: Seen<'_>, now: u64) -> VersionOf {
        let has_key = |definition: &&Arc<Definition>| definition.pattern().matches(seen.key);
        if !self.owns(seen.key) {
            return VersionOf::Foreign;
        }
        // One that reads another version there.
        let mut other: Option<&Arc<Definition>> = None;
        let mut claimed: Option<&Arc<Definition>> = None;
        for definition in self.definitions.values().rev().filter(has_key) {
            match definition.says(seen.value) {
                Some(true) => {
                    let is_better = claimed.is_none_or(|claimed| {
                        !claimed.accepts(seen, now, Occasion::Found)
                            && definition.accepts(seen, now, Occasion::Found)
                    });
                    if is_better {
                        claimed = Some(definition);
                    }
                }
                Some(false) => other = Some(definition),
                None => {}
            }
        }
        if let Some(definition) = claimed {
            return VersionOf::At(definition.version().clone());
        }
        let mut older = self
            .definitions
            .values()
            .rev()
            .filter(|one| !one.is_marked());
        let accepts =
            |definition: &&Arc<Definition>| definition.accepts(seen, now, Occasion::Found);
        let Some(newest) = older.find(accepts) else {
            return match other.and_then(|definition| definition.said(seen.value)) {
                Some(said) => VersionOf::Unknown { said },
                None => self.invalid(seen, now),
            };
        };
        // Nothing is kept of those of one line: a valid record costs no memory.
        let is_apart = |one: &&Arc<Definition>| line(one.version()) != line(newest.version());
        if !older.clone().filter(is_apart).any(|one| accepts(&one)) {
            return VersionOf::At(newest.version().clone());
        }
        let valid = older.filter(accepts).map(|one| one.version().clone());
        let mut versions: Vec<Version> = valid.collect();
        versions.reverse();
        versions.push(newest.version().clone());
        VersionOf::Ambiguous(versions)
    }

    /// Of the versions whose keys and kind of value a record has, finds the one that it breaks least, and the newest of
    /// several; of none, the newest of all.
    fn invalid(&self, seen: Seen<'_>, now: u64) -> VersionOf {
        let kind = seen.value.kind();
        let newest_first = self.definitions.values().rev();
        let near = newest_first
            .filter(|one| one.kind() == kind && one.pattern().matches(seen.key))
            .chain(self.newest());
        let broken = near.map(|one| {
            let violations = one.violations(seen, now, Occasion::Found);
            (one.version(), violations)
        });
        match broken.min_by_key(|(_, violations)| violations.len()) {
            Some((nearest, violations)) => VersionOf::Invalid {
                nearest: nearest.clone(),
                violations,
            },
            None => VersionOf::Foreign,
        }
    }
}

impl FromIterator<Arc<Definition>> for Versions {
    fn from_iter<I: IntoIterator<Item = Arc<Definition>>>(definitions: I) -> Self {
        let mut versions = Self::default();
        definitions.into_iter().for_each(|one| versions.insert(one));
        versions
    }
}

/// Returns what versions have in common that are compatible by their numbers.
pub(crate) fn line(version: &Version) -> (u64, u64) {
    let minor = if version.major == 0 { version.minor } else { 0 };
    (version.major, minor)
}

#[cfg(test)]
mod tests;

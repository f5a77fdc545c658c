//! Drift: live data held against the registered versions. How many keys are at which version, how many at none, and why.
//!
//! What is counted is a [`Look`], which can be kept and compared with a later one. Examples and reasons are bounded, whatever
//! the keyspace holds.

use std::collections::BTreeMap;

use remold_manifest::Version;
use serde::{Deserialize, Serialize};

use crate::definition::{Occasion, Seen};
use crate::registry::Registry;
use crate::versions::VersionOf;
use crate::violation::Violation;

/// So many examples are kept of a finding.
const EXAMPLES: usize = 5;

/// So many rules that are broken are told apart for each version.
const RULES: usize = 50;

/// What was found in a look at the data.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Look {
    /// The keys that were looked at.
    pub keys: u64,
    /// What was found, by subject.
    pub subjects: BTreeMap<String, SubjectLook>,
    /// Keys that belong to no subject.
    pub foreign: Finding,
}

/// What was found of the keys of one subject.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubjectLook {
    /// How many keys are at each version, and valid under it.
    pub versions: BTreeMap<Version, u64>,
    /// Keys that are valid under no version, by what of the nearest version they break.
    pub invalid: BTreeMap<Rule, Finding>,
    /// Keys that may be at several versions, by those.
    pub ambiguous: BTreeMap<String, Finding>,
    /// Keys that name a version that is not registered, by what they name.
    pub unknown: BTreeMap<String, Finding>,
}

/// A rule of a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    /// The version.
    pub version: Version,
    /// The rule, a JSON Pointer into the `spec` of the version's document; empty for all that are told apart no more.
    pub rule: String,
}

/// Keys with something in common.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How many.
    pub keys: u64,
    /// A few of them, as text with escapes, each with what is wrong with it.
    pub examples: Vec<Example>,
}

/// A key with what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// The key, what is no printable ASCII being escaped.
    pub key: String,
    /// What is wrong; empty if the finding says all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// What changed in a subject from one look to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trend {
    /// The subject.
    pub subject: String,
    /// What is counted: `1.0.0`, `invalid 2.0.0 /schema/required`, `ambiguous 1.0.0, 2.0.0`, `unknown 9`.
    pub what: String,
    /// How many keys there were, as a share of the subject's keys, in parts per million.
    pub before: u64,
    /// How many there are, in the same measure.
    pub after: u64,
    /// Whether there were none before, and there was a look before.
    pub is_new: bool,
}

impl Look {
    /// Looks at a record. `now` is in Unix milliseconds.
    pub fn observe(&mut self, registry: &Registry, seen: Seen<'_>, now: u64) {
        self.keys += 1;
        let Some((name, versions)) = registry.subject_of(seen.key) else {
            self.foreign.add(seen.key, String::new);
            return;
        };
        if !self.subjects.contains_key(name) {
            self.subjects
                .insert(name.to_owned(), SubjectLook::default());
        }
        let subject = self.subjects.get_mut(name).expect("it was put there");
        match versions.version_of(seen, now) {
            VersionOf::At(version) => {
                // A record that names its version need not be valid under it.
                let broken = versions
                    .get(&version)
                    .filter(|definition| !definition.accepts(seen, now, Occasion::Found))
                    .map(|definition| definition.violations(seen, now, Occasion::Found));
                match broken {
                    None => *subject.versions.entry(version).or_default() += 1,
                    Some(violations) => subject.invalid(&version, &violations, seen.key),
                }
            }
            VersionOf::Invalid {
                nearest,
                violations,
            } => subject.invalid(&nearest, &violations, seen.key),
            VersionOf::Ambiguous(versions) => {
                let versions: Vec<String> = versions.iter().map(Version::to_string).collect();
                let finding = subject.ambiguous.entry(versions.join(", ")).or_default();
                finding.add(seen.key, String::new);
            }
            VersionOf::Unknown { said } => {
                let said: String = said.chars().take(60).collect();
                let known = subject.unknown.len() < RULES || subject.unknown.contains_key(&said);
                let said = if known { said } else { String::new() };
                subject
                    .unknown
                    .entry(said)
                    .or_default()
                    .add(seen.key, String::new);
            }
            // It was found by its key.
            VersionOf::Foreign => self.foreign.add(seen.key, String::new),
        }
    }

    /// Adds what was found elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.keys += other.keys;
        self.foreign.merge(other.foreign);
        for (name, theirs) in other.subjects {
            let ours = self.subjects.entry(name).or_default();
            for (version, keys) in theirs.versions {
                *ours.versions.entry(version).or_default() += keys;
            }
            merge(&mut ours.invalid, theirs.invalid);
            merge(&mut ours.ambiguous, theirs.ambiguous);
            merge(&mut ours.unknown, theirs.unknown);
        }
    }

    /// Says whether anything is not as it is registered. Keys of no subject are none.
    pub fn has_drift(&self) -> bool {
        self.subjects.values().any(|subject| subject.drifted() > 0)
    }

    /// Lists what changed since a look before, in shares of each subject's keys, so that samples of different sizes can be
    /// compared.
    pub fn since(&self, before: &Self) -> Vec<Trend> {
        let none = SubjectLook::default();
        let mut trends = Vec::new();
        let names = self.subjects.keys().chain(before.subjects.keys());
        let names: std::collections::BTreeSet<&String> = names.collect();
        for name in names {
            let known = before.subjects.get(name);
            let then = known.unwrap_or(&none).shares();
            let now = self.subjects.get(name).unwrap_or(&none).shares();
            let whats: std::collections::BTreeSet<&String> =
                then.keys().chain(now.keys()).collect();
            for what in whats {
                let (before, after) = (then.get(what).copied(), now.get(what).copied());
                if before != after {
                    trends.push(Trend {
                        subject: name.clone(),
                        what: what.clone(),
                        before: before.unwrap_or(0),
                        after: after.unwrap_or(0),
                        is_new: before.is_none(),
                    });
                }
            }
        }
        trends
    }
}

impl SubjectLook {
    /// Returns how many keys were looked at.
    pub fn keys(&self) -> u64 {
        self.versions.values().sum::<u64>() + self.drifted()
    }

    /// Returns how many keys are at no version, or not surely at one.
    pub fn drifted(&self) -> u64 {
        let sum = |findings: &mut dyn Iterator<Item = &Finding>| {
            findings.map(|one| one.keys).sum::<u64>()
        };
        sum(&mut self.invalid.values())
            + sum(&mut self.ambiguous.values())
            + sum(&mut self.unknown.values())
    }

    fn invalid(&mut self, version: &Version, violations: &[Violation], key: &[u8]) {
        let first = violations.first();
        let rule = Rule {
            version: version.clone(),
            rule: first.map_or(String::new(), |first| first.rule.clone()),
        };
        let known = self.invalid.len() < RULES || self.invalid.contains_key(&rule);
        let rule = if known {
            rule
        } else {
            Rule {
                version: version.clone(),
                rule: String::new(),
            }
        };
        let finding = self.invalid.entry(rule).or_default();
        finding.add(key, || first.map(ToString::to_string).unwrap_or_default());
    }

    /// Returns each count as a share of all keys, in parts per million.
    fn shares(&self) -> BTreeMap<String, u64> {
        let all = self.keys().max(1);
        let share = |keys: u64| {
            let parts = u128::from(keys) * 1_000_000 / u128::from(all);
            u64::try_from(parts).unwrap_or(u64::MAX)
        };
        let versions = self
            .versions
            .iter()
            .map(|(version, keys)| (version.to_string(), *keys));
        let invalid = self.invalid.iter().map(|(rule, found)| {
            (
                format!("invalid {} {}", rule.version, rule.rule),
                found.keys,
            )
        });
        let ambiguous = self.ambiguous.iter();
        let ambiguous =
            ambiguous.map(|(versions, found)| (format!("ambiguous {versions}"), found.keys));
        let unknown = self.unknown.iter();
        let unknown = unknown.map(|(said, found)| (format!("unknown {said}"), found.keys));
        let counts = versions.chain(invalid).chain(ambiguous).chain(unknown);
        counts.map(|(what, keys)| (what, share(keys))).collect()
    }
}

impl Finding {
    /// Counts a key. The examples are the first ones by name, so that they are the same in whatever order keys come.
    fn add(&mut self, key: &[u8], why: impl FnOnce() -> String) {
        self.keys += 1;
        let is_later = |one: &Example| key.escape_ascii().cmp(one.key.bytes()).is_lt();
        let place = self.examples.partition_point(|one| !is_later(one));
        if place < EXAMPLES {
            self.examples.truncate(EXAMPLES - 1);
            let example = Example {
                key: key.escape_ascii().to_string(),
                why: why(),
            };
            self.examples.insert(place, example);
        }
    }

    fn merge(&mut self, other: Self) {
        self.keys += other.keys;
        self.examples.extend(other.examples);
        self.examples.sort_by(|a, b| a.key.cmp(&b.key));
        self.examples.truncate(EXAMPLES);
    }
}

fn merge<K: Ord>(ours: &mut BTreeMap<K, Finding>, theirs: BTreeMap<K, Finding>) {
    for (name, finding) in theirs {
        ours.entry(name).or_default().merge(finding);
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        format!("{} {}", rule.version, rule.rule)
    }
}

impl TryFrom<String> for Rule {
    type Error = InvalidRule;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (version, rule) = text.split_once(' ').ok_or(InvalidRule)?;
        Ok(Self {
            version: version.parse().map_err(|_| InvalidRule)?,
            rule: rule.to_owned(),
        })
    }
}

/// A text that is no rule of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a version, a space and a JSON Pointer")]
pub struct InvalidRule;

#[cfg(test)]
mod tests;

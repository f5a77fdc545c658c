//! All subjects with their versions, and the migrations between them. What it may take is decided here, wherever it is stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use remold_manifest::spec::schema::SchemaChange;
use remold_manifest::{ManifestErrors, Path, Problem, Version};

use crate::definition::{Definition, References};
use crate::key_pattern::{KeyPattern, Overlap};
use crate::reference::address;
use crate::route::{Edge, Routes};
use crate::versions::Versions;

/// All subjects with their versions, and the migrations between them.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    subjects: BTreeMap<String, Versions>,
    migrations: Vec<(String, SchemaChange)>,
    references: References,
    /// How many of the registered patterns each one is wholly within, by its text. Of two that match one key, neither crosses the
    /// other, so that the narrower one is within more.
    depths: BTreeMap<String, usize>,
}

/// What became of a definition that was to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is new.
    New,
    /// It was there already, just so.
    Same,
}

impl Registry {
    /// Takes a definition. Refused, at a place of its document: other content under a version that is there, and keys that
    /// cross those of another subject.
    pub fn add(&mut self, definition: Definition) -> Result<Taken, Box<ManifestErrors>> {
        self.add_shared(&Arc::new(definition))
    }

    /// Takes a definition that another registry has too, as [`Self::add`] does.
    pub fn add_shared(
        &mut self,
        definition: &Arc<Definition>,
    ) -> Result<Taken, Box<ManifestErrors>> {
        let versions = self.subjects.get(definition.subject());
        if let Some(known) = versions.and_then(|versions| versions.get(definition.version())) {
            if known.digest() == definition.digest() {
                return Ok(Taken::Same);
            }
            let problem = Problem::Registry {
                message: format!(
                    "{} {} is registered, with another content",
                    definition.subject(),
                    definition.version()
                ),
                hint: Some(format!(
                    "what is registered never changes: give this one another version; the other one is {}",
                    known.document().file()
                )),
            };
            let place = Path::of(&["spec", "version"]);
            return Err(Box::new(definition.document().error_at(&place, problem)));
        }
        if let Some(problem) = self.crossing(definition) {
            let place = Path::of(&["spec", "keys"]);
            return Err(Box::new(definition.document().error_at(&place, problem)));
        }
        self.measure(definition.pattern());
        let own = address(definition.subject(), definition.version());
        self.references.insert(own, definition.json_schema());
        let versions = self
            .subjects
            .entry(definition.subject().to_owned())
            .or_default();
        versions.insert(Arc::clone(definition));
        Ok(Taken::New)
    }

    /// Adds a migration between versions of a subject.
    pub fn add_migration(&mut self, name: &str, change: SchemaChange) {
        self.migrations.retain(|(known, _)| known != name);
        self.migrations.push((name.to_owned(), change));
    }

    /// Walks the subjects by name.
    pub fn subjects(&self) -> impl Iterator<Item = (&str, &Versions)> {
        self.subjects
            .iter()
            .map(|(name, versions)| (name.as_str(), versions))
    }

    /// Finds a subject.
    pub fn subject(&self, name: &str) -> Option<&Versions> {
        self.subjects.get(name)
    }

    /// Finds a version of a subject.
    pub fn get(&self, subject: &str, version: &Version) -> Option<&Arc<Definition>> {
        self.subjects.get(subject)?.get(version)
    }

    /// Returns what schemas may refer to.
    pub fn references(&self) -> &References {
        &self.references
    }

    /// Adds schemas that may be referred to; those of its own versions stay as they are.
    pub fn refer_to(&mut self, references: &References) {
        for (address, schema) in references {
            let known = self.references.entry(address.clone());
            known.or_insert_with(|| schema.clone());
        }
    }

    /// Lists the migrations between versions of a subject: each name with its change.
    pub fn migrations(&self, subject: &str) -> impl Iterator<Item = (&str, &SchemaChange)> {
        let of_subject = self
            .migrations
            .iter()
            .filter(move |(_, change)| change.subject == subject);
        of_subject.map(|(name, change)| (name.as_str(), change))
    }

    /// Lists the edges between the registered versions of a subject.
    pub fn edges(&self, subject: &str) -> Vec<Edge> {
        match self.subjects.get(subject) {
            Some(versions) => self.edges_between(subject, versions),
            None => Vec::new(),
        }
    }

    /// Lists the edges between these versions of a subject.
    pub fn edges_between(&self, subject: &str, versions: &Versions) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (name, change) in self.migrations(subject) {
            if versions.get(&change.to).is_none() {
                continue;
            }
            let from = versions.iter().map(|one| one.version());
            edges.extend(from.filter(|from| change.takes(from)).map(|from| Edge {
                from: from.clone(),
                to: change.to.clone(),
                migration: name.to_owned(),
            }));
        }
        edges.sort();
        edges
    }

    /// Finds the ways from all versions of a subject to one of them.
    pub fn routes(&self, subject: &str, target: &Version) -> Routes {
        let versions = self.subjects.get(subject);
        let known = versions.into_iter().flat_map(Versions::iter);
        Routes::find(known.map(|one| one.version()), &self.edges(subject), target)
    }

    /// Finds the subject that a key belongs to. Of several that it matches, the narrowest pattern wins; none crosses another.
    pub fn subject_of(&self, key: &[u8]) -> Option<(&str, &Versions)> {
        let matching = self.subjects().filter_map(|(name, versions)| {
            let mut newest_first = versions.iter().rev();
            let one = newest_first.find(|one| one.pattern().matches(key))?;
            Some((self.depths.get(one.pattern().as_str()), name, versions))
        });
        let narrowest = matching.max_by_key(|(depth, _, _)| *depth);
        narrowest.map(|(_, name, versions)| (name, versions))
    }

    /// Finds out, once, how deep a pattern lies within those that are registered, and which of them lie within it.
    fn measure(&mut self, pattern: &KeyPattern) {
        if self.depths.contains_key(pattern.as_str()) {
            return;
        }
        let registered = self.subjects.values().flat_map(Versions::iter);
        let known: BTreeMap<&str, &KeyPattern> = registered
            .map(|one| (one.pattern().as_str(), one.pattern()))
            .collect();
        let mut depth = 0;
        for (text, other) in known {
            match pattern.overlap(other) {
                Overlap::Within => depth += 1,
                Overlap::Around => *self.depths.entry(text.to_owned()).or_default() += 1,
                Overlap::Apart | Overlap::Same | Overlap::Crossing => {}
            }
        }
        self.depths.insert(pattern.as_str().to_owned(), depth);
    }

    /// Says which other subject's keys a definition's keys cross. A pattern that is wholly within another one is taken: its keys
    /// are its own.
    fn crossing(&self, definition: &Definition) -> Option<Problem> {
        for (name, versions) in self.subjects() {
            if name == definition.subject() {
                continue;
            }
            for one in versions.iter() {
                let what = match definition.pattern().overlap(one.pattern()) {
                    Overlap::Apart | Overlap::Within | Overlap::Around => continue,
                    Overlap::Same => "are all keys of",
                    Overlap::Crossing => "are partly keys of",
                };
                return Some(Problem::Registry {
                    message: format!(
                        "the keys `{}` {what} {name} {}, `{}`",
                        definition.pattern(),
                        one.version(),
                        one.pattern()
                    ),
                    hint: Some(
                        "a key belongs to one subject: make one of the patterns narrower, so that it is apart from the other or wholly within it"
                            .to_owned(),
                    ),
                });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;

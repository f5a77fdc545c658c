//! What a migration between versions does with each record, found out before it runs: where the record stands, which way it
//! takes from there, and which stages the run has.
//!
//! A stage is one migration with all versions that it takes records from. The ways of all records form a tree that leads to
//! the target, so that the stages have an order in which every record meets those of its way, each once.

use std::collections::BTreeMap;
use std::sync::Arc;

use remold_host_api::{Breach, Kind, Pattern, Side};
use remold_manifest::Version;
use remold_manifest::spec::schema::SchemaChange;

use crate::definition::{Definition, Occasion, Seen};
use crate::route::{Edge, MissingEdge, Route, Routes};
use crate::versions::Versions;

mod standing;

pub use standing::Standing;
pub(crate) use standing::{breaches, told};

/// What a migration between versions does with each record.
#[derive(Debug)]
pub struct Course {
    subject: String,
    versions: Versions,
    change: SchemaChange,
    target: Arc<Definition>,
    stages: Vec<Stage>,
    /// The stage that takes records from a version.
    next: BTreeMap<Version, usize>,
    routes: BTreeMap<Version, Route>,
    labels: BTreeMap<Version, Arc<str>>,
    missing: Vec<MissingEdge>,
}

/// One migration on the way of some records.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The migration's name.
    pub migration: Arc<str>,
    /// The versions that records come to it from.
    pub from: Vec<Version>,
    /// The version that it brings them to.
    pub to: Arc<Definition>,
}

/// Why there is no course.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoCourse {
    /// The target is none of the versions.
    #[error("there is no version {0}")]
    NoTarget(Version),
    /// None of the versions is one that records are to come from.
    #[error("no version is one that records come from")]
    NothingTaken,
    /// From none of the versions that records are to come from does a way lead to the target.
    #[error("{}", .0[0])]
    NoWay(Vec<MissingEdge>),
}

impl Course {
    /// Makes the course of a migration that brings records to its version by itself.
    pub fn alone(
        migration: &str,
        change: &SchemaChange,
        versions: Versions,
    ) -> Result<Self, NoCourse> {
        let taken = versions.iter().map(|one| one.version());
        let edges: Vec<Edge> = taken
            .filter(|from| change.takes(from))
            .map(|from| Edge {
                from: from.clone(),
                to: change.to.clone(),
                migration: migration.to_owned(),
            })
            .collect();
        Self::over(&edges, change, versions)
    }

    /// Makes the course over registered migrations.
    pub fn over(
        edges: &[Edge],
        change: &SchemaChange,
        versions: Versions,
    ) -> Result<Self, NoCourse> {
        let target = versions.get(&change.to).cloned();
        let target = target.ok_or_else(|| NoCourse::NoTarget(change.to.clone()))?;
        let known = versions.iter().map(|one| one.version());
        let found = Routes::find(known, edges, &change.to);
        let is_taken = |version: &Version| change.takes(version);
        if !versions.iter().any(|one| is_taken(one.version())) {
            return Err(NoCourse::NothingTaken);
        }
        let missing: Vec<MissingEdge> = found
            .missing
            .into_iter()
            .filter(|gap| is_taken(&gap.version))
            .collect();
        let routes: BTreeMap<Version, Route> = found
            .ways
            .into_iter()
            .filter(|(from, _)| is_taken(from))
            .collect();
        if routes.is_empty() {
            return Err(NoCourse::NoWay(missing));
        }
        let stages = stages(&routes, &versions);
        let mut next = BTreeMap::new();
        for (index, stage) in stages.iter().enumerate() {
            next.extend(stage.from.iter().map(|from| (from.clone(), index)));
        }
        let label = |route: &Route| Arc::from(route.to_string());
        Ok(Self {
            subject: change.subject.clone(),
            labels: routes
                .iter()
                .map(|(from, route)| (from.clone(), label(route)))
                .collect(),
            versions,
            change: change.clone(),
            target,
            stages,
            next,
            routes,
            missing,
        })
    }

    /// Returns the subject.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns what the migration says of the versions.
    pub fn change(&self) -> &SchemaChange {
        &self.change
    }

    /// Returns the subject's versions.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// Returns the version that records come to.
    pub fn target(&self) -> &Arc<Definition> {
        &self.target
    }

    /// Returns the stages, in the order in which records meet them.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Returns the way from each version that has one.
    pub fn routes(&self) -> &BTreeMap<Version, Route> {
        &self.routes
    }

    /// Lists the versions that records are to come from and that have no way, with what would make one.
    pub fn missing(&self) -> &[MissingEdge] {
        &self.missing
    }

    /// Returns the stage that takes records from a version.
    pub(crate) fn stage_at(&self, version: &Version) -> Option<usize> {
        self.next.get(version).copied()
    }

    /// Returns how the way from a version is called: its versions, `1.0.0 → 2.0.0 → 3.0.0`.
    pub fn label(&self, from: &Version) -> Option<&Arc<str>> {
        self.labels.get(from)
    }

    /// Returns the patterns that together match the keys of all versions that the run has to do with, the target's too.
    pub fn patterns(&self) -> Vec<Pattern> {
        let mut patterns: Vec<Pattern> = Vec::new();
        for definition in self.concerned() {
            let pattern = definition.pattern().to_scan();
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
        patterns
    }

    /// Returns the kind of value that all versions have that the run has to do with; `None` if they differ.
    pub fn kind(&self) -> Option<Kind> {
        let kind = self.target.kind();
        self.concerned()
            .all(|definition| definition.kind() == kind)
            .then_some(kind)
    }

    fn concerned(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.versions.iter().filter(|one| {
            let version = one.version();
            *version == self.change.to || self.change.takes(version)
        })
    }

    /// Returns what breaks a version in what a transform made; nothing if it is valid.
    pub(crate) fn broken(&self, to: &Definition, made: Seen<'_>, now: u64) -> Vec<Breach> {
        if to.accepts(made, now, Occasion::Written) {
            return Vec::new();
        }
        let violations = to.violations(made, now, Occasion::Written);
        breaches(&self.subject, to.version(), Side::Target, violations)
    }
}

/// Makes stages of ways: one for each migration, what is further from the target before what is nearer.
fn stages(routes: &BTreeMap<Version, Route>, versions: &Versions) -> Vec<Stage> {
    let mut stages: Vec<(usize, Stage)> = Vec::new();
    for route in routes.values() {
        for (place, edge) in route.edges.iter().enumerate() {
            // A migration has one target, so that all its edges are equally far.
            let away = route.edges.len() - place;
            let known = stages
                .iter_mut()
                .find(|(_, stage)| *stage.migration == edge.migration);
            match (known, versions.get(&edge.to)) {
                (Some((_, stage)), _) if stage.from.contains(&edge.from) => {}
                (Some((_, stage)), _) => stage.from.push(edge.from.clone()),
                (None, Some(to)) => {
                    let stage = Stage {
                        migration: Arc::from(edge.migration.as_str()),
                        from: vec![edge.from.clone()],
                        to: Arc::clone(to),
                    };
                    stages.push((away, stage));
                }
                (None, None) => {}
            }
        }
    }
    stages
        .sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.migration.cmp(&b.migration)));
    stages.into_iter().map(|(_, stage)| stage).collect()
}

#[cfg(test)]
mod tests;

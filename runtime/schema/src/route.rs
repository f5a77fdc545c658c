//! Ways from version to version: registered migrations are edges, and the shortest way is taken.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use remold_manifest::Version;

/// A migration between two versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The version that records come from.
    pub from: Version,
    /// The version that they come to.
    pub to: Version,
    /// The migration's name.
    pub migration: String,
}

/// The way from a version to a target: at least one migration, each beginning where the one before ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The migrations, in their order.
    pub edges: Vec<Edge>,
}

impl Route {
    /// Returns the version that it begins at.
    pub fn from(&self) -> &Version {
        &self.edges[0].from
    }

    /// Returns the versions that it leads over, both ends included: `1.0.0 → 2.0.0 → 3.0.0`.
    pub fn versions(&self) -> Vec<&Version> {
        let begin = std::iter::once(self.from());
        begin
            .chain(self.edges.iter().map(|edge| &edge.to))
            .collect()
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.from())?;
        self.edges
            .iter()
            .try_for_each(|edge| write!(f, " → {}", edge.to))
    }
}

/// A migration that is missing, and would make a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingEdge {
    /// The version that has no way to the target.
    pub version: Version,
    /// Where a migration could begin: the version itself, or what it can reach already.
    pub from: Version,
    /// Where it would have to lead: the target, or a version that has a way there.
    pub to: Version,
}

impl fmt::Display for MissingEdge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, from, to } = self;
        write!(
            f,
            "no way leads from {version}: register a migration from {from} to {to}"
        )
    }
}

/// The ways from all versions of a subject to one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    /// Where they lead.
    pub target: Version,
    /// The shortest way from each version that has one.
    pub ways: BTreeMap<Version, Route>,
    /// The versions that have none, with what would make one.
    pub missing: Vec<MissingEdge>,
}

impl Routes {
    /// Finds the ways to a target. Of ways that are equally short the one is taken whose next version is the newest, and between the
    /// same versions the migration whose name comes first.
    pub fn find<'a>(
        versions: impl IntoIterator<Item = &'a Version>,
        edges: &[Edge],
        target: &Version,
    ) -> Self {
        let versions: BTreeSet<&Version> = versions.into_iter().collect();
        let mut into: BTreeMap<&Version, Vec<&Edge>> = BTreeMap::new();
        for edge in edges {
            into.entry(&edge.to).or_default().push(edge);
        }
        // How many migrations each version is away from the target.
        let mut distance = BTreeMap::from([(target, 0_usize)]);
        let mut open = VecDeque::from([target]);
        while let Some(version) = open.pop_front() {
            let away = distance[version] + 1;
            for edge in into.get(version).into_iter().flatten() {
                if !distance.contains_key(&edge.from) {
                    distance.insert(&edge.from, away);
                    open.push_back(&edge.from);
                }
            }
        }
        let next = |version: &Version| {
            let away = distance.get(version)?.checked_sub(1)?;
            let mut leading: Vec<&Edge> = edges
                .iter()
                .filter(|edge| edge.from == *version && distance.get(&edge.to) == Some(&away))
                .collect();
            leading.sort_by(|a, b| b.to.cmp(&a.to).then_with(|| a.migration.cmp(&b.migration)));
            leading.first().copied()
        };
        let mut ways = BTreeMap::new();
        let mut missing = Vec::new();
        for &version in versions.iter().filter(|&&version| version != target) {
            let first = next(version);
            let steps = std::iter::successors(first, |edge| next(&edge.to));
            let edges: Vec<Edge> = steps.cloned().collect();
            if edges.is_empty() {
                missing.push(gap(
                    version,
                    &versions,
                    &edges_from(version, &versions, &into),
                    &distance,
                    target,
                ));
            } else {
                ways.insert(version.clone(), Route { edges });
            }
        }
        Self {
            target: target.clone(),
            ways,
            missing,
        }
    }
}

/// Lists what can be reached from a version, itself included.
fn edges_from<'a>(
    version: &'a Version,
    versions: &BTreeSet<&'a Version>,
    into: &BTreeMap<&'a Version, Vec<&'a Edge>>,
) -> BTreeSet<&'a Version> {
    let mut reached = BTreeSet::from([version]);
    loop {
        let before = reached.len();
        for &to in versions {
            let edges = into.get(to).into_iter().flatten();
            if edges.into_iter().any(|edge| reached.contains(&edge.from)) {
                reached.insert(to);
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// Names the smallest gap: from what is reached already to what has a way, both as near to one another as their order goes.
fn gap(
    version: &Version,
    versions: &BTreeSet<&Version>,
    reached: &BTreeSet<&Version>,
    distance: &BTreeMap<&Version, usize>,
    target: &Version,
) -> MissingEdge {
    let order: Vec<&&Version> = versions.iter().collect();
    let place = |version: &Version| order.iter().position(|&&known| known == version);
    let arriving = order
        .iter()
        .map(|version| **version)
        .filter(|version| distance.contains_key(version));
    let mut pairs: Vec<(usize, usize, &Version, &Version)> = Vec::new();
    for to in arriving.chain([target]) {
        for &from in reached {
            let (Some(a), Some(b)) = (place(from), place(to)) else {
                continue;
            };
            pairs.push((a.abs_diff(b), distance[to], from, to));
        }
    }
    pairs.sort();
    let nearest = pairs.first();
    MissingEdge {
        version: version.clone(),
        from: nearest.map_or(version, |pair| pair.2).clone(),
        to: nearest.map_or(target, |pair| pair.3).clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(text: &str) -> Version {
        text.parse().expect("it is a version")
    }

    fn edge(from: &str, to: &str) -> Edge {
        Edge {
            from: v(from),
            to: v(to),
            migration: format!("m-{}-{}", v(from).major, v(to).major),
        }
    }

    fn routes(versions: &[&str], edges: &[(&str, &str)], target: &str) -> Routes {
        let versions: Vec<Version> = versions.iter().map(|text| v(text)).collect();
        let edges: Vec<Edge> = edges.iter().map(|(from, to)| edge(from, to)).collect();
        Routes::find(&versions, &edges, &v(target))
    }

    fn way(routes: &Routes, from: &str) -> String {
        let versions = routes.ways[&v(from)].versions();
        let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
        versions.join(" ")
    }

    #[test]
    fn the_shortest_way_is_taken() {
        let versions = ["1.0.0", "1.1.0", "2.0.0", "3.0.0", "4.0.0"];
        let edges = [
            ("1.0.0", "1.1.0"),
            ("1.1.0", "2.0.0"),
            ("1.0.0", "2.0.0"),
            ("2.0.0", "3.0.0"),
            ("3.0.0", "4.0.0"),
            ("1.0.0", "3.0.0"),
            ("4.0.0", "1.0.0"),
        ];
        let found = routes(&versions, &edges, "4.0.0");
        assert_eq!(way(&found, "1.0.0"), "1.0.0 3.0.0 4.0.0");
        assert_eq!(way(&found, "1.1.0"), "1.1.0 2.0.0 3.0.0 4.0.0");
        assert_eq!(way(&found, "3.0.0"), "3.0.0 4.0.0");
        assert!(found.missing.is_empty());
        assert!(!found.ways.contains_key(&v("4.0.0")));
    }

    #[test]
    fn a_missing_migration_is_named() {
        let versions = ["1.0.0", "2.0.0", "3.0.0", "4.0.0"];
        let found = routes(
            &versions,
            &[("1.0.0", "2.0.0"), ("3.0.0", "4.0.0")],
            "4.0.0",
        );
        let gaps: Vec<String> = found
            .missing
            .iter()
            .map(|gap| format!("{}: {} {}", gap.version, gap.from, gap.to))
            .collect();
        assert_eq!(gaps, ["1.0.0: 2.0.0 3.0.0", "2.0.0: 2.0.0 3.0.0"]);
        let alone = routes(&["1.0.0", "2.0.0"], &[], "2.0.0");
        assert_eq!(alone.missing[0].to, v("2.0.0"));
    }

    #[test]
    fn circles_end() {
        let found = routes(
            &["1.0.0", "2.0.0", "3.0.0"],
            &[("1.0.0", "2.0.0"), ("2.0.0", "1.0.0")],
            "3.0.0",
        );
        assert!(found.ways.is_empty());
        assert_eq!(found.missing.len(), 2);
    }

    #[test]
    fn ways_lead_back_too() {
        let found = routes(&["1.0.0", "2.0.0"], &[("2.0.0", "1.0.0")], "1.0.0");
        assert_eq!(way(&found, "2.0.0"), "2.0.0 1.0.0");
    }
}

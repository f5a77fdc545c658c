//! What a transform can do beyond its selected records: what its manifest asks for, and what of that the operator grants.

use remold_host_api::{Capabilities, Capability, Grant, Pattern};
use remold_manifest::{CapabilitySpec, Document, Path as Place, Problem};

use crate::error::Error;
use crate::migration::Migration;

/// A power that a manifest asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Power {
    /// The power.
    pub capability: Capability,
    /// The pattern of keys that it is asked for on; `None` for a backup.
    pub on: Option<Pattern>,
    /// How much of it the operator grants.
    pub extent: Extent,
}

/// How much of what is asked for the operator grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Only keys that match one of these patterns too.
    Within(Vec<Pattern>),
}

/// Lists what a migration's manifest asks for, the selected keys left out: those it may write in any case.
pub fn powers(migration: &Migration) -> Vec<Power> {
    let capabilities = migration.capabilities();
    let mut powers: Vec<Power> = Vec::new();
    let mut add = |power: Power| {
        if !powers.contains(&power) {
            powers.push(power);
        }
    };
    let steps = migration.steps().map(|step| &step.spec.capabilities);
    for asked in std::iter::once(&migration.spec().capabilities).chain(steps) {
        for (capability, patterns) in over_keys(asked) {
            for pattern in patterns {
                let pattern = Pattern::new(pattern.clone());
                add(Power {
                    capability,
                    extent: extent(&capabilities, capability, &pattern),
                    on: Some(pattern),
                });
            }
        }
        if asked.backup {
            add(Power {
                capability: Capability::Backup,
                on: None,
                extent: Extent::Whole,
            });
        }
    }
    powers
}

/// Refuses a manifest that asks for what the operator does not grant at all, at the place of each.
pub(crate) fn refuse(document: &Document, capabilities: &Capabilities) -> Result<(), Error> {
    let Some(granted) = &capabilities.granted else {
        return Ok(());
    };
    let asked = &document.migration.spec.capabilities;
    let place = Place::of(&["spec", "capabilities"]);
    let mut problems = Vec::new();
    for (capability, patterns) in over_keys(asked) {
        for (index, pattern) in patterns.iter().enumerate() {
            let pattern = Pattern::new(pattern.clone());
            let mut grants = granted.patterns(capability).iter();
            if grants.all(|grant| grant.is_apart_from(&pattern)) {
                let place = place.field(capability.name()).index(index);
                problems.push((place, not_granted(&Grant::Keys(capability, pattern))));
            }
        }
    }
    if asked.backup && !granted.backup {
        problems.push((place.field("backup"), not_granted(&Grant::Backup)));
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(Error::Manifest(document.errors_at(problems)))
}

/// Lists the patterns of each power over keys, in the order in which they are shown.
fn over_keys(asked: &CapabilitySpec) -> [(Capability, &[String]); 3] {
    [
        (Capability::Read, &asked.read),
        (Capability::Write, &asked.write),
        (Capability::Scan, &asked.scan),
    ]
}

fn not_granted(grant: &Grant) -> Problem {
    let capability = match grant {
        Grant::Keys(capability, _) => capability.name(),
        Grant::Backup | Grant::Nothing => Capability::Backup.name(),
    };
    Problem::NotGranted {
        capability,
        grant: grant.to_string(),
    }
}

fn extent(capabilities: &Capabilities, capability: Capability, asked: &Pattern) -> Extent {
    let Some(granted) = &capabilities.granted else {
        return Extent::Whole;
    };
    let grants = granted.patterns(capability);
    if grants.iter().any(|grant| grant.covers(asked)) {
        return Extent::Whole;
    }
    let near = grants.iter().filter(|grant| !grant.is_apart_from(asked));
    Extent::Within(near.cloned().collect())
}

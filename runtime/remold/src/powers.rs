//! What a transform can do beyond its selected records: what its manifest asks for, what of that the operator grants, and
//! which functions of the host its code has for it.

use remold_host_api::functions::HostFunction;
use remold_host_api::{Capabilities, Capability, Grant, Pattern};
use remold_manifest::{Document, Path as Place, Problem};

use crate::error::Error;
use crate::migration::Migration;

/// The powers over keys, in the order in which they are shown.
const OVER_KEYS: [Capability; 3] = [Capability::Read, Capability::Write, Capability::Scan];

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
    let spec = migration.spec();
    let asked = &spec.capabilities;
    let capabilities = migration.capabilities();
    let mut powers = Vec::new();
    for capability in OVER_KEYS {
        let patterns = match capability {
            Capability::Read => &asked.read,
            Capability::Write => &asked.write,
            Capability::Scan => &asked.scan,
            Capability::Backup => continue,
        };
        for pattern in patterns {
            let pattern = Pattern::new(pattern.clone());
            powers.push(Power {
                capability,
                extent: extent(&capabilities, capability, &pattern),
                on: Some(pattern),
            });
        }
    }
    powers.extend(asked.backup.then_some(Power {
        capability: Capability::Backup,
        on: None,
        extent: Extent::Whole,
    }));
    powers
}

/// Lists the functions of the host that a transform's code has for a power, as far as it can be told without running it;
/// a script's method counts for every function of its name.
pub fn used_for(migration: &Migration, capability: Capability) -> Vec<&'static HostFunction> {
    let mut functions = migration.transform().calls();
    functions.retain(|function| function.capability == Some(capability));
    functions
}

/// Refuses a manifest that asks for what the operator does not grant at all, at the place of each.
pub(crate) fn refuse(document: &Document, capabilities: &Capabilities) -> Result<(), Error> {
    let Some(granted) = &capabilities.granted else {
        return Ok(());
    };
    let asked = &document.migration.spec.capabilities;
    let place = Place::of(&["spec", "capabilities"]);
    let mut problems = Vec::new();
    for (capability, patterns) in [
        (Capability::Read, &asked.read),
        (Capability::Write, &asked.write),
        (Capability::Scan, &asked.scan),
    ] {
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

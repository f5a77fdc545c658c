//! Whether a registry may take a new version: what changed since the versions before, what of that breaks, and what the
//! version's number and its level of compatibility say to it.
//!
//! A level is asked for among the versions of one line: of one major version, or of one minor version below 1.0.0. The first version of
//! a new line says by its number that data are to be migrated; of it no level is asked, and its number is checked like
//! any other.

use remold_manifest::{ManifestErrors, Path, Problem, Version};

use crate::compare::{
    self, Bump, CompareError, Comparison, Mode, Options, Refusal, check_bump, check_level,
};
use crate::definition::{Definition, References};
use crate::registry::Registry;
use crate::versions::{Versions, line};

mod beside;

/// What a registry says to a new version.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// What changed since versions before, the oldest first: those that its level looks at, and the one right before it.
    pub since: Vec<(Version, Comparison)>,
    /// Why it may not be taken; empty if it may.
    pub refusals: Vec<Refusal>,
    /// The newest version of the subject; `None` if it has none.
    pub newest: Option<Version>,
}

impl Judgement {
    /// Returns what changed since the version right before; `None` for a subject's first.
    pub fn last(&self) -> Option<&(Version, Comparison)> {
        self.since.last()
    }

    /// Makes the errors of the refusals, at their places in the document.
    pub fn errors(&self, definition: &Definition) -> Option<ManifestErrors> {
        // A level that is left to its default is asked of the schema.
        let level = Path::of(&["spec", "compatibility"]);
        let is_named = definition.document().span(&level).is_some();
        let asked = if is_named {
            level
        } else {
            Path::of(&["spec", "schema"])
        };
        let problem = |refusal: &Refusal| {
            let (place, hint) = match refusal.cause {
                compare::RefusalCause::Step { demanded, .. } => (
                    Path::of(&["spec", "version"]),
                    self.next(&refusal.against, demanded),
                ),
                compare::RefusalCause::Backward(_) | compare::RefusalCause::Forward(_) => (
                    asked.clone(),
                    "make the change compatible, or begin a new line with the next major version and migrate"
                        .to_owned(),
                ),
            };
            let problem = Problem::Registry {
                message: refusal.to_string(),
                hint: Some(hint),
            };
            (place, problem)
        };
        if self.refusals.is_empty() {
            return None;
        }
        let problems = self.refusals.iter().map(problem).collect();
        Some(definition.document().errors_at(problems))
    }

    /// Says which version a change demands: the least that is not taken already.
    fn next(&self, against: &Version, demanded: Bump) -> String {
        let is_taken = |next: &Version| self.newest.as_ref().is_some_and(|newest| next <= newest);
        let next = step(against, demanded);
        let free = match &self.newest {
            Some(newest) if is_taken(&next) => step(newest, demanded),
            _ => next,
        };
        format!("{free} is the least version that such a change may have")
    }
}

/// Returns the least version that takes a step.
fn step(against: &Version, demanded: Bump) -> Version {
    let Version {
        major,
        minor,
        patch,
        ..
    } = *against;
    match (demanded, major) {
        (Bump::Major, 0) => Version::new(0, minor + 1, 0),
        (Bump::Major, _) => Version::new(major + 1, 0, 0),
        (Bump::Minor, 0) | (Bump::Patch | Bump::None, _) => Version::new(major, minor, patch + 1),
        (Bump::Minor, _) => Version::new(major, minor + 1, 0),
    }
}

impl Registry {
    /// Compares a new version with those before it, and says whether it may be taken. A version that is older than others of
    /// its subject is compared with those before it alone.
    pub fn judge(&self, definition: &Definition) -> Result<Judgement, CompareError> {
        let version = definition.version();
        let level = definition.spec().compatibility;
        let mode = definition.spec().comparison;
        let known = self.subject(definition.subject()).into_iter();
        let before: Vec<_> = known
            .flat_map(Versions::iter)
            .filter(|one| one.version() < version)
            .collect();
        let mut references = self.references().clone();
        references.insert(
            crate::address(definition.subject(), version),
            definition.json_schema(),
        );
        let mut since = Vec::new();
        for (place, one) in before.iter().enumerate() {
            let is_last = place + 1 == before.len();
            let counts = level.is_transitive() && line(one.version()) == line(version);
            if is_last || counts {
                let comparison = compare_definitions(one, definition, mode, &references)?;
                since.push((one.version().clone(), comparison));
            }
        }
        let mut refusals = Vec::new();
        if let Some((last, comparison)) = since.last() {
            refusals.extend(check_bump(last, version, comparison).err());
        }
        let of_line = since.iter().filter(|(one, _)| line(one) == line(version));
        let of_line = of_line.map(|(one, comparison)| (one, comparison));
        refusals.extend(check_level(level, of_line).err());
        let newest = self
            .subject(definition.subject())
            .and_then(Versions::newest)
            .map(|newest| newest.version().clone());
        Ok(Judgement {
            since,
            refusals,
            newest,
        })
    }
}

/// Compares two versions of a subject: what their JSON Schemas say, and type, encoding, keys and expiry beside.
pub fn compare_definitions(
    old: &Definition,
    new: &Definition,
    mode: Mode,
    references: &References,
) -> Result<Comparison, CompareError> {
    let options = Options {
        references: references.clone(),
        ..Options::of(mode)
    };
    let mut comparison = compare::compare(&old.json_schema(), &new.json_schema(), &options)?;
    // In the document, not in the JSON Schema alone.
    for change in &mut comparison.changes {
        change.path = format!("/schema{}", change.path);
    }
    beside::add(&mut comparison, old, new);
    Ok(comparison)
}

#[cfg(test)]
mod tests;

//! Where a record stands before a migration, and what becomes of it for that reason alone.

use std::sync::Arc;

use remold_host_api::{Breach, Rejection, Side};
use remold_manifest::Version;

use super::Course;
use crate::definition::{Definition, Occasion, Seen};
use crate::versions::VersionOf;
use crate::violation::Violation;

/// So many violations stand in the message of a rejection.
const TOLD: usize = 3;

/// Where a record stands before a migration.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It is at this version, and takes the way from there.
    Goes(Version),
    /// It is none of the migration's business.
    Skipped(String),
    /// It should be migrated, or may have to be, and cannot.
    Rejected(Rejection, Vec<Breach>),
}

impl Course {
    /// The code of a record that is at a version from which no way leads to the target.
    pub const NO_ROUTE: &'static str = "no-route";

    /// Finds out where a record stands. `now` is in Unix milliseconds.
    pub fn standing(&self, seen: Seen<'_>, now: u64) -> Standing {
        let at = match self.versions.version_of(seen, now) {
            VersionOf::At(version) => version,
            other => return self.nowhere(other),
        };
        let is_target = at == self.change.to;
        if !is_target && !self.change.takes(&at) {
            return Standing::Skipped(format!("at {at}, which is not in {}", self.taken()));
        }
        if let Some(definition) = self.versions.get(&at)
            // A record that does not name its version was held against it to find out that it is at it.
            && definition.is_marked()
            && !definition.accepts(seen, now, Occasion::Found)
        {
            return self.invalid(
                definition,
                definition.violations(seen, now, Occasion::Found),
            );
        }
        if is_target {
            return Standing::Skipped(self.already());
        }
        if self.next.contains_key(&at) {
            return Standing::Goes(at);
        }
        let gap = self.missing.iter().find(|gap| gap.version == at);
        let message = gap.map_or_else(
            || format!("no migration leads from {at} to {}", self.change.to),
            ToString::to_string,
        );
        rejected(Self::NO_ROUTE, message, Vec::new())
    }

    /// Finds out where a record stands before the way back: at the target, or it does not go.
    pub(crate) fn standing_back(&self, seen: Seen<'_>, now: u64) -> Option<Standing> {
        if self.target.accepts(seen, now, Occasion::Found) && self.target.is_said(seen.value) {
            return None;
        }
        Some(match self.versions.version_of(seen, now) {
            VersionOf::At(at) if at == self.change.to => {
                let violations = self.target.violations(seen, now, Occasion::Found);
                self.invalid(&self.target, violations)
            }
            VersionOf::At(at) => {
                Standing::Skipped(format!("at {at}, which is not {}", self.change.to))
            }
            other => self.nowhere(other),
        })
    }

    /// Returns the reason with which records are skipped that are at the target already.
    pub fn already(&self) -> String {
        format!("already at {}", self.change.to)
    }

    fn taken(&self) -> String {
        match self.change.from.comparators.as_slice() {
            [] => format!("<{}", self.change.to),
            _ => self.change.from.to_string(),
        }
    }

    fn nowhere(&self, other: VersionOf) -> Standing {
        let subject = &self.subject;
        match other {
            VersionOf::At(at) => Standing::Skipped(format!("at {at}")),
            VersionOf::Foreign => Standing::Skipped(format!("not a key of {subject}")),
            VersionOf::Ambiguous(versions) => {
                let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
                let message = format!(
                    "it may be at any of {}: give the schemas a version field, or close them by `additionalProperties: false`, \
                     so that a record is valid under one only",
                    versions.join(", ")
                );
                rejected("ambiguous-version", message, Vec::new())
            }
            VersionOf::Unknown { said } => {
                let said: String = said.chars().take(60).collect();
                let message = format!(
                    "it says that it is at `{said}`, which is no registered version of {subject}"
                );
                rejected("unknown-version", message, Vec::new())
            }
            VersionOf::Invalid {
                nearest,
                violations,
            } => match self.versions.get(&nearest) {
                Some(nearest) => self.invalid(nearest, violations),
                None => Standing::Skipped(format!("not a key of {subject}")),
            },
        }
    }

    fn invalid(&self, definition: &Definition, violations: Vec<Violation>) -> Standing {
        let breaches = breaches(
            &self.subject,
            definition.version(),
            Side::Source,
            violations,
        );
        let message = told("not valid", &breaches);
        rejected("invalid-source", message, breaches)
    }
}

fn rejected(code: &str, message: String, breaches: Vec<Breach>) -> Standing {
    let rejection = Rejection {
        code: code.to_owned(),
        message,
    };
    Standing::Rejected(rejection, breaches)
}

/// Makes what a report tells of violations.
pub(crate) fn breaches(
    subject: &str,
    version: &Version,
    side: Side,
    violations: Vec<Violation>,
) -> Vec<Breach> {
    let schema: Arc<str> = Arc::from(format!("{subject} {version}"));
    let breach = |violation: Violation| Breach {
        schema: Arc::clone(&schema),
        side,
        message: violation.kind.to_string(),
        pointer: violation.pointer,
        rule: violation.rule,
    };
    violations.into_iter().map(breach).collect()
}

/// Writes the first breaches and how many more there are: `not valid under user 1.0.0: /age: … (/schema/…)`.
pub(crate) fn told(what: &str, breaches: &[Breach]) -> String {
    let schema = breaches.first().map_or("", |first| &first.schema);
    let one = |breach: &Breach| {
        let place = match breach.pointer.as_str() {
            "" => String::new(),
            pointer => format!("{pointer}: "),
        };
        format!("{place}{} ({})", breach.message, breach.rule)
    };
    let mut parts: Vec<String> = breaches.iter().take(TOLD).map(one).collect();
    let more = breaches.len().saturating_sub(TOLD);
    if more > 0 {
        parts.push(format!("and {more} more"));
    }
    format!("{what} under {schema}: {}", parts.join("; "))
}

//! What a registration leaves behind for a controller: the digest, and what changed since the version before.

use remold::manifest::Version;
use remold::schema::compare::Severity;
use remold::schema::compare_definitions;
use remold::{Documents, Exchange};
use remold_kube::resources::VersionSummary;
use remold_kube::workers::RegisteredOutcome;

/// Returns the one schema that is registered, or would be.
pub(super) fn registered(
    up: &Exchange,
    local: &Documents,
    registry: &Documents,
) -> Option<RegisteredOutcome> {
    let mut entries = up
        .entries
        .iter()
        .filter(|planned| planned.entry.digest.is_some());
    let entry = &entries.next()?.entry;
    if entries.next().is_some() {
        return None;
    }
    let registration = &entry.registration;
    let version = registration.version.parse().ok();
    Some(RegisteredOutcome {
        digest: entry.digest.clone()?,
        compared: version
            .and_then(|version| compared(&registration.subject, &version, local, registry)),
    })
}

/// Compares a version with the one that is registered right before it; `None` for a subject's first.
fn compared(
    subject: &str,
    version: &Version,
    local: &Documents,
    registry: &Documents,
) -> Option<VersionSummary> {
    let own = local.registry().get(subject, version)?;
    let known = registry.registry().subject(subject)?;
    let before = known.iter().rev().find(|one| one.version() < version)?;
    let mut references = registry.registry().references().clone();
    references.extend(local.registry().references().clone());
    let comparison = compare_definitions(before, own, own.spec().comparison, &references).ok()?;
    let breaking = comparison
        .changes
        .iter()
        .filter(|change| change.severity == Severity::Error);
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Some(VersionSummary {
        with: before.version().to_string(),
        changes: count(comparison.changes.len()),
        breaking: count(breaking.count()),
    })
}

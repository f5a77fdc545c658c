//! What a registration leaves behind for a controller: the digest, and what changed since the version before.

use remold::schema::Judgement;
use remold::schema::compare::Severity;
use remold::{Documents, Exchange};
use remold_kube::resources::VersionSummary;
use remold_kube::workers::RegisteredOutcome;

/// Returns the one schema that is registered, or would be.
pub(super) fn registered(up: &Exchange, registry: &Documents) -> Option<RegisteredOutcome> {
    let mut entries = up
        .entries
        .iter()
        .filter(|planned| planned.entry.digest.is_some());
    let entry = &entries.next()?.entry;
    if entries.next().is_some() {
        return None;
    }
    let registration = &entry.registration;
    let new = up
        .judgements
        .iter()
        .find(|(name, _)| *name == registration.name);
    let compared = if let Some((_, judgement)) = new {
        summary(judgement)
    } else {
        // It is there already, as after a worker that was lost: the registry says the same of it once more.
        let registry = registry.registry();
        let version = registration.version.parse().ok();
        let own = version.and_then(|version| registry.get(&registration.subject, &version));
        let judgement = own.and_then(|own| registry.judge(own).ok());
        judgement.as_ref().and_then(summary)
    };
    Some(RegisteredOutcome {
        digest: entry.digest.clone()?,
        compared,
    })
}

/// Counts what changed since the version right before; `None` for a subject's first.
fn summary(judgement: &Judgement) -> Option<VersionSummary> {
    let (before, comparison) = judgement.last()?;
    let breaking = comparison
        .changes
        .iter()
        .filter(|change| change.severity == Severity::Error);
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Some(VersionSummary {
        with: before.to_string(),
        changes: count(comparison.changes.len()),
        breaking: count(breaking.count()),
    })
}

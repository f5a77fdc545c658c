//! What the grammar has a place for and this version does not honour. It is refused, never ignored.

use crate::error::Problem;
use crate::yaml::Path;

/// A field by its path, or a value of a field.
struct Entry {
    path: &'static str,
    value: Option<&'static str>,
    what: &'static str,
    instead: &'static str,
}

const fn field_entry(path: &'static str, what: &'static str, instead: &'static str) -> Entry {
    Entry {
        path,
        value: None,
        what,
        instead,
    }
}

const fn value_entry(
    path: &'static str,
    value: &'static str,
    what: &'static str,
    instead: &'static str,
) -> Entry {
    Entry {
        path,
        value: Some(value),
        what,
        instead,
    }
}

const CONTROLLER: &str = "it is for a controller; leave it out";

const ENTRIES: &[Entry] = &[
    field_entry(
        "spec.backup.velero",
        "a Velero backup",
        "leave it out; the journal is always kept",
    ),
    field_entry(
        "spec.backup.volumeSnapshot",
        "a volume snapshot",
        "leave it out; the journal is always kept",
    ),
    value_entry(
        "spec.policy.approval",
        "manual",
        "approval of a plan by its digest",
        "use `auto`; a run asks before it writes",
    ),
    field_entry("spec.targetRef", "a target by reference", CONTROLLER),
    field_entry(
        "spec.suspend",
        "suspending a migration in its document",
        CONTROLLER,
    ),
    field_entry(
        "spec.approvedPlan",
        "approval of a plan by its digest",
        CONTROLLER,
    ),
    field_entry(
        "spec.rollback",
        "rolling back by the document",
        "use the command for it",
    ),
    field_entry(
        "spec.runToken",
        "asking for a new run in the document",
        CONTROLLER,
    ),
    field_entry("status", "the status of a custom resource", "leave it out"),
];

/// Returns the problem of a field that is not supported yet.
pub(super) fn field(path: &Path) -> Option<Problem> {
    find(path, None)
}

/// Returns the problem of a value that is not supported yet.
pub(super) fn value(path: &Path, found: &str) -> Option<Problem> {
    find(path, Some(found))
}

fn find(path: &Path, value: Option<&str>) -> Option<Problem> {
    let path = path.to_string();
    let entry = ENTRIES
        .iter()
        .find(|entry| entry.path == path && entry.value == value)?;
    Some(Problem::Unsupported {
        what: entry.what,
        instead: entry.instead,
    })
}

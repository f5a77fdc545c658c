//! What a custom resource has and a document has not. It is refused with words of its own.

use crate::error::Problem;
use crate::yaml::Path;

/// Returns the problem of a field that only a cluster writes.
pub(super) fn field(path: &Path) -> Option<Problem> {
    (path.to_string() == "status").then_some(Problem::Unsupported {
        what: "the status of a custom resource",
        instead: "leave it out",
    })
}

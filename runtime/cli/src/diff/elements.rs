//! Differences of two lists.

use std::hash::Hash;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// For how long the shortest difference is looked for; a longer one is shown after that.
const PATIENCE: Duration = Duration::from_millis(200);

/// A step from one list to the other.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// So many elements stay.
    Same(usize),
    /// The element at this place of the old list goes.
    Removed(usize),
    /// The element at this place of the new list comes.
    Added(usize),
}

/// Finds the steps from one list to the other.
pub(super) fn steps<T: Hash + Eq>(old: &[T], new: &[T]) -> Vec<Step> {
    let deadline = Instant::now() + PATIENCE;
    let mut steps = Vec::new();
    for operation in capture_diff_slices_deadline(Algorithm::Myers, old, new, Some(deadline)) {
        if let DiffOp::Equal { len, .. } = operation {
            steps.push(Step::Same(len));
            continue;
        }
        steps.extend(operation.old_range().map(Step::Removed));
        steps.extend(operation.new_range().map(Step::Added));
    }
    steps
}

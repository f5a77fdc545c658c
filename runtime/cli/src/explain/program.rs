//! x
use super::{Area, Explanation};
pub(super) const EXPLANATIONS: &[Explanation] = &[];

//! The bounds of an inference, and its thresholds.

/// How much an inference may remember, and how sure it wants to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The most distinct words that are kept apart at one place of a name; at its beginning four times as many. Beyond
    /// it the rarest become a capture.
    pub max_children: usize,
    /// The most places in names that are kept apart over the whole keyspace.
    pub max_nodes: usize,
    /// The most members of an object, or fields of a hash, that are described one by one. Beyond it the object is a map.
    pub max_members: usize,
    /// The most places in values that are described, over the whole keyspace.
    pub max_places: usize,
    /// The most places in the values of one pattern and form.
    pub max_places_of_form: usize,
    /// The most levels of a value that are described.
    pub max_depth: usize,
    /// The largest document that is looked into, in bytes, packed or unpacked.
    pub max_document: usize,
    /// The most shapes of one pattern and form that are counted apart.
    pub max_shapes: usize,
    /// The most variants of one pattern and form that are shown.
    pub max_variants: usize,
    /// The most proposals that are made; the largest come first.
    pub max_proposals: usize,
    /// The fewest records that make a pattern.
    pub min_records: u64,
    /// The share of at least a hundred observations that may be an exception.
    pub tolerance: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_children: 128,
            max_nodes: 16_384,
            max_members: 128,
            max_places: 32_768,
            max_places_of_form: 2_048,
            max_depth: 24,
            max_document: 1 << 20,
            max_shapes: 256,
            max_variants: 16,
            max_proposals: 256,
            min_records: 3,
            tolerance: 0.01,
        }
    }
}

impl Options {
    /// Returns how many of `observations` may differ without changing what is proposed.
    pub(crate) fn allowed(&self, observations: u64) -> u64 {
        /// Below it one exception would already be more than a hundredth.
        const ENOUGH: u64 = 100;
        if observations < ENOUGH {
            return 0;
        }
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a count, rounded down; it need not be exact"
        )]
        let allowed = (observations as f64 * self.tolerance.clamp(0.0, 0.5)) as u64;
        allowed
    }
}

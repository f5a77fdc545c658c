//! Where a batch is planned: what the run wants, what the shard is, who watches. Not what is planned.

use remold_host_api::Value;

use crate::digest::ValueDigest;
use crate::port::ShardFacts;
use crate::record::AfterImage;
use crate::report::Observer;
use crate::spec::RunSpec;

/// What a worker needs to know of where it works.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) spec: &'a RunSpec,
    pub(crate) facts: &'a ShardFacts,
    pub(crate) observer: &'a dyn Observer,
    /// Whether a journal keeps what is planned, so that it can be told again later.
    pub(crate) journalled: bool,
}

impl Surroundings<'_> {
    /// Identifies a state that a change leaves behind, for the journal.
    pub(crate) fn after(&self, value: &Value, expires_at: Option<u64>) -> AfterImage {
        let digest = if self.journalled {
            ValueDigest::of(value)
        } else {
            ValueDigest::default()
        };
        AfterImage { digest, expires_at }
    }
}

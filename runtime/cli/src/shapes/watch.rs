//! Rounds of `--watch`, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::error::ErrorShape;
use crate::commands::Count;

/// A round. One line of output is one document: these fields, and those of the command without `--watch`. A round without a
/// result, because a manifest or a transform is broken, has `error` instead of those.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoundShape<Difference> {
    /// The round's number, from 1.
    pub(crate) round: u64,
    /// The files whose change began it; none in the first round.
    pub(crate) changed_files: Vec<String>,
    /// How long it took, with the build of a component, milliseconds.
    pub(crate) took_ms: u64,
    /// What is different from the last round that had a result; none in the first of them, and beside an `error`.
    pub(crate) difference: Option<Difference>,
    /// Why there is no result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<ErrorShape>,
    /// Beside `error`: what a toolchain printed while it failed to build a component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) printed: Option<String>,
}

/// Which cases came out differently.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseDifferenceShape {
    /// Came out as expected, and do not any more.
    pub(crate) broke: Vec<CaseNameShape>,
    /// Did not come out as expected, and do now.
    pub(crate) mended: Vec<CaseNameShape>,
    /// Do not come out as expected, in another way than before.
    pub(crate) fails_otherwise: Vec<CaseNameShape>,
    /// Were not there before.
    pub(crate) new: Vec<CaseNameShape>,
    /// Are not there any more.
    pub(crate) gone: Vec<CaseNameShape>,
}

/// A case by its name.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseNameShape {
    /// The case's file.
    pub(crate) file: String,
    /// The line in it.
    pub(crate) line: usize,
    /// The case's name.
    pub(crate) name: String,
}

/// Which keys a dry run would change differently than the last one, of the first 100,000 keys by name that either changes,
/// and what is counted differently.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeDifferenceShape {
    /// How many keys would be changed and would not have been.
    pub(crate) new_count: u64,
    /// The first of them, as many as `--limit-diffs` says.
    pub(crate) new: Vec<String>,
    /// How many keys would be changed in another way.
    pub(crate) otherwise_count: u64,
    /// The first of them.
    pub(crate) otherwise: Vec<String>,
    /// How many keys would not be changed any more.
    pub(crate) gone_count: u64,
    /// The first of them.
    pub(crate) gone: Vec<String>,
    /// The first keys that are rejected and were not, or for another reason.
    pub(crate) newly_rejected: Vec<String>,
    /// The first keys that are not rejected any more.
    pub(crate) no_longer_rejected: Vec<String>,
    /// The counts that are different.
    pub(crate) counts: Vec<Count>,
}

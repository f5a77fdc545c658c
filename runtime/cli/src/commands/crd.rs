//! `remold crd`: the definitions of the custom resources, for `kubectl apply -f -`.

use remold_kube::definitions;

use super::Answer;
use crate::arguments::Format;

/// Writes the definitions.
pub(super) fn crd(format: Format) -> Answer {
    let all = definitions::all().into_iter();
    let all: Vec<_> = all.map(|one| crate::shapes::to_value(&one)).collect();
    Answer::objects(definitions::yaml(), &all, format)
}

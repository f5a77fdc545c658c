//! What `push` and `pull` say of a component alike: what it is, and the lines that pin it in a manifest.

use remold::{ArtifactReference, CheckedComponent, ContentDigest};

use crate::paragraph::Put;

/// Says what a transform is and whether it has a way back.
pub(super) fn describe(component: &CheckedComponent) -> String {
    let way_back = if component.exports.revert {
        "with a way back"
    } else {
        "without a way back"
    };
    format!("a {} transform {way_back}", kind(component))
}

/// Returns the word for what a transform is.
pub(super) fn kind(component: &CheckedComponent) -> &'static str {
    if component.exports.run {
        "program"
    } else {
        "record"
    }
}

/// Writes the lines of a manifest that name an artifact and pin it.
pub(super) fn lines(reference: &ArtifactReference, digest: &ContentDigest) -> String {
    let (registry, repository) = (reference.registry(), reference.repository());
    let name = match reference.tag() {
        Some(tag) => format!("{registry}/{repository}:{tag}"),
        None => format!("{registry}/{repository}"),
    };
    format!("transform:\n  wasm:\n    oci: \"{name}\"\n    digest: {digest}\n")
}

/// Shifts lines to the right.
pub(super) fn indented(lines: &str) -> String {
    let mut text = String::new();
    for line in lines.lines() {
        text.line(format_args!("    {line}"));
    }
    text
}

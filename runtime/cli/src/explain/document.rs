//! Places in manifests, files of cases and scripts.

use super::Area::Document;
use super::{Explanation, explained};

const NOTHING: &str = "Nothing was contacted and nothing was written.";

const fn at(code: &'static str, happened: &'static str, remedy: &'static str) -> Explanation {
    explained(code, Document, happened, NOTHING, remedy)
}

/// What they mean.
pub(super) const EXPLANATIONS: &[Explanation] = &[
    at(
        "script",
        "The script does not compile at this place.",
        "Mend the place that is shown.",
    ),
    at(
        "component",
        "The component cannot be used: it is no WebAssembly, it does not compile, or its imports and exports are not those of the contract.",
        "Build it again with an SDK of this version of Remold; the message names what does not fit.",
    ),
    at(
        "bad-reference",
        "The text does not name an artifact in a registry.",
        "Write REGISTRY/REPOSITORY:TAG, as in ghcr.io/acme/split-name:1.2.0.",
    ),
    at(
        "digests-differ",
        "The name of an artifact has a digest, and `digest` is another one.",
        "Keep the one that is right, and remove the other.",
    ),
    explained(
        "unpinned",
        Document,
        "The component is named by a tag alone. A tag can be moved, and then something else would run than was tested.",
        "Nothing was written. The registry was asked which digest the tag stands for at present.",
        "Add the `digest` that the message shows, or that `remold pull` and `remold push` print.",
    ),
    at(
        "nothing-to-build",
        "The transform is a script in Rhai, which is run as it is, or a component from a registry, which is built elsewhere.",
        "Go on with `remold check` or `remold test`.",
    ),
    at(
        "toolchain-missing",
        "A tool that the language needs is not on this machine. Other languages are not concerned.",
        "Install what the message names, and build again.",
    ),
    at(
        "project",
        "The folder lacks something that a transform in this language has, or its language is not known.",
        "Do what the message says; `remold new` writes a folder that has everything.",
    ),
    at(
        "build-failed",
        "A command of the language's toolchain did not end well. An older component is left as it was.",
        "Mend what the toolchain's own messages above show.",
    ),
    at(
        "not-granted",
        "The manifest asks for a capability, and the operator's --grant options cover no key of it.",
        "Grant it if the transform may have it, or take it out of `spec.capabilities` if it needs less.",
    ),
    at(
        "newer-format",
        "The file was written by a later version of Remold, in a format that this one does not know.",
        "Use that version, or a later one.",
    ),
    at(
        "yaml-syntax",
        "The text is no YAML at this place.",
        "Mend indentation, quotes or brackets.",
    ),
    at(
        "bad-parameter",
        "A parameter is not as the transform of the catalogue takes it.",
        "Mend the place that is shown; `remold catalogue show NAME` lists the parameters.",
    ),
    at(
        "too-long",
        "The text is longer than any document of this kind.",
        "Split it, or put the transform into a file of its own.",
    ),
    at(
        "too-deep",
        "Mappings and lists are nested too deeply.",
        "Make it flatter.",
    ),
    at(
        "anchors-too-large",
        "The uses of anchors add up to too much.",
        "Write the parts out.",
    ),
    at(
        "recursive-anchor",
        "An anchor is used inside itself.",
        "Take it out there.",
    ),
    at(
        "empty-document",
        "There is no document in the file.",
        "Write one; `docs/reference/manifest.md` shows its fields.",
    ),
    at(
        "several-documents",
        "A second document begins.",
        "Put each document into a file of its own.",
    ),
    at(
        "duplicate-field",
        "A field is given twice.",
        "Take one out.",
    ),
    at(
        "merge-key",
        "Merge keys of YAML 1.1 are not supported.",
        "Write the fields out.",
    ),
    at(
        "bad-field-name",
        "A field has no name, or one that is no text.",
        "Name it by a text; quotes help with special characters.",
    ),
    at("tag", "Tags are not supported.", "Leave the tag out."),
    at(
        "unknown-field",
        "There is no such field.",
        "The hint says what is accepted and what was probably meant.",
    ),
    at(
        "missing-field",
        "A field that must be there is not.",
        "Add it.",
    ),
    at(
        "exclusive-fields",
        "Two fields exclude one another.",
        "Take one out.",
    ),
    at(
        "wrong-type",
        "The value is of another type than it must.",
        "The message says what is expected.",
    ),
    at(
        "unknown-value",
        "The word is none of the accepted ones.",
        "The hint lists them.",
    ),
    at(
        "out-of-range",
        "The number is too small or too large.",
        "The hint says what is accepted.",
    ),
    at(
        "bad-quantity",
        "The text is no size, time or percentage.",
        "Write it like 64MiB, 250ms or 0.5%.",
    ),
    at(
        "bad-form",
        "The text has another form than it must.",
        "The message says what is expected.",
    ),
    at(
        "empty-value",
        "The value must not be empty.",
        "Give one, or leave the field out.",
    ),
    at(
        "unsupported",
        "A part of an object in a cluster is no part of a document.",
        "The hint says what to do instead.",
    ),
    at(
        "canary-order",
        "Canary shares do not grow from one to the next.",
        "Sort them.",
    ),
    at(
        "reserved-keys",
        "The bookkeeping of the runs cannot be named.",
        "Name other keys.",
    ),
    at(
        "repeated",
        "A name occurs twice in a list.",
        "Take one out.",
    ),
    at(
        "not-given",
        "An outcome is expected of a key that is not among the given ones.",
        "Add the key to `given`, or take it out.",
    ),
    at(
        "unreadable",
        "The document has the right shape and still cannot be read.",
        "The message says why.",
    ),
];

//! Schemas, and the registry that they are in.

use super::Area::Schema;
use super::{Explanation, explained};

const NOTHING: &str = "Nothing was registered, and no key was touched.";
const NO_OBSTACLE: &str = "It keeps nothing from being registered.";

const fn at(code: &'static str, happened: &'static str, remedy: &'static str) -> Explanation {
    explained(code, Schema, happened, NOTHING, remedy)
}

const fn look(code: &'static str, happened: &'static str, remedy: &'static str) -> Explanation {
    explained(code, Schema, happened, NO_OBSTACLE, remedy)
}

/// What they mean.
pub(super) const EXPLANATIONS: &[Explanation] = &[
    at(
        "contradiction",
        "Parts of a document contradict one another.",
        "The message names both; mend the one that is wrong.",
    ),
    at(
        "bad-key-pattern",
        "The pattern of keys is none: a brace that is not closed, a name twice, a kind that does not exist.",
        "The hint says what is accepted. A brace of the key itself is written twice.",
    ),
    at(
        "bad-json-schema",
        "The JSON Schema is none of its draft, or refers to something that is not there.",
        "The place that is shown is the one in the schema. References lead to `#/$defs/NAME` or to `remold:SUBJECT/VERSION`; nothing is fetched.",
    ),
    at(
        "registry",
        "The registry does not have what is named, or cannot take what is given: something else is registered under the version, keys \
         belong to another subject, or the version is not compatible with those before it.",
        "What is registered never changes: give a changed document another version. `remold schema check` says why one is refused.",
    ),
    at(
        "schema-breaks-old-data",
        "Data of a version before are not valid under the new one, or it is not known whether they are, and `compatibility` asks for it.",
        "Make the change compatible, or begin a new line with the next major version and migrate. `remold schema diff` shows each change.",
    ),
    at(
        "schema-breaks-old-readers",
        "Data of the new version are not valid under one before, or it is not known whether they are, and `compatibility` asks for it.",
        "Make the change compatible, or begin a new line with the next major version. `remold schema diff` shows each change.",
    ),
    at(
        "schema-version-step",
        "The version takes a smaller step than the change demands.",
        "The hint names the least version that will do.",
    ),
    at(
        "schema-invalid",
        "One of two schemas that were to be compared is none of its draft.",
        "Look at the place that is named.",
    ),
    at(
        "schema-draft-unknown",
        "`$schema` names a draft that is not known.",
        "Use 2020-12, 2019-09, 7, 6 or 4 of json-schema.org.",
    ),
    at(
        "schema-reference-unresolved",
        "A schema refers to something that is not there.",
        "Give the document that it refers to along, or name the registry that has it.",
    ),
    at(
        "schema-reference-loop",
        "References lead back to where they came from without a step into the value.",
        "Take one of them out: no validator comes to an end of it.",
    ),
    at(
        "schema-too-deep",
        "A schema is nested too deeply to be compared, references included.",
        "Nest it less deeply.",
    ),
    at(
        "schema-too-large",
        "A schema is too large to be compared, the documents that it refers to included.",
        "Split it into subjects of their own.",
    ),
    at(
        "registry-busy",
        "Others registered something each time between reading the registry and writing to it.",
        "Give the same command again.",
    ),
    look(
        "unknown-format",
        "No check is known for a `format`: every text passes.",
        "Use a format of JSON Schema, or a `pattern`.",
    ),
    look(
        "unused-definition",
        "Nothing that is in use refers to a definition in `$defs`.",
        "Take it out, or refer to it.",
    ),
    look(
        "ambiguous-versions",
        "A record may be valid under two versions of different lines, and nothing of it tells which. Such keys are not migrated.",
        "Say `additionalProperties: false`, or name the place of the version by `versionField`.",
    ),
    look(
        "no-migration",
        "Data of the version before are not valid under a version, and no migration leads to it.",
        "Register one; `remold schema generate` begins it.",
    ),
    look(
        "no-such-version",
        "A migration leads from or to a version that is not there.",
        "Add the document of the version, or mend `spec.schema` of the migration.",
    ),
];

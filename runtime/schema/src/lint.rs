//! What of the documents of a registry is right and still worth a look: checks that check nothing, versions that nothing tells
//! apart, keys that no migration brings along. None of it keeps a document from being registered.

use std::collections::BTreeSet;

use remold_manifest::{ManifestError, Path, Problem};
use serde_json::Value;

use crate::definition::Definition;
use crate::judgement::compare_definitions;
use crate::key_pattern::Overlap;
use crate::registry::Registry;
use crate::versions::{Versions, line};

mod keywords;

/// What kind of thing is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LintKind {
    /// A format that no check is known for.
    UnknownFormat,
    /// A definition that nothing refers to.
    UnusedDefinition,
    /// Records may be valid under two versions of different lines, and nothing of them tells which.
    AmbiguousVersions,
    /// No migration leads to a version that old data are not valid under.
    NoMigration,
    /// A migration leads to a version that is not there.
    NoSuchVersion,
}

impl LintKind {
    /// Returns the stable word for reports.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownFormat => "unknown-format",
            Self::UnusedDefinition => "unused-definition",
            Self::AmbiguousVersions => "ambiguous-versions",
            Self::NoMigration => "no-migration",
            Self::NoSuchVersion => "no-such-version",
        }
    }
}

/// Something that is worth a look.
#[derive(Debug, Clone, PartialEq)]
pub struct Lint {
    /// What kind of thing it is.
    pub kind: LintKind,
    /// What it is, at its place; `None` in what is no schema's document.
    pub at: Option<ManifestError>,
    /// The subject.
    pub subject: String,
    /// What it is, a sentence without a full stop.
    pub message: String,
    /// What helps.
    pub hint: String,
}

impl Registry {
    /// Finds everything that is worth a look, subject by subject and version by version.
    pub fn lint(&self) -> Vec<Lint> {
        let mut found = Vec::new();
        for (subject, versions) in self.subjects() {
            for definition in versions.iter() {
                unknown_formats(definition, &mut found);
                self.unused_definitions(definition, &mut found);
                self.ambiguous(definition, &mut found);
                self.unreached(definition, &mut found);
            }
            self.astray(subject, &mut found);
        }
        found
    }

    fn unused_definitions(&self, definition: &Definition, found: &mut Vec<Lint>) {
        let schema = definition.json_schema();
        let own = crate::address(definition.subject(), definition.version());
        let others = self.references().iter().filter(|(name, _)| **name != own);
        let outside: BTreeSet<String> = others
            .flat_map(|(_, other)| keywords::references(other))
            .filter_map(|(_, to)| Some(to.strip_prefix(&own)?.to_owned()))
            .collect();
        for (holder, name) in keywords::unused_definitions(&schema, &outside) {
            let message = format!("nothing refers to `#/{holder}/{name}`");
            let place = Path::of(&["spec", "schema", holder]).field(&name);
            found.push(lint(
                definition,
                LintKind::UnusedDefinition,
                &place,
                message,
                "take it out, or refer to it by `$ref`",
            ));
        }
    }

    /// Looks for an older version of another line that the same records may be valid under.
    fn ambiguous(&self, definition: &Definition, found: &mut Vec<Lint>) {
        let versions = self.subject(definition.subject()).into_iter();
        let mut older = versions.flat_map(Versions::iter).filter(|one| {
            line(one.version()) < line(definition.version())
                && one.kind() == definition.kind()
                && one.pattern().overlap(definition.pattern()) != Overlap::Apart
        });
        let open = |one: &Definition| !one.is_marked() && keywords::is_open(&one.json_schema());
        let Some(other) = older.rfind(|one| open(one)) else {
            return;
        };
        if !open(definition) {
            return;
        }
        let message = format!(
            "a record may be valid under {} and {} alike: both take members that they do not name, and nothing of it tells the version",
            other.version(),
            definition.version()
        );
        found.push(lint(
            definition,
            LintKind::AmbiguousVersions,
            &Path::of(&["spec", "version"]),
            message,
            "say `additionalProperties: false`, or name the place of the version by `versionField`",
        ));
    }

    /// Looks for a version that old data have to be migrated to, and that no migration leads to.
    fn unreached(&self, definition: &Definition, found: &mut Vec<Lint>) {
        let version = definition.version();
        let Some(versions) = self.subject(definition.subject()) else {
            return;
        };
        let Some(before) = versions.iter().rfind(|one| one.version() < version) else {
            return;
        };
        let edges = self.edges(definition.subject());
        if edges.iter().any(|edge| edge.to == *version) {
            return;
        }
        let mode = definition.spec().comparison;
        let compared = compare_definitions(before, definition, mode, self.references());
        if compared.is_ok_and(|comparison| comparison.backward.holds()) {
            return;
        }
        let message = format!(
            "no migration leads to {version}, and data of {} are not valid under it",
            before.version()
        );
        let hint = format!(
            "`remold schema generate {subject}@{} {subject}@{version}` begins one",
            before.version(),
            subject = definition.subject()
        );
        found.push(lint(
            definition,
            LintKind::NoMigration,
            &Path::of(&["spec", "version"]),
            message,
            &hint,
        ));
    }

    /// Looks for migrations to versions that are not there.
    fn astray(&self, subject: &str, found: &mut Vec<Lint>) {
        for (name, change) in self.migrations(subject) {
            let is_there = |version| self.get(subject, version).is_some();
            let from = self.subject(subject).into_iter();
            let mut from = from.flat_map(Versions::iter);
            let message = if !is_there(&change.to) {
                format!(
                    "the migration {name} leads to {subject} {}, which is not there",
                    change.to
                )
            } else if !from.any(|one| change.takes(one.version())) {
                format!(
                    "the migration {name} leads from {subject} {}, and no version is among these",
                    change.from.to_string().trim_start_matches('=')
                )
            } else {
                continue;
            };
            found.push(Lint {
                kind: LintKind::NoSuchVersion,
                at: None,
                subject: subject.to_owned(),
                message,
                hint: "add the document of the version, or mend `spec.schema` of the migration"
                    .to_owned(),
            });
        }
    }
}

fn unknown_formats(definition: &Definition, found: &mut Vec<Lint>) {
    let schema = definition.json_schema();
    for (pointer, format) in keywords::formats(&schema) {
        if is_known(&format) {
            continue;
        }
        let message = format!("no check is known for the format `{format}`: every text passes");
        let inside = Path::of_pointer(&pointer, &schema);
        let place = Path::of(&["spec", "schema"]).join(&inside);
        found.push(lint(
            definition,
            LintKind::UnknownFormat,
            &place,
            message,
            "use a format of JSON Schema such as `date-time`, `email`, `uuid`, or a `pattern`",
        ));
    }
}

/// Asks the validator itself, which refuses a format that it does not know.
fn is_known(format: &str) -> bool {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .build(&serde_json::json!({ "format": Value::from(format) }))
        .is_ok()
}

fn lint(
    definition: &Definition,
    kind: LintKind,
    place: &Path,
    message: String,
    hint: &str,
) -> Lint {
    let problem = Problem::JsonSchema {
        message: message.clone(),
        hint: Some(hint.to_owned()),
    };
    let at = definition.document().error_at(place, problem);
    Lint {
        kind,
        at: at.iter().next().cloned(),
        subject: definition.subject().to_owned(),
        message,
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests;

//! `remold schema list`: the subjects of a registry with their versions, and the migrations between them.

use std::collections::BTreeMap;

use remold::manifest::Version;
use remold::schema::{Definition, Versions};
use remold::{Documents, escape};

use super::super::Answer;
use super::place;
use crate::arguments::ListArguments;
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::schema::comparison::word;
use crate::shapes::schema::registry::{EdgeShape, ListShape, SubjectShape, VersionShape};
use crate::style::{BOLD, FAINT, NAME, paint};

/// Lists subjects.
pub(super) fn list(arguments: &ListArguments) -> Result<Answer, Report> {
    let documents = place::documents(&arguments.place)?;
    let subjects: Vec<(&str, &Versions)> = match &arguments.subject {
        Some(name) => vec![(name, place::subject(&documents, name)?)],
        None => documents.registry().subjects().collect(),
    };
    let shape = ListShape {
        subjects: subjects
            .iter()
            .map(|(name, versions)| subject_shape(&documents, name, versions))
            .collect(),
    };
    let mut text = String::new();
    for (place, (name, versions)) in subjects.iter().enumerate() {
        if place > 0 {
            text.push('\n');
        }
        text.push_str(&subject(&documents, name, versions));
    }
    if subjects.is_empty() {
        text.push_str("no subjects\n");
    }
    Ok(Answer::new(Exit::Success, text, &shape))
}

/// Writes a subject: what its newest keys are, then a line for each version.
pub(super) fn subject(documents: &Documents, name: &str, versions: &Versions) -> String {
    let mut text = paint(BOLD, name);
    let newest = versions.newest();
    if let Some(newest) = newest {
        text.put(format_args!(
            "  {}  {}",
            kind(newest),
            paint(NAME, newest.pattern())
        ));
    }
    text.push('\n');
    let width = |of: &dyn Fn(&Definition) -> String| {
        let widths = versions.iter().map(|one| of(one).chars().count());
        widths.max().unwrap_or_default()
    };
    let wide = width(&|one| one.version().to_string());
    let origins = width(&|one| origin(documents, one));
    let into = migrations_into(documents, name);
    for one in versions.iter() {
        let mut line = format!(
            "  {:<wide$}  {:<origins$}",
            one.version().to_string(),
            origin(documents, one)
        );
        if let Some(migrations) = into.get(one.version()) {
            line.put(format_args!("  {}", migrations.join("; ")));
        }
        // Versions of other keys or another type are told from the newest.
        if let Some(newest) = newest
            && (kind(one), one.pattern()) != (kind(newest), newest.pattern())
        {
            let other = format!("({}  {})", kind(one), one.pattern());
            line.put(format_args!("  {}", paint(FAINT, other)));
        }
        text.line(format_args!("{}", line.trim_end()));
    }
    text
}

/// Says what kind of values keys have: `hash`, `text of json`.
pub(super) fn kind(definition: &Definition) -> String {
    let (kind, encoding) = (definition.kind(), definition.spec().encoding.to_string());
    match encoding.as_str() {
        "text" => kind.to_string(),
        encoding => format!("{kind} of {encoding}"),
    }
}

/// Says where a document is: since when and by whom it is registered, or its file.
pub(super) fn origin(documents: &Documents, definition: &Definition) -> String {
    let name = name_of(definition);
    let entry = documents.entry(&name);
    entry.map_or_else(String::new, |entry| match &entry.registered {
        Some((at, by)) => since(*at, by),
        None => entry.origin.clone(),
    })
}

/// Says when and by whom something was registered. What a server says of it does nothing to a terminal.
pub(super) fn since(at: u64, by: &str) -> String {
    format!("{} by {}", figures::time(at), escape(by.as_bytes()))
}

/// Returns the name of a definition in a registry.
pub(super) fn name_of(definition: &Definition) -> String {
    format!("schema/{}/{}", definition.subject(), definition.version())
}

/// Says for each version which migrations lead to it: `from 1.0.0, 1.1.0 by split-name`.
fn migrations_into(documents: &Documents, subject: &str) -> BTreeMap<Version, Vec<String>> {
    let mut by_name: BTreeMap<(Version, String), Vec<String>> = BTreeMap::new();
    for edge in documents.registry().edges(subject) {
        let from = by_name.entry((edge.to, edge.migration)).or_default();
        from.push(edge.from.to_string());
    }
    let mut into: BTreeMap<Version, Vec<String>> = BTreeMap::new();
    for ((to, migration), from) in by_name {
        let text = format!("from {} by {}", from.join(", "), paint(NAME, migration));
        into.entry(to).or_default().push(text);
    }
    into
}

/// Makes the shape of a subject.
pub(super) fn subject_shape(
    documents: &Documents,
    name: &str,
    versions: &Versions,
) -> SubjectShape {
    SubjectShape {
        subject: name.to_owned(),
        versions: versions
            .iter()
            .map(|one| {
                let entry = documents.entry(&name_of(one));
                let registered = entry.and_then(|entry| entry.registered.clone());
                VersionShape {
                    version: one.version().to_string(),
                    keys: one.pattern().as_str().to_owned(),
                    kind: one.kind().to_string(),
                    encoding: one.spec().encoding.to_string(),
                    compatibility: word(one.spec().compatibility),
                    digest: one.digest().to_owned(),
                    origin: entry.map_or_else(String::new, |entry| entry.origin.clone()),
                    registered_at: registered.as_ref().map(|(at, _)| *at),
                    registered_by: registered.map(|(_, by)| by),
                }
            })
            .collect(),
        migrations: documents.registry().edges(name).iter().map(edge).collect(),
    }
}

/// Makes the shape of a migration between two versions.
pub(super) fn edge(edge: &remold::schema::Edge) -> EdgeShape {
    EdgeShape {
        migration: edge.migration.clone(),
        from: edge.from.to_string(),
        to: edge.to.to_string(),
    }
}

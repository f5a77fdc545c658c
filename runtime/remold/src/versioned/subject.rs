//! The versions of a subject and the migrations between them, out of what is on the shelf; and what is wrong where there is no way.

use std::collections::{BTreeMap, BTreeSet};

use remold_manifest::{Document, Path as Place, Problem, SchemaChange, SchemaDocument};
use remold_schema::{
    Definition, Edge, KeyPattern, NoCourse, References, Registry, Versions, address, referred,
};

use crate::error::Error;
use crate::shelf::{RegistryFiles, Shelf, Shelved};

/// Compiles the versions of the subject, and lists what is kept of them and of what they refer to.
pub(super) fn versions(
    document: &Document,
    change: &SchemaChange,
    shelf: &Shelf,
) -> Result<(Versions, RegistryFiles), Error> {
    let own: Vec<&Shelved<SchemaDocument>> = shelf
        .schemas
        .iter()
        .filter(|one| one.document.schema.spec.subject == change.subject)
        .collect();
    if own.is_empty() {
        let subjects: BTreeSet<&str> = shelf
            .schemas
            .iter()
            .map(|one| one.document.schema.spec.subject.as_str())
            .collect();
        let place = Place::of(&["spec", "schema", "subject"]);
        let known = subjects.into_iter().map(str::to_owned).collect();
        let problem = Problem::unknown_value(&change.subject, known);
        return Err(document.error_at(&place, problem).into());
    }
    let by_address: BTreeMap<String, &Shelved<SchemaDocument>> = shelf
        .schemas
        .iter()
        .map(|one| {
            let spec = &one.document.schema.spec;
            (format!("{}/{}", spec.subject, spec.version), one)
        })
        .collect();
    let mut references = References::new();
    let mut kept: BTreeMap<String, Vec<u8>> = own.iter().map(|one| one.kept()).collect();
    let json = |one: &Shelved<SchemaDocument>| {
        serde_json::Value::Object(one.document.schema.spec.schema.clone())
    };
    let mut open: Vec<String> = own.iter().flat_map(|one| referred(&json(one))).collect();
    while let Some(name) = open.pop() {
        let Some(one) = by_address.get(&name) else {
            continue;
        };
        let spec = &one.document.schema.spec;
        let text = json(one);
        let more = referred(&text);
        if references
            .insert(address(&spec.subject, &spec.version), text)
            .is_none()
        {
            kept.extend([one.kept()]);
            open.extend(more);
        }
    }
    let mut registry = Registry::default();
    for one in own {
        let definition = Definition::compile(one.document.clone(), &references)?;
        registry.add(definition).map_err(|errors| *errors)?;
    }
    let mut versions = registry
        .subject(&change.subject)
        .cloned()
        .unwrap_or_default();
    for one in &shelf.schemas {
        let spec = &one.document.schema.spec;
        // What is no pattern is told by whoever reads that subject.
        if spec.subject != change.subject
            && let Ok(pattern) = KeyPattern::parse(&spec.keys)
            && versions.leave_to(&pattern)
        {
            kept.extend([one.kept()]);
        }
    }
    Ok((versions, kept))
}

pub(super) fn edges(change: &SchemaChange, shelf: &Shelf, versions: &Versions) -> Vec<Edge> {
    let mut registry = Registry::default();
    for migration in &shelf.migrations {
        let migration = &migration.document.migration;
        if let Some(own) = &migration.spec.schema {
            registry.add_migration(&migration.metadata.name, own.clone());
        }
    }
    registry.edges_between(&change.subject, versions)
}

pub(super) fn no_course(
    document: &Document,
    change: &SchemaChange,
    shelf: &Shelf,
    why: &NoCourse,
) -> Error {
    let place = Place::of(&["spec", "schema"]);
    let known = || -> Vec<String> {
        let own = shelf.schemas.iter().map(|one| &one.document.schema.spec);
        let own = own.filter(|spec| spec.subject == change.subject);
        let versions: BTreeSet<_> = own.map(|spec| &spec.version).collect();
        versions.into_iter().map(ToString::to_string).collect()
    };
    let errors = match why {
        NoCourse::NoTarget(version) => {
            let problem = Problem::unknown_value(&version.to_string(), known());
            document.error_at(&place.field("to"), problem)
        }
        NoCourse::NothingTaken => {
            let problem = Problem::Registry {
                message: format!(
                    "no registered version of {} is one that records come from",
                    change.subject
                ),
                hint: Some(format!("registered: {}", known().join(", "))),
            };
            document.error_at(&place.field("from"), problem)
        }
        NoCourse::NoWay(gaps) => {
            let problem = |gap: &remold_schema::MissingEdge| {
                let problem = Problem::Registry {
                    message: format!("no migration leads from {} to {}", gap.version, change.to),
                    hint: Some(format!("register one from {} to {}", gap.from, gap.to)),
                };
                (Place::of(&["spec", "transform"]), problem)
            };
            document.errors_at(gaps.iter().map(problem).collect())
        }
    };
    errors.into()
}

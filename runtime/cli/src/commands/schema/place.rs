//! Where a registry is: its documents out of a folder or a server, and one version of them.

use std::sync::Arc;

use remold::manifest::{Problem, Version};
use remold::schema::{Definition, References, Versions};
use remold::{Documents, Registrar};

use crate::arguments::{RegistryPlaceArguments, VersionOrFile};
use crate::report::Report;

/// Reads all documents of a registry.
pub(super) fn documents(place: &RegistryPlaceArguments) -> Result<Documents, Report> {
    if let Some(folder) = &place.registry {
        return Ok(Documents::of_folder(folder)?);
    }
    if !place.target.is_named() {
        return Err(Report::usage(
            "no registry is named",
            &[
                "name a folder with documents by --registry FOLDER, or a server by --target redis://host:6379/0",
            ],
        ));
    }
    let target = place.target.target(None)?;
    Ok(Documents::of_contents(
        &Registrar::to_read(&target)?.contents()?,
    )?)
}

/// Finds a subject.
pub(super) fn subject<'a>(documents: &'a Documents, name: &str) -> Result<&'a Versions, Report> {
    let registry = documents.registry();
    registry.subject(name).ok_or_else(|| {
        let known: Vec<String> = registry
            .subjects()
            .map(|(name, _)| name.to_owned())
            .collect();
        unknown(
            &format!("the registry has no subject `{name}`"),
            name,
            known,
        )
    })
}

/// Finds a version of a subject.
pub(super) fn version<'a>(
    documents: &'a Documents,
    name: &str,
    version: &Version,
) -> Result<&'a Arc<Definition>, Report> {
    let versions = subject(documents, name)?;
    versions.get(version).ok_or_else(|| {
        let known = versions
            .iter()
            .map(|one| one.version().to_string())
            .collect();
        let message = format!("`{name}` has no version {version}");
        unknown(&message, &version.to_string(), known)
    })
}

/// Finds a version by its name in the registry, or reads it from a file; the registry is asked for only if it has to be.
pub(super) fn definition(
    what: &VersionOrFile,
    documents: Option<&Documents>,
) -> Result<Arc<Definition>, Report> {
    match (what, documents) {
        (VersionOrFile::Version(name, number), Some(documents)) => {
            Ok(Arc::clone(version(documents, name, number)?))
        }
        (VersionOrFile::Version(name, number), None) => Err(Report::usage(
            &format!("{name}@{number} is to be found in no registry"),
            &["name a folder by --registry FOLDER, or a server by --target redis://host:6379/0"],
        )),
        (VersionOrFile::File(path), documents) => {
            let text = std::fs::read_to_string(path).map_err(|error| Report::file(path, &error))?;
            let none = References::new();
            let references = documents.map_or(&none, |documents| documents.registry().references());
            let read = Definition::read(&path.display().to_string(), &text, references)?;
            Ok(Arc::new(read))
        }
    }
}

fn unknown(message: &str, found: &str, accepted: Vec<String>) -> Report {
    let hints = Problem::unknown_value(found, accepted).hints();
    let hints: Vec<&str> = hints.iter().map(String::as_str).collect();
    Report::usage(message, &hints)
}

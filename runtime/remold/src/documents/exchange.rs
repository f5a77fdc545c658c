//! From one registry to another: what would be added, what is there already, what differs; and then that it is done.

use std::path::Path;

use remold_engine::port::{RegisterAnswer, RegisterRequest, Registration};
use remold_manifest::SchemaDocument;
use remold_schema::{Judgement, Registry};

use super::{DocumentEntry, Documents};
use crate::error::Error;
use crate::registrar::Registrar;

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planned {
    /// It is not there yet, and is added.
    Added,
    /// It is there, just so.
    Same,
    /// Something else is there under its name, and stays.
    Differs,
}

/// An entry with what becomes of it.
#[derive(Debug, Clone)]
pub struct PlannedEntry {
    /// The entry.
    pub entry: DocumentEntry,
    /// What becomes of it.
    pub planned: Planned,
}

/// What is to be brought into a registry.
#[derive(Debug)]
pub struct Exchange {
    /// The entries, by name.
    pub entries: Vec<PlannedEntry>,
    /// What the registry says to each new version, in the order in which they come.
    pub judgements: Vec<(String, Judgement)>,
    /// Why it cannot be done: versions that are refused, keys that cross.
    pub refusals: Vec<Error>,
}

impl Exchange {
    /// Plans to bring documents into a registry: each is held against what is there, in the order of the versions.
    pub fn plan(from: &Documents, into: &Documents) -> Result<Self, Error> {
        let entries: Vec<PlannedEntry> = from
            .entries()
            .map(|entry| PlannedEntry {
                planned: planned(entry, into),
                entry: entry.clone(),
            })
            .collect();
        let mut registry: Registry = into.registry().clone();
        // New ones may refer to one another, in any order.
        registry.refer_to(from.registry().references());
        let (mut judgements, mut refusals) = (Vec::new(), Vec::new());
        for (subject, versions) in from.registry().subjects() {
            for definition in versions.iter() {
                let name = format!("schema/{subject}/{}", definition.version());
                let own = entries
                    .iter()
                    .find(|planned| planned.entry.registration.name == name);
                if own.is_none_or(|own| own.planned != Planned::Added) {
                    continue;
                }
                let judgement = registry
                    .judge(definition)
                    .map_err(|error| Error::Comparison {
                        name: name.clone(),
                        error,
                    })?;
                refusals.extend(judgement.errors(definition).map(Error::from));
                judgements.push((name, judgement));
                if let Err(errors) = registry.add_shared(definition) {
                    refusals.push(Error::from(*errors));
                }
            }
        }
        Ok(Self {
            entries,
            judgements,
            refusals,
        })
    }

    /// Lists the entries that are to be added.
    pub fn added(&self) -> Vec<Registration> {
        let added = self
            .entries
            .iter()
            .filter(|planned| planned.planned == Planned::Added);
        added
            .map(|planned| planned.entry.registration.clone())
            .collect()
    }

    /// Says whether there is nothing to add.
    pub fn is_nothing(&self) -> bool {
        !self
            .entries
            .iter()
            .any(|planned| planned.planned == Planned::Added)
    }

    /// Lists the entries under whose names there is something else.
    pub fn differing(&self) -> impl Iterator<Item = &DocumentEntry> {
        let differing = self
            .entries
            .iter()
            .filter(|planned| planned.planned == Planned::Differs);
        differing.map(|planned| &planned.entry)
    }

    /// Registers what is to be added in a server's registry, all or nothing, if that is still as it was when the plan was made.
    pub fn register(
        &self,
        registrar: &mut Registrar,
        expected: &remold_engine::port::Revision,
        by: &str,
    ) -> Result<RegisterAnswer, Error> {
        let entries = self.added();
        registrar.register(&RegisterRequest {
            entries: &entries,
            expected: Some(expected),
            by,
        })
    }

    /// Writes what is to be added into a folder: `SUBJECT/VERSION.yaml` for a schema, `SUBJECT/NAME/migration.yaml` and the files
    /// beside it for a migration. Nothing that is there is written over. With a target, schemas name it as the `RedisTarget` that they
    /// are registered with, so that a cluster takes them.
    pub fn write(
        &self,
        folder: &Path,
        target: Option<&str>,
    ) -> Result<Vec<std::path::PathBuf>, Error> {
        let mut places = Vec::new();
        for mut registration in self.added() {
            if let Some(target) = target.filter(|_| is_schema(&registration)) {
                let text = String::from_utf8_lossy(&registration.content).into_owned();
                let document = SchemaDocument::read(&registration.name, &text)?;
                registration.content = document.registered_with(target)?.into();
            }
            let Some(place) = place_of(&registration.name) else {
                continue;
            };
            let path = folder.join(place);
            // Looked at before anything is written, so that not half of it is.
            if path.symlink_metadata().is_ok() {
                let source = std::io::ErrorKind::AlreadyExists.into();
                return Err(Error::File { path, source });
            }
            places.push((path, registration));
        }
        let mut written = Vec::new();
        for (path, registration) in places {
            let failed = |source| Error::File {
                path: path.clone(),
                source,
            };
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).map_err(failed)?;
            }
            let mut options = std::fs::OpenOptions::new();
            let mut file = options
                .write(true)
                .create_new(true)
                .open(&path)
                .map_err(failed)?;
            std::io::Write::write_all(&mut file, &registration.content).map_err(failed)?;
            written.push(path);
        }
        Ok(written)
    }
}

fn is_schema(registration: &Registration) -> bool {
    registration.name.starts_with("schema/")
}

fn planned(entry: &DocumentEntry, into: &Documents) -> Planned {
    let Some(known) = into.entry(&entry.registration.name) else {
        return Planned::Added;
    };
    if known.registration.content == entry.registration.content {
        return Planned::Same;
    }
    let definition = |documents: &Documents| {
        let version = entry.registration.version.parse().ok()?;
        let definition = documents
            .registry()
            .get(&entry.registration.subject, &version)?;
        Some(definition.digest().to_owned())
    };
    // The same schema in other words is the same schema.
    let is_schema = is_schema(&entry.registration);
    match definition(into) {
        Some(digest) if is_schema && Some(&digest) == entry.digest.as_ref() => Planned::Same,
        _ => Planned::Differs,
    }
}

/// Returns where in a folder an entry is put; `None` for a name that leads out of it.
fn place_of(name: &str) -> Option<std::path::PathBuf> {
    let steps: Vec<&str> = name.split('/').collect();
    let is_plain = |step: &&str| !matches!(*step, "" | "." | "..") && !step.contains('\\');
    if !steps.iter().all(is_plain) {
        return None;
    }
    match steps.as_slice() {
        ["schema", subject, version] => Some(
            [subject, format!("{version}.yaml").as_str()]
                .iter()
                .collect(),
        ),
        ["migration", subject, name] => Some([subject, name, "migration.yaml"].iter().collect()),
        ["migration", subject, name, file @ ..] => {
            let folder: std::path::PathBuf = [subject, name].iter().collect();
            Some(folder.join(file.iter().collect::<std::path::PathBuf>()))
        }
        _ => None,
    }
}

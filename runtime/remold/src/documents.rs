//! All documents of a registry: out of a folder, or as a server keeps them; one form for both.
//!
//! A document has a name, the same wherever it is: `schema/SUBJECT/VERSION`, `migration/SUBJECT/NAME`, and
//! `migration/SUBJECT/NAME/FILE` for the files of a migration's transform.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use remold_engine::port::{Registration, RegistryContents};
use remold_host_api::Bytes;
use remold_manifest::{Document, SchemaDocument, kind_of};
use remold_schema::{Definition, References, Registry, address};

use crate::error::Error;
use crate::shelf;
use crate::sources;

mod exchange;

pub use exchange::{Exchange, Planned, PlannedEntry};

/// All documents of a registry.
#[derive(Debug, Default)]
pub struct Documents {
    registry: Registry,
    entries: BTreeMap<String, DocumentEntry>,
}

/// A document, or a file of one.
#[derive(Debug, Clone)]
pub struct DocumentEntry {
    /// What is registered.
    pub registration: Registration,
    /// Where it is: a file, or the registry's name for it.
    pub origin: String,
    /// When it was registered, Unix milliseconds, and by whom; `None` in a folder.
    pub registered: Option<(u64, String)>,
    /// Of a schema, the digest of what it says.
    pub digest: Option<String>,
}

/// A text that may be a document.
struct Text {
    origin: String,
    folder: PathBuf,
    content: Vec<u8>,
    registered: Option<(u64, String)>,
}

impl Documents {
    /// Reads all documents of folders, of the folders inside them, and of files. What cannot be read is an error each, and the rest
    /// is there. They may refer to the schemas of `known`, and are held against one another alone.
    pub fn gather_beside(known: &Self, paths: &[PathBuf]) -> Result<(Self, Vec<Error>), Error> {
        let mut texts: BTreeMap<String, Text> = BTreeMap::new();
        for path in paths {
            // One that is in a folder and named beside it is one document.
            let found = texts_in(path)?.into_iter();
            texts.extend(found.map(|text| (text.origin.clone(), text)));
        }
        Ok(Self::of_texts(texts.into_values().collect(), known))
    }

    /// Reads all documents of a folder; the first that cannot be read is the error.
    pub fn of_folder(path: &Path) -> Result<Self, Error> {
        Self::beside(&Self::default(), &[path.to_owned()])
    }

    /// Reads documents that are to come beside known ones, to which they may refer.
    pub fn beside(known: &Self, paths: &[PathBuf]) -> Result<Self, Error> {
        let (documents, errors) = Self::gather_beside(known, paths)?;
        errors.into_iter().next().map_or(Ok(documents), Err)
    }

    /// Reads what a server keeps.
    pub fn of_contents(contents: &RegistryContents) -> Result<Self, Error> {
        let mut documents = Self::default();
        let mut texts = Vec::new();
        for (name, entry) in &contents.entries {
            let registered = Some((entry.at, entry.by.clone()));
            if is_document(name) {
                texts.push(Text {
                    origin: format!("registry: {name}"),
                    folder: PathBuf::new(),
                    content: entry.content.to_vec(),
                    registered,
                });
            } else {
                let registration = Registration {
                    name: name.clone(),
                    content: entry.content.clone(),
                    subject: name.split('/').nth(1).unwrap_or_default().to_owned(),
                    version: String::new(),
                    from: None,
                };
                documents.entries.insert(
                    name.clone(),
                    DocumentEntry {
                        registration,
                        origin: format!("registry: {name}"),
                        registered,
                        digest: None,
                    },
                );
            }
        }
        let (read, errors) = Self::of_texts(texts, &Self::default());
        if let Some(error) = errors.into_iter().next() {
            return Err(error);
        }
        documents.registry = read.registry;
        documents.entries.extend(read.entries);
        Ok(documents)
    }

    /// Returns the subjects, their versions, and the migrations between them.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Walks all documents and files by name.
    pub fn entries(&self) -> impl Iterator<Item = &DocumentEntry> {
        self.entries.values()
    }

    /// Finds a document or file by its name in the registry.
    pub fn entry(&self, name: &str) -> Option<&DocumentEntry> {
        self.entries.get(name)
    }

    fn of_texts(texts: Vec<Text>, known: &Self) -> (Self, Vec<Error>) {
        let mut documents = Self::default();
        documents.registry.refer_to(known.registry.references());
        let mut errors = Vec::new();
        let mut schemas = Vec::new();
        for text in texts {
            let Ok(content) = std::str::from_utf8(&text.content) else {
                continue;
            };
            match kind_of(content).as_deref() {
                Some("RedisSchema") => match SchemaDocument::read(&text.origin, content) {
                    Ok(document) => schemas.push((text, document)),
                    Err(error) => errors.push(error.into()),
                },
                Some("RedisMigration") => {
                    if let Err(error) = documents.add_migration(&text, content) {
                        errors.push(error);
                    }
                }
                _ => {}
            }
        }
        // Schemas may refer to one another in any order.
        let mut references: References = known.registry.references().clone();
        for (_, document) in &schemas {
            let spec = &document.schema.spec;
            let own = address(&spec.subject, &spec.version);
            references.insert(own, serde_json::Value::Object(spec.schema.clone()));
        }
        schemas.sort_by(|(_, a), (_, b)| {
            let by = |document: &SchemaDocument| {
                (
                    document.schema.spec.subject.clone(),
                    document.schema.spec.version.clone(),
                )
            };
            by(a).cmp(&by(b))
        });
        for (text, document) in schemas {
            let taken = Definition::compile(document, &references).map_err(Error::from);
            let taken = taken.and_then(|definition| documents.add_schema(text, definition));
            errors.extend(taken.err());
        }
        (documents, errors)
    }

    fn add_schema(&mut self, text: Text, definition: Definition) -> Result<(), Error> {
        let (subject, version) = (
            definition.subject().to_owned(),
            definition.version().to_string(),
        );
        let name = format!("schema/{subject}/{version}");
        let digest = Some(definition.digest().to_owned());
        self.registry.add(definition).map_err(|errors| *errors)?;
        self.insert(
            Registration {
                name,
                content: Bytes::from(text.content),
                subject,
                version,
                from: None,
            },
            text.origin,
            text.registered,
            digest,
        );
        Ok(())
    }

    fn add_migration(&mut self, text: &Text, content: &str) -> Result<(), Error> {
        let mut document = Document::read(&text.origin, content)?;
        let Some(change) = document.migration.spec.schema.clone() else {
            return Ok(());
        };
        // A migration that takes the registered ones is none itself.
        if matches!(
            document.migration.spec.transform,
            remold_manifest::TransformSpec::Steps(_)
        ) {
            return Ok(());
        }
        let name = document.migration.metadata.name.clone();
        let registered_as = format!("migration/{}/{name}", change.subject);
        let registration = |name: String, content: Bytes| Registration {
            name,
            content,
            subject: change.subject.clone(),
            version: change.to.to_string(),
            from: Some(change.from.to_string().trim_start_matches('=').to_owned()),
        };
        if text.registered.is_none() {
            let (files, ready) = sources::of_transform(&mut document, &text.folder)?;
            for (file, content) in files.into_iter().filter(|_| ready.is_none()) {
                let name = format!("{registered_as}/{file}");
                let origin = text.folder.join(&file).display().to_string();
                self.insert(registration(name, Bytes::from(content)), origin, None, None);
            }
        }
        let own = registration(registered_as, Bytes::copy_from_slice(&text.content));
        self.insert(own, text.origin.clone(), text.registered.clone(), None);
        self.registry.add_migration(&name, change);
        Ok(())
    }

    fn insert(
        &mut self,
        registration: Registration,
        origin: String,
        registered: Option<(u64, String)>,
        digest: Option<String>,
    ) {
        let name = registration.name.clone();
        let entry = DocumentEntry {
            registration,
            origin,
            registered,
            digest,
        };
        self.entries.insert(name, entry);
    }
}

fn texts_in(path: &Path) -> Result<Vec<Text>, Error> {
    let read = |file: PathBuf| {
        let content = std::fs::read(&file).map_err(|source| Error::File {
            path: file.clone(),
            source,
        })?;
        Ok(Text {
            origin: file
                .strip_prefix(".")
                .unwrap_or(&file)
                .display()
                .to_string(),
            folder: file.parent().map_or_else(PathBuf::new, Path::to_path_buf),
            content,
            registered: None,
        })
    };
    shelf::documents_in(path)?.into_iter().map(read).collect()
}

/// Says whether a name is one of a document, and not of a file of one.
fn is_document(name: &str) -> bool {
    let steps = name.split('/').count();
    steps == 3 && (name.starts_with("schema/") || name.starts_with("migration/"))
}

//! The documents of a registry as a migration between versions needs them: out of a folder beside its manifest, out of what the
//! caller read of a server's registry, or out of a journal that has kept them.
//!
//! Nothing is compiled here. What is kept of a document is what it says, without comments and notes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use remold_manifest::{
    Document, Path as Place, Problem, SchemaChange, SchemaDocument, TransformSpec, kind_of,
};

use crate::error::Error;

mod folder;

pub(crate) use folder::documents_in;

/// What the names of a registry's documents begin with among the files of a migration.
pub(crate) const PREFIX: &str = "registry:";

/// A registry's documents and files by name, as a caller gives them: `schema/SUBJECT/VERSION` and `migration/SUBJECT/NAME` are
/// documents, `migration/SUBJECT/NAME/FILE` are the files of a migration's transform.
pub type RegistryFiles = BTreeMap<String, Vec<u8>>;

/// Where the documents of a registry come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shop<'a> {
    /// A folder; names in it are relative to the manifest's.
    Folder(&'a Path),
    /// The caller, who has read them elsewhere.
    Given(&'a RegistryFiles),
    /// The files of a migration that was loaded before.
    Kept(&'a BTreeMap<String, Vec<u8>>),
}

/// The documents of a registry that one migration has to do with.
pub(crate) struct Shelf {
    pub(crate) schemas: Vec<Shelved<SchemaDocument>>,
    /// The migrations between versions of the subject.
    pub(crate) migrations: Vec<Shelved<Document>>,
}

/// A document with its name in the registry.
pub(crate) struct Shelved<D> {
    pub(crate) name: String,
    pub(crate) document: D,
    /// The folder that its files are in, where they are files.
    pub(crate) folder: PathBuf,
}

impl Shelf {
    /// Reads the documents that the change of a manifest has to do with: all schemas, and with `steps` the migrations of its
    /// subject.
    pub(crate) fn read(
        document: &Document,
        change: &SchemaChange,
        shop: Shop<'_>,
    ) -> Result<Self, Error> {
        let texts = match shop {
            Shop::Folder(folder) => folder::texts(document, folder, change)?,
            Shop::Given(files) => texts(files, ""),
            Shop::Kept(files) => texts(files, PREFIX),
        };
        let with_migrations = matches!(document.migration.spec.transform, TransformSpec::Steps(_));
        let mut shelf = Self {
            schemas: Vec::new(),
            migrations: Vec::new(),
        };
        for Text {
            name,
            file,
            folder,
            content,
        } in texts
        {
            match kind_of(&content).as_deref() {
                Some("RedisSchema") => shelf.schemas.push(Shelved {
                    document: SchemaDocument::read(&file, &content)?,
                    name,
                    folder,
                }),
                Some("RedisMigration") if with_migrations => {
                    let read = Document::read(&file, &content)?;
                    if is_edge(&read, document, change) {
                        shelf.take(Shelved {
                            document: read,
                            name,
                            folder,
                        })?;
                    }
                }
                _ => {}
            }
        }
        Ok(shelf)
    }

    fn take(&mut self, migration: Shelved<Document>) -> Result<(), Error> {
        let name = &migration.document.migration.metadata.name;
        let known = self
            .migrations
            .iter()
            .find(|known| known.document.migration.metadata.name == *name);
        if let Some(known) = known {
            let problem = Problem::Registry {
                message: format!(
                    "a migration of this name is in {} too",
                    known.document.file()
                ),
                hint: Some("a registered migration has a name of its own".to_owned()),
            };
            let place = Place::of(&["metadata", "name"]);
            return Err(migration.document.error_at(&place, problem).into());
        }
        self.migrations.push(migration);
        Ok(())
    }
}

/// Says whether a migration is an edge between versions: not the one that asks, and none that has edges for its own steps.
fn is_edge(read: &Document, asking: &Document, change: &SchemaChange) -> bool {
    let spec = &read.migration.spec;
    read.migration.metadata.name != asking.migration.metadata.name
        && !matches!(spec.transform, TransformSpec::Steps(_))
        && spec
            .schema
            .as_ref()
            .is_some_and(|own| own.subject == change.subject)
}

/// A text that may be a document.
struct Text {
    /// Its name in the registry.
    name: String,
    /// What it is called in errors.
    file: String,
    folder: PathBuf,
    content: String,
}

/// Lists the texts among files of which each document's own are named below it.
fn texts(files: &BTreeMap<String, Vec<u8>>, prefix: &str) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    for (full, content) in files {
        let Some(name) = full.strip_prefix(prefix) else {
            continue;
        };
        let is_file_of = |text: &Text| {
            let below = name.strip_prefix(&text.name);
            below.is_some_and(|below| below.starts_with('/'))
        };
        // In their order a document comes before what is below it.
        if texts.iter().any(is_file_of) {
            continue;
        }
        let Ok(text) = std::str::from_utf8(content) else {
            continue;
        };
        if kind_of(text).is_none() {
            continue;
        }
        texts.push(Text {
            name: name.to_owned(),
            file: format!("registry: {name}"),
            folder: PathBuf::new(),
            content: text.to_owned(),
        });
    }
    texts
}

impl Shelved<SchemaDocument> {
    /// Returns what is kept of the document, with its name.
    pub(crate) fn kept(&self) -> (String, Vec<u8>) {
        let mut schema = self.document.schema.clone();
        schema.metadata.labels.clear();
        schema.metadata.annotations.clear();
        let name = format!("{PREFIX}{}", self.name);
        (name, schema.to_json().to_string().into_bytes())
    }
}

impl Shelved<Document> {
    /// Returns what is kept of the document, with its name.
    pub(crate) fn kept(&self) -> (String, Vec<u8>) {
        let mut migration = self.document.migration.clone();
        migration.metadata.labels.clear();
        migration.metadata.annotations.clear();
        let name = format!("{PREFIX}{}", self.name);
        (name, migration.to_json().to_string().into_bytes())
    }

    /// Returns what the names of its files begin with.
    pub(crate) fn below(&self) -> String {
        format!("{}/", self.name)
    }
}

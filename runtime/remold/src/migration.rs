//! A migration that was loaded: its document, its transform's files, its compiled transform, its digest.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use remold_catalogue::Ready;
use remold_host_api::{Capabilities, Grant, Pattern, TransformSource};
use remold_manifest::{
    Document, Path as Place, Problem, RhaiSource as RhaiText, Spec, TransformSpec,
};
use remold_schema::{Course, Survey};

use crate::error::Error;
use crate::powers;
use crate::shelf::{PREFIX, RegistryFiles, Shop};
use crate::sources;
use crate::transform::{self, INLINE};
use crate::versioned::{Versioned, within};

/// A migration that is ready to be run.
#[derive(Clone)]
pub struct Migration {
    document: Document,
    sources: BTreeMap<String, Vec<u8>>,
    transform: Arc<dyn TransformSource>,
    versioned: Option<Arc<Versioned>>,
    digest: String,
    folder: PathBuf,
    grants: Vec<Grant>,
    ready: Option<&'static Ready>,
}

impl Migration {
    /// Loads a manifest and its transform, and grants what it asks for. Nothing but these files is touched, and the registry
    /// of a component that comes from one and was not pulled before. A transform of the catalogue comes out of this program,
    /// and its parameters are the effective ones from then on: in the document, its digest and the journal.
    pub fn load(path: &Path) -> Result<Self, Error> {
        Self::load_granted(path, &[])
    }

    /// Loads a manifest and its transform, and grants of what it asks for only what is listed; with an empty list all of
    /// it. A manifest that asks for something that is not granted at all is refused.
    pub fn load_granted(path: &Path, grants: &[Grant]) -> Result<Self, Error> {
        Self::load_with(path, grants, None)
    }

    /// Loads a manifest as [`Self::load_granted`] does. A manifest whose `schema` names no folder takes the documents of its
    /// subject from `registry`; see [`Self::wanted_registry`].
    pub fn load_with(
        path: &Path,
        grants: &[Grant],
        registry: Option<&RegistryFiles>,
    ) -> Result<Self, Error> {
        let folder = folder_of(path);
        let mut document = read(path)?;
        let (files, ready) = sources::of_transform(&mut document, &folder)?;
        let versioned = match document.migration.spec.schema.clone() {
            None => None,
            Some(change) => {
                let shop = match (&change.registry, registry) {
                    (Some(_), _) => Shop::Folder(&folder),
                    (None, Some(files)) => Shop::Given(files),
                    (None, None) => return Err(no_registry(&document, &change.subject)),
                };
                Versioned::read(&mut document, shop)?
            }
        };
        let migration = Self::compile(document, files, versioned, folder, grants)?;
        Ok(Self { ready, ..migration })
    }

    /// Returns the subject whose documents a manifest takes from the registry of a server, since its `schema` names no folder;
    /// `None` if it needs none.
    pub fn wanted_registry(path: &Path) -> Result<Option<String>, Error> {
        let schema = read(path)?.migration.spec.schema;
        let wanted = schema.filter(|change| change.registry.is_none());
        Ok(wanted.map(|change| change.subject))
    }

    /// Makes a migration of its parts, and grants what it asks for. The catalogue is not asked: the parts hold the script as
    /// it was then, and all parameters; and so it is with the registry's documents.
    pub fn from_parts(
        file: &str,
        text: &str,
        sources: BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, Error> {
        Self::from_parts_granted(file, text, sources, &[])
    }

    /// Makes a migration of its parts, as a journal keeps them.
    pub(crate) fn from_parts_granted(
        file: &str,
        text: &str,
        mut sources: BTreeMap<String, Vec<u8>>,
        grants: &[Grant],
    ) -> Result<Self, Error> {
        let mut document = Document::read(file, text)?;
        let versioned = Versioned::read(&mut document, Shop::Kept(&sources))?;
        sources.retain(|name, _| !name.starts_with(PREFIX));
        Self::compile(document, sources, versioned, PathBuf::new(), grants)
    }

    /// Compiles a migration; `sources` are the files of its own transform.
    fn compile(
        document: Document,
        mut sources: BTreeMap<String, Vec<u8>>,
        versioned: Option<Versioned>,
        folder: PathBuf,
        grants: &[Grant],
    ) -> Result<Self, Error> {
        let spec = &document.migration.spec;
        if let TransformSpec::Rhai(RhaiText::Source(text)) = &spec.transform {
            sources.insert(INLINE.to_owned(), text.clone().into_bytes());
        }
        let capabilities = capabilities(&document, versioned.as_ref(), grants);
        powers::refuse(&document, &capabilities)?;
        let own = match &spec.transform {
            TransformSpec::Steps(_) => None,
            _ => Some(transform::compile(spec, &sources, capabilities)?),
        };
        let transform = match (&versioned, own) {
            (Some(versioned), own) => versioned.transform(&document, own, grants)?,
            (None, Some(own)) => own,
            (None, None) => unreachable!("a manifest of steps has a schema"),
        };
        if let Some(versioned) = &versioned {
            sources.extend(versioned.kept().clone());
        }
        let files: Vec<(&str, &[u8])> = sources
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()))
            .collect();
        let digest = document.migration.digest(&files).to_string();
        Ok(Self {
            document,
            sources,
            transform,
            versioned: versioned.map(Arc::new),
            digest,
            folder,
            grants: grants.to_vec(),
            ready: None,
        })
    }

    /// Returns the transform of the catalogue that the manifest uses, if it was loaded with one.
    pub fn ready(&self) -> Option<&'static Ready> {
        self.ready
    }

    /// Takes the program's own code in place of the transform's, for what is run with this migration from now on.
    ///
    /// It must do what the transform does: digest, history and a resume elsewhere go by the transform.
    #[must_use]
    pub fn with_transform(mut self, transform: Arc<dyn TransformSource>) -> Self {
        let alone = self.versioned.as_ref().filter(|one| one.steps.is_empty());
        self.transform = match alone {
            // Its records are held against the versions all the same.
            Some(versioned) => versioned.over(&self.document, &transform),
            None => transform,
        };
        self
    }

    /// Returns the migration's name.
    pub fn name(&self) -> &str {
        &self.document.migration.metadata.name
    }

    /// Returns the document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Returns the document's spec.
    pub fn spec(&self) -> &Spec {
        &self.document.migration.spec
    }

    /// Returns the digest of manifest and transform, in hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns the transform's files by name.
    pub fn sources(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.sources
    }

    /// Returns the files that have to be beside a copy of the manifest for it to be the same migration, by name: not what comes
    /// out of a registry or the catalogue, which whoever runs it has too.
    pub fn files(&self) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        sources::beside(&self.document, &self.folder, &self.sources)
    }

    /// Returns the folder that the manifest is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the compiled transform.
    pub fn transform(&self) -> Arc<dyn TransformSource> {
        Arc::clone(&self.transform)
    }

    /// Returns what the operator grants; empty for all that the manifest asks for.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Returns what the manifest asks for, and what the operator grants of it.
    pub fn capabilities(&self) -> Capabilities {
        capabilities(&self.document, self.versioned.as_deref(), &self.grants)
    }

    /// Returns what the migration does with each record by its version; `None` if its manifest names no versions.
    pub fn course(&self) -> Option<&Arc<Course>> {
        self.versioned.as_ref().map(|versioned| &versioned.course)
    }

    /// Returns the manifests of the registered migrations that are its stages, in their order; none if it has a transform of its
    /// own.
    pub fn steps(&self) -> impl Iterator<Item = &remold_manifest::Migration> {
        let steps = self.versioned.iter().flat_map(|versioned| &versioned.steps);
        steps.map(|step| &step.document.migration)
    }

    /// Returns the migration as one that only looks at where records stand; `None` if its manifest names no versions.
    pub(crate) fn surveying(&self) -> Option<(Arc<Course>, Self)> {
        let course = Arc::clone(self.course()?);
        let survey = Arc::new(Survey::new(Arc::clone(&course)));
        let looking = Self {
            transform: survey,
            ..self.clone()
        };
        Some((course, looking))
    }

    /// Returns the patterns of which each selected key matches one, beside the selection's own.
    pub(crate) fn within(&self) -> Vec<Pattern> {
        let course = self.course();
        course.map_or_else(Vec::new, |course| within(&self.document, course))
    }
}

/// Returns what a migration may reach.
fn capabilities(
    document: &Document,
    versioned: Option<&Versioned>,
    grants: &[Grant],
) -> Capabilities {
    let spec = &document.migration.spec;
    let asked = versioned.map_or_else(
        || spec.capabilities.requested(&spec.select),
        |versioned| versioned.asked(document),
    );
    transform::capabilities_of(spec, asked, grants)
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

fn read(path: &Path) -> Result<Document, Error> {
    let text = read_text(path)?;
    Ok(Document::read(&path.display().to_string(), &text)?)
}

fn no_registry(document: &Document, subject: &str) -> Error {
    let problem = Problem::Registry {
        message: format!("where the schemas of {subject} are is not said"),
        hint: Some(
            "name their folder by `registry: FOLDER`; a run on a server whose registry has them needs none, and `remold schema pull FOLDER` brings them into one"
                .to_owned(),
        ),
    };
    let place = Place::of(&["spec", "schema"]);
    document.error_at(&place, problem).into()
}

pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })?;
    String::from_utf8(bytes).map_err(|_| Error::NotText {
        path: path.to_owned(),
    })
}

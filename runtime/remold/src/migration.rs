//! A migration that was loaded: its document, its transform's files, its compiled transform, its digest.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use remold_catalogue::Ready;
use remold_host_api::{Capabilities, Grant, Limits, TransformSource};
use remold_manifest::{Document, RhaiSource as RhaiText, Spec, TransformSpec};
use remold_sandbox_rhai::{RhaiSource, Script};
use remold_sandbox_wasm::WasmSource;

use crate::catalogue;
use crate::error::Error;
use crate::machine;
use crate::powers;
use crate::sources;

/// The name that a script inside the manifest has in errors.
const INLINE: &str = "transform.rhai";

/// A migration that is ready to be run.
#[derive(Clone)]
pub struct Migration {
    document: Document,
    sources: BTreeMap<String, Vec<u8>>,
    transform: Arc<dyn TransformSource>,
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
        let text = read_text(path)?;
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        let mut document = Document::read(&path.display().to_string(), &text)?;
        let mut ready = None;
        let sources = match document.migration.spec.transform.clone() {
            TransformSpec::Rhai(RhaiText::Source(_)) => BTreeMap::new(),
            TransformSpec::Rhai(RhaiText::File(name)) => {
                sources::of_script(&document, &folder, &name)?
            }
            TransformSpec::Wasm(wasm) => sources::of_component(&document, &folder, &wasm)?,
            TransformSpec::Uses(name) => {
                let used = catalogue::used(&mut document, &name)?;
                ready = Some(used);
                BTreeMap::from([(used.file(), used.source().as_bytes().to_vec())])
            }
        };
        let migration = Self::compile(document, sources, folder, grants)?;
        Ok(Self { ready, ..migration })
    }

    /// Makes a migration of its parts, and grants what it asks for. The catalogue is not asked: the parts hold the script as
    /// it was then, and all parameters.
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
        sources: BTreeMap<String, Vec<u8>>,
        grants: &[Grant],
    ) -> Result<Self, Error> {
        Self::compile(Document::read(file, text)?, sources, PathBuf::new(), grants)
    }

    fn compile(
        document: Document,
        mut sources: BTreeMap<String, Vec<u8>>,
        folder: PathBuf,
        grants: &[Grant],
    ) -> Result<Self, Error> {
        let spec = &document.migration.spec;
        if let TransformSpec::Rhai(RhaiText::Source(text)) = &spec.transform {
            sources.insert(INLINE.to_owned(), text.clone().into_bytes());
        }
        let limits = Limits::from(&spec.limits);
        let capabilities = capabilities(spec, grants);
        powers::refuse(&document, &capabilities)?;
        let transform: Arc<dyn TransformSource> = match &spec.transform {
            TransformSpec::Rhai(_) | TransformSpec::Uses(_) => {
                let options = remold_sandbox_rhai::Options {
                    limits,
                    capabilities,
                    memory_probe: machine::memory_probe(),
                };
                let main = main_of(&spec.transform);
                Arc::new(RhaiSource::compile(&script(&main, &sources), options)?)
            }
            TransformSpec::Wasm(wasm) => {
                let options = remold_sandbox_wasm::Options {
                    limits,
                    capabilities,
                    cache: machine::code_cache(),
                    reuse: wasm.reuse,
                };
                let bytes = sources.get(wasm.name()).map_or(&[][..], Vec::as_slice);
                Arc::new(WasmSource::load(wasm.name(), bytes, options)?)
            }
        };
        let files: Vec<(&str, &[u8])> = sources
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()))
            .collect();
        let digest = document.migration.digest(&files).to_string();
        Ok(Self {
            document,
            sources,
            transform,
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
        self.transform = transform;
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
        capabilities(self.spec(), &self.grants)
    }
}

/// Sets what is asked for beside what is granted. The selected keys may be written in any case.
fn capabilities(spec: &Spec, grants: &[Grant]) -> Capabilities {
    let mut granted = Grant::sum(grants);
    if let Some(powers) = &mut granted {
        powers.write.extend(spec.select.patterns());
    }
    Capabilities {
        asked: spec.capabilities.requested(&spec.select),
        granted,
    }
}

/// Returns the file that a script begins in.
fn main_of(transform: &TransformSpec) -> String {
    match transform {
        TransformSpec::Rhai(RhaiText::File(name)) => name.clone(),
        TransformSpec::Uses(name) => format!("{name}.rhai"),
        TransformSpec::Rhai(RhaiText::Source(_)) | TransformSpec::Wasm(_) => INLINE.to_owned(),
    }
}

/// Makes a script of its files.
fn script(main: &str, sources: &BTreeMap<String, Vec<u8>>) -> Script {
    let text = |content: &Vec<u8>| String::from_utf8_lossy(content).into_owned();
    let mut modules: BTreeMap<String, String> = sources
        .iter()
        .map(|(name, content)| (name.clone(), text(content)))
        .collect();
    Script {
        file: main.to_owned(),
        source: modules.remove(main).unwrap_or_default(),
        modules,
    }
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

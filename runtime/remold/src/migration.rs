//! A migration that was loaded: its document, its transform's files, its compiled transform, its digest.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

use remold_host_api::{Capabilities, Limits, TransformSource};
use remold_manifest::{Document, Problem, RhaiSource as RhaiText, Spec, TransformSpec};
use remold_sandbox_rhai::{MemoryProbe, Options, RhaiSource, Script};

use crate::error::Error;

/// The name that a script inside the manifest has in errors.
const INLINE: &str = "transform.rhai";

/// How the memory of transforms is measured; see [`measure_memory_by`].
static MEMORY_PROBE: OnceLock<MemoryProbe> = OnceLock::new();

/// Gives the sandboxes a way to measure memory: a function that returns how many bytes the calling thread
/// has allocated and not given back, as the process's allocator counts them. Call it once, before any
/// migration is loaded. Without it only single values are bounded.
pub fn measure_memory_by(probe: MemoryProbe) {
    // The first one counts: there is one allocator.
    MEMORY_PROBE.get_or_init(|| probe);
}

fn memory_probe() -> Option<MemoryProbe> {
    MEMORY_PROBE.get().copied()
}

/// A migration that is ready to be run.
#[derive(Clone)]
pub struct Migration {
    document: Document,
    sources: BTreeMap<String, String>,
    transform: Arc<dyn TransformSource>,
    digest: String,
    folder: PathBuf,
}

impl Migration {
    /// Loads a manifest and its transform. Nothing but these files is touched.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = read_text(path)?;
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        let document = Document::read(&path.display().to_string(), &text)?;
        let TransformSpec::Rhai(rhai) = &document.migration.spec.transform;
        let (main, sources) = match rhai {
            RhaiText::Source(text) => (
                INLINE.to_owned(),
                BTreeMap::from([(INLINE.to_owned(), text.clone())]),
            ),
            RhaiText::File(name) => (name.clone(), read_sources(&document, &folder, name)?),
        };
        Self::compile(document, &main, sources, folder)
    }

    /// Makes a migration of its parts, as a journal keeps them.
    pub fn from_parts(
        file: &str,
        text: &str,
        sources: BTreeMap<String, String>,
    ) -> Result<Self, Error> {
        let document = Document::read(file, text)?;
        let TransformSpec::Rhai(rhai) = &document.migration.spec.transform;
        let (main, sources) = match rhai {
            RhaiText::Source(text) => (
                INLINE.to_owned(),
                BTreeMap::from([(INLINE.to_owned(), text.clone())]),
            ),
            RhaiText::File(name) => (name.clone(), sources),
        };
        Self::compile(document, &main, sources, PathBuf::new())
    }

    fn compile(
        document: Document,
        main: &str,
        sources: BTreeMap<String, String>,
        folder: PathBuf,
    ) -> Result<Self, Error> {
        let spec = &document.migration.spec;
        let capabilities = spec.capabilities.requested(&spec.select);
        let mut modules = sources.clone();
        let script = Script {
            file: main.to_owned(),
            source: modules.remove(main).unwrap_or_default(),
            modules,
        };
        let limits = Limits::from(&spec.limits);
        let options = Options {
            limits,
            capabilities,
            memory_probe: memory_probe(),
        };
        let transform = RhaiSource::compile(&script, options)?;
        let files: Vec<(&str, &[u8])> = sources
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes()))
            .collect();
        let digest = document.migration.digest(&files).to_string();
        Ok(Self {
            document,
            transform: Arc::new(transform),
            digest,
            sources,
            folder,
        })
    }

    /// Takes the program's own code in place of the script's, for what is run with this migration from now on.
    ///
    /// It must do what the script does: digest, history and a resume elsewhere go by the script.
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
    pub fn sources(&self) -> &BTreeMap<String, String> {
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

    /// Returns what the manifest asks for.
    pub fn capabilities(&self) -> Capabilities {
        self.spec().capabilities.requested(&self.spec().select)
    }
}

/// Reads a script and what it imports, all inside the manifest's folder.
fn read_sources(
    document: &Document,
    folder: &Path,
    main: &str,
) -> Result<BTreeMap<String, String>, Error> {
    let path = remold_manifest::Path::of(&["spec", "transform", "rhai", "file"]);
    let problem = |message: String| {
        Error::Manifest(document.error_at(&path, Problem::Unreadable { message }))
    };
    let mut sources = BTreeMap::new();
    let mut wanted = vec![main.to_owned()];
    while let Some(name) = wanted.pop() {
        if sources.contains_key(&name) {
            continue;
        }
        if !is_inside(&name) {
            return Err(problem(format!(
                "{name} is outside of the manifest's folder"
            )));
        }
        let file = folder.join(&name);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if name == main => {
                return Err(problem(format!("{}: {error}", file.display())));
            }
            // A module that is not there is the compiler's to report, at the import's place.
            Err(_) => continue,
        };
        wanted.extend(imports(&text));
        sources.insert(name, text);
    }
    Ok(sources)
}

/// Finds the files that a script may import. What stands in a comment is found too, which does no harm: a file
/// that is not there is passed over.
fn imports(text: &str) -> Vec<String> {
    let after = text.split("import").skip(1);
    let quoted = after.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split_once('"'));
    // As the compiler does: one ending and no other.
    let file =
        |(name, _): (&str, &str)| format!("{}.rhai", name.strip_suffix(".rhai").unwrap_or(name));
    quoted.map(file).collect()
}

fn is_inside(name: &str) -> bool {
    Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
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

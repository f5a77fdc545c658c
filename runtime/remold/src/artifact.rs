//! Components in registries: pulled for a manifest or by name, pushed from a manifest or a file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use remold_host_api::{Exports, SourceLocation, TransformSource as _};
use remold_manifest::{Document, Path as Place, Problem, TransformSpec, WasmSource};
use remold_oci::{
    ArtifactError, ArtifactReference, Component, ContentDigest, Problem as ArtifactProblem,
    PublicKey, Pulled, Pushed, Registries, Upload,
};
use remold_sandbox_wasm::{ComponentError, Described, Options, WasmSource as Compiled};

use crate::error::Error;
use crate::machine;
use crate::migration::Migration;
use crate::sources;

/// A component that fits the contract.
#[derive(Debug, Clone)]
pub struct CheckedComponent {
    /// What people call it: the migration's name, or the file's without its ending.
    pub title: String,
    /// What it can do.
    pub exports: Exports,
    described: Described,
}

impl CheckedComponent {
    /// Holds a component or core module against the contract. `name` is what it is called in errors.
    pub fn of(title: &str, name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let options = Options {
            cache: machine::code_cache(),
            ..Options::default()
        };
        let unfit = |error: ComponentError| Error::Component(Box::new(error));
        let described = Described::of(name, bytes).map_err(unfit)?;
        let compiled = Compiled::load(name, bytes, options).map_err(unfit)?;
        Ok(Self {
            title: title.to_owned(),
            exports: compiled.exports(),
            described,
        })
    }

    /// Returns the component's bytes; of a core module, those of the component that is made of it.
    pub fn bytes(&self) -> &[u8] {
        &self.described.component
    }
}

/// How a component is pushed.
#[derive(Debug, Clone, Default)]
pub struct UploadOptions {
    /// What is said of it, by name (`org.opencontainers.image.source`).
    pub annotations: BTreeMap<String, String>,
    /// When it was made, RFC 3339.
    pub created: Option<String>,
    /// Lets the tag stand for this component although it stands for another one.
    pub replace: bool,
}

/// Loads the component of a manifest, or of a file that begins like one of WebAssembly, and holds it against the contract.
pub fn load_component(path: &Path) -> Result<CheckedComponent, Error> {
    let bytes = fs::read(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })?;
    if bytes.starts_with(b"\0asm") {
        let title = path.file_stem().unwrap_or_default().to_string_lossy();
        return CheckedComponent::of(&title, &path.display().to_string(), &bytes);
    }
    let migration = Migration::load(path)?;
    let TransformSpec::Wasm(wasm) = &migration.spec().transform else {
        return Err(Error::Target {
            problem: format!("the transform of {} is a script", path.display()),
            hint: "a script is a part of its manifest's folder; registries take components"
                .to_owned(),
        });
    };
    let bytes = migration.sources().get(wasm.name());
    let bytes = bytes.map_or(&[][..], Vec::as_slice);
    CheckedComponent::of(migration.name(), wasm.name(), bytes)
}

/// Pushes a component under the tag of `reference`.
pub fn push(
    registries: &Registries,
    reference: &ArtifactReference,
    component: &CheckedComponent,
    options: UploadOptions,
) -> Result<Pushed, Error> {
    let described = &component.described;
    let upload = Upload {
        component: Component {
            bytes: described.component.clone(),
            imports: described.imports.clone(),
            exports: described.exports.clone(),
        },
        annotations: options.annotations,
        created: options.created,
        replace: options.replace,
    };
    Ok(registries.push(reference, &upload)?)
}

/// Pulls a component, which must be signed if there is a key, and holds it against the contract.
pub fn pull(
    registries: &Registries,
    reference: &ArtifactReference,
    key: Option<&PublicKey>,
) -> Result<(Pulled, CheckedComponent), Error> {
    let pulled = registries.pull(reference, key)?;
    let title = reference.repository().rsplit('/').next();
    let name = reference.to_string();
    let component = CheckedComponent::of(title.unwrap_or_default(), &name, &pulled.bytes)?;
    Ok((pulled, component))
}

/// Gets the component that a manifest names in a registry.
pub(crate) fn of_manifest(
    document: &Document,
    folder: &Path,
    name: &str,
    wasm: &WasmSource,
) -> Result<Vec<u8>, Error> {
    let place = Place::of(&["spec", "transform", "wasm", "oci"]);
    let malformed = |message: String| {
        Error::Manifest(document.error_at(&place, Problem::Unreadable { message }))
    };
    let reference: ArtifactReference = name
        .parse()
        .map_err(|error: remold_oci::InvalidReference| malformed(error.to_string()))?;
    let at = |place: &Place, error: ArtifactError| Error::Artifact {
        error: Box::new(error),
        location: location(document, place).map(Box::new),
    };
    let registries = machine::registries();
    let digest = wasm.digest.as_deref().map(str::parse::<ContentDigest>);
    let pinned = match (digest, reference.digest()) {
        (Some(digest), _) => {
            reference.pinned(digest.map_err(|error| malformed(error.to_string()))?)
        }
        (None, Some(_)) => reference.clone(),
        (None, None) => {
            // What cannot be found out now is left to whoever reads the message.
            let digest = registries.resolve(&reference).ok();
            let problem = Problem::Unpinned {
                reference: name.to_owned(),
                digest: digest.map(|digest| digest.to_string()),
            };
            return Err(Error::Manifest(document.error_at(&place, problem)));
        }
    };
    let key = match &wasm.signature {
        None => None,
        Some(signature) => {
            let place = Place::of(&["spec", "transform", "wasm", "signature", "key"]);
            let text = if signature.is_inline() {
                signature.key.clone()
            } else {
                sources::text_inside(document, folder, &place, &signature.key)?
            };
            let key = PublicKey::from_pem(&text).map_err(|problem| {
                let reference = name.to_owned();
                at(&place, ArtifactError { reference, problem })
            })?;
            Some(key)
        }
    };
    let pulled = registries.pull(&pinned, key.as_ref()).map_err(|error| {
        let concerns_key = matches!(
            error.problem,
            ArtifactProblem::Unsigned | ArtifactProblem::Signature { .. }
        );
        if concerns_key {
            let place = Place::of(&["spec", "transform", "wasm", "signature"]);
            return at(&place, error);
        }
        at(&place, error)
    })?;
    Ok(pulled.bytes)
}

/// Finds where a part of a document stands.
fn location(document: &Document, place: &Place) -> Option<SourceLocation> {
    let nothing = Problem::Unreadable {
        message: String::new(),
    };
    let errors = document.error_at(place, nothing);
    errors.first().map(|error| SourceLocation {
        file: error.file.to_string(),
        line: error.line,
        column: error.column,
        source_line: error.source_line.clone(),
    })
}

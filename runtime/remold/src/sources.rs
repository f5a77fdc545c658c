//! The files of a transform, all inside the manifest's folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path};

use remold_catalogue::Ready;
use remold_manifest::{
    Document, Path as Place, Problem, RhaiSource, TransformSpec, WasmPlace, WasmSource,
};

use crate::artifact;
use crate::catalogue;
use crate::error::Error;
use crate::shelf::PREFIX;

/// The files of a transform by name.
type Files = BTreeMap<String, Vec<u8>>;

/// Reads the files of a document's transform; with the one of the catalogue that it uses, whose parameters are the effective
/// ones from then on.
pub(crate) fn of_transform(
    document: &mut Document,
    folder: &Path,
) -> Result<(Files, Option<&'static Ready>), Error> {
    let files = match document.migration.spec.transform.clone() {
        TransformSpec::Rhai(RhaiSource::Source(_)) | TransformSpec::Steps(_) => BTreeMap::new(),
        TransformSpec::Rhai(RhaiSource::File(name)) => of_script(document, folder, &name)?,
        TransformSpec::Wasm(wasm) => of_component(document, folder, &wasm)?,
        TransformSpec::Uses(name) => {
            let used = catalogue::used(document, &name)?;
            let file = (used.file(), used.source().as_bytes().to_vec());
            return Ok((BTreeMap::from([file]), Some(used)));
        }
    };
    Ok((files, None))
}

/// Returns the file that a transform cannot be without; none if it has none of its own.
pub(crate) fn main_file(transform: &TransformSpec) -> Option<String> {
    match transform {
        TransformSpec::Rhai(RhaiSource::File(name)) => Some(name.clone()),
        TransformSpec::Wasm(wasm) => Some(wasm.name().to_owned()),
        TransformSpec::Rhai(RhaiSource::Source(_))
        | TransformSpec::Uses(_)
        | TransformSpec::Steps(_) => None,
    }
}

/// Picks out of a migration's files those that have to be beside its manifest, with the key of a signature, if it is in one.
pub(crate) fn beside(document: &Document, folder: &Path, sources: &Files) -> Result<Files, Error> {
    let own = sources.iter().filter(|(name, _)| !name.starts_with(PREFIX));
    let own = own.map(|(name, content)| (name.clone(), content.clone()));
    Ok(match &document.migration.spec.transform {
        TransformSpec::Rhai(RhaiSource::File(_)) => own.collect(),
        TransformSpec::Wasm(wasm) => {
            let mut files: Files = match wasm.place() {
                WasmPlace::File(_) => own.collect(),
                WasmPlace::Oci(_) => Files::new(),
            };
            let key = wasm.signature.as_ref().filter(|one| !one.is_inline());
            if let Some(signature) = key {
                let place = Place::of(&["spec", "transform", "wasm", "signature", "key"]);
                let text = text_inside(document, folder, &place, &signature.key)?;
                files.insert(signature.key.clone(), text.into_bytes());
            }
            files
        }
        TransformSpec::Rhai(RhaiSource::Source(_))
        | TransformSpec::Uses(_)
        | TransformSpec::Steps(_) => Files::new(),
    })
}

/// Reads a script and what it imports.
fn of_script(
    document: &Document,
    folder: &Path,
    main: &str,
) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let place = Place::of(&["spec", "transform", "rhai", "file"]);
    let mut sources = BTreeMap::new();
    let mut wanted = vec![main.to_owned()];
    while let Some(name) = wanted.pop() {
        if sources.contains_key(&name) {
            continue;
        }
        let text = match read_inside(folder, &name) {
            Ok(bytes) => String::from_utf8(bytes).map_err(|_| format!("{name} is not UTF-8 text")),
            Err(Unread::Outside) => Err(format!("{name} is outside of the manifest's folder")),
            Err(Unread::Failed(message)) if name == main => Err(message),
            // A module that is not there is the compiler's to report, at the import's place.
            Err(Unread::Failed(_)) => continue,
        };
        let text = text.map_err(|message| unreadable(document, &place, message))?;
        wanted.extend(imports(&text));
        sources.insert(name, text.into_bytes());
    }
    Ok(sources)
}

/// Reads a component, and holds it against the digest that the manifest asks for.
fn of_component(
    document: &Document,
    folder: &Path,
    wasm: &WasmSource,
) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let bytes = match wasm.place() {
        WasmPlace::File(file) => of_component_file(document, folder, file, wasm.digest.as_deref())?,
        WasmPlace::Oci(name) => artifact::of_manifest(document, folder, name, wasm)?,
    };
    Ok(BTreeMap::from([(wasm.name().to_owned(), bytes)]))
}

fn of_component_file(
    document: &Document,
    folder: &Path,
    file: &str,
    digest: Option<&str>,
) -> Result<Vec<u8>, Error> {
    let place = Place::of(&["spec", "transform", "wasm", "file"]);
    let bytes = read_inside(folder, file).map_err(|unread| {
        let message = match unread {
            Unread::Outside => format!("{file} is outside of the manifest's folder"),
            Unread::Failed(message) => format!("{message}; `remold build` makes it"),
        };
        unreadable(document, &place, message)
    })?;
    if let Some(expected) = digest {
        let found = remold_sandbox_wasm::digest(&bytes);
        if found != *expected {
            let place = Place::of(&["spec", "transform", "wasm", "digest"]);
            let message = format!("{file} has the digest {found}");
            return Err(unreadable(document, &place, message));
        }
    }
    Ok(bytes)
}

/// Reads a small text that the manifest names, such as a key.
pub(crate) fn text_inside(
    document: &Document,
    folder: &Path,
    place: &Place,
    name: &str,
) -> Result<String, Error> {
    let text = match read_inside(folder, name) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| format!("{name} is not UTF-8 text")),
        Err(Unread::Outside) => Err(format!("{name} is outside of the manifest's folder")),
        Err(Unread::Failed(message)) => Err(message),
    };
    text.map_err(|message| unreadable(document, place, message))
}

fn unreadable(document: &Document, place: &Place, message: String) -> Error {
    Error::Manifest(document.error_at(place, Problem::Unreadable { message }))
}

/// Why a file was not read.
enum Unread {
    Outside,
    Failed(String),
}

fn read_inside(folder: &Path, name: &str) -> Result<Vec<u8>, Unread> {
    if !is_inside(name) {
        return Err(Unread::Outside);
    }
    let file = folder.join(name);
    fs::read(&file).map_err(|error| Unread::Failed(format!("{}: {error}", file.display())))
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

//! The texts of a registry that is a folder.

use std::fs;
use std::path::{Path, PathBuf};

use remold_manifest::{Document, Path as Place, Problem, SchemaChange};

use super::Text;
use crate::error::Error;

/// So many files are looked at.
const MOST_FILES: usize = 10_000;

/// So deep folders are looked into.
const DEPTH: usize = 16;

/// So many bytes a document may have.
const MOST_BYTES: u64 = 4 << 20;

/// Reads all YAML and JSON files of a folder and those inside it, in order of their names.
pub(super) fn texts(
    document: &Document,
    manifests: &Path,
    change: &SchemaChange,
) -> Result<Vec<Text>, Error> {
    let name = change.registry.as_deref().unwrap_or_default();
    let place = Place::of(&["spec", "schema", "registry"]);
    let unreadable =
        |message: String| Error::from(document.error_at(&place, Problem::Unreadable { message }));
    let mut files = Vec::new();
    list(&manifests.join(name), name, DEPTH, &mut files)
        .map_err(|(path, error)| unreadable(format!("{}: {error}", path.display())))?;
    if files.len() > MOST_FILES {
        let message = format!("{name} holds more than {MOST_FILES} YAML and JSON files");
        return Err(unreadable(message));
    }
    files.sort();
    let mut texts = Vec::with_capacity(files.len());
    for (name, path) in files {
        let failed = |source| Error::File {
            path: path.clone(),
            source,
        };
        let bytes = fs::metadata(&path).map_err(failed)?.len();
        if bytes > MOST_BYTES {
            // Data that happens to lie there: no document is so large.
            continue;
        }
        let Ok(text) = String::from_utf8(fs::read(&path).map_err(failed)?) else {
            continue;
        };
        texts.push(Text {
            name,
            file: path.display().to_string(),
            folder: path.parent().map_or_else(PathBuf::new, Path::to_path_buf),
            content: text,
        });
    }
    Ok(texts)
}

/// Lists the files of a folder and those inside it that may be documents, in order of their names; a single file is one.
pub(crate) fn documents_in(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let listed = list(path, "", DEPTH, &mut files);
    listed.map_err(|(path, source)| Error::File { path, source })?;
    if files.len() > MOST_FILES {
        let message = format!("it holds more than {MOST_FILES} YAML and JSON files");
        return Err(Error::File {
            path: path.to_owned(),
            source: std::io::Error::other(message),
        });
    }
    let mut files: Vec<PathBuf> = files.into_iter().map(|(_, path)| path).collect();
    files.sort();
    Ok(files)
}

fn list(
    folder: &Path,
    name: &str,
    depth: usize,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), (PathBuf, std::io::Error)> {
    let failed = |error| (folder.to_owned(), error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Ok(own) = entry.file_name().into_string() else {
            continue;
        };
        let (path, name) = (entry.path(), format!("{name}/{own}"));
        // A link to a folder is not followed: it may lead back to where it is.
        if entry.file_type().map_err(failed)?.is_dir() {
            if depth > 0 {
                list(&path, &name, depth - 1, files)?;
            }
        } else if is_document(&path) && path.is_file() && files.len() <= MOST_FILES {
            files.push((name, path));
        }
    }
    Ok(())
}

fn is_document(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
}

//! A new project.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::language::Language;
use crate::packed;
use crate::project::SDK;

/// Stands for the project's name in templates.
const NAME: &str = "{{name}}";

/// What builds a project, of all that is in templates.
const BUILDS: [&str; 7] = [
    ".gitignore",
    "Cargo.toml",
    "Makefile",
    "go.mod",
    "package.json",
    "pyproject.toml",
    "tsconfig.json",
];

/// Why a project was not begun.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// The name cannot be a project's.
    #[error("{0:?} is no name for a transform: small letters, digits and hyphens, a letter first")]
    Name(String),
    /// There is no template for the language.
    #[error("there is no template for {0}")]
    NoTemplate(Language),
    /// There is something in the way.
    #[error("{} is there already and is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A file could not be written.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's own words.
        source: io::Error,
    },
}

/// Writes a new project called `name` into `folder`, which is made if it is not there, and returns the files that a person
/// looks at first: all but the SDK's, relative to the folder.
pub fn scaffold(
    language: Language,
    name: &str,
    folder: &Path,
) -> Result<Vec<PathBuf>, ScaffoldError> {
    if !is_name(name) {
        return Err(ScaffoldError::Name(name.to_owned()));
    }
    let packed = packed::of(language).filter(|packed| !packed.template.is_empty());
    let packed = packed.ok_or(ScaffoldError::NoTemplate(language))?;
    is_free(folder)?;
    let mut written = Vec::new();
    for (path, content) in packed.template {
        let path = PathBuf::from(path.replace(NAME, name));
        let content = match std::str::from_utf8(content) {
            Ok(text) => text.replace(NAME, name).into_bytes(),
            Err(_) => content.to_vec(),
        };
        write(&folder.join(&path), &content)?;
        written.push(path);
    }
    for (path, content) in packed.sdk {
        write(&folder.join(SDK).join(path), content)?;
    }
    Ok(written)
}

/// Writes a project in a language as [`scaffold`] does, with `files` in the place of the template's transform, manifest, cases,
/// tests and words about them. Returns the files that a person looks at first.
pub fn scaffold_around(
    language: Language,
    name: &str,
    folder: &Path,
    files: &[(String, String)],
) -> Result<Vec<PathBuf>, ScaffoldError> {
    let packed = packed::of(language).filter(|packed| !packed.template.is_empty());
    let packed = packed.ok_or(ScaffoldError::NoTemplate(language))?;
    let mut written = scaffold_files(name, folder, files)?;
    for (path, content) in packed.template {
        if BUILDS.contains(path) {
            let text = String::from_utf8_lossy(content).replace(NAME, name);
            write(&folder.join(path), text.as_bytes())?;
            written.push(PathBuf::from(path));
        }
    }
    for (path, content) in packed.sdk {
        write(&folder.join(SDK).join(path), content)?;
    }
    Ok(written)
}

/// Writes files that are a project already into `folder`, as [`scaffold`] does, and returns their paths.
pub fn scaffold_files(
    name: &str,
    folder: &Path,
    files: &[(String, String)],
) -> Result<Vec<PathBuf>, ScaffoldError> {
    if !is_name(name) {
        return Err(ScaffoldError::Name(name.to_owned()));
    }
    is_free(folder)?;
    for (path, content) in files {
        write(&folder.join(path), content.as_bytes())?;
    }
    Ok(files.iter().map(|(path, _)| PathBuf::from(path)).collect())
}

fn is_free(folder: &Path) -> Result<(), ScaffoldError> {
    let taken = fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
    if taken || folder.is_file() {
        return Err(ScaffoldError::NotEmpty(folder.to_owned()));
    }
    Ok(())
}

/// Says whether a name can be that of a project in every language.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let parts = name.split('-').all(|part| !part.is_empty());
    let letter = name
        .bytes()
        .next()
        .is_some_and(|first| first.is_ascii_lowercase());
    letter && parts && name.len() <= 63 && name.bytes().all(plain)
}

fn write(path: &Path, content: &[u8]) -> Result<(), ScaffoldError> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    let written = made.and_then(|()| fs::write(path, content));
    written.map_err(|source| ScaffoldError::File {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;

//! A folder with the source of a transform.

use std::path::{Path, PathBuf};

use crate::language::Language;

/// The name of the folder that an SDK has inside a project.
pub(crate) const SDK: &str = "remold-sdk";

/// Names of folders, wherever they are in a project, that hold what toolchains make and fetch.
const MADE: [&str; 5] = [
    "target",
    "node_modules",
    "__pycache__",
    "zig-cache",
    "zig-out",
];

/// Names of files that toolchains write while they build, and that belong to the source all the same.
const KEPT: [&str; 5] = [
    "Cargo.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "go.sum",
    "uv.lock",
];

/// A folder with the source of a transform, and where its component goes.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder.
    pub folder: PathBuf,
    /// The component's file, relative to the folder.
    pub component: PathBuf,
    /// The language of the source.
    pub language: Language,
    /// Whether cargo is told by its environment which compiler to call.
    pub own_rustc: bool,
}

/// Why a folder is no project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Its language is not known.
    #[error("{}: no source of a known language is here", .0.display())]
    NoLanguage(PathBuf),
}

impl Project {
    /// Looks at a folder whose component is to be `component`, relative to it.
    pub fn new(
        folder: &Path,
        component: &Path,
        language: Option<Language>,
    ) -> Result<Self, ProjectError> {
        let language = language.or_else(|| Language::of(folder));
        Ok(Self {
            folder: folder.to_owned(),
            component: component.to_owned(),
            own_rustc: false,
            language: language.ok_or_else(|| ProjectError::NoLanguage(folder.to_owned()))?,
        })
    }

    /// Names the folders, wherever they are, that hold no source: what toolchains make and fetch.
    pub const fn made_folders() -> &'static [&'static str] {
        &MADE
    }

    /// Names the files that a build may write, and whose changes outside of a build make another one necessary.
    pub const fn files_kept_by_builds() -> &'static [&'static str] {
        &KEPT
    }

    /// Finds the SDK: inside the project, or in a folder that the project is in, by a file that it has.
    pub(crate) fn sdk(&self, mark: &str) -> Option<PathBuf> {
        let inside = PathBuf::from(SDK);
        if self.folder.join(&inside).join(mark).exists() {
            return Some(inside);
        }
        let mut up = PathBuf::new();
        for _ in 0..4 {
            up.push("..");
            if self.folder.join(&up).join(mark).exists() {
                return Some(up);
            }
        }
        None
    }

    /// Returns the name of the component without folder and ending.
    pub(crate) fn name(&self) -> String {
        let stem = self.component.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }
}

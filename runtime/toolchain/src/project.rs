//! A folder with the source of a transform.

use std::path::{Path, PathBuf};

use crate::language::Language;

/// The name of the folder that an SDK has inside a project.
pub(crate) const SDK: &str = "remold-sdk";

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

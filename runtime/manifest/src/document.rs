//! A `RedisMigration` document: its text, and the migration that was read from it; and how documents of any kind are read.

use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::check::check;
use crate::error::{Finding, ManifestError, ManifestErrors, Problem};
use crate::schema::migration_schema;
use crate::served;
use crate::spec::Migration;
use crate::validate::validate;
use crate::yaml::{self, Node, Path};

/// A `RedisMigration` document with its text, so that what is found out later can still be shown at its
/// place.
#[derive(Debug, Clone)]
pub struct Document {
    /// The migration.
    pub migration: Migration,
    text: Text,
}

impl Document {
    /// Reads a document (YAML, or JSON, which is YAML too). `file` is named in errors; nothing is opened.
    ///
    /// All problems are found at once, but for those that hide others: text that is no YAML, and
    /// combinations in a document whose shape is wrong.
    pub fn read(file: &str, text: &str) -> Result<Self, ManifestErrors> {
        let (migration, text) = Text::read(file, text, migration_schema(), validate)?;
        Ok(Self { migration, text })
    }

    /// Returns the file's name as it was given.
    pub fn file(&self) -> &str {
        self.text.file()
    }

    /// Returns the text.
    pub fn text(&self) -> &Arc<str> {
        self.text.text()
    }

    /// Finds where in the text a part of the document is, in bytes; `None` if it was left to its default.
    pub fn span(&self, path: &Path) -> Option<Range<usize>> {
        self.text.span(path)
    }

    /// Makes an error at a part of the document, for what only a later step can find out: a file that
    /// does not exist, a capability that is not granted. A part that is not in the text is shown at the
    /// closest part around it.
    pub fn error_at(&self, path: &Path, problem: Problem) -> ManifestErrors {
        self.errors_at(vec![(path.clone(), problem)])
    }

    /// Makes errors at several parts of the document, as [`Self::error_at`] does.
    pub fn errors_at(&self, problems: Vec<(Path, Problem)>) -> ManifestErrors {
        self.text.errors_at(problems)
    }
}

/// The text of a document of any kind, with the place of each of its parts.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    file: String,
    content: Arc<str>,
    root: Node,
}

impl Text {
    /// Reads a document: its text, its shape by `schema`, and what contradicts itself in it by `validate`.
    pub(crate) fn read<T: DeserializeOwned>(
        file: &str,
        text: &str,
        schema: &Value,
        validate: impl FnOnce(&T, &Node) -> Vec<Finding>,
    ) -> Result<(T, Self), ManifestErrors> {
        let (root, mut findings) = yaml::build(text);
        let Some(root) = root else {
            return Err(ManifestErrors::new(file, text, findings));
        };
        let root = match served::wish(root, text) {
            Ok(root) => root,
            Err(finding) => {
                findings.push(finding);
                return Err(ManifestErrors::new(file, text, findings));
            }
        };
        findings.extend(check(&root, schema));
        if findings.is_empty() {
            match typed(&root) {
                Ok(document) => {
                    findings = validate(&document, &root);
                    if findings.is_empty() {
                        let file = file.to_owned();
                        let content = Arc::from(text);
                        let read = Self {
                            file,
                            content,
                            root,
                        };
                        return Ok((document, read));
                    }
                }
                Err(finding) => findings.push(finding),
            }
        }
        Err(ManifestErrors::new(file, text, findings))
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn text(&self) -> &Arc<str> {
        &self.content
    }

    pub(crate) fn span(&self, path: &Path) -> Option<Range<usize>> {
        let node = self.root.at(path.segments())?;
        Some(node.span.clone())
    }

    pub(crate) fn name_span(&self, path: &Path) -> Option<Range<usize>> {
        self.root.name_at(path.segments()).cloned()
    }

    pub(crate) fn errors_at(&self, problems: Vec<(Path, Problem)>) -> ManifestErrors {
        let finding = |(path, problem): (Path, Problem)| {
            Finding::new(self.root.place_of(&path, &problem), path, problem)
        };
        let findings = problems.into_iter().map(finding).collect();
        ManifestErrors::new(&self.file, &self.content, findings)
    }
}

/// Tells which kind a document says that it is of; `None` if it says nothing of the sort. Of a text that is no YAML, or that
/// holds several documents, it is whichever of the known kinds it names, so that whoever reads it says what is wrong.
pub fn kind_of(text: &str) -> Option<String> {
    let (root, findings) = yaml::build(text);
    let known = || {
        let mut kinds = ["RedisSchema", "RedisMigration"].into_iter();
        kinds.find(|kind| text.contains(&format!("kind: {kind}")))
    };
    match root {
        Some(root) if findings.is_empty() => {
            let json = served::wish(root, text).ok()?.to_json().ok()?;
            Some(json.get("kind")?.as_str()?.to_owned())
        }
        _ => known().map(str::to_owned),
    }
}

/// Makes the types out of a tree of the right shape.
fn typed<T: DeserializeOwned>(root: &Node) -> Result<T, Finding> {
    let unreadable = |span: Range<usize>, message: String| {
        Finding::new(span, Path::default(), Problem::Unreadable { message })
    };
    let json = root
        .to_json()
        .map_err(|span| unreadable(span, "JSON cannot hold this number".to_owned()))?;
    serde_json::from_value(json).map_err(|error| unreadable(root.span.clone(), error.to_string()))
}

/// Reads a migration; see [`Document::read`].
pub fn parse(file: &str, text: &str) -> Result<Migration, ManifestErrors> {
    Document::read(file, text).map(|document| document.migration)
}

impl ManifestErrors {
    /// Returns the first error.
    pub fn first(&self) -> Option<&ManifestError> {
        self.iter().next()
    }
}

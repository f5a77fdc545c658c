//! A `RedisSchema` document: its text, and the schema that was read from it.

use std::ops::Range;
use std::sync::Arc;

use crate::document::Text;
use crate::error::{ManifestErrors, Problem};
use crate::schema::redis_schema_schema;
use crate::yaml::Path;

use super::RedisSchema;
use super::validate::validate;

/// A `RedisSchema` document with its text, so that what is found out later can still be shown at its place.
#[derive(Debug, Clone)]
pub struct SchemaDocument {
    /// The schema.
    pub schema: RedisSchema,
    text: Text,
}

impl SchemaDocument {
    /// Reads a document (YAML, or JSON, which is YAML too), as [`crate::Document::read`] does.
    pub fn read(file: &str, text: &str) -> Result<Self, ManifestErrors> {
        let (schema, text) = Text::read(file, text, redis_schema_schema(), validate)?;
        Ok(Self { schema, text })
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

    /// Finds the name of a part that is in the text.
    pub(super) fn name_span(&self, path: &Path) -> Option<Range<usize>> {
        self.text.name_span(path)
    }

    /// Makes an error at a part of the document, as [`crate::Document::error_at`] does.
    pub fn error_at(&self, path: &Path, problem: Problem) -> ManifestErrors {
        self.errors_at(vec![(path.clone(), problem)])
    }

    /// Makes errors at several parts of the document, as [`Self::error_at`] does.
    pub fn errors_at(&self, problems: Vec<(Path, Problem)>) -> ManifestErrors {
        self.text.errors_at(problems)
    }
}

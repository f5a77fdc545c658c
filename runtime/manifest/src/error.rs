//! What is wrong with a document: the problem, its place, what is accepted instead.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::yaml::Path;

mod excerpt;
mod guess;
mod hints;
mod problem;

pub(crate) use guess::guess;
pub use problem::Problem;

/// After so many findings nothing more is looked for, so that a large file full of errors stays cheap.
pub(crate) const MAX_FINDINGS: usize = 1000;

/// A problem with its place, before the text is at hand.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) span: Range<usize>,
    pub(crate) path: Path,
    pub(crate) problem: Problem,
}

impl Finding {
    pub(crate) fn new(span: Range<usize>, path: Path, problem: Problem) -> Self {
        Self {
            span,
            path,
            problem,
        }
    }
}

/// One thing that is wrong with a document, and where.
///
/// The plain text of it is complete: message, place, the line with a mark under it, and hints.
#[derive(Debug, Clone, PartialEq)]
pub struct ManifestError {
    /// What is wrong.
    pub problem: Problem,
    /// The file, as it was named to the parser.
    pub file: Arc<str>,
    /// Which part of the document.
    pub path: Path,
    /// Where in the text, in bytes; empty where something is missing.
    pub span: Range<usize>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The text of the line.
    pub source_line: String,
}

impl ManifestError {
    fn new(file: &Arc<str>, text: &str, finding: Finding) -> Self {
        let start = text.floor_char_boundary(finding.span.start.min(text.len()));
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let source_line = text[line_start..].lines().next().unwrap_or_default();
        Self {
            problem: finding.problem,
            file: Arc::clone(file),
            path: finding.path,
            line: before.matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            source_line: source_line.to_owned(),
            span: start..finding.span.end.clamp(start, text.len()),
        }
    }

    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// Returns what helps, one sentence each.
    pub fn hints(&self) -> Vec<String> {
        self.problem.hints()
    }
}

impl std::error::Error for ManifestError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.problem)
    }
}

/// Everything that is wrong with a document, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct ManifestErrors {
    errors: Vec<ManifestError>,
    omitted: usize,
    text: Arc<str>,
}

impl ManifestErrors {
    /// After so many errors of one document the rest is only counted.
    const MOST: usize = 50;

    pub(crate) fn new(file: &str, text: &str, mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| finding.span.start);
        let file = Arc::from(file);
        let omitted = findings.len().saturating_sub(Self::MOST);
        findings.truncate(Self::MOST);
        let errors = findings.into_iter();
        Self {
            errors: errors
                .map(|finding| ManifestError::new(&file, text, finding))
                .collect(),
            omitted,
            text: Arc::from(text),
        }
    }

    /// Walks the errors in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, ManifestError> {
        self.errors.iter()
    }

    /// Returns how many errors there are beyond those that [`ManifestErrors::iter`] gives.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Returns the text that the places point into.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }
}

impl<'a> IntoIterator for &'a ManifestErrors {
    type Item = &'a ManifestError;
    type IntoIter = std::slice::Iter<'a, ManifestError>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::error::Error for ManifestErrors {}

impl fmt::Display for ManifestErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, error) in self.errors.iter().enumerate() {
            if position > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{error}")?;
        }
        if self.omitted > 0 {
            write!(f, "\n\nand {} more", self.omitted)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

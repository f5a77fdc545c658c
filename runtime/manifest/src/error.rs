//! What is wrong with a document: the problem, its place, what is accepted instead.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::quantity::InvalidQuantity;
use crate::yaml::Path;

mod excerpt;
mod guess;

pub(crate) use guess::guess;

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The text is no YAML.
    #[error("this is not YAML: {message}")]
    Syntax {
        /// What the YAML parser says.
        message: String,
        /// What usually helps.
        advice: Option<&'static str>,
    },
    /// The text is longer than any document of this kind.
    #[error("the text is longer than {limit} bytes")]
    TextTooLong {
        /// The largest length in bytes.
        limit: usize,
    },
    /// Mappings and lists are nested too deeply.
    #[error("nested more than {limit} levels deep")]
    TooDeep {
        /// The greatest depth.
        limit: usize,
    },
    /// The uses of anchors add up to too much.
    #[error("the anchors of this document add up to more than {limit} bytes where they are used")]
    AnchorsTooLarge {
        /// The largest sum.
        limit: usize,
    },
    /// An anchor is used inside itself.
    #[error("this anchor is used inside itself")]
    RecursiveAnchor,
    /// There is no document in the text.
    #[error("there is no document in this file")]
    Empty,
    /// There are several documents in the text.
    #[error("a second document begins here, the first one begins on line {first_line}")]
    SeveralDocuments {
        /// The line of the first document.
        first_line: usize,
    },
    /// A field occurs twice.
    #[error("the field `{name}` was given already on line {first_line}")]
    DuplicateField {
        /// The field's name.
        name: String,
        /// The line of the first one.
        first_line: usize,
    },
    /// A merge key of YAML 1.1.
    #[error("merge keys are not supported")]
    MergeKey,
    /// A field without a name.
    #[error("this field has no name")]
    NullKey,
    /// A key that is a list or mapping.
    #[error("a field's name must be a text")]
    KeyIsNoScalar,
    /// A tag.
    #[error("the tag `{tag}` is not supported")]
    Tag {
        /// The tag.
        tag: String,
    },
    /// A field that does not exist.
    #[error("unknown field `{name}`")]
    UnknownField {
        /// Its name.
        name: String,
        /// The fields that exist there.
        accepted: Vec<String>,
        /// The one that was probably meant.
        guess: Option<String>,
    },
    /// A field that must be there.
    #[error("the field `{name}` is missing")]
    MissingField {
        /// Its name.
        name: String,
        /// What it is.
        meaning: Option<String>,
    },
    /// None out of several fields of which one must be there.
    #[error("{} must be given", one_of(.accepted))]
    NoneOf {
        /// The fields.
        accepted: Vec<String>,
    },
    /// Fields that exclude one another.
    #[error("`{name}` cannot be given together with `{other}`")]
    Exclusive {
        /// The later one.
        name: String,
        /// The earlier one.
        other: String,
    },
    /// A value of the wrong type.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// What is accepted.
        expected: String,
        /// What is there.
        found: String,
        /// What usually helps.
        advice: Option<&'static str>,
    },
    /// A word that is none of the accepted ones.
    #[error("unknown value `{found}`")]
    UnknownValue {
        /// What is there.
        found: String,
        /// The words that are accepted.
        accepted: Vec<String>,
        /// The one that was probably meant.
        guess: Option<String>,
    },
    /// A number out of its range.
    #[error("{found} is out of range")]
    OutOfRange {
        /// What is there.
        found: String,
        /// The smallest number.
        minimum: u64,
        /// The largest number, where there is one.
        maximum: Option<u64>,
    },
    /// A text that is no quantity.
    #[error("`{found}`: {source}")]
    Quantity {
        /// What is there.
        found: String,
        /// What is accepted.
        #[source]
        source: InvalidQuantity,
    },
    /// A value whose text has another form than it must.
    #[error("`{found}` is not {expected}")]
    Form {
        /// What is accepted.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A quantity of zero where that makes no sense.
    #[error("this must be more than zero")]
    Zero,
    /// A text or list that must not be empty.
    #[error("this must not be empty")]
    EmptyValue,
    /// Part of the document's grammar in a later version.
    #[error("{what} is not supported by this version")]
    Unsupported {
        /// What was asked for.
        what: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// Shares of a canary that do not grow.
    #[error("canary shares must grow from one to the next: {found} follows {previous}")]
    CanaryOrder {
        /// This share.
        found: String,
        /// The share before it.
        previous: String,
    },
    /// A key or pattern of the host's own bookkeeping.
    #[error("keys that begin with `{prefix}` are the bookkeeping of the runs and cannot be named")]
    Reserved {
        /// What those keys begin with.
        prefix: &'static str,
    },
    /// A name that occurs twice in a list.
    #[error("{found} occurs twice")]
    Repeated {
        /// What occurs twice.
        found: String,
    },
    /// An outcome of a key that is not among the given ones.
    #[error("`{key}` is not among the given keys")]
    NotGiven {
        /// The key.
        key: String,
    },
    /// The document has the right shape and still cannot be read.
    #[error("this cannot be read: {message}")]
    Unreadable {
        /// Why.
        message: String,
    },
}

impl Problem {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "yaml-syntax",
            Self::TextTooLong { .. } => "too-long",
            Self::TooDeep { .. } => "too-deep",
            Self::AnchorsTooLarge { .. } => "anchors-too-large",
            Self::RecursiveAnchor => "recursive-anchor",
            Self::Empty => "empty-document",
            Self::SeveralDocuments { .. } => "several-documents",
            Self::DuplicateField { .. } => "duplicate-field",
            Self::MergeKey => "merge-key",
            Self::NullKey | Self::KeyIsNoScalar => "bad-field-name",
            Self::Tag { .. } => "tag",
            Self::UnknownField { .. } => "unknown-field",
            Self::MissingField { .. } | Self::NoneOf { .. } => "missing-field",
            Self::Exclusive { .. } => "exclusive-fields",
            Self::WrongType { .. } => "wrong-type",
            Self::UnknownValue { .. } => "unknown-value",
            Self::OutOfRange { .. } | Self::Zero => "out-of-range",
            Self::Quantity { .. } => "bad-quantity",
            Self::Form { .. } => "bad-form",
            Self::EmptyValue => "empty-value",
            Self::Unsupported { .. } => "unsupported",
            Self::CanaryOrder { .. } => "canary-order",
            Self::Reserved { .. } => "reserved-keys",
            Self::Repeated { .. } => "repeated",
            Self::NotGiven { .. } => "not-given",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// Returns what helps, one sentence each.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Syntax { advice, .. } | Self::WrongType { advice, .. } => {
                advice.iter().map(|&advice| advice.to_owned()).collect()
            }
            Self::UnknownField {
                accepted, guess, ..
            }
            | Self::UnknownValue {
                accepted, guess, ..
            } => {
                let guess = guess.iter().map(|guess| format!("did you mean `{guess}`?"));
                let accepted =
                    (!accepted.is_empty()).then(|| format!("accepted: {}", list(accepted)));
                guess.chain(accepted).collect()
            }
            Self::MissingField { meaning, .. } => meaning.iter().cloned().collect(),
            Self::OutOfRange {
                minimum, maximum, ..
            } => vec![match maximum {
                Some(maximum) => format!("accepted: {minimum} to {maximum}"),
                None => format!("accepted: {minimum} or more"),
            }],
            Self::Unsupported { instead, .. } => vec![(*instead).to_owned()],
            Self::SeveralDocuments { .. } => {
                vec!["a file holds one document: put each into a file of its own".to_owned()]
            }
            Self::MergeKey => {
                vec!["write the fields out; `\"<<\"` in quotes is a plain name".to_owned()]
            }
            Self::KeyIsNoScalar => vec!["put a text with special characters in quotes".to_owned()],
            Self::Tag { .. } => {
                vec![
                    "leave the tag out; a text that looks like something else is put in quotes"
                        .to_owned(),
                ]
            }
            _ => Vec::new(),
        }
    }
}

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

/// Writes names as `a`, `b`, `c`.
fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Writes names as "one of `a`, `b` or `c`".
fn one_of(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("one of {} or `{last}`", list(first)),
        names => list(names),
    }
}

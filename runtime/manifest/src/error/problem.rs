//! What can be wrong with a document, with the stable word and the advice for each.

use crate::artifact::InvalidReference;
use crate::quantity::InvalidQuantity;

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
    /// Part of an object in a cluster, and not of the document that it is made of.
    #[error("{what} is no part of a document")]
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
    /// A file of a later version of its format.
    #[error(
        "this is version {found} of the format, this version of Remold reads versions up to {known}"
    )]
    NewerFormat {
        /// The file's version.
        found: u64,
        /// The newest that is read.
        known: u64,
    },
    /// A text that does not name an artifact in a registry.
    #[error("`{found}`: {source}")]
    Reference {
        /// What is there.
        found: String,
        /// What is wrong with it.
        #[source]
        source: InvalidReference,
    },
    /// Two digests for one artifact.
    #[error("`{digest}` is not the digest that `oci` has, `{named}`")]
    DigestsDiffer {
        /// The digest.
        digest: String,
        /// The one in the name.
        named: String,
    },
    /// An artifact that is named by its tag alone.
    #[error("{reference} is not pinned by a digest: whoever can push there decides what runs{}", at_present(.digest.as_deref()))]
    Unpinned {
        /// Its name.
        reference: String,
        /// The digest that it has at present, if that could be found out.
        digest: Option<String>,
    },
    /// A parameter that is not as its transform takes it.
    #[error("{message}")]
    Parameter {
        /// What is wrong, a sentence without a full stop.
        message: String,
        /// What the transform says of the parameter.
        meaning: Option<String>,
    },
    /// Parts of a document that contradict one another.
    #[error("{message}")]
    Contradiction {
        /// What contradicts what, a sentence without a full stop.
        message: String,
        /// What helps.
        hint: Option<String>,
    },
    /// A pattern of keys that is none.
    #[error("{message}")]
    KeyPattern {
        /// What is wrong, a sentence without a full stop.
        message: String,
        /// What helps.
        hint: Option<String>,
    },
    /// A JSON Schema that is none, or that this version cannot hold values against.
    #[error("{message}")]
    JsonSchema {
        /// What is wrong, a sentence without a full stop.
        message: String,
        /// What helps.
        hint: Option<String>,
    },
    /// A subject, version or migration that the registry does not have, or cannot take.
    #[error("{message}")]
    Registry {
        /// What is wrong, a sentence without a full stop.
        message: String,
        /// What helps.
        hint: Option<String>,
    },
    /// The document has the right shape and still cannot be read.
    #[error("this cannot be read: {message}")]
    Unreadable {
        /// Why.
        message: String,
    },
    /// A capability that is asked for and not granted.
    #[error("the operator does not grant this {capability}")]
    NotGranted {
        /// The capability: `read`, `write`, `scan` or `backup`.
        capability: &'static str,
        /// The grant that would do.
        grant: String,
    },
}

impl Problem {
    /// Makes the problem of a field that does not exist, with the one that was probably meant.
    pub fn unknown_field(name: &str, accepted: Vec<String>) -> Self {
        Self::UnknownField {
            name: name.to_owned(),
            guess: super::guess(name, accepted.iter().map(String::as_str)),
            accepted,
        }
    }

    /// Makes the problem of a word that is none of the accepted ones, with the one that was probably meant.
    pub fn unknown_value(found: &str, accepted: Vec<String>) -> Self {
        Self::UnknownValue {
            found: found.to_owned(),
            guess: super::guess(found, accepted.iter().map(String::as_str)),
            accepted,
        }
    }

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
            Self::NewerFormat { .. } => "newer-format",
            Self::Reference { .. } => "bad-reference",
            Self::DigestsDiffer { .. } => "digests-differ",
            Self::Unpinned { .. } => "unpinned",
            Self::Parameter { .. } => "bad-parameter",
            Self::Contradiction { .. } => "contradiction",
            Self::KeyPattern { .. } => "bad-key-pattern",
            Self::JsonSchema { .. } => "bad-json-schema",
            Self::Registry { .. } => "registry",
            Self::Unreadable { .. } => "unreadable",
            Self::NotGranted { .. } => "not-granted",
        }
    }
}

/// Says which digest an artifact has.
fn at_present(digest: Option<&str>) -> String {
    let said = digest.map(|digest| format!("; at present it is {digest}"));
    said.unwrap_or_default()
}

/// Writes names as `a`, `b`, `c`.
pub(super) fn list(names: &[String]) -> String {
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

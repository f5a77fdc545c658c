//! One change between two versions.

use serde::Serialize;
use serde_json::Value;

/// Yes, no, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not known.
    Unknown,
}

impl Answer {
    /// Whether it is a yes.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Whether it is a no.
    pub fn is_no(self) -> bool {
        self == Self::No
    }
}

/// What a change breaks, were it the only one. Where all changes together break nothing, no single one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Breaks {
    /// Whether some old data are not valid any more.
    pub old_data: Answer,
    /// Whether some new data are not valid for old readers.
    pub old_readers: Answer,
}

impl Breaks {
    /// Nothing is broken.
    pub const NOTHING: Self = Self {
        old_data: Answer::No,
        old_readers: Answer::No,
    };
}

/// How much a change matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What is valid is the same.
    Note,
    /// Only old readers break.
    Warning,
    /// It is not known whether old data break.
    Doubt,
    /// Old data break.
    Error,
}

/// What kind of change it is. Each name says what happened to the schema, not what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// More types are allowed.
    TypeWidened,
    /// Fewer types are allowed.
    TypeNarrowed,
    /// Other types are allowed.
    TypeChanged,
    /// A list of values was added.
    EnumAdded,
    /// A list of values was removed.
    EnumRemoved,
    /// A value was added to the list.
    EnumValueAdded,
    /// A value was removed from the list.
    EnumValueRemoved,
    /// A single value was asked for.
    ConstAdded,
    /// A single value is asked for no more.
    ConstRemoved,
    /// Another single value is asked for.
    ConstChanged,
    /// A member is described that was not.
    PropertyAdded,
    /// A member is described no more.
    PropertyRemoved,
    /// A member has to be there.
    BecameRequired,
    /// A member may be missing.
    BecameOptional,
    /// Members that are not described were allowed and are so no more.
    AdditionalPropertiesClosed,
    /// Members that are not described were not allowed and are so now.
    AdditionalPropertiesOpened,
    /// Members that are not described have another schema.
    AdditionalPropertiesChanged,
    /// Members are described by a pattern of their names that were not.
    PatternPropertyAdded,
    /// Members are described by a pattern of their names no more.
    PatternPropertyRemoved,
    /// What names may be has changed.
    PropertyNamesChanged,
    /// Something is asked for where a member is there.
    DependencyAdded,
    /// Something is asked for no more where a member is there.
    DependencyRemoved,
    /// Something else is asked for where a member is there.
    DependencyChanged,
    /// A bound was added.
    BoundAdded,
    /// A bound was removed.
    BoundRemoved,
    /// A bound went up.
    BoundRaised,
    /// A bound went down.
    BoundLowered,
    /// What numbers have to be a multiple of has changed.
    MultipleOfChanged,
    /// A pattern was added.
    PatternAdded,
    /// A pattern was removed.
    PatternRemoved,
    /// A pattern has changed.
    PatternChanged,
    /// A format was added.
    FormatAdded,
    /// A format was removed.
    FormatRemoved,
    /// A format has changed.
    FormatChanged,
    /// Items are described that were not.
    ItemsAdded,
    /// Items are described no more.
    ItemsRemoved,
    /// An item at a place of its own is described that was not.
    PrefixItemAdded,
    /// An item at a place of its own is described no more.
    PrefixItemRemoved,
    /// Items have to differ.
    UniqueItemsAdded,
    /// Items may be equal.
    UniqueItemsRemoved,
    /// What has to be among the items has changed.
    ContainsChanged,
    /// An alternative, or a part of `allOf`, was added.
    BranchAdded,
    /// An alternative, or a part of `allOf`, was removed.
    BranchRemoved,
    /// `allOf`, `anyOf` or `oneOf` was added.
    CombinatorAdded,
    /// `allOf`, `anyOf` or `oneOf` was removed.
    CombinatorRemoved,
    /// What must not be has changed.
    NotChanged,
    /// A condition was added, removed or changed as a whole.
    ConditionChanged,
    /// A reference was added, removed, or leads elsewhere.
    ReferenceChanged,
    /// A definition was added.
    DefinitionAdded,
    /// A definition was removed.
    DefinitionRemoved,
    /// What is left to evaluate has changed.
    UnevaluatedChanged,
    /// A schema has become `true` or `false`, or is so no more.
    SchemaReplaced,
    /// Something that says nothing about what is valid: a title, a description, a default.
    AnnotationChanged,
    /// The Redis type has changed. Found by the caller, as are the following.
    RedisType,
    /// How the value is encoded has changed.
    Encoding,
    /// Which keys it is about has changed.
    KeyPattern,
    /// When keys expire has changed.
    Expiry,
    /// What of a value says its version has changed.
    VersionField,
}

/// One change between two versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Where in the schema, a JSON Pointer: in the new one, or in the old one where there is nothing left in the new one. Older
    /// drafts are meant as they are written in draft 2020-12.
    pub path: String,
    /// Where in the data, with `*` for every item or member; none inside of definitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_path: Option<String>,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// What was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// What is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// What it breaks, in the mode of the comparison.
    pub breaks: Breaks,
    /// What it breaks in strict mode, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<Breaks>,
    /// How much it matters.
    pub severity: Severity,
    /// What follows from it, and why, in a sentence or two.
    pub why: String,
    /// What could be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Severity {
    /// Says how much it matters that these are broken.
    pub fn of(breaks: Breaks) -> Self {
        match (breaks.old_data, breaks.old_readers) {
            (Answer::Yes, _) => Self::Error,
            (Answer::Unknown, _) => Self::Doubt,
            (Answer::No, Answer::No) => Self::Note,
            (Answer::No, _) => Self::Warning,
        }
    }
}

//! What an inference proposes.

use std::fmt;
use std::time::Duration;

use remold_host_api::Bytes;
use serde_json::Value as Json;

use super::encoding::Encoding;
use super::pattern::KeyPattern;

/// Everything that an inference found.
#[derive(Debug, Clone, PartialEq)]
pub struct Inferred {
    /// How many records were observed.
    pub records: u64,
    /// A proposal for each pattern and form, the one with the most records first.
    pub proposals: Vec<Proposal>,
    /// Keys whose names are like no others', or too few to say what they have in common; in the order of the keys.
    pub lone: Vec<Lone>,
    /// How many records are lone; perhaps more than are listed.
    pub lone_records: u64,
    /// What a reader must know of the whole: bounds that were reached.
    pub notes: Vec<String>,
}

/// Keys that make no pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lone {
    /// The key, or the few keys that would have made a pattern; a very long one is cut after 512 bytes.
    pub keys: Vec<Bytes>,
    /// How many records.
    pub count: u64,
    /// The type of their values.
    pub redis_type: RedisType,
}

/// What is proposed for the records of one pattern and form.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// A name for the subject, unique among the proposals: `user-profile`.
    pub subject: String,
    /// What the keys have in common.
    pub pattern: KeyPattern,
    /// How many records of this form were seen under the pattern.
    pub records: u64,
    /// The type of the values.
    pub redis_type: RedisType,
    /// How strings are encoded.
    pub encoding: Option<Encoding>,
    /// Bytes of the shortest and the longest string; elements of the smallest and the largest of anything else.
    pub sizes: Option<(usize, usize)>,
    /// How records expire.
    pub expiry: ExpiryProposal,
    /// The root (pointer `""`) and every place below it, each before what is inside of it.
    pub fields: Vec<FieldProposal>,
    /// The shapes that records have, if there are several, the commonest first.
    pub variants: Vec<Variant>,
    /// Records whose shape was counted with no variant, because there were too many shapes.
    pub other_shapes: u64,
    /// The field that says a record's version, if there seems to be one.
    pub version_field: Option<VersionField>,
    /// How sure the draft is: the share of all such records that it accepts, at least; see [the module](super).
    pub confidence: f64,
    /// The records that the draft refuses, and why; a record that it refuses for several reasons is in each of them.
    pub counter_examples: Vec<CounterExample>,
    /// The draft, a whole `RedisSchema` document; `None` for types that a schema does not describe.
    pub draft: Option<Json>,
    /// Examples of the keys.
    pub examples: Vec<Bytes>,
    /// What a reader must know of it.
    pub notes: Vec<String>,
}

/// A type of Redis, as a schema names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RedisType {
    /// A string.
    String,
    /// A hash.
    Hash,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set.
    SortedSet,
    /// A stream.
    Stream,
    /// A document of the module RedisJSON, which cannot be looked into.
    Json,
    /// Another module's type, by its name.
    Module(String),
}

impl fmt::Display for RedisType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "text",
            Self::Hash => "hash",
            Self::List => "list",
            Self::Set => "set",
            Self::SortedSet => "sorted-set",
            Self::Stream => "stream",
            Self::Json => "json",
            Self::Module(name) => name,
        })
    }
}

/// How records expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpiryProposal {
    /// How many records expire.
    pub with: u64,
    /// How many do not.
    pub without: u64,
    /// The shortest and the longest time left.
    pub range: Option<(Duration, Duration)>,
    /// An expiry is proposed as required.
    pub required: bool,
    /// The longest time that is proposed, a round one: `30d`.
    pub max: Option<&'static str>,
}

/// What values at a place are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldType {
    /// JSON's null.
    Null,
    /// A boolean; in a hash, the text `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// Any other number.
    Number,
    /// A text.
    Text,
    /// A text that is a JSON object or array.
    Document,
    /// Bytes that are no text.
    Binary,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl FieldType {
    /// Returns the word for it in reports; JSON Schema's own where it has one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Text => "string",
            Self::Document => "document",
            Self::Binary => "binary",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// What is proposed for a place in the values.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldProposal {
    /// Where: a JSON Pointer, with `*` for any element of an array or any entry of a map, and `#` before a place in a document
    /// within a text: `/lines/*/price`, `/profile#/name`.
    pub pointer: String,
    /// How many values were seen.
    pub count: u64,
    /// How many there could have been: objects that may have the member, elements of the arrays.
    pub of: u64,
    /// The member is proposed as required.
    pub required: bool,
    /// What the values are, the commonest first.
    pub types: Vec<(FieldType, u64)>,
    /// The types that the draft accepts.
    pub accepted: Vec<FieldType>,
    /// The format of the texts, by its name in JSON Schema.
    pub format: Option<&'static str>,
    /// The smallest and the largest number.
    pub range: Option<Range>,
    /// Characters of the shortest and the longest text; for binary and documents, bytes.
    pub lengths: Option<(usize, usize)>,
    /// Elements of the shortest and the longest array, or members of the smallest and the largest object.
    pub sizes: Option<(usize, usize)>,
    /// The distinct texts or numbers with their counts, if they are few.
    pub values: Vec<(String, u64)>,
    /// The values are proposed as an enumeration.
    pub is_enum: bool,
    /// How many values of a hash's field expire by themselves.
    pub expiring: u64,
    /// What the values look like beyond that, in words: `Unix milliseconds`.
    pub hint: Option<&'static str>,
    /// How sure the proposal is; see [the module](super).
    pub confidence: f64,
    /// What speaks against it.
    pub counter_examples: Vec<CounterExample>,
}

/// The smallest and the largest of some numbers; digits beyond those of a double are lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// Observations that a draft refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterExample {
    /// The place, as in [`FieldProposal::pointer`]; `""` if it is the whole record.
    pub pointer: String,
    /// What is different, in words: `missing`, `string`, `not date-time`, `list`.
    pub problem: String,
    /// How many values; at least as many as there are records.
    pub count: u64,
    /// Some of the keys; none where it is not known which they are.
    pub keys: Vec<Bytes>,
}

/// A shape of records under one pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// What all of its records have and those of the other variants do not: `/name`, or `/price: object`.
    pub distinguished_by: Vec<String>,
    /// All members that its records have, sorted.
    pub members: Vec<String>,
    /// What the version field says.
    pub version: Option<String>,
    /// How many records.
    pub count: u64,
    /// Some of the keys.
    pub examples: Vec<Bytes>,
}

/// A field that says which version a record has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionField {
    /// Its name, at the root.
    pub name: String,
    /// What it says, with counts, the commonest first.
    pub values: Vec<(String, u64)>,
    /// Records with different versions have different members.
    pub shapes_differ: bool,
}

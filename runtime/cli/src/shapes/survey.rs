//! What was found in a look at live data, as JSON: proposed schemas, and drift.

use remold::Browsed;
use remold::schema::infer::{CounterExample, FieldProposal, Lone, Proposal, Variant};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// How much was looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeenShape {
    /// Keys that match.
    pub(crate) listed: u64,
    /// Keys that were looked at: all, or a sample.
    pub(crate) seen: u64,
    /// Keys that were gone before they could be read.
    pub(crate) gone: u64,
    /// Keys whose values are too large to be read.
    pub(crate) too_large: PassedShape,
    /// Keys whose values could not be had or decoded.
    pub(crate) unreadable: PassedShape,
    /// Whether it was stopped before its end.
    pub(crate) stopped: bool,
}

/// Keys that were not looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PassedShape {
    /// How many.
    pub(crate) keys: u64,
    /// Some of them.
    pub(crate) examples: Vec<String>,
}

impl From<&Browsed> for SeenShape {
    fn from(browsed: &Browsed) -> Self {
        let passed = |passed: &remold::Passed| PassedShape {
            keys: passed.count,
            examples: passed.examples.clone(),
        };
        Self {
            listed: browsed.listed,
            seen: browsed.seen,
            gone: browsed.gone,
            too_large: passed(&browsed.too_large),
            unreadable: passed(&browsed.unreadable),
            stopped: browsed.stopped,
        }
    }
}

/// Proposed schemas.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InferShape {
    /// The target.
    pub(crate) target: String,
    /// How much was looked at.
    pub(crate) looked: SeenShape,
    /// A proposal for each pattern and type, the one with the most keys first.
    pub(crate) proposals: Vec<ProposalShape>,
    /// Keys that are like no others.
    pub(crate) lone: Vec<LoneShape>,
    /// How many keys these are, with those that are not listed.
    pub(crate) lone_keys: u64,
    /// What is to be known of the whole.
    pub(crate) notes: Vec<String>,
    /// Files that were written.
    pub(crate) written: Vec<String>,
    /// Files that were there already and were left as they are.
    pub(crate) kept: Vec<String>,
}

/// A proposed schema.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProposalShape {
    /// The subject.
    pub(crate) subject: String,
    /// The pattern of the keys.
    pub(crate) keys: String,
    /// How many keys.
    pub(crate) count: u64,
    /// The type of the values, as Redis says it.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// How strings are encoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encoding: Option<String>,
    /// Keys that expire.
    pub(crate) expiring: u64,
    /// The longest time that one has left, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) longest_ttl_ms: Option<u64>,
    /// The root and every place in the values.
    pub(crate) fields: Vec<FieldShape>,
    /// The shapes that records have, if there are several.
    pub(crate) variants: Vec<VariantShape>,
    /// The field that seems to say a record's version, with what it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version_field: Option<VersionFieldShape>,
    /// How sure the proposal is, 0 to 1: the lower end of Wilson's 95 % interval of the records that agree.
    pub(crate) confidence: f64,
    /// What the draft refuses.
    pub(crate) counter_examples: Vec<CounterExampleShape>,
    /// Some of the keys.
    pub(crate) examples: Vec<String>,
    /// What is to be known.
    pub(crate) notes: Vec<String>,
    /// The draft, a document; missing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<Value>,
}

/// A place in values.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldShape {
    /// A JSON Pointer, with `*` for any element or entry, and `#` before a place in a document within a text.
    pub(crate) pointer: String,
    /// How many values were seen.
    pub(crate) count: u64,
    /// How many there could have been.
    pub(crate) of: u64,
    /// Whether the draft requires it.
    pub(crate) required: bool,
    /// What the values are, the commonest first, with counts.
    pub(crate) types: Vec<(String, u64)>,
    /// The types that the draft accepts.
    pub(crate) accepted: Vec<String>,
    /// The format of the texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
    /// The smallest and the largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<(f64, f64)>,
    /// The shortest and the longest text, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lengths: Option<(usize, usize)>,
    /// The distinct values with their counts, if they are few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<(String, u64)>,
    /// Whether the draft takes these values for all there are.
    pub(crate) is_enum: bool,
    /// Fields of a hash that expire by themselves.
    pub(crate) expiring: u64,
    /// What the values look like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
    /// How sure it is, 0 to 1.
    pub(crate) confidence: f64,
}

/// A shape of records.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VariantShape {
    /// What its records have and those of the others have not.
    pub(crate) distinguished_by: Vec<String>,
    /// All members of its records.
    pub(crate) members: Vec<String>,
    /// What the version field says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// How many.
    pub(crate) count: u64,
    /// Some of the keys.
    pub(crate) examples: Vec<String>,
}

/// A field that says a version.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionFieldShape {
    /// Its name.
    pub(crate) name: String,
    /// What it says, with counts.
    pub(crate) values: Vec<(String, u64)>,
}

/// Records that a draft refuses.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CounterExampleShape {
    /// The place.
    pub(crate) pointer: String,
    /// What is different.
    pub(crate) problem: String,
    /// How many values.
    pub(crate) count: u64,
    /// Some of the keys.
    pub(crate) keys: Vec<String>,
}

/// Keys that are like no others.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoneShape {
    /// The keys.
    pub(crate) keys: Vec<String>,
    /// How many.
    pub(crate) count: u64,
    /// The type of their values.
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

fn keys(keys: &[remold::host_api::Bytes]) -> Vec<String> {
    keys.iter().map(|key| remold::escape(key)).collect()
}

impl ProposalShape {
    pub(crate) fn new(proposal: &Proposal, version: &remold::manifest::Version) -> Self {
        let mut draft = proposal.draft.clone();
        if let Some(draft) = &mut draft {
            draft["metadata"]["name"] = format!("{}-{version}", proposal.subject).into();
            draft["spec"]["version"] = version.to_string().into();
        }
        let longest = proposal.expiry.range.map(|(_, longest)| longest);
        Self {
            subject: proposal.subject.clone(),
            keys: proposal.pattern.to_string(),
            count: proposal.records,
            kind: proposal.redis_type.to_string(),
            encoding: proposal.encoding.map(|encoding| encoding.to_string()),
            expiring: proposal.expiry.with,
            longest_ttl_ms: longest
                .map(|longest| u64::try_from(longest.as_millis()).unwrap_or(u64::MAX)),
            fields: proposal.fields.iter().map(FieldShape::from).collect(),
            variants: proposal.variants.iter().map(VariantShape::from).collect(),
            version_field: proposal
                .version_field
                .as_ref()
                .map(|field| VersionFieldShape {
                    name: field.name.clone(),
                    values: field.values.clone(),
                }),
            confidence: proposal.confidence,
            counter_examples: proposal
                .counter_examples
                .iter()
                .map(CounterExampleShape::from)
                .collect(),
            examples: keys(&proposal.examples),
            notes: proposal.notes.clone(),
            draft,
        }
    }
}

impl From<&FieldProposal> for FieldShape {
    fn from(field: &FieldProposal) -> Self {
        let types = field.types.iter();
        Self {
            pointer: field.pointer.clone(),
            count: field.count,
            of: field.of,
            required: field.required,
            types: types
                .map(|(of, count)| (of.name().to_owned(), *count))
                .collect(),
            accepted: field
                .accepted
                .iter()
                .map(|of| of.name().to_owned())
                .collect(),
            format: field.format.map(str::to_owned),
            range: field.range.map(|range| (range.min, range.max)),
            lengths: field.lengths,
            values: field.values.clone(),
            is_enum: field.is_enum,
            expiring: field.expiring,
            hint: field.hint.map(str::to_owned),
            confidence: field.confidence,
        }
    }
}

impl From<&Variant> for VariantShape {
    fn from(variant: &Variant) -> Self {
        Self {
            distinguished_by: variant.distinguished_by.clone(),
            members: variant.members.clone(),
            version: variant.version.clone(),
            count: variant.count,
            examples: keys(&variant.examples),
        }
    }
}

impl From<&CounterExample> for CounterExampleShape {
    fn from(example: &CounterExample) -> Self {
        Self {
            pointer: example.pointer.clone(),
            problem: example.problem.clone(),
            count: example.count,
            keys: keys(&example.keys),
        }
    }
}

impl From<&Lone> for LoneShape {
    fn from(lone: &Lone) -> Self {
        Self {
            keys: keys(&lone.keys),
            count: lone.count,
            kind: lone.redis_type.to_string(),
        }
    }
}

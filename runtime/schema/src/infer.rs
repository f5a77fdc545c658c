//! Inference: from records that are shown one by one, the subjects that a keyspace seems to have, each with a draft
//! of its schema.
//!
//! Nothing is read here and nothing is decided for good: what comes out is a proposal for a person, with counts, a
//! confidence and the keys that speak against it. A draft accepts every record that was observed under its pattern and
//! form, but for the counter-examples that are counted with it.
//!
//! - **Keys.** A name is split at `:` (or, if it has none, at `/`, `|` or `.`) and at the braces of a hash tag; inside of a
//!   segment, integers, UUIDs, dates and hexadecimal ids that stand between `_`, `-`, `.`, `/`, `|` are found too. What
//!   varies becomes a capture. The first capture of a pattern is called `id`, a later one after the word before it,
//!   `order_id`; a date is called `date`, a slug `slug`, and what is left of a very long name `rest`.
//! - **Drafts are open.** Members that no record had are allowed. Ranges and lengths are shown and do not bind; the only
//!   bound in a draft is `minimum: 0`. An enumeration is drafted of texts alone: at most twelve over at least a hundred
//!   observations, and each of them often. Members are required if all records have them.
//! - **Exceptions.** Of at least a hundred observations up to one in a hundred (see [`Options::tolerance`]) may differ
//!   from the rest without changing the draft: they are its counter-examples.
//! - **Confidence** is the lower end of Wilson's 95 % interval of the share of observations that agree: about 0.21 for one
//!   of one, 0.72 for ten of ten, 0.96 for a hundred of a hundred. It means something only if the sample is not picked.
//! - **Memory is bounded** by [`Options`], whatever the keyspace. Where a bound was reached, names are merged into wider
//!   patterns, members into maps, and the result says so in its notes. As long as none was reached, the result does not
//!   depend on the order of the records, nor on how they were shared out among several [`Inference`]s.

mod collect;
mod confidence;
mod decide;
mod describe;
mod document;
mod draft;
mod encoding;
mod examples;
mod exclusion;
mod expiry;
mod form;
mod formats;
mod inference;
mod kind;
mod members;
mod names;
mod options;
mod pattern;
mod place;
mod proposal;
mod settle;
mod signature;
mod similar;
mod terminal;
mod texts;
mod tree;
mod values;
mod variants;
mod written;

pub use encoding::{Content, Encoding, Packing};
pub use inference::Inference;
pub use kind::CaptureKind;
pub use options::Options;
pub use pattern::{Capture, KeyPattern, Part};
pub use proposal::{
    CounterExample, ExpiryProposal, FieldProposal, FieldType, Inferred, Lone, Proposal, Range,
    RedisType, Variant, VersionField,
};

//! Streams: ids, entries, groups.

use std::fmt;
use std::str::FromStr;

/// The id of a stream's entry; as text `milliseconds-sequence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StreamId {
    /// Unix milliseconds by default.
    pub ms: u64,
    /// A number within the millisecond.
    pub seq: u64,
}

impl StreamId {
    /// Makes an id.
    pub const fn new(ms: u64, seq: u64) -> Self {
        Self { ms, seq }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

/// Says that a text is no id of a stream's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidStreamId {
    /// The text.
    pub text: String,
}

impl fmt::Display for InvalidStreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a stream id of the form milliseconds-sequence",
            self.text
        )
    }
}

impl std::error::Error for InvalidStreamId {}

impl FromStr for StreamId {
    type Err = InvalidStreamId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str| part.parse::<u64>().ok();
        let id = text.split_once('-').and_then(|(ms, seq)| {
            let (ms, seq) = (number(ms)?, number(seq)?);
            Some(Self { ms, seq })
        });
        id.ok_or_else(|| InvalidStreamId {
            text: text.to_owned(),
        })
    }
}

/// A field of a stream's entry. A name may occur more than once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StreamField {
    /// Its name.
    pub name: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

impl StreamField {
    /// Makes a field.
    pub fn new(name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// An entry of a stream.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StreamEntry {
    /// Its id.
    pub id: StreamId,
    /// Its fields, at least one.
    pub fields: Vec<StreamField>,
}

impl StreamEntry {
    /// Makes an entry of names and values.
    pub fn new<N: Into<Vec<u8>>, V: Into<Vec<u8>>>(
        id: StreamId,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let fields = fields.into_iter();
        Self {
            id,
            fields: fields
                .map(|(name, value)| StreamField::new(name, value))
                .collect(),
        }
    }
}

/// A consumer group of a stream.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamGroup {
    /// Its name.
    pub name: Vec<u8>,
    /// The last id that was delivered to it.
    pub last_id: StreamId,
    /// How many entries were delivered and not acknowledged.
    pub pending: u64,
    /// How many consumers it knows.
    pub consumers: u64,
}

/// A stream as a whole: its entries in ascending order of their ids. One that is written anew has no consumer groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamValue {
    /// The entries.
    pub entries: Vec<StreamEntry>,
    /// The last id that was given out, at least that of the last entry.
    pub last_id: StreamId,
}

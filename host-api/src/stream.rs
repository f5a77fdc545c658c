//! A Redis stream, whole: entries, counters, consumer groups with their consumers and pending lists.

use bytes::Bytes;

/// The id of a stream entry: `milliseconds-sequence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StreamId {
    /// The first half, Unix milliseconds by default.
    pub ms: u64,
    /// The second half, a sequence number within the millisecond.
    pub seq: u64,
}

impl std::fmt::Display for StreamId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

/// Says that a text is no stream id of the form `ms-seq`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a stream id of the form milliseconds-sequence")]
pub struct InvalidStreamId {
    /// The text.
    pub text: String,
}

impl std::str::FromStr for StreamId {
    type Err = InvalidStreamId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidStreamId {
            text: text.to_owned(),
        };
        let (ms, seq) = text.split_once('-').ok_or_else(invalid)?;
        Ok(Self {
            ms: ms.parse().map_err(|_| invalid())?,
            seq: seq.parse().map_err(|_| invalid())?,
        })
    }
}

/// One entry of a stream. A field name may occur more than once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StreamEntry {
    /// The entry's id, larger than that of the entry before.
    pub id: StreamId,
    /// Names and values, in order.
    pub fields: Vec<(Bytes, Bytes)>,
}

/// A whole stream. Entries are in ascending order of their ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamValue {
    /// The live entries.
    pub entries: Vec<StreamEntry>,
    /// The last id that was given out, also if that entry is gone (`XINFO STREAM`, last-generated-id).
    pub last_id: StreamId,
    /// The greatest id that was deleted (`max-deleted-entry-id`); zero before Redis 7.
    pub max_deleted_id: StreamId,
    /// How many entries were ever added (`entries-added`).
    pub entries_added: u64,
    /// Consumer groups, in order of name.
    pub groups: Vec<ConsumerGroup>,
    /// What a newer server keeps with a stream and the contract has no words for (idempotent
    /// producers), as the codec read it; carried over unchanged.
    pub extension: Option<Bytes>,
}

/// A consumer group of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerGroup {
    /// The group's name.
    pub name: Bytes,
    /// The last id delivered to the group.
    pub last_id: StreamId,
    /// The group's logical read counter; `None` where the server does not know it.
    pub entries_read: Option<u64>,
    /// Delivered and not acknowledged, in ascending order of id.
    pub pending: Vec<Pending>,
    /// The group's consumers, in order of name.
    pub consumers: Vec<Consumer>,
}

/// An entry that was delivered and not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// The entry's id.
    pub id: StreamId,
    /// When it was last delivered, Unix milliseconds.
    pub delivered_at: u64,
    /// How often it was delivered.
    pub deliveries: u64,
}

/// A consumer of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// The consumer's name.
    pub name: Bytes,
    /// When it last tried to read, Unix milliseconds.
    pub seen_at: u64,
    /// When it last read or claimed something, Unix milliseconds; `None` if never or not known.
    pub active_at: Option<u64>,
    /// The ids out of the group's pending list that belong to this consumer, ascending.
    pub pending: Vec<StreamId>,
}

//! The shapes of serialised objects: what follows what, and how often. No meaning, only extents.
//!
//! Sources: `rdbLoadObject` and `rdbSaveObject` in `rdb.c` of Redis and Valkey. The streams with
//! idempotent producers (26, 27), arrays (28) and templated hashes (30 to 32) of Redis 8.6 to 8.10 follow
//! the descriptions of other readers of the format.

use crate::target::{Family, Version};

/// A part of a serialised thing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    /// A length, count or number in the form of a length.
    Length,
    /// A string in any of its forms.
    String,
    /// A fixed number of bytes.
    Bytes(u8),
    /// A count, and so many times the parts.
    Each(&'static [Self]),
    /// 1 and the parts, or 0.
    Flagged(&'static [Self]),
    /// A score as text behind a byte of length; three lengths stand for what is no number or infinite.
    Score,
    /// A module's value: pieces with a number for their form each, up to form 0.
    ModuleValue,
    /// An array: count, optional insert position, items.
    ArrayItems,
    /// An array's item: a number for its form, and the value.
    ArrayItem,
    /// The values of a hash whose fields a template of the file has.
    TemplateValues,
    /// A command in the form of the wire protocol.
    Command,
    /// An argument of a command.
    Argument,
}

use Part::{ArrayItems, Bytes, Each, Length, ModuleValue, Score, String, TemplateValues};

const STRINGS: &[Part] = &[Each(&[String])];
const PAIRS: &[Part] = &[Each(&[String, String])];
const TIMED_PAIRS: Part = Each(&[Length, String, String]);

const PENDING: Part = Each(&[Bytes(24), Length]);
const IDS: Part = Each(&[Bytes(16)]);
const CONSUMERS: Part = Each(&[String, Bytes(8), IDS]);
const ACTIVE_CONSUMERS: Part = Each(&[String, Bytes(16), IDS]);
const NODES: Part = Each(&[String, String]);
/// A producer's name, and for each of its messages an own id and the entry's.
const PRODUCERS: Part = Each(&[String, Each(&[String, Length, Length])]);

/// Nodes, length, last id, groups.
const STREAM: &[Part] = &[
    NODES,
    Length,
    Length,
    Length,
    Each(&[String, Length, Length, PENDING, CONSUMERS]),
];
/// As before; first id, greatest deleted id and entries added before the groups.
const STREAM_2: &[Part] = &[
    NODES,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Each(&[String, Length, Length, Length, PENDING, CONSUMERS]),
];
const STREAM_3: &[Part] = &[
    NODES,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Each(&[String, Length, Length, Length, PENDING, ACTIVE_CONSUMERS]),
];
/// As before; idempotent producers with their two limits before and two counters behind.
const STREAM_4: &[Part] = &[
    NODES,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Each(&[String, Length, Length, Length, PENDING, ACTIVE_CONSUMERS]),
    Length,
    Length,
    PRODUCERS,
    Length,
    Length,
];
/// As before; each group has the ids that were given back.
const STREAM_5: &[Part] = &[
    NODES,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Length,
    Each(&[
        String,
        Length,
        Length,
        Length,
        PENDING,
        ACTIVE_CONSUMERS,
        IDS,
    ]),
    Length,
    Length,
    PRODUCERS,
    Length,
    Length,
];

/// Returns the shape of an object by its type byte; nothing if its end cannot be found.
#[inline]
pub(crate) const fn object(type_id: u8, version: Version) -> Option<&'static [Part]> {
    Some(match (type_id, version.family()) {
        (0 | 9..=13 | 16 | 17 | 20, _) | (23 | 30, Family::Redis) => &[String],
        (1 | 2 | 14, _) => STRINGS,
        (3, _) => &[Each(&[String, Score])],
        (4, _) | (31, Family::Redis) => PAIRS,
        (5, _) => &[Each(&[String, Bytes(8)])],
        (7, _) => &[Length, ModuleValue],
        (15, _) => STREAM,
        (18, _) => &[Each(&[Length, String])],
        (19, _) => STREAM_2,
        (21, _) => STREAM_3,
        (22, Family::Valkey) => &[Each(&[String, String, Bytes(8)])],
        (22, Family::Redis) => &[TIMED_PAIRS],
        (24, Family::Redis) => &[Bytes(8), TIMED_PAIRS],
        (25, Family::Redis) => &[Bytes(8), String],
        (26, Family::Redis) => STREAM_4,
        (27, Family::Redis) => STREAM_5,
        (28, Family::Redis) => &[ArrayItems],
        (32, Family::Redis) => &[TemplateValues],
        _ => return None,
    })
}

/// Returns the first version whose servers read objects of this type.
pub(crate) const fn first_version(type_id: u8, family: Family) -> u16 {
    match (type_id, family) {
        (22.., Family::Valkey) => 80,
        (0..=4 | 9, _) => 1,
        (10..=12, _) => 2,
        (13, _) => 4,
        (14, _) => 7,
        (5 | 7, _) => 8,
        (15, _) => 9,
        (16..=19, _) => 10,
        (20 | 21, _) => 11,
        (22..=25, _) => 12,
        (26, _) => 13,
        (27 | 28, _) => 14,
        _ => 15,
    }
}

//! Values: every Redis type, decoded.

use bytes::Bytes;

use crate::collection::{Collection, Named};
use crate::stream::StreamValue;

/// What kind of value a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A string (`TYPE` says `string`).
    Text,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set (`TYPE` says `zset`).
    SortedSet,
    /// A hash.
    Hash,
    /// A stream.
    Stream,
    /// A module's own type, or one that this version does not know.
    Opaque,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Text,
        Self::List,
        Self::Set,
        Self::SortedSet,
        Self::Hash,
        Self::Stream,
        Self::Opaque,
    ];

    /// Returns the word that transforms and reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::List => "list",
            Self::Set => "set",
            Self::SortedSet => "sorted-set",
            Self::Hash => "hash",
            Self::Stream => "stream",
            Self::Opaque => "opaque",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A field of a hash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HashField {
    /// The field's name.
    pub name: Bytes,
    /// Its value.
    pub value: Bytes,
    /// When the field expires, Unix milliseconds; `None` if it does not.
    pub expires_at: Option<u64>,
}

impl Named for HashField {
    fn name(&self) -> &Bytes {
        &self.name
    }
}

/// A member of a sorted set with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The member.
    pub member: Bytes,
    /// The score. Redis gives out no NaN, but an old file may hold one.
    pub score: f64,
}

impl Named for Scored {
    fn name(&self) -> &Bytes {
        &self.member
    }
}

/// A value that cannot be looked into: passed on, renamed or deleted as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque {
    /// The type byte of the serialised form.
    pub type_id: u8,
    /// The module type's name, as in `TYPE`; `None` if it is no module's.
    pub module: Option<String>,
    /// The serialised object behind its type byte, without a footer.
    pub bytes: Bytes,
}

/// A key's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string: any bytes.
    Text(Bytes),
    /// A list, head first.
    List(Vec<Bytes>),
    /// A set; the order carries no meaning.
    Set(Collection<Bytes>),
    /// A sorted set; the order carries no meaning, the scores do.
    SortedSet(Collection<Scored>),
    /// A hash; the order carries no meaning.
    Hash(Collection<HashField>),
    /// A stream.
    Stream(Box<StreamValue>),
    /// A value that cannot be looked into.
    Opaque(Opaque),
}

impl Value {
    /// Returns the value's kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::List(_) => Kind::List,
            Self::Set(_) => Kind::Set,
            Self::SortedSet(_) => Kind::SortedSet,
            Self::Hash(_) => Kind::Hash,
            Self::Stream(_) => Kind::Stream,
            Self::Opaque(_) => Kind::Opaque,
        }
    }

    /// Returns the size: bytes of a text or opaque value, otherwise the number of elements.
    pub fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::List(items) => items.len(),
            Self::Set(members) => members.len(),
            Self::SortedSet(members) => members.len(),
            Self::Hash(fields) => fields.len(),
            Self::Stream(stream) => stream.entries.len(),
            Self::Opaque(opaque) => opaque.bytes.len(),
        }
    }

    /// Says whether Redis would delete a key with this value: an empty list, set, sorted set or hash.
    pub fn is_empty_aggregate(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Set(members) => members.is_empty(),
            Self::SortedSet(members) => members.is_empty(),
            Self::Hash(fields) => fields.is_empty(),
            Self::Text(_) | Self::Stream(_) | Self::Opaque(_) => false,
        }
    }

    /// Says whether two values mean the same: hashes, sets and sorted sets without regard to order,
    /// scores by their bits (so that NaN equals itself and 0 differs from -0).
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Set(a), Self::Set(b)) => {
                a.len() == b.len() && a.iter().all(|member| b.contains(member))
            }
            (Self::SortedSet(a), Self::SortedSet(b)) => {
                a.len() == b.len()
                    && a.iter().all(|x| {
                        b.get(&x.member)
                            .is_some_and(|y| x.score.to_bits() == y.score.to_bits())
                    })
            }
            (Self::Hash(a), Self::Hash(b)) => {
                a.len() == b.len() && a.iter().all(|x| b.get(&x.name) == Some(x))
            }
            (a, b) => a == b,
        }
    }

    /// Estimates the bytes of the value's contents, for memory limits.
    pub fn weight(&self) -> usize {
        const ITEM: usize = 32;
        match self {
            Self::Text(text) => text.len(),
            Self::List(items) => items.iter().map(|item| item.len() + ITEM).sum(),
            Self::Set(members) => members.iter().map(|member| member.len() + ITEM).sum(),
            Self::SortedSet(members) => members
                .iter()
                .map(|scored| scored.member.len() + ITEM + 8)
                .sum(),
            Self::Hash(fields) => {
                let weigh = |field: &HashField| field.name.len() + field.value.len() + 2 * ITEM;
                fields.iter().map(weigh).sum()
            }
            Self::Stream(stream) => {
                let fields = stream.entries.iter().flat_map(|entry| &entry.fields);
                fields
                    .map(|(name, value)| name.len() + value.len() + 2 * ITEM)
                    .sum()
            }
            Self::Opaque(opaque) => opaque.bytes.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, value: &str) -> HashField {
        HashField {
            name: Bytes::copy_from_slice(name.as_bytes()),
            value: Bytes::copy_from_slice(value.as_bytes()),
            expires_at: None,
        }
    }

    #[test]
    fn same_ignores_the_order_of_a_hash_and_nothing_else() {
        let ab = Value::Hash([field("a", "1"), field("b", "2")].into_iter().collect());
        let ba = Value::Hash([field("b", "2"), field("a", "1")].into_iter().collect());
        let other = Value::Hash([field("b", "2"), field("a", "x")].into_iter().collect());
        assert!(ab.same(&ba));
        assert!(!ab.same(&other));
        let list =
            |items: [&'static str; 2]| Value::List(items.map(Bytes::from_static_str).to_vec());
        assert!(!list(["a", "b"]).same(&list(["b", "a"])));
    }

    trait FromStaticStr {
        fn from_static_str(text: &'static str) -> Bytes;
    }
    impl FromStaticStr for Bytes {
        fn from_static_str(text: &'static str) -> Bytes {
            Self::from_static(text.as_bytes())
        }
    }

    #[test]
    fn same_compares_scores_by_their_bits() {
        let scored = |score| {
            Value::SortedSet(
                [Scored {
                    member: Bytes::from_static(b"m"),
                    score,
                }]
                .into_iter()
                .collect(),
            )
        };
        assert!(scored(f64::NAN).same(&scored(f64::NAN)));
        assert!(!scored(0.0).same(&scored(-0.0)));
    }
}

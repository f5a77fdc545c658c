//! Values: every Redis type, as it is read and written whole.

mod shown;
mod stream;

use std::collections::HashMap;
use std::fmt;

pub use stream::{InvalidStreamId, StreamEntry, StreamField, StreamGroup, StreamId, StreamValue};

/// What kind of value a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A string: any bytes.
    Text,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set.
    SortedSet,
    /// A hash.
    Hash,
    /// A stream.
    Stream,
    /// A module's own type, or one that the host does not know: passed on, renamed or deleted as it is.
    Opaque,
}

impl Kind {
    /// Returns the word that manifests and reports use: `sorted-set`.
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

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A field of a hash.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HashField {
    /// Its name.
    pub name: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
    /// When it expires, Unix milliseconds; `None` if it does not.
    pub expires_at: Option<u64>,
}

/// A member of a sorted set with its score.
#[derive(Clone, PartialEq)]
pub struct Scored {
    /// The member.
    pub member: Vec<u8>,
    /// The score; never NaN.
    pub score: f64,
}

/// A value that cannot be looked into.
#[derive(Clone, PartialEq, Eq)]
pub struct Opaque {
    /// The type byte of its serialised form.
    pub type_id: u8,
    /// The module's name for the type; `None` if it is no module's.
    pub module: Option<String>,
    /// The serialised object behind the type byte.
    pub bytes: Vec<u8>,
}

/// A whole value.
///
/// Two values are equal if they mean the same: the order of a hash, set or sorted set does not count.
#[derive(Clone)]
pub enum Value {
    /// A string: any bytes.
    Text(Vec<u8>),
    /// A list, head first.
    List(Vec<Vec<u8>>),
    /// A set; the order carries no meaning.
    Set(Vec<Vec<u8>>),
    /// A sorted set; the order carries no meaning.
    SortedSet(Vec<Scored>),
    /// A hash; the order carries no meaning.
    Hash(Vec<HashField>),
    /// A stream.
    Stream(StreamValue),
    /// A value that cannot be looked into.
    Opaque(Opaque),
}

impl Value {
    /// Makes a text.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Self::Text(text.into())
    }

    /// Makes a list, head first.
    pub fn list<T: Into<Vec<u8>>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// Makes a set.
    pub fn set<T: Into<Vec<u8>>>(members: impl IntoIterator<Item = T>) -> Self {
        Self::Set(members.into_iter().map(Into::into).collect())
    }

    /// Makes a sorted set of members with their scores.
    pub fn sorted_set<T: Into<Vec<u8>>>(members: impl IntoIterator<Item = (T, f64)>) -> Self {
        let members = members.into_iter().map(|(member, score)| Scored {
            member: member.into(),
            score,
        });
        Self::SortedSet(members.collect())
    }

    /// Makes a hash of names and values; no field expires.
    pub fn hash<N: Into<Vec<u8>>, V: Into<Vec<u8>>>(
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let fields = fields.into_iter().map(|(name, value)| HashField {
            name: name.into(),
            value: value.into(),
            expires_at: None,
        });
        Self::Hash(fields.collect())
    }

    /// Makes a stream of entries in ascending order of their ids; the last one's is the last id.
    pub fn stream(entries: impl IntoIterator<Item = StreamEntry>) -> Self {
        let entries: Vec<StreamEntry> = entries.into_iter().collect();
        let last_id = entries.last().map(|entry| entry.id).unwrap_or_default();
        Self::Stream(StreamValue { entries, last_id })
    }

    /// Returns the kind.
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
            Self::List(items) | Self::Set(items) => items.len(),
            Self::SortedSet(members) => members.len(),
            Self::Hash(fields) => fields.len(),
            Self::Stream(stream) => stream.entries.len(),
            Self::Opaque(opaque) => opaque.bytes.len(),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Set(a), Self::Set(b)) => same(a, b, |member| (member, ())),
            (Self::SortedSet(a), Self::SortedSet(b)) => {
                same(a, b, |scored| (&scored.member, scored.score.to_bits()))
            }
            (Self::Hash(a), Self::Hash(b)) => same(a, b, |field| {
                (&field.name, (&field.value, field.expires_at))
            }),
            (Self::Stream(a), Self::Stream(b)) => a == b,
            (Self::Opaque(a), Self::Opaque(b)) => a == b,
            _ => false,
        }
    }
}

/// Compares items by their names, whatever their order.
fn same<'a, T, R: PartialEq>(
    a: &'a [T],
    b: &'a [T],
    split: impl Fn(&'a T) -> (&'a Vec<u8>, R),
) -> bool {
    let by_name: HashMap<&Vec<u8>, R> = a.iter().map(&split).collect();
    a.len() == b.len()
        && b.iter().all(|item| {
            let (name, rest) = split(item);
            by_name.get(name) == Some(&rest)
        })
}

#[cfg(test)]
mod tests;

//! A record's value as JSON, to be held against a schema: what of it is a number, a text, an object.
//!
//! | value | as JSON |
//! |---|---|
//! | text | what it holds, by its encoding |
//! | hash | an object of its fields |
//! | list, set | an array of its elements |
//! | sorted set | an array of `{member, score}` |
//! | stream | an array of `{id, fields}`; of a field that an entry has twice, the last |
//!
//! A text that reads as a number, `true`, `false`, `null`, an array or an object is that where the schema names such a type for
//! its place; anywhere else it is a text. Nothing is copied of a hash of at most 16 fields whose encoding is text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Deref;

use arrayvec::ArrayVec;
use remold_host_api::{Bytes, HashField, Value as Stored};
use remold_manifest::redis_schema::{Content, Encoding};
use serde_json::Value;

use crate::decode::{Decoded, Undecodable, decode};
use crate::typing::{MemberTypes, Places, Types};

mod node;

pub(crate) use node::ViewJson;

/// A value that stands for itself.
#[derive(Debug, Clone)]
pub(crate) enum Leaf<'a> {
    Null,
    Bool(bool),
    /// A number by its text, which is one of JSON.
    Number(Cow<'a, str>),
    Text(Cow<'a, str>),
    Document(Box<Value>),
}

/// A member of an object: its name and its value.
pub(crate) type Member<'a> = (&'a str, Leaf<'a>);

/// Members of an object: a few are kept where they are, many on the heap.
#[derive(Debug, Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "it lives on the stack for the time of a look, and is not to cost an allocation"
)]
pub(crate) enum Members<'a> {
    Few(ArrayVec<Member<'a>, 16>),
    Many(Vec<Member<'a>>),
}

impl<'a> Members<'a> {
    fn collect<E>(
        members: impl ExactSizeIterator<Item = Result<Member<'a>, E>>,
    ) -> Result<Self, E> {
        let mut few = ArrayVec::new();
        if members.len() > few.capacity() {
            return Ok(Self::Many(members.collect::<Result<_, _>>()?));
        }
        for member in members {
            few.push(member?);
        }
        Ok(Self::Few(few))
    }
}

impl<'a> Deref for Members<'a> {
    type Target = [Member<'a>];
    fn deref(&self) -> &[Member<'a>] {
        match self {
            Self::Few(few) => few,
            Self::Many(many) => many,
        }
    }
}

/// An item of an array.
#[derive(Debug, Clone)]
pub(crate) enum Item<'a> {
    Leaf(Leaf<'a>),
    /// A member of a sorted set with its score.
    Scored(Leaf<'a>, Leaf<'a>),
    /// An entry of a stream: its id and its fields.
    Entry(Leaf<'a>, Vec<Member<'a>>),
}

/// A record's value as JSON.
#[derive(Debug, Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "it lives on the stack for the time of a look, and is not to cost an allocation"
)]
pub(crate) enum View<'a> {
    Leaf(Leaf<'a>),
    Object(Members<'a>),
    Array(Vec<Item<'a>>),
}

/// A part of a value that is not what it should be, so that there is no view of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unviewable {
    /// Where in the value, a JSON Pointer.
    pub(crate) pointer: String,
    /// What is wrong.
    pub(crate) problem: Undecodable,
}

/// How values of one kind are seen, found out once for a schema.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    /// The types of a text as a whole, of a list's or set's elements, of a sorted set's members.
    leaf: Types,
    /// The types of the fields of a hash, of a stream's entries.
    members: MemberTypes,
    encoding: Encoding,
    fields: Vec<(String, Encoding)>,
}

impl Sight {
    /// Finds out how values of a kind are seen. `fields` are written otherwise than `encoding` says.
    pub(crate) fn new(
        kind: remold_host_api::Kind,
        places: &Places<'_>,
        encoding: Encoding,
        fields: Vec<(String, Encoding)>,
    ) -> Self {
        use remold_host_api::Kind;
        let root = places.root();
        let items = || places.items(&root);
        let (leaf, members) = match kind {
            Kind::Text => (places.types(&root), MemberTypes::default()),
            Kind::List | Kind::Set => (places.types(&items()), MemberTypes::default()),
            Kind::SortedSet => {
                let member = places.member(&items(), "member");
                (places.types(&member), MemberTypes::default())
            }
            Kind::Hash => (Types::default(), places.members(&root)),
            Kind::Stream => {
                let fields = places.member(&items(), "fields");
                (Types::default(), places.members(&fields))
            }
            Kind::Opaque => (Types::default(), MemberTypes::default()),
        };
        Self {
            leaf,
            members,
            encoding,
            fields,
        }
    }

    /// Looks at a value; `None` for one that cannot be looked into.
    pub(crate) fn view<'a>(&self, value: &'a Stored) -> Result<Option<View<'a>>, Unviewable> {
        let item = |index: usize, bytes: &'a [u8]| {
            let leaf = leaf(bytes, self.encoding, self.leaf);
            leaf.map_err(|problem| at(format!("/{index}"), problem))
        };
        Ok(Some(match value {
            Stored::Text(bytes) => {
                let leaf = leaf(bytes, self.encoding, self.leaf);
                View::Leaf(leaf.map_err(|problem| at(String::new(), problem))?)
            }
            Stored::Hash(fields) => View::Object(self.fields(fields.iter())?),
            Stored::List(items) => View::Array(leaves(items.iter(), item)?),
            Stored::Set(members) => View::Array(leaves(members.iter(), item)?),
            Stored::SortedSet(members) => {
                let scored = members.iter().enumerate().map(|(index, scored)| {
                    let member = item(index, &scored.member).map_err(|mut unviewable| {
                        unviewable.pointer.push_str("/member");
                        unviewable
                    })?;
                    Ok(Item::Scored(member, score(scored.score)))
                });
                View::Array(scored.collect::<Result<_, _>>()?)
            }
            Stored::Stream(stream) => {
                let entries = stream.entries.iter().enumerate().map(|(index, entry)| {
                    let id = Leaf::Text(Cow::Owned(entry.id.to_string()));
                    let fields = self.entry(&entry.fields).map_err(|unviewable| Unviewable {
                        pointer: format!("/{index}/fields{}", unviewable.pointer),
                        ..unviewable
                    })?;
                    Ok(Item::Entry(id, fields))
                });
                View::Array(entries.collect::<Result<_, _>>()?)
            }
            Stored::Opaque(_) => return Ok(None),
        }))
    }

    fn fields<'a>(
        &self,
        fields: impl ExactSizeIterator<Item = &'a HashField>,
    ) -> Result<Members<'a>, Unviewable> {
        Members::collect(fields.map(|field| self.member(&field.name, &field.value)))
    }

    fn entry<'a>(&self, fields: &'a [(Bytes, Bytes)]) -> Result<Vec<Member<'a>>, Unviewable> {
        last_of_each(fields)
            .map(|(name, value)| self.member(name, value))
            .collect()
    }

    /// Says whether a field is written otherwise than the others.
    pub(crate) fn has_own_encoding(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    fn member<'a>(
        &self,
        name: &'a [u8],
        value: &'a [u8],
    ) -> Result<(&'a str, Leaf<'a>), Unviewable> {
        let name = std::str::from_utf8(name).map_err(|_| {
            let problem = Undecodable {
                expected: "text",
                message: format!("the name {} is not UTF-8", name.escape_ascii()),
            };
            at(String::new(), problem)
        })?;
        let mut own = self.fields.iter().filter(|(known, _)| known == name);
        let encoding = own.next().map_or(self.encoding, |(_, encoding)| *encoding);
        let leaf = leaf(value, encoding, self.members.of(name))
            .map_err(|problem| at(format!("/{}", escaped(name)), problem))?;
        Ok((name, leaf))
    }
}

fn at(pointer: String, problem: Undecodable) -> Unviewable {
    Unviewable { pointer, problem }
}

/// Walks the fields of a stream's entry. It may have a field twice; as an object it has the last of them.
pub(crate) fn last_of_each(fields: &[(Bytes, Bytes)]) -> impl Iterator<Item = &(Bytes, Bytes)> {
    /// Up to so many are compared with each other.
    const FEW: usize = 16;
    let is_large = fields.len() > FEW;
    let last: HashMap<&Bytes, usize> = fields
        .iter()
        .enumerate()
        .filter(|_| is_large)
        .map(|(at, (name, _))| (name, at))
        .collect();
    let is_last = move |at: usize, name: &Bytes| {
        if is_large {
            return last.get(name) == Some(&at);
        }
        !fields[at + 1..].iter().any(|(later, _)| later == name)
    };
    let fields = fields.iter().enumerate();
    fields
        .filter(move |(at, (name, _))| is_last(*at, name))
        .map(|(_, field)| field)
}

/// Escapes a name as a step of a JSON Pointer.
fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) {
        return Cow::Owned(name.replace('~', "~0").replace('/', "~1"));
    }
    Cow::Borrowed(name)
}

fn leaves<'a>(
    items: impl Iterator<Item = &'a Bytes>,
    item: impl Fn(usize, &'a [u8]) -> Result<Leaf<'a>, Unviewable>,
) -> Result<Vec<Item<'a>>, Unviewable> {
    items
        .enumerate()
        .map(|(index, bytes)| item(index, bytes).map(Item::Leaf))
        .collect()
}

fn score(score: f64) -> Leaf<'static> {
    // JSON has no infinities; Redis has.
    match serde_json::Number::from_f64(score) {
        Some(number) => Leaf::Number(Cow::Owned(number.to_string())),
        None => Leaf::Text(Cow::Owned(score.to_string())),
    }
}

fn leaf(bytes: &[u8], encoding: Encoding, types: Types) -> Result<Leaf<'_>, Undecodable> {
    if encoding.compression.is_none() && encoding.content == Content::Text && types.is_text() {
        // The usual case, first.
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok(Leaf::Text(Cow::Borrowed(text)));
        }
    }
    Ok(match decode(bytes, encoding)? {
        Decoded::Document(value) => Leaf::Document(Box::new(value)),
        Decoded::Integer(digits) => Leaf::Number(digits),
        Decoded::Text(text) => typed(text, types),
        // Nothing is said of it but that it is there.
        Decoded::Raw => Leaf::Text(Cow::Borrowed("")),
    })
}

/// Reads a text as what it can be, where the schema names such a type.
fn typed(text: Cow<'_, str>, types: Types) -> Leaf<'_> {
    let first = text.bytes().next();
    match first {
        Some(b'0'..=b'9' | b'-') if types.has(Types::NUMBER) && is_json_number(&text) => {
            return Leaf::Number(text);
        }
        Some(b't' | b'f') if types.has(Types::BOOLEAN) => match &*text {
            "true" => return Leaf::Bool(true),
            "false" => return Leaf::Bool(false),
            _ => {}
        },
        Some(b'n') if types.has(Types::NULL) && text == "null" => return Leaf::Null,
        Some(b'{') if types.has(Types::OBJECT) => return document(text),
        Some(b'[') if types.has(Types::ARRAY) => return document(text),
        _ => {}
    }
    Leaf::Text(text)
}

fn document(text: Cow<'_, str>) -> Leaf<'_> {
    match serde_json::from_str(&text) {
        Ok(value) => Leaf::Document(Box::new(value)),
        Err(_) => Leaf::Text(text),
    }
}

/// Says whether a text is a number by the grammar of JSON (RFC 8259, section 6).
fn is_json_number(text: &str) -> bool {
    let rest = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let digits = |bytes: &[u8]| {
        bytes
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let [b'.', after @ ..] = rest {
        let fraction = digits(after);
        if fraction == 0 {
            return false;
        }
        rest = &after[fraction..];
    }
    if let [b'e' | b'E', after @ ..] = rest {
        let after = match after {
            [b'+' | b'-', signed @ ..] => signed,
            unsigned => unsigned,
        };
        let exponent = digits(after);
        if exponent == 0 {
            return false;
        }
        rest = &after[exponent..];
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests;

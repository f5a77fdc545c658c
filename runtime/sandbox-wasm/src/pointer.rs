//! JSON documents that are read and edited in place, by JSON Pointers (RFC 6901): what an edit does not concern keeps its
//! order and spelling to the byte.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use remold_host_api::HostError;
use remold_host_api::edit::invalid;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A document, which is known to be JSON.
pub(crate) struct Document<'a> {
    text: &'a str,
}

/// What is in a document at some place.
enum Node<'a> {
    Object(Vec<(Cow<'a, str>, &'a str)>),
    Array(Vec<&'a str>),
    Leaf,
}

/// Checks that a text is a JSON value, and returns it without the white space around it.
pub(crate) fn value(text: &str) -> Result<&str, HostError> {
    let parsed: Result<&RawValue, _> = serde_json::from_str(text);
    let parsed = parsed.map_err(|error| invalid("the value", format!("it is no JSON: {error}")))?;
    Ok(parsed.get())
}

impl<'a> Document<'a> {
    /// Reads a document.
    pub(crate) fn read(text: &'a str) -> Result<Self, HostError> {
        let parsed: Result<&RawValue, _> = serde_json::from_str(text);
        let problem = |error| invalid("the record's text", format!("it is no JSON: {error}"));
        parsed.map_err(problem)?;
        Ok(Self { text })
    }

    /// Returns what is at a place.
    pub(crate) fn get(&self, pointer: &str) -> Result<Option<&'a str>, HostError> {
        let mut found = self.text.trim();
        for token in tokens(pointer)? {
            match child(found, &token)? {
                Some(inner) => found = inner,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// Returns the document with a value at a place.
    pub(crate) fn set(&self, pointer: &str, value: &str) -> Result<String, HostError> {
        if let Some(old) = self.get(pointer)? {
            return Ok(self.splice(self.span(old), value));
        }
        let (parent, last) = self.parent(pointer)?;
        let inside = self.span(parent);
        let (end, added) = match node(parent)? {
            Node::Object(members) => {
                let name = serde_json::to_string(last.as_ref()).expect("a text prints as JSON");
                (
                    members.last().map(|member| member.1),
                    format!("{name}:{value}"),
                )
            }
            Node::Array(items) => {
                if last != "-" && last != items.len().to_string() {
                    let size = items.len();
                    let problem =
                        format!("{last} is no place in an array of {size}; `-` is its end");
                    return Err(invalid(format!("the pointer {pointer:?}"), problem));
                }
                (items.last().copied(), value.to_owned())
            }
            Node::Leaf => return Err(missing_parent(pointer)),
        };
        Ok(match end {
            Some(end) => {
                let end = self.span(end).end;
                self.splice(end..end, &format!(",{added}"))
            }
            None => self.splice(inside.start + 1..inside.start + 1, &added),
        })
    }

    /// Returns the document without what is at a place; nothing if there is nothing.
    pub(crate) fn remove(&self, pointer: &str) -> Result<Option<String>, HostError> {
        if pointer.is_empty() {
            return Err(invalid(
                "the pointer",
                "the whole document cannot be removed",
            ));
        }
        let Some(target) = self.get(pointer)? else {
            return Ok(None);
        };
        let (parent, _) = self.parent(pointer)?;
        let siblings: Vec<&str> = match node(parent)? {
            Node::Object(members) => members.into_iter().map(|member| member.1).collect(),
            Node::Array(items) => items,
            Node::Leaf => return Err(missing_parent(pointer)),
        };
        let spans: Vec<Range<usize>> = siblings.iter().map(|value| self.span(value)).collect();
        let target = self.span(target);
        let place = spans.iter().position(|span| *span == target);
        let place = place.ok_or_else(|| missing_parent(pointer))?;
        let cut = match place.checked_sub(1) {
            // With the comma before it.
            Some(before) => spans[before].end..target.end,
            None => {
                let start = self.span(parent).start + 1;
                let behind = &self.text[target.end..];
                let comma = behind.find(|c: char| !c.is_ascii_whitespace());
                match comma.filter(|_| spans.len() > 1) {
                    Some(comma) => start..target.end + comma + 1,
                    None => start..target.end,
                }
            }
        };
        Ok(Some(self.splice(cut, "")))
    }

    /// Finds what a place is in, and the last part of its pointer.
    fn parent<'p>(&self, pointer: &'p str) -> Result<(&'a str, Cow<'p, str>), HostError> {
        let (path, _) = pointer
            .rsplit_once('/')
            .ok_or_else(|| missing_parent(pointer))?;
        let parent = self.get(path)?.ok_or_else(|| missing_parent(pointer))?;
        let last = tokens(pointer)?
            .pop()
            .ok_or_else(|| missing_parent(pointer))?;
        Ok((parent, last))
    }

    /// Returns where a part of the document is in it.
    fn span(&self, part: &str) -> Range<usize> {
        let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
        start..start + part.len()
    }

    fn splice(&self, span: Range<usize>, with: &str) -> String {
        [&self.text[..span.start], with, &self.text[span.end..]].concat()
    }
}

fn missing_parent(pointer: &str) -> HostError {
    let problem = "what it is to be in is no object or array, or is not there";
    invalid(format!("the pointer {pointer:?}"), problem)
}

/// Takes a pointer apart.
fn tokens(pointer: &str) -> Result<Vec<Cow<'_, str>>, HostError> {
    let Some(rest) = pointer.strip_prefix('/') else {
        if pointer.is_empty() {
            return Ok(Vec::new());
        }
        let problem = "a JSON Pointer is empty or begins with /";
        return Err(invalid(format!("the pointer {pointer:?}"), problem));
    };
    let token = |token: &'_ str| token.replace("~1", "/").replace("~0", "~");
    let plain = |part: &'_ str| !part.contains('~');
    let parts = rest.split('/');
    Ok(parts
        .map(|part| {
            if plain(part) {
                Cow::Borrowed(part)
            } else {
                Cow::Owned(token(part))
            }
        })
        .collect())
}

/// Finds a member or item.
fn child<'a>(parent: &'a str, token: &str) -> Result<Option<&'a str>, HostError> {
    Ok(match node(parent)? {
        Node::Object(members) => {
            let mut named = members.iter().filter(|(name, _)| name == token);
            let found = named.next().map(|member| member.1);
            if named.next().is_some() {
                let problem = format!("the member {token:?} occurs twice");
                return Err(invalid("the record's text", problem));
            }
            found
        }
        Node::Array(items) => {
            let canonical = token == "0" || !token.starts_with('0');
            let digits = token.bytes().all(|byte| byte.is_ascii_digit());
            let index = token.parse().ok().filter(|_: &usize| canonical && digits);
            index.and_then(|index| items.get(index).copied())
        }
        Node::Leaf => None,
    })
}

fn node(text: &str) -> Result<Node<'_>, HostError> {
    let problem = |error: serde_json::Error| invalid("the record's text", error.to_string());
    match text.as_bytes().first() {
        Some(b'{') => {
            let members: Members<'_> = serde_json::from_str(text).map_err(problem)?;
            Ok(Node::Object(members.0))
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(problem)?;
            Ok(Node::Array(items.into_iter().map(RawValue::get).collect()))
        }
        _ => Ok(Node::Leaf),
    }
}

/// The members of an object in their order.
struct Members<'a>(Vec<(Cow<'a, str>, &'a str)>);

/// A name that is borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }
            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push((name.0, value.get()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests;

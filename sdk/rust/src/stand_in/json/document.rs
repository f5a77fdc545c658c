//! JSON that is read and edited in place by JSON Pointers (RFC 6901): what an edit does not concern keeps its order and
//! spelling to the byte.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::refusal::Refusal;
use crate::stand_in::refusals::invalid;

/// A document, which is known to be JSON.
pub(super) struct Document<'a> {
    text: &'a str,
}

impl<'a> Document<'a> {
    /// Reads a document.
    pub(super) fn read(text: &'a str) -> Result<Self, Refusal> {
        parse("the record's text", text)?;
        Ok(Self { text })
    }

    /// Returns what is at a place.
    pub(super) fn get(&self, pointer: &str) -> Result<Option<&'a str>, Refusal> {
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
    pub(super) fn set(&self, pointer: &str, value: &str) -> Result<String, Refusal> {
        let value = parse("the value", value)?;
        if let Some(old) = self.get(pointer)? {
            return Ok(self.splice(self.span(old), value));
        }
        let (parent, last) = self.parent(pointer)?;
        let (inner, added) = match parent.as_bytes().first() {
            Some(b'{') => {
                let name = serde_json::Value::from(last).to_string();
                (parts(parent)?, format!("{name}:{value}"))
            }
            Some(b'[') => {
                let items = parts(parent)?;
                let size = items.len();
                if last != "-" && last != size.to_string() {
                    let problem =
                        format!("{last} is no place in an array of {size}; `-` is its end");
                    return Err(invalid(&format!("the pointer {pointer:?}"), &problem));
                }
                (items, value.to_owned())
            }
            _ => return Err(missing_parent(pointer)),
        };
        let (at, added) = match inner.last() {
            Some((_, last)) => (self.span(last).end, format!(",{added}")),
            None => (self.span(parent).start + 1, added),
        };
        Ok(self.splice(at..at, &added))
    }

    /// Returns the document without what is at a place; nothing if there is nothing.
    pub(super) fn remove(&self, pointer: &str) -> Result<Option<String>, Refusal> {
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
        let parts = parts(parent)?;
        let spans: Vec<Range<usize>> = parts.iter().map(|(_, value)| self.span(value)).collect();
        let target = self.span(target);
        let place = spans
            .iter()
            .position(|span| *span == target)
            .unwrap_or_default();
        let cut = match place.checked_sub(1) {
            // With the comma before it.
            Some(before) => spans[before].end..target.end,
            None => {
                let start = self.span(parent).start + 1;
                let behind = &self.text[target.end..];
                let comma = behind.find(',').filter(|_| spans.len() > 1);
                start..comma.map_or(target.end, |comma| target.end + comma + 1)
            }
        };
        Ok(Some(self.splice(cut, "")))
    }

    /// Finds what a place is in, and the last part of its pointer.
    fn parent(&self, pointer: &str) -> Result<(&'a str, String), Refusal> {
        let last = tokens(pointer)?.pop();
        let path = pointer.rsplit_once('/').map(|(path, _)| path);
        let parent = path.map(|path| self.get(path)).transpose()?.flatten();
        parent.zip(last).ok_or_else(|| missing_parent(pointer))
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

/// Checks that a text is JSON, and returns it without the white space around it.
fn parse<'a>(what: &str, text: &'a str) -> Result<&'a str, Refusal> {
    let parsed: Result<&RawValue, _> = serde_json::from_str(text);
    let parsed = parsed.map_err(|error| invalid(what, &format!("it is no JSON: {error}")))?;
    Ok(parsed.get())
}

fn missing_parent(pointer: &str) -> Refusal {
    let problem = "what it is to be in is no object or array, or is not there";
    invalid(&format!("the pointer {pointer:?}"), problem)
}

/// Takes a pointer apart.
fn tokens(pointer: &str) -> Result<Vec<String>, Refusal> {
    let Some(rest) = pointer.strip_prefix('/') else {
        if pointer.is_empty() {
            return Ok(Vec::new());
        }
        let problem = "a JSON Pointer is empty or begins with /";
        return Err(invalid(&format!("the pointer {pointer:?}"), problem));
    };
    let unescape = |token: &str| token.replace("~1", "/").replace("~0", "~");
    Ok(rest.split('/').map(unescape).collect())
}

/// Finds a member or item.
fn child<'a>(parent: &'a str, token: &str) -> Result<Option<&'a str>, Refusal> {
    let parts = match parent.as_bytes().first() {
        Some(b'[') if token.len() > 1 && token.starts_with('0') => Vec::new(),
        Some(b'{' | b'[') => parts(parent)?,
        _ => Vec::new(),
    };
    let mut named = parts.iter().filter(|(name, _)| name == token);
    let found = named.next().map(|(_, value)| *value);
    if named.next().is_some() {
        let problem = format!("the member {token:?} occurs twice");
        return Err(invalid("the record's text", &problem));
    }
    Ok(found)
}

/// Lists the members of an object by their names, or the items of an array by their numbers.
fn parts(text: &str) -> Result<Vec<(String, &str)>, Refusal> {
    let problem = |error: serde_json::Error| invalid("the record's text", &error.to_string());
    if text.starts_with('{') {
        let members: Members<'_> = serde_json::from_str(text).map_err(problem)?;
        return Ok(members.0);
    }
    let items: Vec<&RawValue> = serde_json::from_str(text).map_err(problem)?;
    let items = items.into_iter().enumerate();
    Ok(items
        .map(|(place, item)| (place.to_string(), item.get()))
        .collect())
}

/// The members of an object in their order.
struct Members<'a>(Vec<(String, &'a str)>);

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
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    members.push((name, value.get()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

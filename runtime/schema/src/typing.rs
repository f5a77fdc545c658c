//! Which types a schema names for the texts that Redis holds: a hash's field is a text, and `42` in it is a number where its
//! schema speaks of numbers.
//!
//! It looks for what a schema says of a place through references and alternatives, and takes everything that it names
//! together. It decides nothing: whether a value is valid is the validator's to say.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

/// So many parts of a schema are looked at.
const MAX_PARTS: usize = 20_000;

/// A set of JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    pub(crate) const NUMBER: Self = Self(4);
    pub(crate) const ARRAY: Self = Self(8);
    pub(crate) const OBJECT: Self = Self(16);
    const TEXT: Self = Self(0);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Says whether a text can only be a text.
    pub(crate) const fn is_text(self) -> bool {
        self.0 == 0
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    fn named(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" | "number" => Self::NUMBER,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => Self::TEXT,
        }
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::TEXT,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }
}

/// The types of the members of an object.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemberTypes {
    named: HashMap<String, Types>,
    others: Types,
}

impl MemberTypes {
    pub(crate) fn of(&self, name: &str) -> Types {
        self.named.get(name).copied().unwrap_or(self.others)
    }
}

/// Finds what schemas say of places.
pub(crate) struct Places<'a> {
    root: &'a Value,
    references: &'a BTreeMap<String, Value>,
}

/// Parts of schemas that apply to one place, each with the document that it is in.
pub(crate) type Parts<'a> = Vec<(&'a Value, &'a Value)>;

impl<'a> Places<'a> {
    /// `references` are the other documents by their addresses.
    pub(crate) fn new(root: &'a Value, references: &'a BTreeMap<String, Value>) -> Self {
        Self { root, references }
    }

    /// Lists what applies to the whole value.
    pub(crate) fn root(&self) -> Parts<'a> {
        self.closure(vec![(self.root, self.root)])
    }

    /// Lists what applies to the items of arrays at these places.
    pub(crate) fn items(&self, parts: &Parts<'a>) -> Parts<'a> {
        let mut found = Vec::new();
        for &(part, document) in parts {
            for keyword in [
                "items",
                "additionalItems",
                "contains",
                "unevaluatedItems",
                "prefixItems",
            ] {
                match &part[keyword] {
                    Value::Array(items) => found.extend(items.iter().map(|item| (item, document))),
                    Value::Null => {}
                    item => found.push((item, document)),
                }
            }
        }
        self.closure(found)
    }

    /// Lists what applies to a member of objects at these places.
    pub(crate) fn member(&self, parts: &Parts<'a>, name: &str) -> Parts<'a> {
        let declared = |&(part, document): &(&'a Value, &'a Value)| {
            let member = part["properties"].get(name)?;
            Some((member, document))
        };
        self.closure(parts.iter().filter_map(declared).collect())
    }

    /// Returns the types of the members of objects at these places.
    pub(crate) fn members(&self, parts: &Parts<'a>) -> MemberTypes {
        let mut members = MemberTypes::default();
        for &(part, _) in parts {
            for name in part["properties"].as_object().into_iter().flatten() {
                let types = self.types(&self.member(parts, name.0));
                members.named.insert(name.0.clone(), types);
            }
        }
        let mut others = Vec::new();
        for &(part, document) in parts {
            let patterns = part["patternProperties"].as_object().into_iter().flatten();
            others.extend(patterns.map(|(_, schema)| (schema, document)));
            others.push((&part["additionalProperties"], document));
            others.push((&part["unevaluatedProperties"], document));
        }
        members.others = self.types(&self.closure(others));
        members
    }

    /// Returns the types that are named for a place.
    #[allow(
        clippy::unused_self,
        reason = "a question about places like the others"
    )]
    pub(crate) fn types(&self, parts: &Parts<'a>) -> Types {
        let mut types = Types::default();
        for (part, _) in parts {
            match &part["type"] {
                Value::String(name) => types.add(Types::named(name)),
                Value::Array(names) => {
                    for name in names.iter().filter_map(Value::as_str) {
                        types.add(Types::named(name));
                    }
                }
                _ => {}
            }
            if part["type"].is_null() {
                let values = part["enum"].as_array().into_iter().flatten();
                for value in values.chain(part.get("const")) {
                    types.add(Types::of_value(value));
                }
            }
        }
        types
    }

    /// Adds everything that applies to the same place: what is referred to, combined or chosen between.
    fn closure(&self, begin: Parts<'a>) -> Parts<'a> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut open = begin;
        while let Some((part, document)) = open.pop() {
            if !part.is_object() || !seen.insert(std::ptr::from_ref(part)) {
                continue;
            }
            if seen.len() > MAX_PARTS {
                break;
            }
            found.push((part, document));
            for keyword in ["allOf", "anyOf", "oneOf"] {
                let alternatives = part[keyword].as_array().into_iter().flatten();
                open.extend(alternatives.map(|alternative| (alternative, document)));
            }
            for keyword in ["if", "then", "else"] {
                open.push((&part[keyword], document));
            }
            let dependent = part["dependentSchemas"].as_object().into_iter().flatten();
            open.extend(dependent.map(|(_, schema)| (schema, document)));
            for keyword in ["$ref", "$dynamicRef"] {
                let reference = part[keyword].as_str();
                open.extend(reference.and_then(|text| self.resolve(text, document)));
            }
        }
        found
    }

    fn resolve(&self, reference: &str, document: &'a Value) -> Option<(&'a Value, &'a Value)> {
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let document = if address.is_empty() {
            document
        } else {
            self.references.get(address)?
        };
        let pointer = percent_decoded(fragment);
        Some((document.pointer(&pointer)?, document))
    }
}

/// Decodes the few characters that pointers in fragments have to escape.
fn percent_decoded(fragment: &str) -> String {
    if !fragment.contains('%') {
        return fragment.to_owned();
    }
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let decoded = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match decoded {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_found_through_references_and_alternatives() {
        let other = json!({"$defs": {"a/b": {"type": "boolean"}}});
        let references = BTreeMap::from([("remold:flag/1.0.0".to_owned(), other)]);
        let schema = json!({
            "$ref": "#/$defs/base",
            "properties": {
                "n": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                "flag": {"$ref": "remold:flag/1.0.0#/$defs/a~1b"},
                "level": {"enum": [1, 2, null]},
                "plain": {"minLength": 1},
                "loop": {"$ref": "#/properties/loop"},
            },
            "additionalProperties": {"type": ["array", "string"]},
            "$defs": {"base": {"properties": {"tags": {"type": "array"}}}},
        });
        let places = Places::new(&schema, &references);
        let members = places.members(&places.root());
        assert_eq!(members.of("n"), Types::NUMBER);
        assert_eq!(members.of("flag"), Types::BOOLEAN);
        assert!(members.of("level").has(Types::NULL) && members.of("level").has(Types::NUMBER));
        assert!(members.of("plain").is_text() && members.of("loop").is_text());
        assert_eq!(members.of("tags"), Types::ARRAY);
        assert_eq!(members.of("unknown"), Types::ARRAY);
    }
}

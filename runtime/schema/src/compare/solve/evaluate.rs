//! Whether one value satisfies an assertion.
//!
//! Patterns and formats are asked of the validator itself, so that no two readings of them exist.

use std::cell::RefCell;
use std::collections::HashMap;

use num_rational::BigRational;
use serde_json::{Map, Value, json};

use super::{Literal, Solver};
use crate::compare::graph::{
    ARRAY, BOOLEAN, FRACTION, INTEGER, Id, Members, NULL, Node, OBJECT, STRING, Types, canonical,
};
use crate::compare::number;
use crate::shape::Format;

/// The validators of single patterns and formats.
#[derive(Debug)]
pub(crate) struct Atoms {
    formats: Vec<Format>,
    built: RefCell<HashMap<(&'static str, String), Option<jsonschema::Validator>>>,
}

impl Atoms {
    pub(super) fn new(formats: &[Format]) -> Self {
        Self {
            formats: formats.to_vec(),
            built: RefCell::default(),
        }
    }

    fn check(&self, keyword: &'static str, argument: &str, text: &str) -> Option<bool> {
        let mut built = self.built.borrow_mut();
        let validator = built
            .entry((keyword, argument.to_owned()))
            .or_insert_with(|| {
                crate::compare::validator(&json!({ keyword: argument }), &self.formats).ok()
            });
        validator
            .as_ref()
            .map(|validator| validator.is_valid(&Value::String(text.to_owned())))
    }
}

/// Conjunction where some are not known.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut sure = true;
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            Some(true) => {}
            None => sure = false,
        }
    }
    sure.then_some(true)
}

/// How many of the answers are yes: at least, at most.
fn between(answers: impl Iterator<Item = Option<bool>>) -> (u64, u64) {
    answers.fold((0, 0), |(least, most), answer| {
        (
            least + u64::from(answer == Some(true)),
            most + u64::from(answer != Some(false)),
        )
    })
}

impl Solver<'_> {
    /// Whether a literal holds of a value; none if that is not known.
    pub(super) fn holds(&self, literal: Literal, value: &Value) -> Option<bool> {
        self.valid(literal.id, value)
            .map(|valid| valid == literal.holds)
    }

    /// Whether a pattern matches a text.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        self.atoms.check("pattern", pattern, text)
    }

    fn valid(&self, id: Id, value: &Value) -> Option<bool> {
        let node = self.graph.node(id);
        match node {
            Node::All(parts) => return all(parts.iter().map(|part| self.valid(*part, value))),
            Node::AnyOf(parts) => {
                return all(parts
                    .iter()
                    .map(|part| self.valid(*part, value).map(|valid| !valid)))
                .map(|none| !none);
            }
            Node::OneOf(parts) => {
                return match between(parts.iter().map(|part| self.valid(*part, value))) {
                    (1, 1) => Some(true),
                    (least, most) if least > 1 || most == 0 => Some(false),
                    _ => None,
                };
            }
            Node::Not(inner) => return self.valid(*inner, value).map(|valid| !valid),
            Node::If(condition, then, otherwise) => {
                return match self.valid(*condition, value) {
                    Some(true) => self.valid(*then, value),
                    Some(false) => self.valid(*otherwise, value),
                    None => None,
                };
            }
            Node::Reference(target) => {
                return self.valid(self.graph.targets[*target as usize], value);
            }
            Node::Types(types) => return Some(kind(value)? & types != 0),
            Node::OneOfValues(values) => {
                return Some(values.binary_search(&canonical(value)).is_ok());
            }
            Node::Opaque(..) => return None,
            _ => {}
        }
        match value {
            Value::Number(number) => valid_number(node, number),
            Value::String(text) => self.valid_text(node, text),
            Value::Array(items) => self.valid_array(node, items),
            Value::Object(members) => self.valid_object(node, members, value),
            _ => Some(true),
        }
    }

    fn valid_text(&self, node: &Node, text: &str) -> Option<bool> {
        let length = || text.chars().count() as u64;
        match node {
            Node::MinLength(least) => Some(length() >= *least),
            Node::MaxLength(most) => Some(length() <= *most),
            Node::Pattern(pattern) => self.matches(pattern, text),
            Node::Format(name) => self.atoms.check("format", name, text),
            _ => Some(true),
        }
    }

    fn valid_array(&self, node: &Node, items: &[Value]) -> Option<bool> {
        let length = items.len() as u64;
        match node {
            Node::MinItems(least) => Some(length >= *least),
            Node::MaxItems(most) => Some(length <= *most),
            Node::Unique => {
                let mut texts: Vec<String> = items.iter().map(canonical).collect();
                texts.sort();
                Some(texts.windows(2).all(|pair| pair[0] != pair[1]))
            }
            Node::Items(first, others) => all(items
                .iter()
                .enumerate()
                .map(|(place, item)| self.valid(*first.get(place).unwrap_or(others), item))),
            Node::Contains(inner, least, most) => {
                let (sure, possible) = between(items.iter().map(|item| self.valid(*inner, item)));
                let most = most.unwrap_or(u64::MAX);
                match (
                    sure >= *least && possible <= most,
                    possible < *least || sure > most,
                ) {
                    (true, _) => Some(true),
                    (_, true) => Some(false),
                    _ => None,
                }
            }
            _ => Some(true),
        }
    }

    fn valid_object(
        &self,
        node: &Node,
        members: &Map<String, Value>,
        value: &Value,
    ) -> Option<bool> {
        let length = members.len() as u64;
        match node {
            Node::MinProperties(least) => Some(length >= *least),
            Node::MaxProperties(most) => Some(length <= *most),
            Node::Required(name) => Some(members.contains_key(name)),
            Node::Names(inner) => all(members
                .keys()
                .map(|name| self.valid(*inner, &Value::String(name.clone())))),
            Node::Dependent(name, inner) if members.contains_key(name) => self.valid(*inner, value),
            Node::Members(rules) => all(members
                .iter()
                .map(|(name, member)| self.valid_member(rules, name, member))),
            _ => Some(true),
        }
    }

    fn valid_member(&self, rules: &Members, name: &str, member: &Value) -> Option<bool> {
        let schemas = self.schemas_of(rules, name)?;
        all(schemas.into_iter().map(|schema| self.valid(schema, member)))
    }

    /// The schemas of a member by its name; none if a pattern cannot be held against it.
    pub(super) fn schemas_of(&self, rules: &Members, name: &str) -> Option<Vec<Id>> {
        let mut schemas = Vec::new();
        if let Ok(place) = rules
            .named
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
        {
            schemas.push(rules.named[place].1);
        }
        for (pattern, schema) in &rules.patterns {
            if self.matches(pattern, name)? {
                schemas.push(*schema);
            }
        }
        if schemas.is_empty() {
            schemas.push(rules.others);
        }
        Some(schemas)
    }
}

fn kind(value: &Value) -> Option<Types> {
    Some(match value {
        Value::Null => NULL,
        Value::Bool(_) => BOOLEAN,
        Value::Number(number) => {
            if number::read(number)?.is_integer() {
                INTEGER
            } else {
                FRACTION
            }
        }
        Value::String(_) => STRING,
        Value::Array(_) => ARRAY,
        Value::Object(_) => OBJECT,
    })
}

fn valid_number(node: &Node, number: &serde_json::Number) -> Option<bool> {
    let within =
        |test: &dyn Fn(&BigRational) -> bool| number::read(number).map(|exact| test(&exact));
    match node {
        Node::Minimum(bound, out) => within(&|exact| exact > bound || (!out && exact == bound)),
        Node::Maximum(bound, out) => within(&|exact| exact < bound || (!out && exact == bound)),
        Node::MultipleOf(divisor) => within(&|exact| (exact / divisor).is_integer()),
        _ => Some(true),
    }
}

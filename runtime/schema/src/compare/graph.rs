//! Schemas as a graph of assertions: each keyword one node, equal ones the same node.
//!
//! Both versions of a schema live in one graph, so that what did not change is recognised at once: an assertion and its own
//! negation contradict each other, whatever they mean. References that lead back to where they came from stay edges; all
//! others are replaced by what they name.

use std::collections::HashMap;
use std::rc::Rc;

use num_rational::BigRational;
use serde_json::Value;

use super::number;
use super::solve::Automata;

mod parse;

pub(crate) use parse::{DEEPEST, ParseError, parse};

/// The number of a node.
pub(crate) type Id = u32;

/// A set of JSON types, one bit each. Integers and other numbers are apart.
pub(crate) type Types = u8;

/// The bit of `null`.
pub(crate) const NULL: Types = 1;
/// The bit of booleans.
pub(crate) const BOOLEAN: Types = 2;
/// The bit of numbers without a fraction, 1.0 among them.
pub(crate) const INTEGER: Types = 4;
/// The bit of numbers with a fraction.
pub(crate) const FRACTION: Types = 8;
/// The bit of strings.
pub(crate) const STRING: Types = 16;
/// The bit of arrays.
pub(crate) const ARRAY: Types = 32;
/// The bit of objects.
pub(crate) const OBJECT: Types = 64;
/// All types.
pub(crate) const ANY: Types = 127;

/// What an object's members have to be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Members {
    /// By name, sorted.
    pub(crate) named: Vec<(String, Id)>,
    /// By pattern, sorted.
    pub(crate) patterns: Vec<(String, Id)>,
    /// All others.
    pub(crate) others: Id,
    /// Whether the schema itself says something about all others.
    pub(crate) closed: bool,
}

/// One assertion. An assertion about values of one type holds for all values of another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// Every one holds; none: everything is valid.
    All(Vec<Id>),
    /// At least one holds; none: nothing is valid.
    AnyOf(Vec<Id>),
    /// Exactly one holds.
    OneOf(Vec<Id>),
    /// It does not hold.
    Not(Id),
    /// If the first holds then the second does, otherwise the third.
    If(Id, Id, Id),
    /// A reference to one of [`Graph::targets`] that leads back to itself.
    Reference(u32),
    /// The value is of one of these types.
    Types(Types),
    /// The value is one of these, in their canonical texts, sorted.
    OneOfValues(Rc<[String]>),
    /// At least, or more than if `true`.
    Minimum(BigRational, bool),
    /// At most, or less than if `true`.
    Maximum(BigRational, bool),
    /// A multiple of a positive number.
    MultipleOf(BigRational),
    /// At least so many characters.
    MinLength(u64),
    /// At most so many characters.
    MaxLength(u64),
    /// A regular expression occurs in the string.
    Pattern(String),
    /// The string is of a form that the validator knows.
    Format(String),
    /// At least so many items.
    MinItems(u64),
    /// At most so many items.
    MaxItems(u64),
    /// No two items are equal.
    Unique,
    /// The first items, each with its own schema, and all others.
    Items(Vec<Id>, Id),
    /// So many of the items are valid: at least, at most.
    Contains(Id, u64, Option<u64>),
    /// At least so many members.
    MinProperties(u64),
    /// At most so many members.
    MaxProperties(u64),
    /// There is a member of this name.
    Required(String),
    /// What members are.
    Members(Members),
    /// Each member's name is valid.
    Names(Id),
    /// If there is a member of this name then the object itself is valid.
    Dependent(String, Id),
    /// Something that is not understood; only equal to itself.
    Opaque(String, Vec<Id>),
}

/// The assertions of both versions.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    numbers: HashMap<Node, Id>,
    /// What references that lead back to themselves name.
    pub(crate) targets: Vec<Id>,
    /// The automata of patterns, for all searches in this graph.
    pub(crate) automata: Automata,
}

impl Graph {
    /// Returns a node.
    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    /// Adds a node, or finds it.
    pub(crate) fn add(&mut self, node: Node) -> Id {
        if let Some(id) = self.numbers.get(&node) {
            return *id;
        }
        let id = Id::try_from(self.nodes.len()).expect("the size of schemas is bounded");
        self.nodes.push(node.clone());
        self.numbers.insert(node, id);
        id
    }

    /// The node that everything satisfies.
    pub(crate) fn everything(&mut self) -> Id {
        self.add(Node::All(Vec::new()))
    }

    /// The node that nothing satisfies.
    pub(crate) fn nothing(&mut self) -> Id {
        self.add(Node::AnyOf(Vec::new()))
    }

    /// Whether a node says nothing.
    pub(crate) fn is_everything(&self, id: Id) -> bool {
        matches!(self.node(id), Node::All(parts) if parts.is_empty())
    }

    /// The node of exactly these values.
    pub(crate) fn values<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>) -> Id {
        let mut texts: Vec<String> = values.into_iter().map(canonical).collect();
        texts.sort();
        texts.dedup();
        self.add(Node::OneOfValues(Rc::from(texts)))
    }

    /// The conjunction of nodes.
    pub(crate) fn all(&mut self, mut parts: Vec<Id>) -> Id {
        parts.sort_unstable();
        parts.dedup();
        parts.retain(|part| !self.is_everything(*part));
        match parts.as_slice() {
            [only] => *only,
            _ => self.add(Node::All(parts)),
        }
    }
}

/// Returns the one text of all equal values: numbers as decimals, members sorted, no spaces.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => number::read(number)
            .and_then(|exact| number::write(&exact))
            .unwrap_or_else(|| number.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members: Vec<String> = members
                .into_iter()
                .map(|(name, value)| {
                    format!("{}:{}", Value::String(name.clone()), canonical(value))
                })
                .collect();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}

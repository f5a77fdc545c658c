//! What is known of one value on one way through the choices.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::{EVERYTHING, Literal, Parts};
use crate::compare::graph::{
    ARRAY, FRACTION, Graph, INTEGER, Id, Node, OBJECT, STRING, Types, canonical,
};

/// A demand on one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// An assertion holds or does not.
    Literal(Literal),
    /// It is an object with this member, which satisfies all these.
    Member(String, Vec<Literal>),
    /// It is an object without this member.
    Absent(String),
    /// It is an object with some member whose name and value satisfy these.
    SomeMember(Vec<Literal>, Vec<Literal>),
    /// It is an array with an item at this place, which satisfies this.
    Item(u64, Literal),
    /// It is an array with some item, at this place or behind it, that satisfies this.
    SomeItem(u64, Literal),
    /// It is an array of which so many items, at least, satisfy this.
    ManyItems(u64, Literal),
    /// It is an array of which so many items, at most, satisfy this.
    FewItems(u64, Literal),
}

/// What has to be so on one way.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// The question as it was asked.
    pub(super) goal: Rc<[Literal]>,
    /// Whether the demands leave no value but one, which is known to satisfy the enumerations.
    pub(super) is_one_value: bool,
    /// The types that are left.
    pub(super) types: Types,
    seen: BTreeSet<(Id, bool, bool)>,
    choices: Vec<Literal>,
    /// Assertions about values of one type.
    pub(super) atoms: Vec<Literal>,
    /// Demands that no assertion of the schemas puts in these words.
    pub(super) parts: Vec<Part>,
    /// Enumerations of which the value must not be one.
    excluded: Vec<Id>,
    /// Excluded values that cannot come up any more.
    settled: Vec<String>,
    /// The name of a keyword that is not understood.
    pub(super) opaque: Option<String>,
}

impl State {
    /// Nothing is known yet.
    pub(super) fn of(goal: &Rc<[Literal]>) -> Self {
        Self {
            goal: Rc::clone(goal),
            is_one_value: false,
            types: EVERYTHING,
            seen: BTreeSet::new(),
            choices: Vec::new(),
            atoms: Vec::new(),
            parts: Vec::new(),
            excluded: Vec::new(),
            settled: Vec::new(),
            opaque: None,
        }
    }

    /// Adds demands; says whether they do not contradict each other at once.
    pub(super) fn push_all(&mut self, graph: &Graph, parts: Parts) -> bool {
        parts.into_iter().all(|part| match part {
            Part::Literal(literal) => self.push(graph, literal),
            part => {
                let kind = match &part {
                    Part::Member(..) | Part::Absent(_) | Part::SomeMember(..) => OBJECT,
                    _ => ARRAY,
                };
                self.parts.push(part);
                self.narrow(kind)
            }
        })
    }

    /// How much there is to copy.
    pub(super) fn size(&self) -> u64 {
        (self.seen.len() + self.choices.len() + self.parts.len()) as u64
    }

    /// Whether a literal is known to hold.
    pub(super) fn has(&self, literal: Literal) -> bool {
        self.seen
            .contains(&(literal.id, literal.holds, literal.data))
            || (!literal.data && self.seen.contains(&(literal.id, literal.holds, true)))
    }

    fn narrow(&mut self, types: Types) -> bool {
        self.types &= types;
        self.types != 0
    }

    /// Adds a literal and all that follows from it without a choice.
    pub(super) fn push(&mut self, graph: &Graph, literal: Literal) -> bool {
        let mut open = vec![literal];
        while let Some(literal) = open.pop() {
            let Literal { id, holds, data } = literal;
            if self.seen.contains(&(id, !holds, true)) || self.seen.contains(&(id, !holds, false)) {
                return false;
            }
            if !self.seen.insert((id, holds, data)) {
                continue;
            }
            let fine = match (graph.node(id), holds) {
                (Node::All(parts), true) | (Node::AnyOf(parts), false) => {
                    open.extend(parts.iter().map(|part| literal.with(*part)));
                    true
                }
                (Node::AnyOf(parts), true) if parts.is_empty() => false,
                (Node::All(parts), false) if parts.is_empty() => false,
                (Node::Not(inner), _) => {
                    open.push(literal.with(*inner).negated());
                    true
                }
                (Node::Reference(target), _) => {
                    open.push(literal.with(graph.targets[*target as usize]));
                    true
                }
                (Node::Types(types), true) => self.narrow(*types),
                (Node::Types(types), false) => self.narrow(!types),
                (Node::OneOfValues(values), true) => !values.is_empty(),
                (Node::OneOfValues(_), false) => {
                    self.excluded.push(id);
                    true
                }
                (Node::Opaque(keyword, _), _) => {
                    self.opaque = Some(keyword.clone());
                    true
                }
                (node, _) if is_choice(node, holds) => {
                    self.choices.push(literal);
                    true
                }
                (node, holds) => {
                    self.atoms.push(literal);
                    holds || self.narrow(kind(node))
                }
            };
            if !fine {
                return false;
            }
        }
        true
    }

    /// The shortest list of values of which the value has to be one.
    pub(super) fn smallest_enumeration(&self, graph: &Graph) -> Option<Rc<[String]>> {
        let lists = self
            .seen
            .iter()
            .filter(|(_, holds, _)| *holds)
            .filter_map(|(id, ..)| match graph.node(*id) {
                Node::OneOfValues(values) => Some(Rc::clone(values)),
                _ => None,
            });
        lists.min_by_key(|values| values.len())
    }

    /// Takes out a choice: what has to hold before what must not, and the one with the fewest options.
    pub(super) fn next_choice(&mut self, graph: &Graph) -> Option<Literal> {
        let order = |choice: Literal| (!choice.holds, breadth(graph, choice));
        let place = (0..self.choices.len()).min_by_key(|place| order(self.choices[*place]))?;
        Some(self.choices.remove(place))
    }

    /// Returns the value if it is excluded and was not yet dealt with.
    pub(super) fn excluding(&self, graph: &Graph, value: &Value) -> Option<Value> {
        if self.excluded.is_empty() {
            return None;
        }
        let text = canonical(value);
        let out = self.excluded.iter().any(|id| match graph.node(*id) {
            Node::OneOfValues(values) => values.binary_search(&text).is_ok(),
            _ => false,
        });
        (out && !self.settled.contains(&text)).then(|| value.clone())
    }

    /// All excluded values, in their canonical texts.
    pub(super) fn excluded<'a>(&'a self, graph: &'a Graph) -> impl Iterator<Item = &'a String> {
        self.excluded.iter().flat_map(|id| match graph.node(*id) {
            Node::OneOfValues(values) => values.iter(),
            _ => [].iter(),
        })
    }

    pub(super) fn out_of_the_way(&mut self, value: &Value) {
        self.settled.push(canonical(value));
    }
}

/// The type that an assertion is about.
fn kind(node: &Node) -> Types {
    match node {
        Node::Minimum(..) | Node::Maximum(..) | Node::MultipleOf(_) => INTEGER | FRACTION,
        Node::MinLength(_) | Node::MaxLength(_) | Node::Pattern(_) | Node::Format(_) => STRING,
        Node::MinItems(_)
        | Node::MaxItems(_)
        | Node::Unique
        | Node::Items(..)
        | Node::Contains(..) => ARRAY,
        _ => OBJECT,
    }
}

fn is_choice(node: &Node, holds: bool) -> bool {
    match node {
        Node::All(_) | Node::Items(..) | Node::Members(_) | Node::Names(_) => !holds,
        Node::AnyOf(_)
        | Node::OneOf(_)
        | Node::If(..)
        | Node::Dependent(..)
        | Node::Contains(..) => true,
        _ => false,
    }
}

/// About how many options a choice has.
fn breadth(graph: &Graph, choice: Literal) -> usize {
    match (graph.node(choice.id), choice.holds) {
        (Node::All(parts) | Node::AnyOf(parts), _) | (Node::OneOf(parts), true) => parts.len(),
        (Node::OneOf(parts), false) => parts.len() * parts.len(),
        (Node::Items(first, _), _) => first.len() + 1,
        (Node::Members(members), _) => members.named.len() + members.patterns.len() + 1,
        (Node::If(..) | Node::Dependent(..) | Node::Contains(..), _) => 2,
        _ => 1,
    }
}

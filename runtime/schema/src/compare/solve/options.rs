//! The ways to satisfy a choice, to be one value, and to differ from one.

use serde_json::Value;

use super::state::Part;
use super::{EVERYTHING, Literal, Parts};
use crate::compare::graph::{ARRAY, Graph, Id, Members, Node, OBJECT};

/// The ways to satisfy a choice.
pub(super) fn options(graph: &mut Graph, choice: Literal) -> Vec<Parts> {
    let with = |id: Id| Part::Literal(choice.with(id));
    let not = |id: Id| Part::Literal(choice.with(id).negated());
    match (graph.node(choice.id).clone(), choice.holds) {
        (Node::All(parts), false) | (Node::AnyOf(parts), true) => {
            parts.into_iter().map(|part| vec![with(part)]).collect()
        }
        (Node::OneOf(parts), true) => (0..parts.len())
            .map(|one| {
                let others = parts.iter().enumerate().filter(|(place, _)| *place != one);
                std::iter::once(with(parts[one]))
                    .chain(others.map(|(_, other)| not(*other)))
                    .collect()
            })
            .collect(),
        // None holds, or two do.
        (Node::OneOf(parts), false) => {
            let mut ways = vec![parts.iter().map(|part| with(*part)).collect::<Parts>()];
            for (place, one) in parts.iter().enumerate() {
                ways.extend(
                    parts[place + 1..]
                        .iter()
                        .map(|other| vec![not(*one), not(*other)]),
                );
            }
            ways
        }
        (Node::If(condition, then, otherwise), holds) => {
            let when = |id: Id, is: bool| {
                Part::Literal(Literal {
                    id,
                    holds: is,
                    data: choice.data && is,
                })
            };
            [(true, then), (false, otherwise)]
                .into_iter()
                .map(|(is, branch)| vec![when(condition, is), when(branch, holds)])
                .collect()
        }
        (Node::Dependent(name, inner), true) => vec![
            vec![Part::Absent(name.clone())],
            vec![Part::Member(name, Vec::new()), with(inner)],
            vec![Part::Literal(
                choice.with(graph.add(Node::Types(EVERYTHING & !OBJECT))),
            )],
        ],
        (Node::Dependent(name, inner), false) => {
            vec![vec![Part::Member(name, Vec::new()), with(inner)]]
        }
        (Node::Contains(inner, least, most), holds) => {
            contains(graph, choice, inner, (least, most), holds)
        }
        (Node::Items(first, others), _) => {
            let behind = first.len() as u64;
            let mut ways: Vec<Parts> = (0..)
                .zip(&first)
                .filter(|(_, id)| !graph.is_everything(**id))
                .map(|(place, id)| vec![Part::Item(place, choice.with(*id))])
                .collect();
            if !graph.is_everything(others) {
                ways.push(vec![Part::SomeItem(behind, choice.with(others))]);
            }
            ways
        }
        (Node::Names(inner), _) => {
            vec![vec![Part::SomeMember(vec![choice.with(inner)], Vec::new())]]
        }
        (Node::Members(members), _) => members_fail(graph, choice, &members),
        _ => Vec::new(),
    }
}

fn contains(
    graph: &mut Graph,
    choice: Literal,
    inner: Id,
    (least, most): (u64, Option<u64>),
    holds: bool,
) -> Vec<Parts> {
    let item = Literal {
        id: inner,
        holds: true,
        data: choice.data,
    };
    if holds {
        let mut array = Vec::new();
        if least > 0 {
            array.push(Part::ManyItems(least, item));
        }
        if let Some(most) = most {
            array.push(Part::FewItems(most, item));
        }
        if array.is_empty() {
            return vec![Vec::new()];
        }
        let other = graph.add(Node::Types(EVERYTHING & !ARRAY));
        return vec![array, vec![Part::Literal(choice.with(other))]];
    }
    let mut ways = Vec::new();
    if least > 0 {
        ways.push(vec![Part::FewItems(least - 1, item)]);
    }
    if let Some(most) = most.filter(|most| *most < u64::MAX) {
        ways.push(vec![Part::ManyItems(most + 1, item)]);
    }
    ways
}

/// The ways in which an object can have a member that it must not have.
fn members_fail(graph: &mut Graph, choice: Literal, members: &Members) -> Vec<Parts> {
    let mut ways = Vec::new();
    for (name, id) in &members.named {
        if !graph.is_everything(*id) {
            ways.push(vec![Part::Member(name.clone(), vec![choice.with(*id)])]);
        }
    }
    let mut undeclared = Vec::new();
    for (pattern, id) in &members.patterns {
        let pattern = graph.add(Node::Pattern(pattern.clone()));
        let named = Literal {
            id: pattern,
            holds: true,
            data: false,
        };
        undeclared.push(named.negated());
        if !graph.is_everything(*id) {
            ways.push(vec![Part::SomeMember(vec![named], vec![choice.with(*id)])]);
        }
    }
    if !graph.is_everything(members.others) {
        let names: Vec<Value> = members
            .named
            .iter()
            .map(|(name, _)| Value::String(name.clone()))
            .collect();
        let id = graph.values(&names);
        undeclared.push(Literal {
            id,
            holds: false,
            data: false,
        });
        ways.push(vec![Part::SomeMember(
            undeclared,
            vec![choice.with(members.others)],
        )]);
    }
    ways
}

/// The demands that an array or object is this one.
pub(super) fn exactly(graph: &mut Graph, value: &Value) -> Parts {
    let is = |id: Id| Literal {
        id,
        holds: true,
        data: false,
    };
    let mut parts = Vec::new();
    match value {
        Value::Array(items) => {
            parts.push(Part::Literal(is(graph.add(Node::Types(ARRAY)))));
            parts.push(Part::Literal(is(
                graph.add(Node::MaxItems(items.len() as u64))
            )));
            for (place, item) in (0..).zip(items) {
                parts.push(Part::Item(place, is(graph.values([item]))));
            }
        }
        Value::Object(members) => {
            parts.push(Part::Literal(is(graph.add(Node::Types(OBJECT)))));
            parts.push(Part::Literal(is(
                graph.add(Node::MaxProperties(members.len() as u64))
            )));
            for (name, member) in members {
                parts.push(Part::Member(name.clone(), vec![is(graph.values([member]))]));
            }
        }
        _ => {}
    }
    parts
}

/// The ways in which an array or object can differ from one that is given.
pub(super) fn differences(graph: &mut Graph, value: &Value) -> Vec<Parts> {
    let is = |id: Id, holds: bool| Literal {
        id,
        holds,
        data: false,
    };
    let mut ways = Vec::new();
    match value {
        Value::Array(items) => {
            let length = items.len() as u64;
            if length > 0 {
                ways.push(vec![Part::Literal(is(
                    graph.add(Node::MinItems(length)),
                    false,
                ))]);
            }
            ways.push(vec![Part::Literal(is(
                graph.add(Node::MaxItems(length)),
                false,
            ))]);
            for (place, item) in (0..).zip(items) {
                let id = graph.values([item]);
                ways.push(vec![Part::Item(place, is(id, false))]);
            }
        }
        Value::Object(members) => {
            let names: Vec<Value> = members
                .keys()
                .map(|name| Value::String(name.clone()))
                .collect();
            let names = graph.values(&names);
            ways.push(vec![Part::SomeMember(vec![is(names, false)], Vec::new())]);
            for (name, member) in members {
                ways.push(vec![Part::Absent(name.clone())]);
                let id = graph.values([member]);
                ways.push(vec![Part::Member(name.clone(), vec![is(id, false)])]);
            }
        }
        _ => {}
    }
    ways
}

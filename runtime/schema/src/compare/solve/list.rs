//! Arrays that satisfy what is known of them.
//!
//! What all items have to be is known for each place; what only some have to be is assigned to places, one after the other.
//! Whether the items differ, and how many there may be of a kind, is looked at when an array is made: there, not every question is
//! decided.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::state::{Part, State};
use super::{Literal, Outcome, Solver, keep};
use crate::compare::graph::{Id, Node};

/// The longest array that is made.
const LONGEST: u64 = 2000;

/// How many demands of the form "some item" are assigned.
const MOST_DEMANDS: usize = 24;

#[derive(Default)]
struct Wanted {
    least: u64,
    most: Option<u64>,
    /// First items and all others, for each schema that speaks of items.
    rules: Vec<(Vec<Literal>, Literal)>,
    /// What every item has to be.
    every: Vec<Literal>,
    /// What items at given places have to be.
    placed: BTreeMap<u64, Vec<Literal>>,
    /// What some item has to be, from a place on; those of one group are different items.
    some: Vec<(u64, Literal, usize)>,
    /// What at most so many items may be.
    few: Vec<(u64, Literal)>,
    /// Whether all items have to differ, or not all.
    distinct: Option<bool>,
}

/// Looks for an array.
pub(super) fn array(solver: &mut Solver<'_>, state: &State) -> Outcome {
    let Some(wanted) = wanted(solver, state) else {
        return Outcome::unknown("`contains` asks for too many items");
    };
    if wanted.most.is_some_and(|most| most < wanted.least) {
        return Outcome::Empty;
    }
    // As many as are asked for are more than are allowed.
    let asked = |group: usize, literal: Literal| {
        wanted
            .some
            .iter()
            .filter(|(_, one, other)| *other == group && one.is(literal))
            .count() as u64
    };
    if wanted.few.iter().any(|(most, literal)| {
        wanted
            .some
            .iter()
            .any(|(.., group)| asked(*group, *literal) > *most)
    }) {
        return Outcome::Empty;
    }
    if wanted.distinct == Some(false) {
        return with_a_pair(solver, &wanted);
    }
    assign(
        solver,
        &wanted,
        0,
        &mut wanted.placed.clone(),
        &mut Vec::new(),
    )
}

fn wanted(solver: &Solver<'_>, state: &State) -> Option<Wanted> {
    let mut wanted = Wanted::default();
    let at_most = |most: u64, wanted: &mut Wanted| {
        wanted.most = Some(wanted.most.map_or(most, |old| old.min(most)));
    };
    for literal in &state.atoms {
        match (solver.graph.node(literal.id), literal.holds) {
            (Node::MinItems(least), true) => wanted.least = wanted.least.max(*least),
            (Node::MinItems(least), false) => at_most(least.saturating_sub(1), &mut wanted),
            (Node::MaxItems(most), true) => at_most(*most, &mut wanted),
            (Node::MaxItems(most), false) => {
                wanted.least = wanted.least.max(most.saturating_add(1));
            }
            (Node::Items(first, others), true) => {
                let first = first.iter().map(|id| literal.with(*id)).collect();
                wanted.rules.push((first, literal.with(*others)));
            }
            (Node::Unique, holds) => wanted.distinct = Some(holds),
            _ => {}
        }
    }
    for (group, part) in state.parts.iter().enumerate() {
        match part {
            Part::Item(place, literal) => {
                wanted.least = wanted.least.max(place + 1);
                wanted.placed.entry(*place).or_default().push(*literal);
            }
            Part::SomeItem(from, literal) => wanted.some.push((*from, *literal, group)),
            Part::ManyItems(times, literal) => {
                if *times > MOST_DEMANDS as u64 {
                    return None;
                }
                wanted
                    .some
                    .extend((0..*times).map(|_| (0, *literal, group)));
            }
            Part::FewItems(0, literal) => wanted.every.push(literal.negated()),
            Part::FewItems(most, literal) => wanted.few.push((*most, *literal)),
            _ => {}
        }
    }
    (wanted.some.len() <= MOST_DEMANDS).then_some(wanted)
}

impl Wanted {
    /// What the item at a place has to be.
    fn at(&self, place: u64, placed: &BTreeMap<u64, Vec<Literal>>) -> Vec<Literal> {
        let mut literals = self.every.clone();
        for (first, others) in &self.rules {
            let rule = usize::try_from(place)
                .ok()
                .and_then(|place| first.get(place));
            literals.push(*rule.unwrap_or(others));
        }
        literals.extend(placed.get(&place).into_iter().flatten());
        literals
    }

    /// The first place from which on all places are alike.
    fn alike_from(&self) -> u64 {
        let rules = self.rules.iter().map(|(first, _)| first.len() as u64);
        let placed = self.placed.keys().map(|place| place + 1);
        let some = self.some.iter().map(|(from, ..)| *from);
        rules.chain(placed).chain(some).max().unwrap_or(0)
    }
}

/// Assigns what some item has to be to places, then fills in the others.
fn assign(
    solver: &mut Solver<'_>,
    wanted: &Wanted,
    next: usize,
    placed: &mut BTreeMap<u64, Vec<Literal>>,
    taken: &mut Vec<(u64, usize)>,
) -> Outcome {
    if !solver.step(1) {
        return Outcome::unknown("the schemas are too large to compare in bounded time");
    }
    let Some((from, literal, group)) = wanted.some.get(next).copied() else {
        return fill(solver, wanted, placed);
    };
    let beyond = wanted.alike_from() + wanted.some.len() as u64;
    let end = wanted.most.map_or(beyond, |most| most.min(beyond));
    let mut doubt = Outcome::Empty;
    for place in from..end {
        if taken.contains(&(place, group)) {
            continue;
        }
        placed.entry(place).or_default().push(literal);
        let here = solver.solve(wanted.at(place, placed));
        let outcome = match here {
            Outcome::Empty => Outcome::Empty,
            _ => {
                taken.push((place, group));
                let outcome = assign(solver, wanted, next + 1, placed, taken);
                taken.pop();
                outcome
            }
        };
        if let Some(list) = placed.get_mut(&place) {
            list.pop();
            if list.is_empty() {
                placed.remove(&place);
            }
        }
        match outcome {
            Outcome::Found(_) => return outcome,
            other => keep(&mut doubt, other),
        }
    }
    doubt
}

/// Makes an array of the fewest items that are needed.
fn fill(solver: &mut Solver<'_>, wanted: &Wanted, placed: &BTreeMap<u64, Vec<Literal>>) -> Outcome {
    let length = placed
        .keys()
        .next_back()
        .map_or(0, |last| last + 1)
        .max(wanted.least);
    let alike = placed
        .keys()
        .next_back()
        .map_or(0, |last| last + 1)
        .max(wanted.alike_from());
    let mut items: Vec<Value> = Vec::new();
    let mut doubt: Option<Rc<str>> = None;
    let mut differing = 0;
    let mut forced = vec![0; wanted.few.len()];
    for place in 0..length {
        if place >= LONGEST {
            // Places that are alike were all found to be possible by the first of them.
            return if place > alike {
                Outcome::unknown("an array would have to be too long to be tried")
            } else {
                Outcome::unknown("too many items")
            };
        }
        let base = wanted.at(place, placed);
        let first = solver.solve(base.clone());
        let mut value = match first {
            Outcome::Empty => return Outcome::Empty,
            Outcome::Found(value) => value,
            Outcome::Unknown(why, value) => {
                doubt.get_or_insert(why);
                value.unwrap_or(Value::Null)
            }
        };
        // What only few items may be, this one rather is not.
        let mut kept = base.clone();
        for ((most, literal), forced) in wanted.few.iter().zip(&mut forced) {
            let mut alone = base.clone();
            alone.push(literal.negated());
            if matches!(solver.solve(alone), Outcome::Empty) {
                *forced += 1;
                if *forced > *most {
                    return Outcome::Empty;
                }
            }
            let mut other = kept.clone();
            other.push(literal.negated());
            if let Outcome::Found(better) = solver.solve(other.clone()) {
                value = better;
                kept = other;
            }
        }
        if wanted.distinct == Some(true) {
            let out: Vec<Literal> = items.iter().map(|item| solver.not_value(item)).collect();
            let mut other = kept;
            other.extend(&out);
            let mut outcome = solver.solve(other);
            if matches!(outcome, Outcome::Empty) && !wanted.few.is_empty() {
                outcome = solver.solve(base.iter().copied().chain(out).collect());
            }
            match outcome {
                Outcome::Found(better) => value = better,
                // Where all places are alike, the values are used up.
                Outcome::Empty
                    if differing == 0
                        && (1..=place).all(|other| {
                            same(&wanted.at(other, placed), &wanted.at(0, placed))
                        }) =>
                {
                    return if doubt.is_none() && wanted.few.is_empty() {
                        Outcome::Empty
                    } else {
                        Outcome::unknown("`uniqueItems` is not decided here")
                    };
                }
                Outcome::Empty => {
                    differing += 1;
                    doubt.get_or_insert(Rc::from(
                        "whether there are enough different items is not decided",
                    ));
                }
                Outcome::Unknown(why, better) => {
                    doubt.get_or_insert(why);
                    value = better.unwrap_or(value);
                }
            }
        }
        items.push(value);
    }
    for (most, literal) in &wanted.few {
        let count = items
            .iter()
            .filter(|item| solver.holds(*literal, item) != Some(false))
            .count() as u64;
        if count > *most {
            doubt.get_or_insert(Rc::from(
                "whether few enough items satisfy `contains` is not decided",
            ));
        }
    }
    match doubt {
        None => Outcome::Found(Value::Array(items)),
        Some(why) => Outcome::Unknown(why, Some(Value::Array(items))),
    }
}

fn same(one: &[Literal], other: &[Literal]) -> bool {
    let set = |literals: &[Literal]| {
        literals
            .iter()
            .map(|literal| (literal.id, literal.holds))
            .collect::<std::collections::BTreeSet<(Id, bool)>>()
    };
    set(one) == set(other)
}

/// Looks for an array in which two items are equal.
fn with_a_pair(solver: &mut Solver<'_>, wanted: &Wanted) -> Outcome {
    let beyond = wanted.alike_from() + 2;
    let end = wanted.most.map_or(beyond, |most| most.min(beyond));
    let mut doubt = Outcome::Empty;
    for second in 1..end {
        for first in 0..second {
            if !solver.step(1) {
                return Outcome::unknown("the schemas are too large to compare in bounded time");
            }
            let mut both = wanted.at(first, &wanted.placed);
            both.extend(wanted.at(second, &wanted.placed));
            let value = match solver.solve(both) {
                Outcome::Empty => continue,
                Outcome::Found(value) => value,
                Outcome::Unknown(why, _) => {
                    keep(&mut doubt, Outcome::Unknown(why, None));
                    continue;
                }
            };
            let is = Literal {
                id: solver.graph.values([&value]),
                holds: true,
                data: false,
            };
            let mut placed = wanted.placed.clone();
            placed.entry(first).or_default().push(is);
            placed.entry(second).or_default().push(is);
            match assign(solver, wanted, 0, &mut placed, &mut Vec::new()) {
                // With another value than this one, the rest might be possible.
                Outcome::Empty => keep(
                    &mut doubt,
                    Outcome::unknown(
                        "whether two items can be equal beside all else is not decided",
                    ),
                ),
                found @ Outcome::Found(_) => return found,
                other => keep(&mut doubt, other),
            }
        }
    }
    doubt
}

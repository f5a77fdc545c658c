//! Objects that satisfy what is known of them.
//!
//! Names that a schema speaks of are looked at one by one. All others fall into classes by the patterns that match them; a name
//! of a class is found by an automaton like any other string.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::state::{Part, State};
use super::{Literal, Outcome, Solver};
use crate::compare::graph::{Members, Node, STRING};

mod some;

use some::some_member;

/// How many patterns may divide names into classes.
const MOST_PATTERNS: usize = 6;

/// The most members that are made up.
const MOST_MEMBERS: u64 = 500;

#[derive(Default)]
struct Wanted {
    least: u64,
    most: Option<u64>,
    rules: Vec<(Members, bool)>,
    names: Vec<Literal>,
    required: BTreeMap<String, Vec<Literal>>,
    /// Names that the data's schema asks for.
    asked: BTreeSet<String>,
    absent: BTreeSet<String>,
    some: Vec<(Vec<Literal>, Vec<Literal>)>,
    /// All names that are spoken of.
    known: BTreeSet<String>,
    patterns: Vec<String>,
    /// Whether members that no schema of the data declares are taken not to be there.
    declared_only: bool,
}

/// An object in the making.
struct Made {
    members: Map<String, Value>,
    doubt: Option<Rc<str>>,
}

/// A class of names that are spoken of by no schema: which patterns match.
type Class = Vec<bool>;

/// Looks for an object.
pub(super) fn object(solver: &mut Solver<'_>, state: &State) -> Outcome {
    let wanted = wanted(solver, state);
    if wanted.patterns.len() > MOST_PATTERNS {
        return Outcome::unknown("there are too many patterns of names at one object");
    }
    let needed = wanted.required.len() as u64;
    if wanted
        .most
        .is_some_and(|most| most < wanted.least || most < needed)
    {
        return Outcome::Empty;
    }
    let mut made = Made {
        members: Map::new(),
        doubt: None,
    };
    for (name, literals) in &wanted.required {
        if wanted.absent.contains(name) {
            return Outcome::Empty;
        }
        match member(solver, &wanted, name, literals) {
            Outcome::Empty => return Outcome::Empty,
            outcome => made.add(name, outcome),
        }
    }
    let mut merged = wanted.required.clone();
    for (place, (name, value)) in wanted.some.iter().enumerate() {
        let single = place == 0;
        if !some_member(solver, &wanted, &mut made, &mut merged, (name, value)) {
            let alone = single || {
                let mut fresh = Made {
                    members: Map::new(),
                    doubt: None,
                };
                !some_member(
                    solver,
                    &wanted,
                    &mut fresh,
                    &mut wanted.required.clone(),
                    (name, value),
                ) && fresh.doubt.is_none()
            };
            if alone && made.doubt.is_none() {
                return Outcome::Empty;
            }
            made.doubt.get_or_insert(Rc::from(
                "whether several members can be as they have to is not decided",
            ));
        }
    }
    fill(solver, &wanted, made)
}

impl Made {
    fn add(&mut self, name: &str, outcome: Outcome) {
        let value = match outcome {
            Outcome::Found(value) => value,
            Outcome::Unknown(why, value) => {
                self.doubt.get_or_insert(why);
                value.unwrap_or(Value::Null)
            }
            Outcome::Empty => return,
        };
        self.members.insert(name.to_owned(), value);
    }

    fn full(&self, wanted: &Wanted) -> bool {
        wanted
            .most
            .is_some_and(|most| self.members.len() as u64 >= most)
    }
}

fn wanted(solver: &Solver<'_>, state: &State) -> Wanted {
    let mut wanted = Wanted::default();
    let mut patterns = BTreeSet::new();
    let at_most = |most: u64, wanted: &mut Wanted| {
        wanted.most = Some(wanted.most.map_or(most, |old| old.min(most)));
    };
    for literal in &state.atoms {
        match (solver.graph.node(literal.id), literal.holds) {
            (Node::MinProperties(least), true) => wanted.least = wanted.least.max(*least),
            (Node::MinProperties(least), false) => at_most(least.saturating_sub(1), &mut wanted),
            (Node::MaxProperties(most), true) => at_most(*most, &mut wanted),
            (Node::MaxProperties(most), false) => {
                wanted.least = wanted.least.max(most.saturating_add(1));
            }
            (Node::Required(name), true) => {
                wanted.required.entry(name.clone()).or_default();
                if literal.data {
                    wanted.asked.insert(name.clone());
                }
            }
            (Node::Required(name), false) => {
                wanted.absent.insert(name.clone());
            }
            (Node::Members(members), true) => {
                wanted
                    .known
                    .extend(members.named.iter().map(|(name, _)| name.clone()));
                patterns.extend(members.patterns.iter().map(|(pattern, _)| pattern.clone()));
                wanted.rules.push((members.clone(), literal.data));
            }
            (Node::Names(inner), true) => wanted.names.push(literal.with(*inner)),
            _ => {}
        }
    }
    for part in &state.parts {
        match part {
            Part::Member(name, literals) => wanted
                .required
                .entry(name.clone())
                .or_default()
                .extend(literals),
            Part::Absent(name) => {
                wanted.absent.insert(name.clone());
            }
            Part::SomeMember(name, value) => wanted.some.push((name.clone(), value.clone())),
            _ => {}
        }
    }
    wanted.known.extend(wanted.required.keys().cloned());
    wanted.patterns = patterns.into_iter().collect();
    let declares = |(members, data): &(Members, bool)| {
        *data && !(members.named.is_empty() && members.patterns.is_empty())
    };
    wanted.declared_only = solver.declared_only && wanted.rules.iter().any(declares);
    wanted
}

impl Wanted {
    /// Whether the data may have a member, as far as its schema has to speak of it. A class says which patterns match.
    fn declared(&self, solver: &Solver<'_>, name: Option<&str>, class: &Class) -> bool {
        if !self.declared_only || name.is_some_and(|name| self.asked.contains(name)) {
            return true;
        }
        self.rules
            .iter()
            .filter(|(_, data)| *data)
            .any(|(members, _)| {
                members.closed
                    || name.is_some_and(|name| members.named.iter().any(|(known, _)| known == name))
                    || members
                        .patterns
                        .iter()
                        .any(|(pattern, _)| self.class_matches(solver, pattern, name, class))
            })
    }

    fn class_matches(
        &self,
        solver: &Solver<'_>,
        pattern: &str,
        name: Option<&str>,
        class: &Class,
    ) -> bool {
        match name {
            Some(name) => solver.matches(pattern, name) == Some(true),
            None => self
                .patterns
                .iter()
                .position(|known| known == pattern)
                .is_some_and(|place| class[place]),
        }
    }

    /// What the values of names of a class have to be.
    fn of_class(&self, class: &Class) -> Vec<Literal> {
        let mut literals = Vec::new();
        for (members, data) in &self.rules {
            let literal = |id| Literal {
                id,
                holds: true,
                data: *data,
            };
            let before = literals.len();
            for (pattern, id) in &members.patterns {
                let place = self.patterns.iter().position(|known| known == pattern);
                if place.is_some_and(|place| class[place]) {
                    literals.push(literal(*id));
                }
            }
            if literals.len() == before {
                literals.push(literal(members.others));
            }
        }
        literals
    }

    fn classes(&self) -> Vec<Class> {
        // Names that no pattern matches come first.
        (0..1_usize << self.patterns.len())
            .map(|bits| {
                (0..self.patterns.len())
                    .map(|place| bits >> place & 1 == 1)
                    .collect()
            })
            .collect()
    }
}

/// Looks for the value of a member whose name is known.
fn member(solver: &mut Solver<'_>, wanted: &Wanted, name: &str, literals: &[Literal]) -> Outcome {
    let text = Value::String(name.to_owned());
    let mut doubt = None;
    for literal in &wanted.names {
        match solver.holds(*literal, &text) {
            Some(true) => {}
            Some(false) => return Outcome::Empty,
            None => doubt = Some("whether a name is allowed is not decided"),
        }
    }
    if !wanted.declared(solver, Some(name), &Vec::new()) {
        return Outcome::Empty;
    }
    let mut all = literals.to_vec();
    for (members, data) in &wanted.rules {
        match solver.schemas_of(members, name) {
            Some(schemas) => all.extend(schemas.into_iter().map(|id| Literal {
                id,
                holds: true,
                data: *data,
            })),
            None => doubt = Some("whether a pattern matches a name is not decided"),
        }
    }
    match (solver.solve(all), doubt) {
        (Outcome::Found(value), Some(why)) => Outcome::Unknown(Rc::from(why), Some(value)),
        (outcome, _) => outcome,
    }
}

/// Looks for a name of a class, beside those that are there.
fn fresh(
    solver: &mut Solver<'_>,
    wanted: &Wanted,
    made: &Made,
    class: &Class,
    name: &[Literal],
) -> Outcome {
    let out: Vec<Value> = wanted
        .known
        .iter()
        .chain(made.members.keys())
        .chain(&wanted.absent)
        .map(|name| Value::String(name.clone()))
        .collect();
    let out = Literal {
        id: solver.graph.values(&out),
        holds: false,
        data: false,
    };
    let mut goal = vec![solver.literal(Node::Types(STRING), true), out];
    for (pattern, matches) in wanted.patterns.iter().zip(class) {
        goal.push(solver.literal(Node::Pattern(pattern.clone()), *matches));
    }
    goal.extend(&wanted.names);
    goal.extend(name);
    solver.solve(goal)
}

/// Adds members until there are enough.
fn fill(solver: &mut Solver<'_>, wanted: &Wanted, mut made: Made) -> Outcome {
    if wanted.least > MOST_MEMBERS {
        return Outcome::unknown("an object would have to have too many members to be tried");
    }
    let mut unsure = made.doubt.clone();
    for name in &wanted.known {
        if made.members.len() as u64 >= wanted.least {
            break;
        }
        if made.members.contains_key(name) || wanted.absent.contains(name) {
            continue;
        }
        match member(solver, wanted, name, &[]) {
            Outcome::Found(value) => {
                made.members.insert(name.clone(), value);
            }
            Outcome::Unknown(why, _) => {
                unsure.get_or_insert(why);
            }
            Outcome::Empty => {}
        }
    }
    for class in wanted.classes() {
        if made.members.len() as u64 >= wanted.least {
            break;
        }
        if !wanted.declared(solver, None, &class) {
            continue;
        }
        let value = match solver.solve(wanted.of_class(&class)) {
            Outcome::Found(value) => value,
            Outcome::Unknown(why, _) => {
                unsure.get_or_insert(why);
                continue;
            }
            Outcome::Empty => continue,
        };
        while (made.members.len() as u64) < wanted.least {
            match fresh(solver, wanted, &made, &class, &[]) {
                Outcome::Found(Value::String(name)) => {
                    made.members.insert(name, value.clone());
                }
                Outcome::Unknown(why, _) => {
                    unsure.get_or_insert(why);
                    break;
                }
                _ => break,
            }
        }
    }
    if (made.members.len() as u64) < wanted.least {
        return match unsure {
            None => Outcome::Empty,
            Some(why) => Outcome::Unknown(why, None),
        };
    }
    match made.doubt {
        None => Outcome::Found(Value::Object(made.members)),
        Some(why) => Outcome::Unknown(why, Some(Value::Object(made.members))),
    }
}

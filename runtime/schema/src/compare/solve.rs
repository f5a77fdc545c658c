//! Whether a value exists that satisfies some assertions and not others; if so, one.
//!
//! One set of values is inside another if nothing is in the first and not in the second. The search takes assertions apart,
//! choice by choice (a tableau), until constraints on values of one type are left, which are decided by arithmetic, by automata
//! and, for arrays and objects, by the same search for their parts. A value has finitely many parts: a question that comes up
//! again inside of itself cannot be what the smallest answer is made of, and is answered with no. The search is bounded in steps; where it ends, and
//! where constraints are not understood, the answer is that it is not known, and why.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::graph::{ANY, ARRAY, BOOLEAN, FRACTION, Graph, INTEGER, Id, NULL, Node, OBJECT, STRING};
use crate::shape::Format;

mod automaton;
mod evaluate;
mod foresee;
mod list;
mod object;
mod options;
mod scalar;
mod state;
mod text;

pub(crate) use automaton::Automata;
use state::{Part, State};

/// How deep questions may lead into each other.
const DEEPEST: usize = 40;

/// How many choices may lie on top of each other, over all questions that are open.
const MOST_CHOICES: usize = 240;

/// An assertion that has to hold, or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Literal {
    /// The assertion.
    pub(crate) id: Id,
    /// Whether it has to hold.
    pub(crate) holds: bool,
    /// Whether it says what the data's own schema declares: it comes from there, and not out of a negation.
    pub(crate) data: bool,
}

impl Literal {
    /// The same with another assertion.
    pub(crate) fn with(self, id: Id) -> Self {
        Self { id, ..self }
    }

    /// Whether both ask for the same.
    pub(crate) fn is(self, other: Self) -> bool {
        self.id == other.id && self.holds == other.holds
    }

    /// The opposite.
    pub(crate) fn negated(self) -> Self {
        Self {
            holds: !self.holds,
            data: false,
            ..self
        }
    }
}

/// What a search has come to.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// There is no such value.
    Empty,
    /// This is one.
    Found(Value),
    /// Not known: why, and a value that may be one.
    Unknown(Rc<str>, Option<Value>),
}

impl Outcome {
    pub(super) fn unknown(why: impl AsRef<str>) -> Self {
        Self::Unknown(Rc::from(why.as_ref()), None)
    }
}

/// The search over one graph.
pub(crate) struct Solver<'g> {
    pub(super) graph: &'g mut Graph,
    /// Whether data are taken to have no members that their schema does not speak of.
    pub(super) declared_only: bool,
    steps: u64,
    choices: usize,
    known: HashMap<Rc<[Literal]>, Outcome>,
    open: Vec<Rc<[Literal]>>,
    /// The outermost open question that an answer of now depends on.
    depends: usize,
    pub(super) atoms: evaluate::Atoms,
}

impl<'g> Solver<'g> {
    /// Makes a search that takes at most so many steps.
    pub(crate) fn new(
        graph: &'g mut Graph,
        formats: &[Format],
        declared_only: bool,
        steps: u64,
    ) -> Self {
        Self {
            graph,
            declared_only,
            steps,
            choices: 0,
            known: HashMap::new(),
            open: Vec::new(),
            depends: usize::MAX,
            atoms: evaluate::Atoms::new(formats),
        }
    }

    /// Takes steps; says whether there are any left.
    pub(super) fn step(&mut self, steps: u64) -> bool {
        self.steps = self.steps.saturating_sub(steps);
        self.steps > 0
    }

    /// Returns how many steps are left.
    pub(crate) fn steps_left(&self) -> u64 {
        self.steps
    }

    /// Looks for a value that satisfies all literals.
    pub(crate) fn solve(&mut self, mut goal: Vec<Literal>) -> Outcome {
        goal.sort_unstable();
        goal.dedup();
        let goal: Rc<[Literal]> = Rc::from(goal);
        if let Some(outcome) = self.known.get(&goal) {
            return outcome.clone();
        }
        if let Some(place) = self.open.iter().position(|open| *open == goal) {
            self.depends = self.depends.min(place);
            return Outcome::Empty;
        }
        if !self.step(1) {
            return Outcome::unknown("the schemas are too large to compare in bounded time");
        }
        if self.open.len() >= DEEPEST {
            return Outcome::unknown("the schemas lead too deep into the value");
        }
        let outer = std::mem::replace(&mut self.depends, usize::MAX);
        let place = self.open.len();
        self.open.push(Rc::clone(&goal));
        let outcome = self.decide(&goal);
        self.open.pop();
        let own = self.depends;
        // An answer that leans on a question that is still open is good only while it is open.
        if own >= place || matches!(outcome, Outcome::Found(_)) {
            self.known.insert(goal, outcome.clone());
            self.depends = outer;
        } else {
            self.depends = outer.min(own);
        }
        outcome
    }

    fn decide(&mut self, goal: &Rc<[Literal]>) -> Outcome {
        let mut state = State::of(goal);
        for literal in goal.iter() {
            if !state.push(self.graph, *literal) {
                return Outcome::Empty;
            }
        }
        self.branch(state)
    }

    /// Where only some values are possible, each is tried.
    fn enumerate(&mut self, values: &[String], state: &State) -> Outcome {
        let goal = Rc::clone(&state.goal);
        let mut doubt = None;
        let mut other = Outcome::Empty;
        for text in values {
            if !self.step(1) {
                return Outcome::unknown("the schemas are too large to compare in bounded time");
            }
            let Ok(value) = serde_json::from_str::<Value>(text) else {
                continue;
            };
            let mut sure = true;
            let mut out = false;
            for literal in goal.iter() {
                match self.holds(*literal, &value) {
                    Some(true) => {}
                    Some(false) => {
                        out = true;
                        break;
                    }
                    None => sure = false,
                }
            }
            match (out, sure) {
                (true, _) => {}
                // Whether members are declared is known only by going through them.
                (false, _) if self.declared_only && (value.is_object() || value.is_array()) => {
                    let mut exactly = state.clone();
                    exactly.is_one_value = true;
                    let parts = options::exactly(self.graph, &value);
                    let outcome = if exactly.push_all(self.graph, parts) {
                        self.branch(exactly)
                    } else {
                        Outcome::Empty
                    };
                    match outcome {
                        Outcome::Found(_) if sure => return Outcome::Found(value),
                        Outcome::Found(_) => doubt = Some(value),
                        unknown => keep(&mut other, unknown),
                    }
                }
                (false, true) => return Outcome::Found(value),
                (false, false) => doubt = Some(value),
            }
        }
        match doubt {
            Some(value) => Outcome::Unknown(
                Rc::from("a keyword that is not understood decides over one of the values"),
                Some(value),
            ),
            None => other,
        }
    }

    /// Makes the next choice, or decides what is left when all are made.
    fn branch(&mut self, mut state: State) -> Outcome {
        if !self.step(1) {
            return Outcome::unknown("the schemas are too large to compare in bounded time");
        }
        if !state.is_one_value
            && let Some(values) = state.smallest_enumeration(self.graph)
        {
            return self.enumerate(&values, &state);
        }
        // Choices that are made already are passed over.
        let options = loop {
            let Some(choice) = state.next_choice(self.graph) else {
                return self.leaves(&state);
            };
            let options = options::options(self.graph, choice);
            if let Some(options) = self.foresee(&state, options) {
                break options;
            }
        };
        if self.choices >= MOST_CHOICES {
            return Outcome::unknown("the schemas have too many choices inside of each other");
        }
        self.choices += 1;
        let mut doubt = Outcome::Empty;
        for option in options {
            // To copy what is known is most of the work.
            if !self.step(state.size() / 16) {
                doubt = Outcome::unknown("the schemas are too large to compare in bounded time");
                break;
            }
            let mut branch = state.clone();
            if !branch.push_all(self.graph, option) {
                continue;
            }
            match self.branch(branch) {
                Outcome::Empty => {}
                found @ Outcome::Found(_) => {
                    doubt = found;
                    break;
                }
                unknown @ Outcome::Unknown(..) => keep(&mut doubt, unknown),
            }
        }
        self.choices -= 1;
        doubt
    }

    /// Looks for a value of each type that is left.
    fn leaves(&mut self, state: &State) -> Outcome {
        let mut doubt = Outcome::Empty;
        for kind in [NULL, BOOLEAN, INTEGER, FRACTION, STRING, ARRAY, OBJECT] {
            if state.types & kind == 0 {
                continue;
            }
            let mut outcome = match kind {
                NULL => self.first_of(state, &[Value::Null]),
                BOOLEAN => self.first_of(state, &[Value::Bool(true), Value::Bool(false)]),
                INTEGER | FRACTION => scalar::number(self, state, kind),
                STRING => text::string(self, state),
                ARRAY => list::array(self, state),
                _ => object::object(self, state),
            };
            if let Some(keyword) = &state.opaque
                && let Outcome::Found(value) = outcome
            {
                outcome = Outcome::Unknown(
                    Rc::from(format!("`{keyword}` is not decided").as_str()),
                    Some(value),
                );
            }
            if let Outcome::Found(value) = &outcome
                && kind >= ARRAY
                && let Some(excluded) = state.excluding(self.graph, value)
            {
                // The value is one of those that are out: those that differ from it in some way are tried.
                outcome = self.apart(state, kind, &excluded);
            }
            match outcome {
                Outcome::Empty => {}
                Outcome::Found(_) => return outcome,
                unknown @ Outcome::Unknown(..) => keep(&mut doubt, unknown),
            }
        }
        doubt
    }

    fn first_of(&self, state: &State, values: &[Value]) -> Outcome {
        values
            .iter()
            .find(|value| state.excluding(self.graph, value).is_none())
            .map_or(Outcome::Empty, |value| Outcome::Found(value.clone()))
    }

    /// Looks for values of a type that differ from one that is out.
    fn apart(&mut self, state: &State, kind: u8, excluded: &Value) -> Outcome {
        if self.choices >= MOST_CHOICES {
            return Outcome::unknown("too many single values are excluded");
        }
        self.choices += 1;
        let mut doubt = Outcome::Empty;
        for option in options::differences(self.graph, excluded) {
            let mut branch = state.clone();
            branch.types &= kind;
            branch.out_of_the_way(excluded);
            if !branch.push_all(self.graph, option) || !self.step(1) {
                continue;
            }
            match self.branch(branch) {
                Outcome::Empty => {}
                found @ Outcome::Found(_) => {
                    doubt = found;
                    break;
                }
                unknown @ Outcome::Unknown(..) => keep(&mut doubt, unknown),
            }
        }
        self.choices -= 1;
        if self.steps == 0 && matches!(doubt, Outcome::Empty) {
            return Outcome::unknown("the schemas are too large to compare in bounded time");
        }
        doubt
    }

    /// Whether a value is known to satisfy all literals.
    pub(crate) fn satisfies(&self, goal: &[Literal], value: &Value) -> bool {
        goal.iter()
            .all(|literal| self.holds(*literal, value) == Some(true))
    }

    /// The literal that a value is not this one.
    pub(super) fn not_value(&mut self, value: &Value) -> Literal {
        Literal {
            id: self.graph.values([value]),
            holds: false,
            data: false,
        }
    }

    /// The nodes of patterns and of types, as they are needed in questions about names.
    pub(super) fn literal(&mut self, node: Node, holds: bool) -> Literal {
        Literal {
            id: self.graph.add(node),
            holds,
            data: false,
        }
    }
}

/// Keeps the more telling of two outcomes that are both not found.
pub(super) fn keep(kept: &mut Outcome, other: Outcome) {
    match (&*kept, &other) {
        (_, Outcome::Empty) | (Outcome::Unknown(_, Some(_)), _) => {}
        _ => *kept = other,
    }
}

/// All types, for questions that start anew.
pub(super) const EVERYTHING: u8 = ANY;

pub(super) type Names = HashSet<String>;
pub(super) type Parts = Vec<Part>;

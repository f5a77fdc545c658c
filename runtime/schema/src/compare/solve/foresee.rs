//! Options of a choice that lead nowhere, and choices that are made already, seen before they are gone into.
//!
//! Without it, a proof goes through every combination of reasons for which a document could fail each of many alternatives. Only
//! what is certain is used: an option is dropped if its member or item cannot exist, a choice if one of its options holds anyway.

use super::state::{Part, State};
use super::{Literal, Outcome, Parts, Solver};
use crate::compare::graph::{Node, OBJECT};

impl Solver<'_> {
    /// Returns the options that are left; none if one of them holds already, so that there is nothing to choose.
    pub(super) fn foresee(&mut self, state: &State, options: Vec<Parts>) -> Option<Vec<Parts>> {
        let mut left = Vec::new();
        for option in options {
            if let [part] = option.as_slice()
                && self.holds_anyway(state, part)
            {
                return None;
            }
            if !option.iter().any(|part| self.is_impossible(state, part)) {
                left.push(option);
            }
        }
        Some(left)
    }

    fn holds_anyway(&mut self, state: &State, part: &Part) -> bool {
        match part {
            Part::Literal(literal) => match (self.graph.node(literal.id), literal.holds) {
                // What the data's schema declares counts, also where it is known to hold.
                _ if literal.data => state.has(*literal),
                (Node::Types(types), true) => state.types & !types == 0,
                (Node::Types(types), false) => state.types & types == 0,
                _ => state.has(*literal),
            },
            Part::Member(name, literals) => {
                let there = state.types == OBJECT && self.is_required(state, name);
                match (there, literals.as_slice()) {
                    (true, []) => true,
                    (true, [literal]) if !literal.data => {
                        let mut goal = self.of_member(state, name);
                        goal.push(literal.negated());
                        matches!(self.solve(goal), Outcome::Empty)
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn is_impossible(&mut self, state: &State, part: &Part) -> bool {
        let (known, literals) = match part {
            Part::Member(name, literals) => (self.of_member(state, name), literals.as_slice()),
            Part::Item(place, literal) => {
                (self.of_item(state, *place), std::slice::from_ref(literal))
            }
            _ => return false,
        };
        if literals.is_empty() {
            return false;
        }
        let contradicts = |literal: &Literal| {
            known
                .iter()
                .any(|other| other.id == literal.id && other.holds != literal.holds)
        };
        if literals.iter().any(contradicts) {
            return true;
        }
        let mut goal = known;
        goal.extend(literals);
        matches!(self.solve(goal), Outcome::Empty)
    }

    fn is_required(&self, state: &State, name: &str) -> bool {
        let asked = |literal: &Literal| {
            literal.holds
                && matches!(self.graph.node(literal.id), Node::Required(known) if known == name)
        };
        state.atoms.iter().any(asked)
            || state
                .parts
                .iter()
                .any(|part| matches!(part, Part::Member(known, _) if known == name))
    }

    /// What is known of a member, or less.
    fn of_member(&self, state: &State, name: &str) -> Vec<Literal> {
        let mut known = Vec::new();
        for literal in state.atoms.iter().filter(|literal| literal.holds) {
            if let Node::Members(members) = self.graph.node(literal.id)
                && let Some(schemas) = self.schemas_of(members, name)
            {
                known.extend(schemas.into_iter().map(|id| literal.with(id)));
            }
        }
        for part in &state.parts {
            if let Part::Member(other, literals) = part
                && other == name
            {
                known.extend(literals);
            }
        }
        known
    }

    /// What is known of an item, or less.
    fn of_item(&self, state: &State, place: u64) -> Vec<Literal> {
        let mut known = Vec::new();
        for literal in state.atoms.iter().filter(|literal| literal.holds) {
            if let Node::Items(first, others) = self.graph.node(literal.id) {
                let rule = usize::try_from(place)
                    .ok()
                    .and_then(|place| first.get(place));
                known.push(literal.with(*rule.unwrap_or(others)));
            }
        }
        known
    }
}

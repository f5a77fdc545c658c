//! Numbers that satisfy what is known of them.

use num_bigint::BigInt;
use num_rational::BigRational;
use serde_json::Value;

use super::state::State;
use super::{Outcome, Solver};
use crate::compare::graph::{INTEGER, Node, Types};
use crate::compare::number::{self, Found, Range};

/// Looks for a number, an integer or one that is none.
pub(super) fn number(solver: &mut Solver<'_>, state: &State, kind: Types) -> Outcome {
    let one = BigRational::from_integer(BigInt::from(1));
    let mut range = Range::default();
    if kind == INTEGER {
        range.multiple_of(&one);
    } else {
        range.not_divisors.push(one);
    }
    for literal in &state.atoms {
        match (solver.graph.node(literal.id), literal.holds) {
            (Node::Minimum(bound, out), true) => range.at_least(bound, *out),
            (Node::Minimum(bound, out), false) => range.at_most(bound, !*out),
            (Node::Maximum(bound, out), true) => range.at_most(bound, *out),
            (Node::Maximum(bound, out), false) => range.at_least(bound, !*out),
            (Node::MultipleOf(divisor), true) => range.multiple_of(divisor),
            (Node::MultipleOf(divisor), false) => range.not_divisors.push(divisor.clone()),
            _ => {}
        }
    }
    for text in state.excluded(solver.graph) {
        if let Ok(Value::Number(value)) = serde_json::from_str(text)
            && let Some(exact) = number::read(&value)
        {
            range.excluded.push(exact);
        }
    }
    if !solver.step(1 + range.excluded.len() as u64 / 8) {
        return Outcome::unknown("the schemas are too large to compare in bounded time");
    }
    match range.find() {
        Found::Empty => Outcome::Empty,
        Found::Number(exact) => match number::value(&exact) {
            Some(value) => Outcome::Found(value),
            None => Outcome::unknown("a number has too many digits"),
        },
        Found::Unknown => Outcome::unknown("`multipleOf` and bounds leave too many numbers to try"),
    }
}

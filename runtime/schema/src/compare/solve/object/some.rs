//! A member that has to be there, whatever its name.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::{Made, Wanted, fresh, member};
use crate::compare::solve::{Literal, Outcome, Solver};

/// Why it is not known whether there is such a member, and what may be one.
type Doubt = (Rc<str>, Option<(String, Value)>);

/// Makes some member be as is demanded; says whether it found one, or did not find out.
pub(super) fn some_member(
    solver: &mut Solver<'_>,
    wanted: &Wanted,
    made: &mut Made,
    merged: &mut BTreeMap<String, Vec<Literal>>,
    (name, value): (&[Literal], &[Literal]),
) -> bool {
    let mut doubt: Option<Doubt> = None;
    let names: Vec<String> = wanted
        .known
        .iter()
        .chain(made.members.keys())
        .cloned()
        .collect::<BTreeSet<String>>()
        .into_iter()
        .collect();
    for known in names {
        let there = made.members.contains_key(&known) || merged.contains_key(&known);
        if wanted.absent.contains(&known) || (!there && made.full(wanted)) {
            continue;
        }
        let text = Value::String(known.clone());
        let named: Vec<Option<bool>> = name
            .iter()
            .map(|literal| solver.holds(*literal, &text))
            .collect();
        if named.contains(&Some(false)) {
            continue;
        }
        let mut literals = merged.get(&known).cloned().unwrap_or_default();
        literals.extend(value);
        match member(solver, wanted, &known, &literals) {
            Outcome::Found(found) if !named.contains(&None) => {
                merged.insert(known.clone(), literals);
                made.members.insert(known, found);
                return true;
            }
            Outcome::Found(found) => {
                doubt = Some((
                    Rc::from("whether a name is one is not decided"),
                    Some((known, found)),
                ));
            }
            Outcome::Unknown(why, found) => doubt = Some((why, found.map(|found| (known, found)))),
            Outcome::Empty => {}
        }
    }
    if made.full(wanted) {
        return settle(made, doubt);
    }
    for class in wanted.classes() {
        if !wanted.declared(solver, None, &class) {
            continue;
        }
        let mut literals = wanted.of_class(&class);
        literals.extend(value);
        let possible = solver.solve(literals);
        if matches!(possible, Outcome::Empty) {
            continue;
        }
        match (fresh(solver, wanted, made, &class, name), possible) {
            (Outcome::Found(Value::String(fresh)), Outcome::Found(found)) => {
                merged.insert(fresh.clone(), value.to_vec());
                made.members.insert(fresh, found);
                return true;
            }
            (Outcome::Found(Value::String(fresh)), Outcome::Unknown(why, found)) => {
                doubt = Some((why, found.map(|found| (fresh, found))));
            }
            (Outcome::Unknown(why, _), _) => {
                doubt.get_or_insert((why, None));
            }
            _ => {}
        }
    }
    settle(made, doubt)
}

fn settle(made: &mut Made, doubt: Option<Doubt>) -> bool {
    let Some((why, candidate)) = doubt else {
        return false;
    };
    made.doubt.get_or_insert(why);
    if let Some((name, value)) = candidate {
        made.members.insert(name, value);
    }
    true
}

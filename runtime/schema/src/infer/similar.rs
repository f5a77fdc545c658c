//! Whether what is under two words looks so much alike that the words may be two values of one capture.

use std::collections::BTreeSet;

use super::form::Form;
use super::terminal::Terminal;
use super::tree::Node;

/// How strongly two nodes are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// Of the same types, of which there is not more to say.
    Plain,
    /// With the same members, at least two, somewhere.
    Structured,
}

/// Compares what is under two nodes; `None` if it is different.
pub(crate) fn likeness(one: &Node, other: &Node) -> Option<Likeness> {
    let mut likeness = match (&one.terminal, &other.terminal) {
        (Some(one), Some(other)) => of_terminals(one, other)?,
        (None, None) => Likeness::Plain,
        _ => return None,
    };
    if one.children.is_empty() && other.children.is_empty() {
        return Some(likeness);
    }
    let names = |node: &'_ Node| node.children.keys().cloned().collect::<BTreeSet<_>>();
    let (all, others) = (names(one), names(other));
    if !mostly_shared(&all, &others) {
        return None;
    }
    for name in all.intersection(&others) {
        let (one, other) = (&one.children[name], &other.children[name]);
        likeness = likeness.max(self::likeness(&one.node, &other.node)?);
    }
    Some(likeness)
}

fn of_terminals(one: &Terminal, other: &Terminal) -> Option<Likeness> {
    let ((of, form), (other_of, other_form)) = (one.main()?, other.main()?);
    if of != other_of {
        return None;
    }
    let (Some(names), Some(others)) = (usual_members(form), usual_members(other_form)) else {
        let alike = usual_members(form).is_none() && usual_members(other_form).is_none();
        return alike.then_some(Likeness::Plain);
    };
    if !mostly_shared(&names, &others) {
        return None;
    }
    let many = names.len().min(others.len()) >= 2;
    Some(if many {
        Likeness::Structured
    } else {
        Likeness::Plain
    })
}

/// Finds the members that at least half of the objects have; `None` if the form has no objects.
fn usual_members(form: &Form) -> Option<BTreeSet<&str>> {
    let objects = form.place.objects.as_deref()?;
    let usual = objects
        .members
        .iter()
        .filter(|member| member.place.seen * 2 >= objects.tally.count);
    Some(usual.map(|member| &*member.name).collect())
}

/// Says whether more than half of all names are in both, or there are none.
fn mostly_shared<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> bool {
    let shared = one.intersection(other).count();
    let all = one.len() + other.len() - shared;
    all == 0 || shared * 2 > all || shared * 2 == all && shared > 1
}

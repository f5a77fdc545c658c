//! Whether what is under two words looks so much alike that the words may be two values of one capture.

use super::members::{Member, Objects};
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
    let shared = one
        .children
        .keys()
        .filter(|name| other.children.contains_key(*name));
    if !mostly_shared(
        shared.clone().count(),
        one.children.len(),
        other.children.len(),
    ) {
        return None;
    }
    for name in shared {
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
    let (objects, others) = match (&form.place.objects, &other_form.place.objects) {
        (Some(one), Some(other)) => (one, other),
        (None, None) => return Some(Likeness::Plain),
        _ => return None,
    };
    let count = usual_members(objects).count();
    let other_count = usual_members(others).count();
    let mut members = usual_members(objects).peekable();
    // Both are in the same order.
    let shared = usual_members(others).filter(|name| {
        while members.next_if(|known| known < name).is_some() {}
        members.next_if_eq(name).is_some()
    });
    if !mostly_shared(shared.count(), count, other_count) {
        return None;
    }
    let many = count.min(other_count) >= 2;
    Some(if many {
        Likeness::Structured
    } else {
        Likeness::Plain
    })
}

/// Lists the members that at least half of the objects have, in an order of their own.
fn usual_members(objects: &Objects) -> impl Iterator<Item = (u64, &str)> {
    let usual = |member: &&Member| member.place.seen * 2 >= objects.tally.count;
    objects
        .members
        .iter()
        .filter(usual)
        .map(|member| (member.hash, &*member.name))
}

/// Says whether more than half of all names are in both, or there are none.
fn mostly_shared(shared: usize, one: usize, other: usize) -> bool {
    let all = one + other - shared;
    all == 0 || shared * 2 > all || shared * 2 == all && shared > 1
}

//! What is decided of the tree of names when all records were seen: which words are values of a capture after all, and
//! which kinds of values are one.

use super::kind::CaptureKind;
use super::members::Objects;
use super::names::Edge;
use super::options::Options;
use super::place::Place;
use super::similar::{Likeness, likeness};
use super::terminal::Terminal;
use super::tree::{Child, Node};

/// So many words under which the same members are found are values.
const STRUCTURED: usize = 4;
/// So many words under which there is the same plain type are values.
const PLAIN: usize = 20;

/// Settles a node and all below it.
pub(crate) fn settle(node: &mut Node, level: usize, options: &Options) {
    if let Some(terminal) = &mut node.terminal {
        settle_values(terminal, options);
    }
    for child in node.children.values_mut() {
        settle(&mut child.node, level + 1, options);
    }
    fix_words(node);
    for separator in separators(node) {
        absorb_words(node, &separator, options);
        gather_words(node, &separator, level, options);
        join_kinds(node, &separator, options);
    }
}

/// Takes segments as words whose figures are the same in all keys: `sha-256`.
fn fix_words(node: &mut Node) {
    let with = node
        .children
        .iter()
        .filter(|(_, child)| child.only.is_some());
    let names: Vec<_> = with.map(|(name, _)| name.clone()).collect();
    for name in names {
        let mut child = node.children.remove(&name).expect("it was just listed");
        if let Some(only) = child.only.take() {
            child.edge = Edge::literal(&child.edge.separator, &only);
        }
        let mut name = Vec::new();
        child.edge.write_name(&mut name);
        node.children.insert(name.into(), child);
    }
}

fn separators(node: &Node) -> Vec<Box<[u8]>> {
    let mut all: Vec<_> = node
        .children
        .values()
        .map(|child| child.edge.separator.clone())
        .collect();
    all.sort();
    all.dedup();
    all
}

/// Lists the children behind a separator that fit, the commonest first.
fn listed(node: &Node, separator: &[u8], fits: impl Fn(&Child) -> bool) -> Vec<Box<[u8]>> {
    let mut found: Vec<(&Box<[u8]>, &Child)> = node
        .children
        .iter()
        .filter(|(_, child)| *child.edge.separator == *separator && fits(child))
        .collect();
    found.sort_by(|(name, child), (other_name, other)| {
        other.count.cmp(&child.count).then(name.cmp(other_name))
    });
    found.into_iter().map(|(name, _)| name.clone()).collect()
}

fn is_word(child: &Child) -> bool {
    // A capture takes one character or more.
    child.words == 0 && child.edge.as_variable().is_none() && !child.edge.is_empty()
}

/// Puts words that had just found room, when all records were seen, to those like them that had not.
fn absorb_words(node: &mut Node, separator: &[u8], options: &Options) {
    /// A word that so many times more records have than an ordinary one is a word of the program.
    const PROMINENT: u64 = 20;
    let mut name = Vec::new();
    Edge::wild_name(separator, &mut name);
    let Some(wild) = node.children.get(&*name) else {
        return;
    };
    let ordinary = wild.count / wild.words.max(1);
    let most = PROMINENT * ordinary.max(1);
    let fits = |child: &Child| {
        is_word(child) && child.count < most && likeness(&child.node, &wild.node).is_some()
    };
    for word in listed(node, separator, fits) {
        let child = node.children.remove(&word).expect("it was just listed");
        node.put_together(child, options);
    }
}

/// Finds words under which the same is found, and takes them as values of one capture if they are many.
fn gather_words(node: &mut Node, separator: &[u8], level: usize, options: &Options) {
    /// Each word is compared with so many others.
    const MOST: usize = 32;
    let words = listed(node, separator, is_word);
    let mut groups: Vec<(Likeness, Vec<Box<[u8]>>)> = Vec::new();
    for word in words {
        let child = &node.children[&word];
        let like = groups.iter().enumerate().find_map(|(at, (_, group))| {
            let first = &node.children[&group[0]];
            likeness(&first.node, &child.node).map(|likeness| (at, likeness))
        });
        match like {
            Some((at, likeness)) => {
                groups[at].0 = likeness;
                groups[at].1.push(word);
            }
            None if groups.len() < MOST => groups.push((Likeness::Plain, vec![word])),
            None => {}
        }
    }
    for (likeness, group) in groups {
        // At the beginning of names there are words of the program, and those that stand alone.
        let enough = match (likeness, level) {
            (Likeness::Structured, 0) => 2 * STRUCTURED,
            (Likeness::Structured, _) => STRUCTURED,
            (Likeness::Plain, 0) => usize::MAX,
            (Likeness::Plain, _) => PLAIN,
        };
        if group.len() >= enough {
            for word in group {
                let child = node.children.remove(&word).expect("it was just listed");
                node.put_together(child, options);
            }
        }
    }
}

/// Puts a kind of values that is rare to a wider one that looks like it: a few of all hexadecimal ids have figures or
/// letters alone.
fn join_kinds(node: &mut Node, separator: &[u8], options: &Options) {
    const RARE: u64 = 10;
    let kinds = listed(node, separator, |child| child.edge.as_variable().is_some());
    let Some(main) = kinds.first() else { return };
    let mut wide = node.children.remove(main).expect("it was just listed");
    let kind = wide.edge.as_variable().expect("it was listed for that");
    let is_wide = !matches!(
        kind,
        CaptureKind::Integer | CaptureKind::Uuid | CaptureKind::Date
    );
    let like = |child: &Child| {
        let rare = child.count * RARE <= wide.count;
        let fits = match child.edge.as_variable() {
            // Both are figures, with leading zeros or without.
            Some(narrow) if kind.join(narrow) == CaptureKind::Digits => true,
            Some(_) => rare && is_wide,
            None => rare && kind == CaptureKind::Hex && is_hexadecimal(child),
        };
        fits && likeness(&child.node, &wide.node).is_some()
    };
    for name in listed(node, separator, like) {
        let child = node.children.remove(&name).expect("it was just listed");
        let joined = match child.edge.as_variable() {
            Some(narrow) => kind.join(narrow),
            None => kind,
        };
        let known = wide.edge.as_variable().unwrap_or(kind);
        wide.edge = Edge::variable(separator, known.join(joined));
        wide.count += child.count;
        wide.words += child.words.max(1);
        wide.node.merge(child.node, 1, options);
    }
    node.children.insert(main.clone(), wide);
}

fn is_hexadecimal(child: &Child) -> bool {
    use super::names::Piece;
    matches!(&child.edge.pieces[..], [Piece::Literal(text)] if text.len() >= 8 && text.iter().all(u8::is_ascii_hexdigit))
}

fn settle_values(terminal: &mut Terminal, options: &Options) {
    for (_, form) in &mut terminal.forms {
        settle_place(&mut form.place, options);
    }
}

/// Finds objects that are maps, in a place and all below it.
fn settle_place(place: &mut Place, options: &Options) {
    if let Some(document) = place
        .texts
        .as_mut()
        .and_then(|texts| texts.document.as_mut())
    {
        settle_place(document, options);
    }
    if let Some(items) = place
        .arrays
        .as_mut()
        .and_then(|arrays| arrays.items.as_mut())
    {
        settle_place(items, options);
    }
    if let Some(objects) = &mut place.objects {
        if is_map(objects) {
            objects.make_map(options);
        }
        for member in &mut objects.members {
            settle_place(&mut member.place, options);
        }
        for (_, place) in &mut objects.variable {
            settle_place(place, options);
        }
    }
}

/// Says whether the members of objects are so many and each so rare that they are keys of a map, or they are anyway.
fn is_map(objects: &Objects) -> bool {
    const MANY: usize = 24;
    let count = objects.tally.count;
    if objects.missed > 0 {
        return false;
    }
    if objects.members.is_empty() {
        return objects.variable.len() > 1;
    }
    let seen: u64 = objects.members.iter().map(|member| member.place.seen).sum();
    objects.members.len() >= MANY
        && seen * 10 < count * objects.members.len() as u64
        && objects
            .members
            .iter()
            .all(|member| member.place.seen * 2 < count)
}

//! Which keys two patterns have in common: both are automata without branches, so that it can be decided.

use std::collections::{BTreeSet, HashSet};

use super::{CaptureKind, Part};

/// So many states are looked at to find out whether one pattern is part of the other; beyond, they count as crossing.
const MAX_STATES: usize = 20_000;

/// Which keys two patterns have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// None.
    Apart,
    /// All: they match the same keys.
    Same,
    /// Every key of the first matches the second too.
    Within,
    /// Every key of the second matches the first too.
    Around,
    /// Some, and each has others of its own.
    Crossing,
}

/// Bytes that an atom takes.
type Class = [u64; 4];

/// One step of a pattern: a byte of a class, or one and more of them.
struct Atom {
    class: Class,
    repeats: bool,
}

pub(super) fn of(first: &[Part], second: &[Part]) -> Overlap {
    let (first, second) = (atoms(first), atoms(second));
    if !meet(&first, &second) {
        return Overlap::Apart;
    }
    match (is_within(&first, &second), is_within(&second, &first)) {
        (true, true) => Overlap::Same,
        (true, false) => Overlap::Within,
        (false, true) => Overlap::Around,
        (false, false) => Overlap::Crossing,
    }
}

/// Says whether there is a key that both match.
fn meet(first: &[Atom], second: &[Atom]) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![(0, 0)];
    while let Some((a, b)) = open.pop() {
        if a == first.len() && b == second.len() {
            return true;
        }
        if a == first.len() || b == second.len() || !seen.insert((a, b)) {
            continue;
        }
        if !intersects(&first[a].class, &second[b].class) {
            continue;
        }
        for a_next in next(first, a) {
            for b_next in next(second, b) {
                open.push((a_next, b_next));
            }
        }
    }
    false
}

/// Says whether every key of `inner` matches `outer`; `false` also if that takes too long to find out.
fn is_within(inner: &[Atom], outer: &[Atom]) -> bool {
    let bytes = representatives(inner, outer);
    let mut seen: HashSet<(usize, BTreeSet<usize>)> = HashSet::new();
    let mut open = vec![(0, BTreeSet::from([0]))];
    while let Some((place, reached)) = open.pop() {
        if place == inner.len() {
            if !reached.contains(&outer.len()) {
                return false;
            }
            continue;
        }
        if !seen.insert((place, reached.clone())) {
            continue;
        }
        if seen.len() > MAX_STATES {
            return false;
        }
        for &byte in bytes.iter().filter(|&&byte| has(&inner[place].class, byte)) {
            let takes = |&&at: &&usize| at < outer.len() && has(&outer[at].class, byte);
            let after: BTreeSet<usize> = reached
                .iter()
                .filter(takes)
                .flat_map(|&at| next(outer, at))
                .collect();
            for place in next(inner, place) {
                open.push((place, after.clone()));
            }
        }
    }
    true
}

/// Where a pattern can be after its atom at a place took a byte.
fn next(atoms: &[Atom], place: usize) -> impl Iterator<Item = usize> + use<> {
    let stays = atoms[place].repeats.then_some(place);
    stays.into_iter().chain([place + 1])
}

/// One byte of each kind that the atoms tell apart.
fn representatives(first: &[Atom], second: &[Atom]) -> Vec<u8> {
    let mut classes: Vec<&Class> = first.iter().chain(second).map(|atom| &atom.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut seen = HashSet::new();
    let tells = |&byte: &u8| {
        let taken: Vec<bool> = classes.iter().map(|class| has(class, byte)).collect();
        seen.insert(taken)
    };
    (0..=u8::MAX).filter(tells).collect()
}

fn atoms(parts: &[Part]) -> Vec<Atom> {
    let mut atoms = Vec::new();
    for part in parts {
        match part {
            Part::Literal(text) => atoms.extend(text.bytes().map(|byte| Atom {
                class: class_of(|other| other == byte),
                repeats: false,
            })),
            Part::Capture { kind, .. } => atoms.extend(of_capture(*kind)),
        }
    }
    atoms
}

fn of_capture(kind: CaptureKind) -> Vec<Atom> {
    let one = |class: Class| Atom {
        class,
        repeats: false,
    };
    let many = |class: Class| {
        vec![Atom {
            class,
            repeats: true,
        }]
    };
    let groups = |class: Class, lengths: &[usize]| {
        let mut atoms = Vec::new();
        for (index, length) in lengths.iter().enumerate() {
            if index > 0 {
                atoms.push(one(class_of(|byte| byte == b'-')));
            }
            atoms.extend((0..*length).map(|_| one(class)));
        }
        atoms
    };
    let digit = class_of(|byte| byte.is_ascii_digit());
    let hex = class_of(|byte| byte.is_ascii_hexdigit());
    match kind {
        CaptureKind::Segment => many(class_of(|byte| byte != b':')),
        CaptureKind::Any => many(class_of(|_| true)),
        CaptureKind::Integer => many(digit),
        CaptureKind::Hex => many(hex),
        CaptureKind::Slug => many(class_of(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
        })),
        CaptureKind::Date => groups(digit, &[4, 2, 2]),
        CaptureKind::Uuid => groups(hex, &[8, 4, 4, 4, 12]),
    }
}

fn class_of(takes: impl Fn(u8) -> bool) -> Class {
    let mut class = Class::default();
    for byte in (0..=u8::MAX).filter(|&byte| takes(byte)) {
        class[usize::from(byte) / 64] |= 1 << (byte % 64);
    }
    class
}

fn has(class: &Class, byte: u8) -> bool {
    class[usize::from(byte) / 64] & (1 << (byte % 64)) != 0
}

fn intersects(a: &Class, b: &Class) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

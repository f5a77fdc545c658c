//! The members of the objects at one place; fields of a hash are members too.
//!
//! A name that is an integer, a UUID, a date or a hexadecimal id is taken as a key of a map, and all of a kind are
//! described together. An object with too many names of other kinds is a map too.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::examples::Tally;
use super::kind::CaptureKind;
use super::options::Options;
use super::place::{Place, Walk};
use super::signature::{Group, Outline};
use super::texts::Span;

/// Objects at one place.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    pub(crate) tally: Tally,
    pub(crate) sizes: Span,
    /// In the order of their hashes.
    pub(crate) members: Vec<Member>,
    /// Values of members whose names vary, by what the names are; in the order of the kinds.
    pub(crate) variable: Vec<(CaptureKind, Place)>,
    /// There were too many names: all are variable.
    pub(crate) is_map: bool,
    /// Values of members that were not described for want of memory, or because they are too deep. From the first of them on
    /// no further member is described, for it would not be known what was missed of it.
    pub(crate) missed: u64,
}

/// A member that is described by itself.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) hash: u64,
    pub(crate) name: Arc<str>,
    /// The first place among its siblings where it was seen.
    pub(crate) position: usize,
    /// How many of its values have an expiry of their own, as fields of a hash can.
    pub(crate) expiring: u64,
    pub(crate) place: Place,
}

impl Objects {
    pub(crate) fn begin(&mut self, size: usize, walk: &Walk<'_>) {
        self.tally.add(walk.sighting);
        self.sizes.add(size);
    }

    /// Observes a member. `position` is where it stands among its siblings.
    pub(crate) fn member(
        &mut self,
        name: &str,
        position: usize,
        lexical: bool,
        walk: &mut Walk<'_>,
        outline: Option<&mut Outline>,
        observe: impl FnOnce(&mut Place, &mut Walk<'_>) -> Group,
    ) {
        if !walk.may_descend() {
            self.missed += 1;
            return;
        }
        let hash = xxh3_64(name.as_bytes());
        let at = match self.find(name, hash) {
            Ok(at) => at,
            Err(at) => {
                if let Some(kind) = self.kind_of_new(name, walk) {
                    if let Some(place) = self.variable(kind, lexical, walk) {
                        walk.descend(|walk| observe(place, walk));
                    }
                    return;
                }
                if self.missed > 0 || !walk.pay() {
                    self.missed += 1;
                    return;
                }
                let member = Member {
                    hash,
                    name: name.into(),
                    position,
                    expiring: 0,
                    place: Place::new(lexical),
                };
                self.members.insert(at, member);
                at
            }
        };
        let member = &mut self.members[at];
        member.position = member.position.min(position);
        let place = &mut member.place;
        let group = walk.descend(|walk| observe(place, walk));
        if let Some(outline) = outline {
            outline.add(hash, group);
        }
    }

    /// Counts a field of a hash that has an expiry of its own.
    pub(crate) fn note_expiring(&mut self, name: &str) {
        if let Ok(at) = self.find(name, xxh3_64(name.as_bytes())) {
            self.members[at].expiring += 1;
        }
    }

    /// Returns the name of a member by its hash.
    pub(crate) fn name_of(&self, hash: u64) -> Option<&Arc<str>> {
        let at = self.members.partition_point(|member| member.hash < hash);
        let member = self.members.get(at)?;
        (member.hash == hash).then_some(&member.name)
    }

    /// Returns the members in the order in which they stand in the objects.
    pub(crate) fn in_order(&self) -> Vec<&Member> {
        let mut members: Vec<&Member> = self.members.iter().collect();
        members.sort_by(|one, other| (one.position, &one.name).cmp(&(other.position, &other.name)));
        members
    }

    /// Merges, and returns how many places that makes free.
    pub(crate) fn merge(&mut self, mut other: Self, options: &Options) -> usize {
        let mut freed = 0;
        if self.is_map || other.is_map {
            freed += self.fold_members(options) + other.fold_members(options);
            self.is_map = true;
        }
        let (closed, other_closed) = (self.missed > 0, other.missed > 0);
        self.tally.merge(other.tally);
        self.sizes.merge(other.sizes);
        self.missed += other.missed;
        let mut unmatched: Vec<bool> = vec![true; self.members.len()];
        let mut more = Vec::new();
        for member in other.members {
            match self.find(&member.name, member.hash) {
                Ok(at) => {
                    unmatched[at] = false;
                    let own = &mut self.members[at];
                    own.position = own.position.min(member.position);
                    own.expiring += member.expiring;
                    freed += 1 + own.place.merge(member.place, options);
                }
                // Of a member that this side may have missed nothing is claimed.
                Err(_) if closed => freed += member.place.count(),
                Err(_) => more.push(member),
            }
        }
        if other_closed {
            let mut unmatched = unmatched.into_iter();
            self.members.retain(|member| {
                let missed = unmatched.next().unwrap_or_default();
                freed += if missed { member.place.count() } else { 0 };
                !missed
            });
        }
        self.members.extend(more);
        self.members
            .sort_by(|one, other| (one.hash, &one.name).cmp(&(other.hash, &other.name)));
        let known: Vec<CaptureKind> = other.variable.iter().map(|(kind, _)| *kind).collect();
        if other_closed {
            self.variable.retain(|(kind, place)| {
                let kept = known.contains(kind);
                freed += if kept { 0 } else { place.count() };
                kept
            });
        }
        for (kind, place) in other.variable {
            match self.variable.binary_search_by_key(&kind, |(kind, _)| *kind) {
                Ok(at) => freed += 1 + self.variable[at].1.merge(place, options),
                Err(_) if closed => freed += place.count(),
                Err(at) => self.variable.insert(at, (kind, place)),
            }
        }
        if self.members.len() > options.max_members {
            freed += self.fold_members(options);
            self.is_map = true;
        }
        freed
    }

    /// Takes all members as entries of a map.
    pub(crate) fn make_map(&mut self, options: &Options) {
        self.fold_members(options);
        self.is_map = true;
        let mut kinds = std::mem::take(&mut self.variable).into_iter();
        if let Some((_, mut place)) = kinds.next() {
            for (_, other) in kinds {
                place.merge(other, options);
            }
            self.variable.push((CaptureKind::Text, place));
        }
    }

    /// Counts the places inside.
    pub(crate) fn count(&self) -> usize {
        let members = self.members.iter().map(|member| &member.place);
        let variable = self.variable.iter().map(|(_, place)| place);
        members.chain(variable).map(Place::count).sum()
    }

    fn find(&self, name: &str, hash: u64) -> Result<usize, usize> {
        self.members
            .binary_search_by(|member| (member.hash, &*member.name).cmp(&(hash, name)))
    }

    /// Finds the kind under which a member that is not known yet is described; `None` if it is one by itself.
    fn kind_of_new(&mut self, name: &str, walk: &mut Walk<'_>) -> Option<CaptureKind> {
        if let Some(kind) = CaptureKind::of_variable(name.as_bytes()) {
            return Some(kind);
        }
        // Several names that are no UTF-8 may look the same.
        if name.contains(char::REPLACEMENT_CHARACTER) {
            return Some(CaptureKind::Text);
        }
        if !self.is_map && self.members.len() >= walk.options.max_members {
            *walk.purse += self.fold_members(walk.options);
            self.is_map = true;
        }
        self.is_map.then_some(CaptureKind::Text)
    }

    /// Finds or makes the place of the members whose names are of a kind.
    fn variable(
        &mut self,
        kind: CaptureKind,
        lexical: bool,
        walk: &mut Walk<'_>,
    ) -> Option<&mut Place> {
        let at = match self.variable.binary_search_by_key(&kind, |(kind, _)| *kind) {
            Ok(at) => at,
            Err(_) if self.missed > 0 || !walk.pay() => {
                self.missed += 1;
                return None;
            }
            Err(at) => {
                self.variable.insert(at, (kind, Place::new(lexical)));
                at
            }
        };
        Some(&mut self.variable[at].1)
    }

    /// Makes one place of all members, and returns how many places that makes free.
    fn fold_members(&mut self, options: &Options) -> usize {
        let mut freed = 0;
        for member in std::mem::take(&mut self.members) {
            let kind = CaptureKind::Text;
            match self.variable.binary_search_by_key(&kind, |(kind, _)| *kind) {
                Ok(at) => freed += 1 + self.variable[at].1.merge(member.place, options),
                Err(at) => self.variable.insert(at, (kind, member.place)),
            }
        }
        freed
    }
}

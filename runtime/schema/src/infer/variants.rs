//! Variants: groups of records under one pattern that have different members, not only more or fewer of them.
//!
//! Shapes are taken the commonest first; each joins the first variant none of whose members
//! [excludes](super::exclusion) one of its own. A
//! version field tells variants apart by itself, as soon as its values come with different members.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use remold_host_api::Bytes;

use super::examples::Tally;
use super::exclusion::{Element, Exclusions};
use super::form::Form;
use super::options::Options;
use super::proposal::{Variant, VersionField};
use super::signature::{Signature, VERSION_NAMES};

/// The variants of a form and its version field; no variants if there is but one.
pub(crate) fn of(form: &Form, options: &Options) -> (Vec<Variant>, Option<VersionField>) {
    // Of the members of a map nothing else depends.
    if form
        .place
        .objects
        .as_deref()
        .is_some_and(|objects| objects.is_map)
    {
        return (Vec::new(), None);
    }
    let signatures = form.signatures.by_count();
    let version_field = version_field(&signatures);
    let by_version = version_field
        .as_ref()
        .is_some_and(|field| field.shapes_differ);
    let exclusions = Exclusions::of(&signatures);
    let mut groups: Vec<Gathered> = Vec::new();
    for signature in signatures {
        let version = signature
            .version
            .as_ref()
            .filter(|_| by_version)
            .map(|(_, text)| text.clone());
        let set = exclusions.set(signature);
        let elements: BTreeSet<Element> = signature.elements.iter().cloned().collect();
        let joins = |group: &&mut Gathered| {
            group.version == version && (version.is_some() || !exclusions.exclude(set, group.set))
        };
        match groups.iter_mut().find(joins) {
            Some(group) => {
                group.set |= set;
                group.common.retain(|element| elements.contains(element));
                group.elements.extend(elements);
                group.tally.merge(signature.tally.clone());
            }
            None => groups.push(Gathered {
                set,
                common: elements.clone(),
                elements,
                version,
                tally: signature.tally.clone(),
            }),
        }
    }
    groups.sort_by(|one, other| {
        let order = other.tally.count.cmp(&one.tally.count);
        order.then_with(|| (&one.version, &one.common).cmp(&(&other.version, &other.common)))
    });
    if groups.len() < 2 {
        return (Vec::new(), version_field);
    }
    let shown = groups.iter().take(options.max_variants).enumerate();
    let variants = shown.map(|(at, group)| {
        let (before, after) = (&groups[..at], &groups[at + 1..]);
        group.show(&before.iter().chain(after).collect::<Vec<_>>())
    });
    (variants.collect(), version_field)
}

/// Finds keys of records that do not have a member.
pub(crate) fn keys_without(form: &Form, member: &str) -> Vec<Bytes> {
    let mut tally = Tally::default();
    for signature in form.signatures.by_count() {
        if signature.elements.iter().all(|(name, _)| &**name != member) {
            tally.merge(signature.tally.clone());
        }
    }
    tally.keys()
}

struct Gathered {
    /// The members that may exclude others, as [`Exclusions::set`] has them.
    set: u128,
    /// What all of its shapes have.
    common: BTreeSet<Element>,
    /// What any of them has.
    elements: BTreeSet<Element>,
    version: Option<Box<str>>,
    tally: Tally,
}

impl Gathered {
    fn show(&self, others: &[&Self]) -> Variant {
        let own = |element: &&Element| !others.iter().all(|other| other.common.contains(*element));
        let names = |other: &'_ &Self| {
            other
                .elements
                .iter()
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        };
        let elsewhere: BTreeSet<Arc<str>> = others.iter().flat_map(names).collect();
        let distinguished_by = self.common.iter().filter(own).map(|(name, group)| {
            if name.is_empty() {
                return group.word().to_owned();
            }
            if elsewhere.contains(&**name) {
                format!("/{name}: {}", group.word())
            } else {
                format!("/{name}")
            }
        });
        let members: BTreeSet<String> = self
            .elements
            .iter()
            .map(|(name, _)| name.to_string())
            .collect();
        Variant {
            distinguished_by: distinguished_by.collect(),
            members: members
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect(),
            version: self.version.as_deref().map(str::to_owned),
            count: self.tally.count,
            examples: self.tally.keys(),
        }
    }
}

/// What is known of the records that say one version.
#[derive(Default)]
struct OfVersion<'a> {
    count: u64,
    elements: BTreeMap<&'a Element, u64>,
}

impl OfVersion<'_> {
    /// Says whether a member that most records of one version have is in none of the other's.
    fn differs(&self, other: &Self) -> bool {
        /// Of fewer records nothing can be said.
        const ENOUGH: u64 = 5;
        let usual = |(element, count): (&&Element, &u64)| {
            count * 2 >= self.count && !other.elements.contains_key(*element)
        };
        self.count >= ENOUGH && other.count >= ENOUGH && self.elements.iter().any(usual)
    }
}

fn version_field(signatures: &[&Signature]) -> Option<VersionField> {
    let mut by_rank: BTreeMap<usize, BTreeMap<&str, OfVersion<'_>>> = BTreeMap::new();
    let mut all = 0;
    for signature in signatures {
        all += signature.tally.count;
        let Some((rank, text)) = &signature.version else {
            continue;
        };
        let of_version = by_rank.entry(*rank).or_default().entry(text).or_default();
        of_version.count += signature.tally.count;
        for element in &signature.elements {
            *of_version.elements.entry(element).or_default() += signature.tally.count;
        }
    }
    let total = |versions: &BTreeMap<&str, OfVersion<'_>>| {
        versions.values().map(|version| version.count).sum::<u64>()
    };
    let (rank, versions) = by_rank
        .into_iter()
        .max_by_key(|(_, versions)| total(versions))?;
    // A field that few records have is not what tells all of them apart.
    if total(&versions) * 2 < all || versions.len() < 2 {
        return None;
    }
    let differ = |one: &OfVersion<'_>| versions.values().any(|other| one.differs(other));
    let shapes_differ = versions.values().any(differ);
    let mut values: Vec<(String, u64)> = versions
        .iter()
        .map(|(text, version)| ((*text).to_owned(), version.count))
        .collect();
    values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Some(VersionField {
        name: VERSION_NAMES[rank].to_owned(),
        values,
        shapes_differ,
    })
}

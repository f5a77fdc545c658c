//! Members that exclude each other: so many records have each that by chance many would have both, and hardly any has.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::signature::{Group, Signature};

/// A member and what it is.
pub(crate) type Element = (Arc<str>, Group);

/// Which members exclude which, as bits: a set of members is a number.
#[derive(Debug)]
pub(crate) struct Exclusions<'a> {
    /// The bit of each member that may exclude others.
    bits: BTreeMap<&'a Element, usize>,
    /// For each bit the members that it excludes.
    excluded: Vec<u128>,
}

impl<'a> Exclusions<'a> {
    /// Finds which members exclude each other in shapes with their counts.
    pub(crate) fn of(signatures: &[&'a Signature]) -> Self {
        /// So many records would have both by chance.
        const EXPECTED: f64 = 8.0;
        /// And no more than this share of them has.
        const MET: f64 = 0.02;
        let (partial, all) = partial(signatures);
        let bits: BTreeMap<&Element, usize> = partial
            .iter()
            .enumerate()
            .map(|(bit, (element, _))| (*element, bit))
            .collect();
        let mut both = vec![0_u64; partial.len() * partial.len()];
        for signature in signatures {
            let present: Vec<usize> = signature
                .elements
                .iter()
                .filter_map(|element| bits.get(element).copied())
                .collect();
            for one in &present {
                for other in &present {
                    both[one * partial.len() + other] += signature.tally.count;
                }
            }
        }
        let mut excluded = vec![0_u128; partial.len()];
        for (one, (_, count)) in partial.iter().enumerate() {
            for (other, (_, other_count)) in partial.iter().enumerate().take(one) {
                #[allow(
                    clippy::cast_precision_loss,
                    reason = "beyond 2^53 records the last digits do not matter"
                )]
                let (expected, met) = (
                    *count as f64 * *other_count as f64 / all.max(1) as f64,
                    both[one * partial.len() + other] as f64,
                );
                if expected >= EXPECTED && met <= expected * MET {
                    excluded[one] |= 1 << other;
                    excluded[other] |= 1 << one;
                }
            }
        }
        Self { bits, excluded }
    }

    /// Returns the members of a shape as a set.
    pub(crate) fn set(&self, signature: &Signature) -> u128 {
        let bits = signature
            .elements
            .iter()
            .filter_map(|element| self.bits.get(element));
        bits.fold(0, |set, bit| set | 1 << bit)
    }

    /// Says whether a member of one set excludes one of the other.
    pub(crate) fn exclude(&self, one: u128, other: u128) -> bool {
        let members = self
            .excluded
            .iter()
            .enumerate()
            .filter(|(bit, _)| one & (1 << bit) != 0);
        members
            .into_iter()
            .any(|(_, excluded)| excluded & other != 0)
    }
}

/// Lists the members that some records have and some have not, the commonest first and as many as there are bits; and counts
/// the records.
fn partial<'a>(signatures: &[&'a Signature]) -> (Vec<(&'a Element, u64)>, u64) {
    const MOST: usize = u128::BITS as usize;
    let mut counts: BTreeMap<&Element, u64> = BTreeMap::new();
    let mut all = 0;
    for signature in signatures {
        all += signature.tally.count;
        // A null says that there is nothing, whatever it would be.
        for element in signature
            .elements
            .iter()
            .filter(|(_, group)| *group != Group::Null)
        {
            *counts.entry(element).or_default() += signature.tally.count;
        }
    }
    let mut partial: Vec<_> = counts
        .into_iter()
        .filter(|(_, count)| *count < all)
        .collect();
    partial.sort_by_key(|(element, count)| (std::cmp::Reverse(*count), *element));
    partial.truncate(MOST);
    (partial, all)
}

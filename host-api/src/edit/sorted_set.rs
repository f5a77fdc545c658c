//! Edits of a sorted set.

use bytes::Bytes;

use crate::collection::Collection;
use crate::error::HostError;
use crate::record::Record;
use crate::value::Scored;

super::access!(SortedSet, Collection<Scored>);
super::removals!("a member", "members");

/// Adds a member with its score, or sets the score of a member. Refuses NaN.
pub fn add(record: &mut Record, member: Bytes, score: f64) -> Result<(), HostError> {
    check_score(score)?;
    let found = of(record)?.get(&member);
    if found.is_none_or(|scored| scored.score.to_bits() != score.to_bits()) {
        of_mut(record)?.insert(Scored { member, score });
    }
    Ok(())
}

/// Renames a member, which keeps its score, if it is there. A member that has the new name is replaced.
pub fn rename(record: &mut Record, from: &[u8], to: Bytes) -> Result<(), HostError> {
    let score = of(record)?.get(from).map(|scored| scored.score);
    if let Some(score) = score.filter(|_| from != to) {
        of_mut(record)?.replace(from, Scored { member: to, score });
    }
    Ok(())
}

/// Lists the members in ZRANGE's order: lowest score first, equal scores by the member's bytes.
pub fn in_order(record: &Record) -> Result<Vec<&Scored>, HostError> {
    let mut members: Vec<&Scored> = of(record)?.iter().collect();
    members.sort_by(|a, b| {
        let by_score = a.score.total_cmp(&b.score);
        by_score.then_with(|| a.member.cmp(&b.member))
    });
    Ok(members)
}

/// Refuses a score that is no number.
pub fn check_score(score: f64) -> Result<(), HostError> {
    if score.is_nan() {
        return Err(super::invalid("score", "it is not a number"));
    }
    Ok(())
}

//! Records that hold a sorted set.

use super::refusals::{shown, text};
use super::state::access;
use super::whole::check_score;
use super::{Answer, count, page, with};
use crate::value::Scored;

access!(SortedSet, Vec<Scored>);

fn find<'m>(members: &'m [Scored], member: &[u8]) -> Option<&'m Scored> {
    members.iter().find(|scored| scored.member == member)
}

pub(crate) fn len(i: u32) -> Answer<u32> {
    with(|state| Ok(count(of(state, i)?.len())))
}

pub(crate) fn contains(i: u32, member: &[u8]) -> Answer<bool> {
    Ok(score(i, member)?.is_some())
}

pub(crate) fn score(i: u32, member: &[u8]) -> Answer<Option<f64>> {
    with(|state| Ok(find(of(state, i)?, member).map(|scored| scored.score)))
}

pub(crate) fn add(i: u32, member: &[u8], score: f64) -> Answer {
    check_score(score)?;
    with(|state| {
        let members = edit(state, i)?;
        match members.iter_mut().find(|scored| scored.member == member) {
            Some(scored) => scored.score = score,
            None => members.push(Scored {
                member: member.to_vec(),
                score,
            }),
        }
        Ok(())
    })
}

pub(crate) fn remove(i: u32, member: &[u8]) -> Answer {
    with(|state| {
        edit(state, i)?.retain(|scored| scored.member != member);
        Ok(())
    })
}

pub(crate) fn rename(i: u32, from: &[u8], to: &[u8]) -> Answer {
    with(|state| {
        let members = edit(state, i)?;
        if from != to && find(members, from).is_some() {
            members.retain(|scored| scored.member != to);
            for scored in members.iter_mut().filter(|scored| scored.member == from) {
                scored.member = to.to_vec();
            }
        }
        Ok(())
    })
}

pub(crate) fn clear(i: u32) -> Answer {
    with(|state| {
        edit(state, i)?.clear();
        Ok(())
    })
}

/// Lists the members in ZRANGE's order: lowest score first, equal scores by the member's bytes.
pub(crate) fn members(i: u32, start: u32, limit: u32) -> Answer<Vec<Scored>> {
    with(|state| {
        let mut members = of(state, i)?.clone();
        members.sort_by(|a, b| {
            let by_score = a.score.total_cmp(&b.score);
            by_score.then_with(|| a.member.cmp(&b.member))
        });
        Ok(page(&members, start, limit).to_vec())
    })
}

pub(crate) fn members_text(i: u32, start: u32, limit: u32) -> Answer<Vec<(String, f64)>> {
    let pair = |scored: &Scored| {
        let what = || format!("the member {}", shown(&scored.member));
        Ok((text(&scored.member, what)?, scored.score))
    };
    members(i, start, limit)?.iter().map(pair).collect()
}

//! Records that hold a set.

use super::refusals::{shown, text};
use super::state::access;
use super::{Answer, count, page, with};

access!(Set, Vec<Vec<u8>>);

fn holds(members: &[Vec<u8>], member: &[u8]) -> bool {
    members.iter().any(|found| found == member)
}

pub(crate) fn len(i: u32) -> Answer<u32> {
    with(|state| Ok(count(of(state, i)?.len())))
}

pub(crate) fn contains(i: u32, member: &[u8]) -> Answer<bool> {
    with(|state| Ok(holds(of(state, i)?, member)))
}

pub(crate) fn add(i: u32, member: &[u8]) -> Answer {
    with(|state| {
        let members = edit(state, i)?;
        if !holds(members, member) {
            members.push(member.to_vec());
        }
        Ok(())
    })
}

pub(crate) fn remove(i: u32, member: &[u8]) -> Answer {
    with(|state| {
        edit(state, i)?.retain(|found| found != member);
        Ok(())
    })
}

pub(crate) fn rename(i: u32, from: &[u8], to: &[u8]) -> Answer {
    with(|state| {
        let members = edit(state, i)?;
        if from != to && holds(members, from) {
            members.retain(|found| found != to);
            for member in members.iter_mut().filter(|found| *found == from) {
                *member = to.to_vec();
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

pub(crate) fn members(i: u32, start: u32, limit: u32) -> Answer<Vec<Vec<u8>>> {
    with(|state| Ok(page(of(state, i)?, start, limit).to_vec()))
}

pub(crate) fn members_text(i: u32, start: u32, limit: u32) -> Answer<Vec<String>> {
    let members = members(i, start, limit)?;
    members
        .iter()
        .map(|member| text(member, || format!("the member {}", shown(member))))
        .collect()
}

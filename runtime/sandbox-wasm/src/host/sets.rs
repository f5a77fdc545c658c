//! Records that hold a set.

use remold_host_api::{Bytes, HostError, edit};

use super::{copied, count, page, shown, text};
use crate::bindings::sets::Host;
use crate::fault::Answer;
use crate::session::{ITEM, Session};

impl Session {
    /// Returns a page of members, and charges what they weigh.
    fn members_of(&mut self, i: u32, start: u32, limit: u32) -> Answer<&[Bytes]> {
        let members = page(edit::set::of(self.record(i)?)?.as_slice(), start, limit);
        let weight = members.iter().map(|member| member.len() + ITEM).sum();
        self.charge(weight)?;
        Ok(page(
            edit::set::of(self.record(i)?)?.as_slice(),
            start,
            limit,
        ))
    }
}

impl Host for Session {
    fn len(&mut self, i: u32) -> Answer<u32> {
        Ok(count(edit::set::of(self.record(i)?)?.len()))
    }

    fn contains(&mut self, i: u32, member: Vec<u8>) -> Answer<bool> {
        Ok(edit::set::of(self.record(i)?)?.contains(&member))
    }

    fn contains_text(&mut self, i: u32, member: String) -> Answer<bool> {
        Host::contains(self, i, member.into_bytes())
    }

    fn add(&mut self, i: u32, member: Vec<u8>) -> Answer<()> {
        let record = self.edit(i, member.len() + ITEM)?;
        Ok(edit::set::add(record, Bytes::from(member))?)
    }

    fn add_text(&mut self, i: u32, member: String) -> Answer<()> {
        Host::add(self, i, member.into_bytes())
    }

    fn remove(&mut self, i: u32, member: Vec<u8>) -> Answer<()> {
        Ok(edit::set::remove(self.edit(i, 0)?, &member)?)
    }

    fn remove_text(&mut self, i: u32, member: String) -> Answer<()> {
        Host::remove(self, i, member.into_bytes())
    }

    fn rename(&mut self, i: u32, from: Vec<u8>, to: Vec<u8>) -> Answer<()> {
        let record = self.edit(i, to.len())?;
        Ok(edit::set::rename(record, &from, Bytes::from(to))?)
    }

    fn clear(&mut self, i: u32) -> Answer<()> {
        Ok(edit::set::clear(self.edit(i, 0)?)?)
    }

    fn members(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<Vec<u8>>> {
        let members = self.members_of(i, start, limit)?;
        Ok(members.iter().map(copied).collect())
    }

    fn members_text(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<String>> {
        let members = self.members_of(i, start, limit)?.iter();
        let members =
            members.map(|member| text(member, || format!("the member {}", shown(member))));
        Ok(members.collect::<Result<_, HostError>>()?)
    }
}

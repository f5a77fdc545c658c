//! Records that hold a set.

use remold_host_api::{Bytes, HostError, Record, edit};

use super::{copied, count, shown, text, weigh};
use crate::bindings::sets::Host;
use crate::fault::Answer;
use crate::session::{ITEM, Session};

fn members(record: &Record) -> Result<&[Bytes], HostError> {
    Ok(edit::set::of(record)?.as_slice())
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
        self.page(i, (start, limit), members, weigh, |_, member| {
            Ok(copied(member))
        })
    }

    fn members_text(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<String>> {
        self.page(i, (start, limit), members, weigh, |_, member| {
            text(member, || format!("the member {}", shown(member)))
        })
    }
}

//! Records that hold a list.

use remold_host_api::{Bytes, HostError, Record, edit};

use super::{copied, count, text, weigh};
use crate::bindings::lists::Host;
use crate::fault::Answer;
use crate::session::{ITEM, Session};

fn items(record: &Record) -> Result<&[Bytes], HostError> {
    Ok(edit::list::of(record)?)
}

impl Session {
    /// Charges the items behind an edit, which are moved.
    fn charge_move(&mut self, i: u32) -> Answer<()> {
        let size = edit::list::of(self.record(i)?)?.len();
        Ok(self.charge(size * size_of::<Bytes>())?)
    }
}

impl Host for Session {
    fn len(&mut self, i: u32) -> Answer<u32> {
        Ok(count(edit::list::of(self.record(i)?)?.len()))
    }

    fn get(&mut self, i: u32, index: i64) -> Answer<Vec<u8>> {
        let item = copied(edit::list::get(self.record(i)?, index)?);
        self.charge(item.len())?;
        Ok(item)
    }

    fn get_text(&mut self, i: u32, index: i64) -> Answer<String> {
        let item = edit::list::get(self.record(i)?, index)?;
        let item = text(item, || format!("the item {index}"))?;
        self.charge(item.len())?;
        Ok(item)
    }

    fn set(&mut self, i: u32, index: i64, value: Vec<u8>) -> Answer<()> {
        let record = self.edit(i, value.len() + ITEM)?;
        Ok(edit::list::set(record, index, Bytes::from(value))?)
    }

    fn set_text(&mut self, i: u32, index: i64, value: String) -> Answer<()> {
        Host::set(self, i, index, value.into_bytes())
    }

    fn push(&mut self, i: u32, value: Vec<u8>) -> Answer<()> {
        let record = self.edit(i, value.len() + ITEM)?;
        Ok(edit::list::push(record, Bytes::from(value))?)
    }

    fn push_text(&mut self, i: u32, value: String) -> Answer<()> {
        Host::push(self, i, value.into_bytes())
    }

    fn push_front(&mut self, i: u32, value: Vec<u8>) -> Answer<()> {
        self.insert(i, 0, value)
    }

    fn insert(&mut self, i: u32, index: i64, value: Vec<u8>) -> Answer<()> {
        self.charge_move(i)?;
        let record = self.edit(i, value.len() + ITEM)?;
        Ok(edit::list::insert(record, index, Bytes::from(value))?)
    }

    fn remove(&mut self, i: u32, index: i64) -> Answer<()> {
        self.charge_move(i)?;
        Ok(edit::list::remove(self.edit(i, 0)?, index)?)
    }

    fn clear(&mut self, i: u32) -> Answer<()> {
        Ok(edit::list::clear(self.edit(i, 0)?)?)
    }

    fn items(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<Vec<u8>>> {
        self.page(i, (start, limit), items, weigh, |_, item| Ok(copied(item)))
    }

    fn items_text(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<String>> {
        self.page(i, (start, limit), items, weigh, |index, item| {
            text(item, || format!("the item {index}"))
        })
    }
}

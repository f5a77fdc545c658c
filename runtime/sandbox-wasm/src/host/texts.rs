//! Records that hold a text.

use remold_host_api::{Bytes, edit};

use super::{copied, text};
use crate::bindings::texts::Host;
use crate::fault::Answer;
use crate::session::Session;

impl Host for Session {
    fn get(&mut self, i: u32) -> Answer<Vec<u8>> {
        let value = copied(edit::text::of(self.record(i)?)?);
        self.charge(value.len())?;
        Ok(value)
    }

    fn get_text(&mut self, i: u32) -> Answer<String> {
        let value = edit::text::of(self.record(i)?)?;
        let value = text(value, || "the value".to_owned())?;
        self.charge(value.len())?;
        Ok(value)
    }

    fn set(&mut self, i: u32, value: Vec<u8>) -> Answer<()> {
        let record = self.edit(i, value.len())?;
        Ok(edit::text::set(record, Bytes::from(value))?)
    }

    fn set_text(&mut self, i: u32, value: String) -> Answer<()> {
        Host::set(self, i, value.into_bytes())
    }
}

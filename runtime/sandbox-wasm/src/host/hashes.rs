//! Records that hold a hash.

use remold_host_api::{Bytes, HashField, HostError, Record, edit};

use super::{copied, count, shown, text};
use crate::bindings::hashes::Host;
use crate::bindings::types;
use crate::fault::Answer;
use crate::session::{ITEM, Session};
use crate::values::field_to_guest;

fn fields(record: &Record) -> Result<&[HashField], HostError> {
    Ok(edit::hash::of(record)?.as_slice())
}

impl Session {
    /// Copies a page of fields.
    fn fields_of<U>(
        &mut self,
        i: u32,
        page: (u32, u32),
        copy: impl Fn(&HashField) -> Result<U, HostError>,
    ) -> Answer<Vec<U>> {
        let weigh = |field: &HashField| field.name.len() + field.value.len() + 2 * ITEM;
        self.page(i, page, fields, weigh, |_, field| copy(field))
    }
}

fn name_text(field: &HashField) -> Result<String, HostError> {
    text(&field.name, || {
        format!("the field name {}", shown(&field.name))
    })
}

fn value_text(field: &HashField) -> Result<String, HostError> {
    text(&field.value, || format!("the field {}", shown(&field.name)))
}

impl Host for Session {
    fn get(&mut self, i: u32, name: Vec<u8>) -> Answer<Option<Vec<u8>>> {
        let field = edit::hash::of(self.record(i)?)?.get(&name);
        let value = field.map(|field| copied(&field.value));
        self.charge(value.as_ref().map_or(0, Vec::len))?;
        Ok(value)
    }

    fn get_text(&mut self, i: u32, name: String) -> Answer<Option<String>> {
        let field = edit::hash::of(self.record(i)?)?.get(name.as_bytes());
        let value = field.map(value_text).transpose()?;
        self.charge(value.as_ref().map_or(0, String::len))?;
        Ok(value)
    }

    fn set(&mut self, i: u32, name: Vec<u8>, value: Vec<u8>) -> Answer<()> {
        let (name, value) = (Bytes::from(name), Bytes::from(value));
        let record = self.edit(i, name.len() + value.len())?;
        Ok(edit::hash::set(record, &name, || name.clone(), value)?)
    }

    fn set_text(&mut self, i: u32, name: String, value: String) -> Answer<()> {
        Host::set(self, i, name.into_bytes(), value.into_bytes())
    }

    fn rename(&mut self, i: u32, from: Vec<u8>, to: Vec<u8>) -> Answer<()> {
        let record = self.edit(i, to.len())?;
        Ok(edit::hash::rename(record, &from, &to)?)
    }

    fn rename_text(&mut self, i: u32, from: String, to: String) -> Answer<()> {
        Host::rename(self, i, from.into_bytes(), to.into_bytes())
    }

    fn remove(&mut self, i: u32, name: Vec<u8>) -> Answer<()> {
        Ok(edit::hash::remove(self.edit(i, 0)?, &name)?)
    }

    fn remove_text(&mut self, i: u32, name: String) -> Answer<()> {
        Host::remove(self, i, name.into_bytes())
    }

    fn contains(&mut self, i: u32, name: Vec<u8>) -> Answer<bool> {
        Ok(edit::hash::of(self.record(i)?)?.contains(&name))
    }

    fn contains_text(&mut self, i: u32, name: String) -> Answer<bool> {
        Host::contains(self, i, name.into_bytes())
    }

    fn len(&mut self, i: u32) -> Answer<u32> {
        Ok(count(edit::hash::of(self.record(i)?)?.len()))
    }

    fn clear(&mut self, i: u32) -> Answer<()> {
        Ok(edit::hash::clear(self.edit(i, 0)?)?)
    }

    fn names(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<Vec<u8>>> {
        self.fields_of(i, (start, limit), |field| Ok(copied(&field.name)))
    }

    fn names_text(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<String>> {
        self.fields_of(i, (start, limit), name_text)
    }

    fn fields(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<types::HashField>> {
        self.fields_of(i, (start, limit), |field| Ok(field_to_guest(field)))
    }

    fn fields_text(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<(String, String)>> {
        self.fields_of(i, (start, limit), |field| {
            Ok((name_text(field)?, value_text(field)?))
        })
    }

    fn expires_at(&mut self, i: u32, name: Vec<u8>) -> Answer<Option<u64>> {
        let field = edit::hash::of(self.record(i)?)?.get(&name);
        Ok(field.and_then(|field| field.expires_at))
    }

    fn set_expires_at(&mut self, i: u32, name: Vec<u8>, at: Option<u64>) -> Answer<()> {
        Ok(edit::hash::set_expires_at(self.edit(i, 0)?, &name, at)?)
    }
}

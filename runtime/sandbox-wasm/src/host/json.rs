//! Records that hold a JSON document in a text.

use remold_host_api::{Bytes, edit};

use super::text;
use crate::bindings::json::Host;
use crate::fault::Answer;
use crate::pointer::{self, Document};
use crate::session::Session;

impl Session {
    /// Reads the document, and charges the work of parsing it.
    fn document(&mut self, i: u32) -> Answer<String> {
        let bytes = edit::text::of(self.record(i)?)?.clone();
        self.charge(bytes.len())?;
        Ok(text(&bytes, || "the value".to_owned())?)
    }

    fn write_document(&mut self, i: u32, document: String) -> Answer<()> {
        let record = self.edit(i, document.len())?;
        Ok(edit::text::set(record, Bytes::from(document))?)
    }
}

impl Host for Session {
    fn get(&mut self, i: u32, pointer: String) -> Answer<Option<String>> {
        let document = self.document(i)?;
        let found = Document::read(&document)?.get(&pointer)?;
        Ok(found.map(str::to_owned))
    }

    fn set(&mut self, i: u32, pointer: String, value: String) -> Answer<()> {
        let document = self.document(i)?;
        self.charge(value.len())?;
        let value = pointer::value(&value)?;
        let edited = Document::read(&document)?.set(&pointer, value)?;
        self.write_document(i, edited)
    }

    fn remove(&mut self, i: u32, pointer: String) -> Answer<()> {
        let document = self.document(i)?;
        match Document::read(&document)?.remove(&pointer)? {
            Some(edited) => self.write_document(i, edited),
            None => Ok(()),
        }
    }
}

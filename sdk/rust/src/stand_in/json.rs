//! Records that hold a JSON document in a text.

mod document;

use document::Document;

use super::{Answer, texts};

pub(crate) fn get(i: u32, pointer: &str) -> Answer<Option<String>> {
    let text = texts::get_text(i)?;
    let found = Document::read(&text)?.get(pointer)?;
    Ok(found.map(str::to_owned))
}

pub(crate) fn set(i: u32, pointer: &str, value: &str) -> Answer {
    let text = texts::get_text(i)?;
    let edited = Document::read(&text)?.set(pointer, value)?;
    texts::set(i, edited.as_bytes())
}

pub(crate) fn remove(i: u32, pointer: &str) -> Answer {
    let text = texts::get_text(i)?;
    match Document::read(&text)?.remove(pointer)? {
        Some(edited) => texts::set(i, edited.as_bytes()),
        None => Ok(()),
    }
}

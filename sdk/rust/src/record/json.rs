//! Records that hold a JSON document in a text.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Record;
use crate::host::json;
use crate::refusal::Refusal;
use crate::stop::Result;

/// A record that holds a JSON document in a text.
///
/// A place in it is a JSON Pointer (RFC 6901): `/address/city`, `/tags/0`; the empty one is the whole document. What a
/// function does not concern keeps its order and spelling to the byte. Every function fails on another kind, and where the
/// text is no JSON.
#[derive(Debug, Clone, Copy)]
pub struct Json<'r>(pub(super) &'r Record);

impl Json<'_> {
    /// Returns what is at a place; `None` if there is nothing. Fails if it is not what `T` reads.
    ///
    /// With the type [`serde_json::Value`] it takes anything; the digits of a number survive only with the feature
    /// `arbitrary_precision` of that crate, or in [`get_raw`](Self::get_raw).
    #[track_caller]
    pub fn get<T: DeserializeOwned>(self, pointer: &str) -> Result<Option<T>> {
        match self.get_raw(pointer)? {
            Some(text) => Ok(Some(serde_json::from_str(&text)?)),
            None => Ok(None),
        }
    }

    /// Returns what is at a place as JSON text; `None` if there is nothing.
    pub fn get_raw(self, pointer: &str) -> Result<Option<String>, Refusal> {
        json::get(self.0.number(), pointer)
    }

    /// Sets what is at a place. A member that is not there is added at the end of its object; `-` or the length of an array
    /// stands for a new item at its end. Fails if the parent is not there.
    #[track_caller]
    pub fn set<T: Serialize + ?Sized>(self, pointer: &str, value: &T) -> Result<()> {
        let text = serde_json::to_string(value)?;
        Ok(self.set_raw(pointer, &text)?)
    }

    /// Sets what is at a place to a JSON text, as [`set`](Self::set) does. Fails if the text is no JSON.
    pub fn set_raw(self, pointer: &str, value: &str) -> Result<(), Refusal> {
        json::set(self.0.number(), pointer, value)
    }

    /// Removes the member or item at a place, if it is there. Fails for the whole document.
    pub fn remove(self, pointer: &str) -> Result<(), Refusal> {
        json::remove(self.0.number(), pointer)
    }
}

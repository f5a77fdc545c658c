//! Records that hold a text, Redis's string.

use super::Record;
use crate::host::texts;
use crate::refusal::Refusal;

/// A record that holds a text. Every function fails on another kind, with [`Code::WrongKind`](crate::Code::WrongKind).
#[derive(Debug, Clone, Copy)]
pub struct Text<'r>(pub(super) &'r Record);

impl Text<'_> {
    /// Returns the value.
    pub fn get(self) -> Result<Vec<u8>, Refusal> {
        texts::get(self.0.number())
    }

    /// Returns the value as text. Fails if it is not UTF-8.
    pub fn get_text(self) -> Result<String, Refusal> {
        texts::get_text(self.0.number())
    }

    /// Sets the value.
    pub fn set(self, value: impl AsRef<[u8]>) -> Result<(), Refusal> {
        texts::set(self.0.number(), value.as_ref())
    }
}

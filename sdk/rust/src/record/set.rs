//! Records that hold a set.

use super::{Pages, Record, length};
use crate::host::sets;
use crate::refusal::Refusal;

/// A record that holds a set. Every function fails on another kind, with [`Code::WrongKind`](crate::Code::WrongKind).
#[derive(Debug, Clone, Copy)]
pub struct Set<'r>(pub(super) &'r Record);

impl<'r> Set<'r> {
    /// Returns the number of members.
    pub fn len(self) -> Result<usize, Refusal> {
        sets::len(self.0.number()).map(length)
    }

    /// Says whether there is no member.
    pub fn is_empty(self) -> Result<bool, Refusal> {
        Ok(self.len()? == 0)
    }

    /// Says whether there is such a member.
    pub fn contains(self, member: impl AsRef<[u8]>) -> Result<bool, Refusal> {
        sets::contains(self.0.number(), member.as_ref())
    }

    /// Adds a member, if it is not there.
    #[allow(
        clippy::should_implement_trait,
        reason = "it is Redis's word for it and adds no two sets"
    )]
    pub fn add(self, member: impl AsRef<[u8]>) -> Result<(), Refusal> {
        sets::add(self.0.number(), member.as_ref())
    }

    /// Removes a member, if it is there.
    pub fn remove(self, member: impl AsRef<[u8]>) -> Result<(), Refusal> {
        sets::remove(self.0.number(), member.as_ref())
    }

    /// Replaces a member by another one, if it is there.
    pub fn rename(self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Result<(), Refusal> {
        sets::rename(self.0.number(), from.as_ref(), to.as_ref())
    }

    /// Removes all members.
    pub fn clear(self) -> Result<(), Refusal> {
        sets::clear(self.0.number())
    }

    /// Walks the members.
    pub fn members(self) -> Pages<'r, Vec<u8>> {
        Pages::of(self.0, sets::members)
    }

    /// Walks the members as texts. Fails at one that is not UTF-8.
    pub fn members_text(self) -> Pages<'r, String> {
        Pages::of(self.0, sets::members_text)
    }
}

//! Records that hold a sorted set.

use super::{Pages, Record, length};
use crate::host::sorted_sets;
use crate::refusal::Refusal;
use crate::value::Scored;

/// A record that holds a sorted set. Every function fails on another kind, with
/// [`Code::WrongKind`](crate::Code::WrongKind).
#[derive(Debug, Clone, Copy)]
pub struct SortedSet<'r>(pub(super) &'r Record);

impl<'r> SortedSet<'r> {
    /// Returns the number of members.
    pub fn len(self) -> Result<usize, Refusal> {
        sorted_sets::len(self.0.number()).map(length)
    }

    /// Says whether there is no member.
    pub fn is_empty(self) -> Result<bool, Refusal> {
        Ok(self.len()? == 0)
    }

    /// Says whether there is such a member.
    pub fn contains(self, member: impl AsRef<[u8]>) -> Result<bool, Refusal> {
        sorted_sets::contains(self.0.number(), member.as_ref())
    }

    /// Returns the score of a member; `None` if there is no such member.
    pub fn score(self, member: impl AsRef<[u8]>) -> Result<Option<f64>, Refusal> {
        sorted_sets::score(self.0.number(), member.as_ref())
    }

    /// Adds a member with its score, or sets the score of a member. Fails if the score is NaN.
    pub fn add(self, member: impl AsRef<[u8]>, score: f64) -> Result<(), Refusal> {
        sorted_sets::add(self.0.number(), member.as_ref(), score)
    }

    /// Removes a member, if it is there.
    pub fn remove(self, member: impl AsRef<[u8]>) -> Result<(), Refusal> {
        sorted_sets::remove(self.0.number(), member.as_ref())
    }

    /// Renames a member, which keeps its score, if it is there. A member that has the new name is replaced.
    pub fn rename(self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Result<(), Refusal> {
        sorted_sets::rename(self.0.number(), from.as_ref(), to.as_ref())
    }

    /// Removes all members.
    pub fn clear(self) -> Result<(), Refusal> {
        sorted_sets::clear(self.0.number())
    }

    /// Walks the members in `ZRANGE`'s order.
    pub fn members(self) -> Pages<'r, Scored> {
        Pages::of(self.0, sorted_sets::members)
    }

    /// Walks the members as texts with their scores, in `ZRANGE`'s order. Fails at one that is not UTF-8.
    pub fn members_text(self) -> Pages<'r, (String, f64)> {
        Pages::of(self.0, sorted_sets::members_text)
    }
}

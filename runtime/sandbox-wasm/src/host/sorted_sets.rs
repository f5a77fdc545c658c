//! Records that hold a sorted set.

use remold_host_api::{Bytes, HostError, Scored, edit};

use super::{count, page, shown, text, weigh};
use crate::bindings::sorted_sets::Host;
use crate::bindings::types;
use crate::fault::Answer;
use crate::session::{ITEM, Session};
use crate::values::scored_to_guest;

impl Session {
    /// Copies a page of members in ZRANGE's order. They are sorted for the first page, and again after an edit.
    fn scored_of<T>(
        &mut self,
        i: u32,
        (start, limit): (u32, u32),
        copy: impl Fn(&Scored) -> Result<T, HostError>,
    ) -> Answer<Vec<T>> {
        let members = edit::sorted_set::of(self.record(i)?)?.len();
        if self.sorted.as_ref().is_none_or(|(of, _)| *of != i) {
            self.charge(members * ITEM)?;
            let sorted = edit::sorted_set::in_order(self.record(i)?)?;
            let sorted = sorted.into_iter().cloned().collect();
            self.sorted = Some((i, sorted));
        }
        let sorted = self.sorted.as_ref().map_or(&[][..], |(_, sorted)| sorted);
        let (_, members) = page(sorted, start, limit);
        let weight = members.iter().map(|scored| weigh(&scored.member)).sum();
        let copies: Result<Vec<T>, HostError> = members.iter().map(copy).collect();
        self.charge(weight)?;
        Ok(copies?)
    }
}

impl Host for Session {
    fn len(&mut self, i: u32) -> Answer<u32> {
        Ok(count(edit::sorted_set::of(self.record(i)?)?.len()))
    }

    fn contains(&mut self, i: u32, member: Vec<u8>) -> Answer<bool> {
        Ok(edit::sorted_set::of(self.record(i)?)?.contains(&member))
    }

    fn score(&mut self, i: u32, member: Vec<u8>) -> Answer<Option<f64>> {
        let scored = edit::sorted_set::of(self.record(i)?)?.get(&member);
        Ok(scored.map(|scored| scored.score))
    }

    fn score_text(&mut self, i: u32, member: String) -> Answer<Option<f64>> {
        self.score(i, member.into_bytes())
    }

    fn add(&mut self, i: u32, member: Vec<u8>, score: f64) -> Answer<()> {
        let record = self.edit(i, member.len() + ITEM)?;
        Ok(edit::sorted_set::add(record, Bytes::from(member), score)?)
    }

    fn add_text(&mut self, i: u32, member: String, score: f64) -> Answer<()> {
        Host::add(self, i, member.into_bytes(), score)
    }

    fn remove(&mut self, i: u32, member: Vec<u8>) -> Answer<()> {
        Ok(edit::sorted_set::remove(self.edit(i, 0)?, &member)?)
    }

    fn remove_text(&mut self, i: u32, member: String) -> Answer<()> {
        Host::remove(self, i, member.into_bytes())
    }

    fn rename(&mut self, i: u32, from: Vec<u8>, to: Vec<u8>) -> Answer<()> {
        let record = self.edit(i, to.len())?;
        Ok(edit::sorted_set::rename(record, &from, Bytes::from(to))?)
    }

    fn clear(&mut self, i: u32) -> Answer<()> {
        Ok(edit::sorted_set::clear(self.edit(i, 0)?)?)
    }

    fn members(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<types::Scored>> {
        self.scored_of(i, (start, limit), |scored| Ok(scored_to_guest(scored)))
    }

    fn members_text(&mut self, i: u32, start: u32, limit: u32) -> Answer<Vec<(String, f64)>> {
        self.scored_of(i, (start, limit), |scored| {
            let what = || format!("the member {}", shown(&scored.member));
            Ok((text(&scored.member, what)?, scored.score))
        })
    }
}

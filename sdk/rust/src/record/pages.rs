//! Walks what a record holds, page by page, without holding it whole.

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::vec::IntoIter;

use super::Record;
use crate::refusal::Refusal;

/// So many elements are asked for at a time.
const PAGE: u32 = 256;

/// A function of the host that returns elements: of a record, from a number on, so many at most.
type Read<T> = fn(u32, u32, u32) -> Result<Vec<T>, Refusal>;

/// The elements of a record, in the host's order.
///
/// Elements are read in pages by their numbers. An edit that adds or removes some while the walk goes on shifts the rest:
/// collect them first, `hash.names().collect::<Result<Vec<_>, _>>()?`. After an error the walk is over.
pub struct Pages<'r, T> {
    read: Read<T>,
    number: u32,
    next: u32,
    page: IntoIter<T>,
    ended: bool,
    record: PhantomData<&'r Record>,
}

impl<'r, T> Pages<'r, T> {
    pub(super) fn of(record: &'r Record, read: Read<T>) -> Self {
        Self {
            read,
            number: record.number(),
            next: 0,
            page: Vec::new().into_iter(),
            ended: false,
            record: PhantomData,
        }
    }
}

impl<T> Iterator for Pages<'_, T> {
    type Item = Result<T, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0 && !self.ended {
            match (self.read)(self.number, self.next, PAGE) {
                Ok(page) => {
                    self.ended = page.is_empty();
                    self.next = u32::try_from(page.len())
                        .ok()
                        .and_then(|length| self.next.checked_add(length))
                        .unwrap_or(u32::MAX);
                    self.page = page.into_iter();
                }
                Err(refusal) => {
                    self.ended = true;
                    return Some(Err(refusal));
                }
            }
        }
        self.page.next().map(Ok)
    }
}

impl<T> FusedIterator for Pages<'_, T> {}

impl<T> fmt::Debug for Pages<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("record", &self.number)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

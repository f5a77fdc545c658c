//! One node of a stream.

use bytes::Bytes;
use remold_host_api::{StreamEntry, StreamId};

use crate::error::DecodeError;
use crate::listpack::Listpack;
use crate::packed::Unpack;
use crate::streams::{DELETED, SAME_FIELDS};

const COUNT: &str = "the number of entries in a stream's node";
const FLAGS: &str = "the flags of a stream's entry";
const ID: &str = "the id of a stream's entry";
const NAMES: &str = "the field names of a stream's entry";
const ELEMENTS: &str = "the number of elements of a stream's entry";

/// Reads the live entries of a node and adds them to those of the nodes before it.
pub(super) fn read(
    owner: &Bytes,
    base: u64,
    master: StreamId,
    entries: &mut Vec<StreamEntry>,
) -> Result<(), DecodeError> {
    let mut node = Node {
        list: Listpack::open(owner, base)?,
        owner,
    };
    let mut live = node.count(COUNT)?;
    let mut deleted = node.count(COUNT)?;
    let names = node.texts(NAMES)?;
    if node.count("the end of a stream's master entry")? != 0 {
        return Err(node.list.malformed("the end of a stream's master entry"));
    }
    entries.reserve(node.possible(live, 4));
    while let Some(flags) = node.list.next()? {
        let Some(flags) = flags.to_number().filter(|flags| (0..=3).contains(flags)) else {
            return Err(node.list.malformed(FLAGS));
        };
        let ms = node.number(ID)?;
        let seq = node.number(ID)?;
        let id = StreamId {
            ms: master.ms.wrapping_add_signed(ms),
            seq: master.seq.wrapping_add_signed(seq),
        };
        let (fields, elements) = if flags & SAME_FIELDS == 0 {
            let fields = node.pairs()?;
            let elements = 2 * fields.len() + 4;
            (fields, elements)
        } else {
            (node.values(&names)?, names.len() + 3)
        };
        if node.count(ELEMENTS)? != elements {
            return Err(node.list.malformed(ELEMENTS));
        }
        let left = if flags & DELETED == 0 {
            &mut live
        } else {
            &mut deleted
        };
        let Some(one_less) = left.checked_sub(1) else {
            return Err(node.list.malformed(COUNT));
        };
        *left = one_less;
        if flags & DELETED == 0 {
            if entries.last().is_some_and(|last| last.id >= id) {
                return Err(node.list.malformed("the order of a stream's entries"));
            }
            entries.push(StreamEntry { id, fields });
        }
    }
    if live + deleted > 0 {
        return Err(node.list.malformed(COUNT));
    }
    Ok(())
}

/// A node's listpack, with its elements by what they mean.
struct Node<'a> {
    list: Listpack<'a>,
    owner: &'a Bytes,
}

impl Node<'_> {
    fn number(&mut self, expected: &'static str) -> Result<i64, DecodeError> {
        match self.list.require(expected)?.to_number() {
            Some(number) => Ok(number),
            None => Err(self.list.malformed(expected)),
        }
    }

    fn count(&mut self, expected: &'static str) -> Result<usize, DecodeError> {
        let number = self.number(expected)?;
        usize::try_from(number).map_err(|_| self.list.malformed(expected))
    }

    /// Returns a claimed number, or how many things of so many elements there can be at the most.
    fn possible(&self, claimed: usize, elements: usize) -> usize {
        claimed.min(self.owner.len() / (2 * elements))
    }

    fn text(&mut self, expected: &'static str) -> Result<Bytes, DecodeError> {
        Ok(self.list.require(expected)?.to_bytes(self.owner))
    }

    /// Reads a count and as many texts.
    fn texts(&mut self, expected: &'static str) -> Result<Vec<Bytes>, DecodeError> {
        let claimed = self.count(expected)?;
        let mut texts = Vec::with_capacity(self.possible(claimed, 1));
        for _ in 0..claimed {
            texts.push(self.text(expected)?);
        }
        Ok(texts)
    }

    /// Reads a count and as many names and values.
    fn pairs(&mut self) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
        let claimed = self.count(NAMES)?;
        let mut pairs = Vec::with_capacity(self.possible(claimed, 2));
        for _ in 0..claimed {
            pairs.push((self.text(NAMES)?, self.text("a value of a stream's entry")?));
        }
        Ok(pairs)
    }

    /// Reads a value for each name.
    fn values(&mut self, names: &[Bytes]) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
        let mut pairs = Vec::with_capacity(names.len());
        for name in names {
            pairs.push((name.clone(), self.text("a value of a stream's entry")?));
        }
        Ok(pairs)
    }
}

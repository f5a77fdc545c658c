//! Sorted sets: member by member with scores as text or as doubles, or packed.

use bytes::Bytes;
use remold_host_api::Scored;

use super::blob;
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::length::{read_count, read_string};
use crate::listpack::Listpack;
use crate::packed::{Element, Unpack};
use crate::ziplist::Ziplist;

const SIZE: &str = "the size of a sorted set";
const MEMBER: &str = "a sorted set's member";
const SCORE: &str = "a sorted set's score";
/// In place of the length of a score's text.
const NAN: u8 = 253;
const INFINITY: u8 = 254;
const NEGATIVE_INFINITY: u8 = 255;

/// Reads a count and as many members, each with the text of its score.
pub(super) fn with_text_scores(cursor: &mut Cursor<'_>) -> Result<Vec<Scored>, DecodeError> {
    scored(cursor, 2, |cursor| {
        let malformed = cursor.malformed(SCORE);
        Ok(match cursor.byte(SCORE)? {
            NAN => f64::NAN,
            INFINITY => f64::INFINITY,
            NEGATIVE_INFINITY => f64::NEG_INFINITY,
            length => Element::Text(cursor.take(length.into(), SCORE)?)
                .to_score()
                .ok_or(malformed)?,
        })
    })
}

/// Reads a count and as many members, each with its score as a double.
pub(super) fn with_binary_scores(cursor: &mut Cursor<'_>) -> Result<Vec<Scored>, DecodeError> {
    scored(cursor, 9, |cursor| cursor.f64_le(SCORE))
}

/// Reads a ziplist of members and scores.
pub(super) fn ziplist(cursor: &mut Cursor<'_>) -> Result<Vec<Scored>, DecodeError> {
    let (owner, base) = blob(cursor, Ziplist::NAME)?;
    unpack::<Ziplist<'_>>(&owner, base)
}

/// Reads a listpack of members and scores.
pub(super) fn listpack(cursor: &mut Cursor<'_>) -> Result<Vec<Scored>, DecodeError> {
    let (owner, base) = blob(cursor, Listpack::NAME)?;
    unpack::<Listpack<'_>>(&owner, base)
}

fn unpack<'a, L: Unpack<'a>>(owner: &'a Bytes, base: u64) -> Result<Vec<Scored>, DecodeError> {
    let mut list = L::open(owner, base)?;
    let mut members = Vec::with_capacity(list.capacity() / 2);
    while let Some(member) = list.next()? {
        let Some(score) = list.require(SCORE)?.to_score() else {
            return Err(list.malformed(SCORE));
        };
        members.push(Scored {
            member: member.to_bytes(owner),
            score,
        });
    }
    Ok(members)
}

fn scored(
    cursor: &mut Cursor<'_>,
    least: usize,
    score: impl Fn(&mut Cursor<'_>) -> Result<f64, DecodeError>,
) -> Result<Vec<Scored>, DecodeError> {
    let claimed = read_count(cursor, SIZE)?;
    let count = cursor.count(claimed, least, SIZE)?;
    let mut members = Vec::with_capacity(count);
    for _ in 0..count {
        members.push(Scored {
            member: read_string(cursor, MEMBER)?,
            score: score(cursor)?,
        });
    }
    Ok(members)
}

//! Sorted sets: packed in order if small, member by member otherwise.

use std::cmp::Ordering;

use remold_host_api::Scored;

use super::score::{Score, Spelling};
use super::{Bounds, Compact, blob, invalid, pack};
use crate::decimal::Decimal;
use crate::error::EncodeError;
use crate::kinds::{SORTED_SET, SORTED_SET_2, SORTED_SET_LISTPACK, SORTED_SET_ZIPLIST};
use crate::length::{write_length, write_string};
use crate::listpack::ListpackWriter;
use crate::packed::Pack;
use crate::target::{Target, Version};
use crate::ziplist::ZiplistWriter;

/// The first version with binary scores.
const BINARY: Version = Version(8);
/// In place of the length of a score's text.
const INFINITY: u8 = 254;
const NEGATIVE_INFINITY: u8 = 255;

/// Writes a sorted set and returns its type byte.
pub(super) fn write(
    members: &[Scored],
    target: &Target,
    out: &mut Vec<u8>,
) -> Result<u8, EncodeError> {
    if members.is_empty() {
        return Err(invalid("an empty sorted set"));
    }
    if members.iter().any(|scored| scored.score.is_nan()) {
        return Err(invalid("a score that is not a number"));
    }
    let mut ordered: Vec<&Scored> = members.iter().collect();
    ordered.sort_by(|a, b| by_score(a, b));
    let bounds = Bounds {
        entries: target.thresholds.zset_max_listpack_entries,
        value: target.thresholds.zset_max_listpack_value,
    };
    let texts = members.iter().map(|scored| scored.member.as_ref());
    let compact = if bounds.hold(members.len(), texts) {
        Compact::of(target.version)
    } else {
        Compact::None
    };
    Ok(match compact {
        Compact::Listpack => {
            blob(out, target.compress, |out| {
                pack(out, |list: &mut ListpackWriter<'_>| {
                    fill(&ordered, target, list);
                });
            });
            SORTED_SET_LISTPACK
        }
        Compact::Ziplist => {
            blob(out, target.compress, |out| {
                pack(out, |list: &mut ZiplistWriter<'_>| {
                    fill(&ordered, target, list);
                });
            });
            SORTED_SET_ZIPLIST
        }
        Compact::None => {
            write_length(out, members.len() as u64);
            // The server writes the greatest first, so that reading inserts at the front.
            for scored in ordered.iter().rev() {
                write_string(out, &scored.member, target.compress);
                if target.version >= BINARY {
                    out.extend(scored.score.to_le_bytes());
                } else {
                    text_score(scored.score, out);
                }
            }
            if target.version >= BINARY {
                SORTED_SET_2
            } else {
                SORTED_SET
            }
        }
    })
}

/// The server's order: by score, then by the bytes of the member.
fn by_score(a: &Scored, b: &Scored) -> Ordering {
    let scores = a.score.partial_cmp(&b.score).unwrap_or(Ordering::Equal);
    scores.then_with(|| a.member.cmp(&b.member))
}

fn fill<'o>(members: &[&Scored], target: &Target, list: &mut impl Pack<'o>) {
    let spelling = Spelling::of(target.version);
    for scored in members {
        list.push(&scored.member);
        match Score::new(scored.score, spelling) {
            Score::Whole(number) => list.push_number(number),
            Score::Text(text) => list.push(text.as_str().as_bytes()),
        }
    }
}

fn text_score(score: f64, out: &mut Vec<u8>) {
    if score.is_infinite() {
        out.push(if score > 0.0 {
            INFINITY
        } else {
            NEGATIVE_INFINITY
        });
        return;
    }
    match Score::new(score, Spelling::Redis6) {
        Score::Whole(number) => short(Decimal::new(number).as_bytes(), out),
        Score::Text(text) => short(text.as_str().as_bytes(), out),
    }
}

fn short(text: &[u8], out: &mut Vec<u8>) {
    out.push(u8::try_from(text.len()).expect("a score has at most 27 characters"));
    out.extend_from_slice(text);
}

//! Sets: numbers in an intset, small ones in a listpack, others member by member.

use bytes::Bytes;

use super::{Bounds, blob, invalid, pack};
use crate::decimal;
use crate::error::EncodeError;
use crate::intset;
use crate::kinds::{SET, SET_INTSET, SET_LISTPACK};
use crate::length::{write_length, write_string};
use crate::listpack::ListpackWriter;
use crate::packed::Pack;
use crate::target::{Target, Version};

/// The first version that packs sets into listpacks.
const LISTPACKS: Version = Version(11);
/// The server makes no longer intset.
const LONGEST_INTSET: usize = 1 << 30;

/// Writes a set and returns its type byte.
pub(super) fn write(
    members: &[Bytes],
    target: &Target,
    out: &mut Vec<u8>,
) -> Result<u8, EncodeError> {
    if members.is_empty() {
        return Err(invalid("an empty set"));
    }
    if let Some(numbers) = numbers(members, target) {
        blob(out, target.compress, |out| intset::write(out, &numbers));
        return Ok(SET_INTSET);
    }
    let bounds = Bounds {
        entries: target.thresholds.set_max_listpack_entries,
        value: target.thresholds.set_max_listpack_value,
    };
    let texts = members.iter().map(AsRef::as_ref);
    if target.version >= LISTPACKS && bounds.hold(members.len(), texts) {
        blob(out, target.compress, |out| {
            pack(out, |list: &mut ListpackWriter<'_>| {
                for member in members {
                    list.push(member);
                }
            });
        });
        return Ok(SET_LISTPACK);
    }
    write_length(out, members.len() as u64);
    for member in members {
        write_string(out, member, target.compress);
    }
    Ok(SET)
}

/// Returns the members in ascending order if an intset can hold them.
fn numbers(members: &[Bytes], target: &Target) -> Option<Vec<i64>> {
    let most = target.thresholds.set_max_intset_entries.min(LONGEST_INTSET);
    if members.len() > most
        || members
            .first()
            .is_none_or(|first| decimal::parse(first).is_none())
    {
        return None;
    }
    let numbers = members.iter().map(|member| decimal::parse(member));
    let mut numbers: Vec<i64> = numbers.collect::<Option<_>>()?;
    numbers.sort_unstable();
    Some(numbers)
}

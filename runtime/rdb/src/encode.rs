//! From values to payloads that a given server accepts, in the form in which that server would keep them.
//!
//! A value that is small by the target's thresholds is written in the compact form of the target's
//! version, so that the server takes it over as it is. What an older version has no place for is an error,
//! but for what a server keeps for information only: see [`encode`].

mod hash;
mod list;
mod score;
mod set;
mod sorted_set;
mod stream;

use bytes::Bytes;
use remold_host_api::Value;

use crate::error::EncodeError;
use crate::kinds::{MODULE_2, STRING};
use crate::length::{write_length, write_string};
use crate::lzf;
use crate::packed::{LARGEST, Pack};
use crate::payload;
use crate::target::{Target, Version};

/// Encodes a payload for `RESTORE`: type byte, object, version, checksum.
///
/// Streams lose, in versions that have no place for it, what the server only reports: when a consumer was
/// last active (before 11), and the counters of added, deleted and read entries (before 10).
///
/// # Errors
/// [`EncodeError::Unsupported`] if the target's version cannot hold the value, [`EncodeError::Invalid`] if
/// the server would refuse it: an empty collection, a score that is not a number, and the like.
pub fn encode(value: &Value, target: &Target) -> Result<Bytes, EncodeError> {
    // Enough for most values, so that the buffer is made once; a large one is allowed to grow.
    let mut out = Vec::with_capacity(value.weight().min(1 << 16) + 64);
    out.push(0);
    out[0] = encode_object(value, target, &mut out)?;
    payload::close(&mut out, 0, target.version, target.checksum);
    Ok(Bytes::from(out))
}

/// Encodes an object at the end of `out`, as it stands in a file behind its type byte and key, and returns
/// the type byte. After an error the end of `out` is of no use.
///
/// # Errors
/// Those of [`encode`].
pub fn encode_object(value: &Value, target: &Target, out: &mut Vec<u8>) -> Result<u8, EncodeError> {
    match value {
        Value::Text(text) => {
            write_string(out, text, target.compress);
            Ok(STRING)
        }
        Value::List(elements) => list::write(elements, target, out),
        Value::Set(members) => set::write(members.as_slice(), target, out),
        Value::SortedSet(members) => sorted_set::write(members.as_slice(), target, out),
        Value::Hash(fields) => hash::write(fields.as_slice(), target, out),
        Value::Stream(stream) => stream::write(stream, target, out),
        Value::Opaque(opaque) => {
            if opaque.type_id == MODULE_2 && target.version < Version(8) {
                return Err(unsupported("a module's value", target));
            }
            out.extend_from_slice(&opaque.bytes);
            Ok(opaque.type_id)
        }
    }
}

/// The compact form of small collections in a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compact {
    /// None that is worth writing.
    None,
    /// Ziplists.
    Ziplist,
    /// Listpacks.
    Listpack,
}

impl Compact {
    const fn of(version: Version) -> Self {
        match version.0 {
            0..=3 => Self::None,
            4..=9 => Self::Ziplist,
            _ => Self::Listpack,
        }
    }
}

/// Bounds of a compact form.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    entries: usize,
    value: usize,
}

impl Bounds {
    /// Says whether so many entries with these texts may be kept in the compact form.
    #[inline]
    fn hold<'a>(self, entries: usize, mut texts: impl Iterator<Item = &'a [u8]>) -> bool {
        let mut size = 0;
        entries <= self.entries
            && texts.all(|text| {
                // An element has up to eleven bytes beside its text.
                size += text.len() + 11;
                text.len() <= self.value && size < LARGEST
            })
    }
}

/// Writes a string that holds a nested encoding, which `fill` writes at the end of the buffer.
#[inline]
fn blob(out: &mut Vec<u8>, compress: bool, fill: impl FnOnce(&mut Vec<u8>)) {
    /// Room for the length, which is known at the end; most are of this size.
    const ROOM: usize = 2;
    let start = out.len();
    out.extend([0; ROOM]);
    fill(out);
    let blob = start + ROOM;
    let length = out.len() - blob;
    if compress
        && length > 20
        && let Some(compressed) = lzf::compress(&out[blob..])
    {
        out.truncate(start);
        out.push(0xc3);
        write_length(out, compressed.len() as u64);
        write_length(out, length as u64);
        out.extend(compressed);
        return;
    }
    if let Ok(short @ 0x40..0x4000) = u16::try_from(length) {
        out[start..blob].copy_from_slice(&(0x4000 | short).to_be_bytes());
    } else {
        let mut prefix = Vec::with_capacity(9);
        write_length(&mut prefix, length as u64);
        out.splice(start..blob, prefix);
    }
}

/// Writes a string that holds a packed list.
#[inline]
fn pack<'o, P: Pack<'o>>(out: &'o mut Vec<u8>, fill: impl FnOnce(&mut P)) {
    let mut list = P::begin(out);
    fill(&mut list);
    list.finish();
}

#[cold]
const fn unsupported(what: &'static str, target: &Target) -> EncodeError {
    EncodeError::Unsupported {
        what,
        version: target.version.0,
    }
}

#[cold]
const fn invalid(what: &'static str) -> EncodeError {
    EncodeError::Invalid { what }
}

#[cfg(test)]
mod tests;

//! Journal records as bytes, and back. Not the frames around them, which carry length and checksum.
//!
//! A record is a tag byte and its fields: numbers as LEB128, bytes with their length in front. What is
//! written per key is binary; the rare records (header, rejects, marks) are JSON, so that they can gain
//! fields without a new format. Reading takes slices of what it is given and copies no payload.
//!
//! | tag | record | fields |
//! |---|---|---|
//! | 1 | header | JSON |
//! | 2 | epoch | number |
//! | 3 | batch | id, count of groups; each group: count of images; each image: flags, key, then what the flags announce |
//! | 4 | void | batch id |
//! | 5 | alive | batch id |
//! | 6 | rejected | JSON |
//! | 7 | mark | JSON |

use bytes::{Buf, Bytes};
use remold_engine::digest::ValueDigest;
use remold_engine::port::{Eviction, Image};
use remold_engine::record::{AfterImage, JournalRecord, KeyImage};
use serde::Serialize;
use serde::de::DeserializeOwned;

const HEADER: u8 = 1;
const EPOCH: u8 = 2;
const BATCH: u8 = 3;
const VOID: u8 = 4;
const ALIVE: u8 = 5;
const REJECTED: u8 = 6;
const MARK: u8 = 7;

/// Flags of an image.
const BEFORE: u8 = 1;
const BEFORE_EXPIRES: u8 = 1 << 1;
const IDLE: u8 = 1 << 2;
const FREQUENCY: u8 = 1 << 3;
const AFTER: u8 = 1 << 4;
const AFTER_EXPIRES: u8 = 1 << 5;
const KNOWN: u8 = (1 << 6) - 1;

/// Why bytes are no record: what was expected where they stopped making sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{expected} was expected {remaining} bytes before the end of the records")]
pub(crate) struct Malformed {
    /// What was expected.
    pub(crate) expected: &'static str,
    /// How many bytes were left.
    pub(crate) remaining: usize,
}

/// Returns about how many bytes a record takes, so that a buffer need not grow.
pub(crate) fn size_hint(record: &JournalRecord) -> usize {
    const PER_IMAGE: usize = 48;
    match record {
        JournalRecord::Batch { groups, .. } => groups
            .iter()
            .flatten()
            .map(|image| {
                let payload = image
                    .before
                    .as_ref()
                    .map_or(0, |before| before.payload.len());
                image.key.len() + payload + PER_IMAGE
            })
            .sum(),
        _ => PER_IMAGE,
    }
}

/// Writes a record behind what the buffer holds.
pub(crate) fn encode(record: &JournalRecord, buffer: &mut Vec<u8>) {
    match record {
        JournalRecord::Header(header) => json(buffer, HEADER, header),
        JournalRecord::Epoch(epoch) => tagged(buffer, EPOCH, *epoch),
        JournalRecord::Batch { id, groups } => {
            tagged(buffer, BATCH, *id);
            number(buffer, groups.len() as u64);
            for group in groups {
                number(buffer, group.len() as u64);
                for image in group {
                    key_image(buffer, image);
                }
            }
        }
        JournalRecord::Void(id) => tagged(buffer, VOID, *id),
        JournalRecord::Alive(id) => tagged(buffer, ALIVE, *id),
        JournalRecord::Rejected(rejected) => json(buffer, REJECTED, rejected),
        JournalRecord::Mark(mark) => json(buffer, MARK, mark),
    }
}

fn tagged(buffer: &mut Vec<u8>, tag: u8, value: u64) {
    buffer.push(tag);
    number(buffer, value);
}

fn json(buffer: &mut Vec<u8>, tag: u8, value: &impl Serialize) {
    let text = serde_json::to_vec(value).expect("records hold nothing that JSON has no form for");
    buffer.push(tag);
    string(buffer, &text);
}

fn number(buffer: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        buffer.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    buffer.push(value.to_le_bytes()[0]);
}

fn string(buffer: &mut Vec<u8>, bytes: &[u8]) {
    number(buffer, bytes.len() as u64);
    buffer.extend_from_slice(bytes);
}

fn key_image(buffer: &mut Vec<u8>, image: &KeyImage) {
    let mut flags = 0;
    if let Some(before) = &image.before {
        flags |= BEFORE;
        flags |= before.expires_at.map_or(0, |_| BEFORE_EXPIRES);
        flags |= match before.eviction {
            None => 0,
            Some(Eviction::Idle(_)) => IDLE,
            Some(Eviction::Frequency(_)) => FREQUENCY,
        };
    }
    if let Some(after) = &image.after {
        flags |= AFTER;
        flags |= after.expires_at.map_or(0, |_| AFTER_EXPIRES);
    }
    buffer.push(flags);
    string(buffer, &image.key);
    if let Some(before) = &image.before {
        string(buffer, &before.payload);
        if let Some(at) = before.expires_at {
            number(buffer, at);
        }
        match before.eviction {
            None => {}
            Some(Eviction::Idle(seconds)) => number(buffer, seconds),
            Some(Eviction::Frequency(counter)) => buffer.push(counter),
        }
    }
    if let Some(after) = &image.after {
        buffer.extend_from_slice(&after.digest.0);
        if let Some(at) = after.expires_at {
            number(buffer, at);
        }
    }
}

/// Takes one record from the front of `bytes`, which must not be empty.
pub(crate) fn decode(bytes: &mut Bytes) -> Result<JournalRecord, Malformed> {
    Ok(match take_byte(bytes, "a record's tag")? {
        HEADER => JournalRecord::Header(Box::new(take_json(bytes, "the header")?)),
        EPOCH => JournalRecord::Epoch(take_number(bytes)?),
        BATCH => {
            let id = take_number(bytes)?;
            let groups = take_list(bytes, |bytes| take_list(bytes, take_key_image))?;
            JournalRecord::Batch { id, groups }
        }
        VOID => JournalRecord::Void(take_number(bytes)?),
        ALIVE => JournalRecord::Alive(take_number(bytes)?),
        REJECTED => JournalRecord::Rejected(take_json(bytes, "a rejected key")?),
        MARK => JournalRecord::Mark(take_json(bytes, "a mark")?),
        _ => return Err(malformed(bytes, "a known tag")),
    })
}

fn malformed(bytes: &Bytes, expected: &'static str) -> Malformed {
    Malformed {
        expected,
        remaining: bytes.len(),
    }
}

fn take_byte(bytes: &mut Bytes, expected: &'static str) -> Result<u8, Malformed> {
    bytes.try_get_u8().map_err(|_| malformed(bytes, expected))
}

fn take_number(bytes: &mut Bytes) -> Result<u64, Malformed> {
    const EXPECTED: &str = "a number of at most 64 bits";
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(bytes, EXPECTED)?;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            break;
        }
        value |= bits << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(malformed(bytes, EXPECTED))
}

fn take_string(bytes: &mut Bytes, expected: &'static str) -> Result<Bytes, Malformed> {
    match usize::try_from(take_number(bytes)?) {
        Ok(length) if length <= bytes.len() => Ok(bytes.split_to(length)),
        _ => Err(malformed(bytes, expected)),
    }
}

fn take_json<T: DeserializeOwned>(
    bytes: &mut Bytes,
    expected: &'static str,
) -> Result<T, Malformed> {
    let text = take_string(bytes, expected)?;
    serde_json::from_slice(&text).map_err(|_| malformed(bytes, expected))
}

/// Takes a count and that many items. Every item takes at least a byte, which bounds what a count may claim.
fn take_list<T>(
    bytes: &mut Bytes,
    take: impl Fn(&mut Bytes) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    match usize::try_from(take_number(bytes)?) {
        Ok(count) if count <= bytes.len() => (0..count).map(|_| take(bytes)).collect(),
        _ => Err(malformed(bytes, "as many items as were announced")),
    }
}

fn take_key_image(bytes: &mut Bytes) -> Result<KeyImage, Malformed> {
    let flags = take_byte(bytes, "an image's flags")?;
    if flags & !KNOWN != 0 {
        return Err(malformed(bytes, "known flags"));
    }
    let has = |flag| flags & flag != 0;
    let key = take_string(bytes, "a key")?;
    let mut before = None;
    if has(BEFORE) {
        let payload = take_string(bytes, "a payload")?;
        let expires_at = has(BEFORE_EXPIRES)
            .then(|| take_number(bytes))
            .transpose()?;
        let eviction = if has(IDLE) {
            Some(Eviction::Idle(take_number(bytes)?))
        } else if has(FREQUENCY) {
            Some(Eviction::Frequency(take_byte(bytes, "an access counter")?))
        } else {
            None
        };
        before = Some(Image {
            payload,
            expires_at,
            eviction,
        });
    }
    let mut after = None;
    if has(AFTER) {
        let mut digest = [0; 16];
        bytes
            .try_copy_to_slice(&mut digest)
            .map_err(|_| malformed(bytes, "a digest"))?;
        after = Some(AfterImage {
            digest: ValueDigest(digest),
            expires_at: has(AFTER_EXPIRES).then(|| take_number(bytes)).transpose()?,
        });
    }
    Ok(KeyImage { key, before, after })
}

#[cfg(test)]
mod tests;

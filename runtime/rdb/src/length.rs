//! Lengths and strings, the two things that serialised objects are made of.
//!
//! A length takes 1, 2, 5 or 9 bytes by its upper two bits: 6 bits, 14 bits, or a big-endian number of 4
//! or 8 bytes. The fourth form says that no length but a specially encoded string follows: a little-endian
//! number of 1, 2 or 4 bytes that stands for its decimal text, or a compressed string.

use bytes::Bytes;

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::lzf;

/// Strings up to this length may be numbers.
const LONGEST_NUMBER: usize = 11;
/// The server compresses only longer strings.
const LONGEST_PLAIN: usize = 20;

/// What stands where a length may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// A length or count.
    Plain(u64),
    /// A string in a form of its own follows instead.
    Encoded(StringEncoding),
}

/// A string's form other than its plain bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringEncoding {
    /// A number of 1 byte.
    Int8,
    /// A number of 2 bytes.
    Int16,
    /// A number of 4 bytes.
    Int32,
    /// Compressed: the compressed length, the length, the compressed bytes.
    Lzf,
}

/// Reads a length, or which encoded string follows in its place.
#[inline]
pub fn read_length(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<Length, DecodeError> {
    let offset = cursor.offset();
    let first = cursor.byte(expected)?;
    let six = first & 0x3f;
    Ok(Length::Plain(match (first >> 6, first) {
        (0, _) => u64::from(six),
        (1, _) => u64::from(six) << 8 | u64::from(cursor.byte(expected)?),
        (_, 0x80) => u64::from(cursor.u32_be(expected)?),
        (_, 0x81) => cursor.u64_be(expected)?,
        (_, 0xc0) => return Ok(Length::Encoded(StringEncoding::Int8)),
        (_, 0xc1) => return Ok(Length::Encoded(StringEncoding::Int16)),
        (_, 0xc2) => return Ok(Length::Encoded(StringEncoding::Int32)),
        (_, 0xc3) => return Ok(Length::Encoded(StringEncoding::Lzf)),
        _ => {
            return Err(DecodeError::Unexpected {
                offset,
                expected: "the first byte of a length",
                found: u64::from(first),
            });
        }
    }))
}

/// Reads a length or count where no string may stand.
#[inline]
pub fn read_count(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<u64, DecodeError> {
    let malformed = cursor.malformed(expected);
    match read_length(cursor, expected)? {
        Length::Plain(count) => Ok(count),
        Length::Encoded(_) => Err(malformed),
    }
}

/// Reads a string: its bytes, the text of a number, or what a compressed string holds.
pub fn read_string(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<Bytes, DecodeError> {
    let number: i32 = match read_length(cursor, expected)? {
        Length::Plain(length) => return cursor.bytes(length, expected),
        Length::Encoded(StringEncoding::Lzf) => return read_compressed(cursor, expected),
        Length::Encoded(StringEncoding::Int8) => i8::from_le_bytes(cursor.array(expected)?).into(),
        Length::Encoded(StringEncoding::Int16) => cursor.i16_le(expected)?.into(),
        Length::Encoded(StringEncoding::Int32) => cursor.i32_le(expected)?,
    };
    Ok(Bytes::from(number.to_string()))
}

fn read_compressed(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<Bytes, DecodeError> {
    let compressed = read_count(cursor, expected)?;
    let claimed = read_count(cursor, expected)?;
    let offset = cursor.offset();
    let input = cursor.take_claimed(compressed, expected)?;
    match lzf::decompress(input, claimed) {
        Ok(bytes) => Ok(Bytes::from(bytes)),
        Err(DecodeError::Claim { claimed, limit, .. }) => Err(DecodeError::Claim {
            offset,
            expected,
            claimed,
            limit,
        }),
        Err(_) => Err(DecodeError::Malformed { offset, expected }),
    }
}

/// Reads past a string without unpacking it.
#[inline]
pub fn skip_string(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<(), DecodeError> {
    let length = match read_length(cursor, expected)? {
        Length::Plain(length) => length,
        Length::Encoded(StringEncoding::Int8) => 1,
        Length::Encoded(StringEncoding::Int16) => 2,
        Length::Encoded(StringEncoding::Int32) => 4,
        Length::Encoded(StringEncoding::Lzf) => {
            let compressed = read_count(cursor, expected)?;
            read_count(cursor, expected)?;
            compressed
        }
    };
    cursor.take_claimed(length, expected).map(drop)
}

/// Writes a length or count in the shortest form.
#[inline]
pub fn write_length(out: &mut Vec<u8>, length: u64) {
    if let Ok(byte @ ..0x40) = u8::try_from(length) {
        out.push(byte);
    } else if let Ok(short @ ..0x4000) = u16::try_from(length) {
        out.extend((short | 0x4000).to_be_bytes());
    } else if let Ok(long) = u32::try_from(length) {
        out.push(0x80);
        out.extend(long.to_be_bytes());
    } else {
        out.push(0x81);
        out.extend(length.to_be_bytes());
    }
}

/// Writes a string as it is, without looking for a shorter form.
#[inline]
pub fn write_plain_string(out: &mut Vec<u8>, string: &[u8]) {
    write_length(out, string.len() as u64);
    out.extend_from_slice(string);
}

/// Writes a string as the server does: a short decimal number as a number, and if `compress`
/// (`rdbcompression`), what is longer than 20 bytes compressed if that is shorter.
#[inline]
pub fn write_string(out: &mut Vec<u8>, string: &[u8], compress: bool) {
    if string.len() <= LONGEST_NUMBER
        && let Some(number) = canonical_number(string)
    {
        return write_number(out, number);
    }
    if compress
        && string.len() > LONGEST_PLAIN
        && let Some(compressed) = lzf::compress(string)
    {
        out.push(0xc3);
        write_length(out, compressed.len() as u64);
        write_length(out, string.len() as u64);
        out.extend(compressed);
        return;
    }
    write_plain_string(out, string);
}

fn write_number(out: &mut Vec<u8>, number: i32) {
    if let Ok(byte) = i8::try_from(number) {
        out.push(0xc0);
        out.extend(byte.to_le_bytes());
    } else if let Ok(short) = i16::try_from(number) {
        out.push(0xc1);
        out.extend(short.to_le_bytes());
    } else {
        out.push(0xc2);
        out.extend(number.to_le_bytes());
    }
}

/// Returns the number whose decimal text is exactly `text`: no sign, zero or space too many.
fn canonical_number(text: &[u8]) -> Option<i32> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    match digits {
        [b'1'..=b'9', ..] => {}
        [b'0'] if digits.len() == text.len() => {}
        _ => return None,
    }
    let magnitude = digits.iter().try_fold(0_i64, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })?;
    let number = if digits.len() == text.len() {
        magnitude
    } else {
        -magnitude
    };
    i32::try_from(number).ok()
}

#[cfg(test)]
mod tests;

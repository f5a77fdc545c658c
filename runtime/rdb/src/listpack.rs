//! Listpacks: the compact form of small values since Redis 7.0 (`listpack.c`).
//!
//! A size of 4 bytes, a count of 2, the elements, and an end byte. Each element is followed by its own
//! length, written so that it can be read backwards. Everything is little-endian.

use crate::cursor::Cursor;
use crate::decimal;
use crate::error::DecodeError;
use crate::packed::{END, Element, Pack, Tally, Unpack, signed};

const NAME: &str = "a listpack";
const ELEMENT: &str = "a listpack's element";
const HEADER: usize = 6;

/// Reads a listpack.
#[derive(Debug)]
pub(crate) struct Listpack<'a> {
    cursor: Cursor<'a>,
    tally: Tally,
}

impl<'a> Unpack<'a> for Listpack<'a> {
    const NAME: &'static str = NAME;

    fn open(bytes: &'a [u8], base: u64) -> Result<Self, DecodeError> {
        let mut cursor = Cursor::new(bytes).with_base(base);
        let size = cursor.u32_le(NAME)?;
        if u64::from(size) != bytes.len() as u64 {
            return Err(DecodeError::Claim {
                offset: base,
                expected: NAME,
                claimed: size.into(),
                limit: bytes.len() as u64,
            });
        }
        let tally = Tally::new(cursor.u16_le(NAME)?);
        Ok(Self { cursor, tally })
    }

    #[inline]
    fn next(&mut self) -> Result<Option<Element<'a>>, DecodeError> {
        // Nearly every element is a short text or a small number: one byte before it, one behind it.
        let rest = self.cursor.rest();
        if let Some(first @ 0x80..0xc0) = rest.first()
            && let length = usize::from(first & 0x3f)
            && let Some([text @ .., back]) = rest.get(1..length + 2)
            && usize::from(*back) == length + 1
        {
            self.cursor.take(length + 2, ELEMENT)?;
            self.tally.count();
            return Ok(Some(Element::Text(text)));
        }
        self.next_of_any_form()
    }

    fn capacity(&self) -> usize {
        self.tally.capacity(&self.cursor)
    }

    fn malformed(&self, expected: &'static str) -> DecodeError {
        self.cursor.malformed(expected)
    }
}

impl<'a> Listpack<'a> {
    /// Reads the next element, whatever its form.
    fn next_of_any_form(&mut self) -> Result<Option<Element<'a>>, DecodeError> {
        let cursor = &mut self.cursor;
        let start = cursor.position();
        let first = cursor.byte(ELEMENT)?;
        let element = match first {
            0x00..=0x7f => Element::Number(first.into()),
            0x80..=0xbf => Element::Text(cursor.take(usize::from(first & 0x3f), ELEMENT)?),
            0xc0..=0xdf => {
                let low = cursor.byte(ELEMENT)?;
                // 13 bits: the sign is moved to the top and back.
                Element::Number(
                    (i16::from_be_bytes([(first << 3) | (low >> 5), low << 3]) >> 3).into(),
                )
            }
            0xe0..=0xef => {
                let low = cursor.byte(ELEMENT)?;
                let length = u16::from_be_bytes([first & 0x0f, low]);
                Element::Text(cursor.take(usize::from(length), ELEMENT)?)
            }
            0xf0 => {
                let length = cursor.u32_le(ELEMENT)?;
                Element::Text(cursor.take_claimed(length.into(), ELEMENT)?)
            }
            0xf1 => Element::Number(signed::<2>(cursor.array(ELEMENT)?)),
            0xf2 => Element::Number(signed::<3>(cursor.array(ELEMENT)?)),
            0xf3 => Element::Number(signed::<4>(cursor.array(ELEMENT)?)),
            0xf4 => Element::Number(signed::<8>(cursor.array(ELEMENT)?)),
            END => {
                self.tally.close(cursor, NAME)?;
                return Ok(None);
            }
            _ => {
                return Err(DecodeError::Unexpected {
                    offset: cursor.offset() - 1,
                    expected: "the first byte of a listpack's element",
                    found: first.into(),
                });
            }
        };
        let length = cursor.position() - start;
        if length <= 127 {
            if usize::from(cursor.byte(ELEMENT)?) != length {
                return Err(cursor.malformed(ELEMENT));
            }
        } else {
            let (back, size) = back_length(length);
            if cursor.take(size, ELEMENT)? != &back[..size] {
                return Err(cursor.malformed(ELEMENT));
            }
        }
        self.tally.count();
        Ok(Some(element))
    }
}

/// Writes a listpack.
#[derive(Debug)]
pub(crate) struct ListpackWriter<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    count: usize,
}

impl<'o> Pack<'o> for ListpackWriter<'o> {
    #[inline]
    fn begin(out: &'o mut Vec<u8>) -> Self {
        let start = out.len();
        out.extend([0; HEADER]);
        Self {
            out,
            start,
            count: 0,
        }
    }

    #[inline]
    fn push(&mut self, text: &[u8]) {
        match decimal::parse(text) {
            Some(number) => self.push_number(number),
            None => self.push_text(text),
        }
    }

    #[inline]
    fn push_number(&mut self, number: i64) {
        let start = self.out.len();
        write_number(self.out, number);
        self.close(start);
    }

    fn count(&self) -> usize {
        self.count
    }

    fn size(&self) -> usize {
        self.out.len() - self.start + 1
    }

    fn finish(self) {
        self.out.push(END);
        let size = u32::try_from(self.out.len() - self.start)
            .expect("who writes a listpack keeps it below the largest size");
        let header = &mut self.out[self.start..self.start + HEADER];
        header[..4].copy_from_slice(&size.to_le_bytes());
        header[4..].copy_from_slice(&Tally::header(self.count).to_le_bytes());
    }
}

impl ListpackWriter<'_> {
    /// Returns where in the buffer the next element will begin.
    pub(crate) fn position(&self) -> usize {
        self.out.len()
    }

    /// Replaces the number at `position`, whose element has `size` bytes with its length.
    pub(crate) fn replace_number(&mut self, position: usize, size: usize, number: i64) {
        let mut element = Vec::with_capacity(10);
        write_number(&mut element, number);
        write_back_length(&mut element, 0);
        self.out.splice(position..position + size, element);
    }

    #[inline]
    fn push_text(&mut self, text: &[u8]) {
        let start = self.out.len();
        let length = text.len();
        if let Ok(byte @ ..0x40) = u8::try_from(length) {
            self.out.push(0x80 | byte);
        } else if let Ok(short @ ..0x1000) = u16::try_from(length) {
            self.out.extend((0xe000 | short).to_be_bytes());
        } else {
            let long = u32::try_from(length)
                .expect("who writes a listpack keeps it below the largest size");
            self.out.push(0xf0);
            self.out.extend(long.to_le_bytes());
        }
        self.out.extend_from_slice(text);
        self.close(start);
    }

    #[inline]
    fn close(&mut self, start: usize) {
        write_back_length(self.out, start);
        self.count += 1;
    }
}

#[inline]
fn write_number(out: &mut Vec<u8>, number: i64) {
    let bytes = number.to_le_bytes();
    match number {
        0..=127 => out.push(bytes[0]),
        -4096..=4095 => out.extend([0xc0 | (bytes[1] & 0x1f), bytes[0]]),
        -0x8000..=0x7fff => out.extend([0xf1, bytes[0], bytes[1]]),
        -0x80_0000..=0x7f_ffff => out.extend([0xf2, bytes[0], bytes[1], bytes[2]]),
        -0x8000_0000..=0x7fff_ffff => out.extend([0xf3, bytes[0], bytes[1], bytes[2], bytes[3]]),
        _ => {
            out.push(0xf4);
            out.extend(bytes);
        }
    }
}

/// Writes the length of the element that begins at `start` and ends here.
#[inline]
fn write_back_length(out: &mut Vec<u8>, start: usize) {
    let length = out.len() - start;
    if let Ok(byte @ ..=127) = u8::try_from(length) {
        out.push(byte);
    } else {
        let (back, size) = back_length(length);
        out.extend_from_slice(&back[..size]);
    }
}

/// Spells a length so that it is read backwards: seven bits a byte, all but the first with the top bit.
fn back_length(length: usize) -> ([u8; 5], usize) {
    // The server's bounds, of which all but the first are one below what would fit.
    let size = match length {
        0..=127 => 1,
        128..=16_382 => 2,
        16_383..=2_097_150 => 3,
        2_097_151..=268_435_454 => 4,
        _ => 5,
    };
    let mut back = [0; 5];
    for (index, byte) in back[..size].iter_mut().enumerate() {
        let bits = u8::try_from((length >> (7 * (size - 1 - index))) & 0x7f)
            .expect("seven bits fit a byte");
        *byte = if index == 0 { bits } else { bits | 0x80 };
    }
    (back, size)
}

#[cfg(test)]
mod tests;

//! Ziplists: the compact form of small values before Redis 7.0 (`ziplist.c`).
//!
//! A size of 4 bytes, the offset of the last element in 4 bytes, a count of 2, the elements, and an end
//! byte. Each element begins with the size of the one before it. Lengths of texts are big-endian,
//! everything else is little-endian.

use crate::cursor::Cursor;
use crate::decimal;
use crate::error::DecodeError;
use crate::packed::{END, Element, Pack, Tally, Unpack, signed};

const NAME: &str = "a ziplist";
const ELEMENT: &str = "a ziplist's element";
const HEADER: usize = 10;
/// In place of a size of one byte: a size of four bytes follows.
const LONG: u8 = 0xfe;
/// Longer texts are never numbers.
const LONGEST_NUMBER: usize = 31;

/// Reads a ziplist.
#[derive(Debug)]
pub(crate) struct Ziplist<'a> {
    cursor: Cursor<'a>,
    tally: Tally,
    tail: usize,
    last: usize,
}

impl<'a> Unpack<'a> for Ziplist<'a> {
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
        let malformed = cursor.malformed("the offset of a ziplist's last element");
        let tail = usize::try_from(cursor.u32_le(NAME)?).map_err(|_| malformed)?;
        let tally = Tally::new(cursor.u16_le(NAME)?);
        Ok(Self {
            cursor,
            tally,
            tail,
            last: HEADER,
        })
    }

    #[inline]
    fn next(&mut self) -> Result<Option<Element<'a>>, DecodeError> {
        let cursor = &mut self.cursor;
        let start = cursor.position();
        let previous = match cursor.byte(ELEMENT)? {
            END => {
                if self.tail != self.last {
                    return Err(cursor.malformed("the offset of a ziplist's last element"));
                }
                self.tally.close(cursor, NAME)?;
                return Ok(None);
            }
            LONG => u64::from(cursor.u32_le(ELEMENT)?),
            short => short.into(),
        };
        if previous != (start - self.last) as u64 {
            return Err(cursor.malformed("the size of the element before"));
        }
        let first = cursor.byte(ELEMENT)?;
        let element = match first {
            0x00..=0x3f => Element::Text(cursor.take(first.into(), ELEMENT)?),
            0x40..=0x7f => {
                let low = cursor.byte(ELEMENT)?;
                let length = u16::from_be_bytes([first & 0x3f, low]);
                Element::Text(cursor.take(length.into(), ELEMENT)?)
            }
            0x80..=0xbf => {
                let length = cursor.u32_be(ELEMENT)?;
                Element::Text(cursor.take_claimed(length.into(), ELEMENT)?)
            }
            0xc0 => Element::Number(signed::<2>(cursor.array(ELEMENT)?)),
            0xd0 => Element::Number(signed::<4>(cursor.array(ELEMENT)?)),
            0xe0 => Element::Number(signed::<8>(cursor.array(ELEMENT)?)),
            0xf0 => Element::Number(signed::<3>(cursor.array(ELEMENT)?)),
            0xf1..=0xfd => Element::Number(i64::from(first & 0x0f) - 1),
            0xfe => Element::Number(signed::<1>(cursor.array(ELEMENT)?)),
            _ => {
                return Err(DecodeError::Unexpected {
                    offset: cursor.offset() - 1,
                    expected: "the encoding of a ziplist's element",
                    found: first.into(),
                });
            }
        };
        self.last = start;
        self.tally.count();
        Ok(Some(element))
    }

    fn capacity(&self) -> usize {
        self.tally.capacity(&self.cursor)
    }

    fn malformed(&self, expected: &'static str) -> DecodeError {
        self.cursor.malformed(expected)
    }
}

/// Writes a ziplist.
#[derive(Debug)]
pub(crate) struct ZiplistWriter<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    last: usize,
    count: usize,
}

impl<'o> Pack<'o> for ZiplistWriter<'o> {
    fn begin(out: &'o mut Vec<u8>) -> Self {
        let start = out.len();
        out.extend([0; HEADER]);
        Self {
            out,
            start,
            last: start + HEADER,
            count: 0,
        }
    }

    fn push(&mut self, text: &[u8]) {
        self.open();
        let number = Some(text).filter(|text| text.len() <= LONGEST_NUMBER);
        match number.and_then(decimal::parse) {
            Some(number) => write_number(self.out, number),
            None => write_text(self.out, text),
        }
    }

    fn push_number(&mut self, number: i64) {
        self.open();
        write_number(self.out, number);
    }

    fn count(&self) -> usize {
        self.count
    }

    fn size(&self) -> usize {
        self.out.len() - self.start + 1
    }

    fn finish(self) {
        self.out.push(END);
        let short = |number: usize| {
            u32::try_from(number).expect("who writes a ziplist keeps it below the largest size")
        };
        let size = short(self.out.len() - self.start);
        let tail = short(self.last - self.start);
        let header = &mut self.out[self.start..self.start + HEADER];
        header[..4].copy_from_slice(&size.to_le_bytes());
        header[4..8].copy_from_slice(&tail.to_le_bytes());
        header[8..].copy_from_slice(&Tally::header(self.count).to_le_bytes());
    }
}

impl ZiplistWriter<'_> {
    /// Begins an element with the size of the one before.
    fn open(&mut self) {
        let here = self.out.len();
        let previous = u32::try_from(here - self.last)
            .expect("who writes a ziplist keeps it below the largest size");
        match u8::try_from(previous) {
            Ok(short) if short < LONG => self.out.push(short),
            _ => {
                self.out.push(LONG);
                self.out.extend(previous.to_le_bytes());
            }
        }
        self.last = here;
        self.count += 1;
    }
}

fn write_number(out: &mut Vec<u8>, number: i64) {
    let bytes = number.to_le_bytes();
    match number {
        0..=12 => out.push(0xf1 + bytes[0]),
        -0x80..=0x7f => out.extend([0xfe, bytes[0]]),
        -0x8000..=0x7fff => out.extend([0xc0, bytes[0], bytes[1]]),
        -0x80_0000..=0x7f_ffff => out.extend([0xf0, bytes[0], bytes[1], bytes[2]]),
        -0x8000_0000..=0x7fff_ffff => out.extend([0xd0, bytes[0], bytes[1], bytes[2], bytes[3]]),
        _ => {
            out.push(0xe0);
            out.extend(bytes);
        }
    }
}

fn write_text(out: &mut Vec<u8>, text: &[u8]) {
    if let Ok(byte @ ..0x40) = u8::try_from(text.len()) {
        out.push(byte);
    } else if let Ok(short @ ..0x4000) = u16::try_from(text.len()) {
        out.extend((0x4000 | short).to_be_bytes());
    } else {
        let long = u32::try_from(text.len())
            .expect("who writes a ziplist keeps it below the largest size");
        out.push(0x80);
        out.extend(long.to_be_bytes());
    }
    out.extend_from_slice(text);
}

#[cfg(test)]
mod tests;

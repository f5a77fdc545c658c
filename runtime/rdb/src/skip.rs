//! Finding the end of what is serialised, without decoding it.
//!
//! A serialised object has no length of its own: its end is known when it was read. [`Skip`] walks over
//! its shape (see `shape.rs`) and can stop wherever the bytes end and go on when more are there, so that
//! a file is read with the memory of its largest object. It looks into nothing: a listpack is a string
//! to it. It terminates, because each step takes at least one byte.

pub(crate) mod shape;

use std::collections::HashMap;

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::length::{Length, StringEncoding, read_count, read_length};
use crate::target::Version;
use shape::Part;

/// What [`Skip`] found in the bytes that it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The end, as a position in the bytes.
    End(usize),
    /// The bytes end first. At least so many more are needed, if what they claim is true.
    More(u64),
}

/// A walk over serialised things, one after the other.
#[derive(Debug, Clone, Default)]
pub struct Skip {
    position: usize,
    /// Bytes of the current string or number that are still to be passed.
    pending: u64,
    frames: Vec<Frame>,
    /// How many fields each hash template of the file has.
    templates: HashMap<u64, u64>,
}

/// A row of parts that is walked over a number of times.
#[derive(Debug, Clone, Copy)]
struct Frame {
    parts: &'static [Part],
    next: usize,
    rounds: u64,
}

/// What a part turned out to be.
struct Found {
    /// So many bytes follow that mean nothing here.
    pending: u64,
    /// These parts follow, so many times.
    follow: Option<(&'static [Part], u64)>,
    /// The same part follows again.
    again: bool,
}

impl Found {
    const NOTHING: Self = Self::bytes(0);

    const fn bytes(pending: u64) -> Self {
        Self {
            pending,
            follow: None,
            again: false,
        }
    }

    const fn parts(parts: &'static [Part], rounds: u64) -> Self {
        Self {
            pending: 0,
            follow: Some((parts, rounds)),
            again: false,
        }
    }
}

/// Returns the length of the object behind its type byte at the start of `bytes`.
///
/// # Errors
/// [`DecodeError::Truncated`] if the bytes end first, [`DecodeError::UnknownType`], or what is wrong with
/// the object's lengths.
pub fn object_length(bytes: &[u8], type_id: u8, version: Version) -> Result<usize, DecodeError> {
    let mut skip = Skip::default();
    skip.expect_object(type_id, version, 0)?;
    match skip.advance(bytes, 0)? {
        Progress::End(end) => Ok(end),
        Progress::More(needed) => Err(DecodeError::Truncated {
            offset: bytes.len() as u64,
            expected: "an object",
            needed,
        }),
    }
}

impl Skip {
    /// Returns how many bytes were passed.
    #[inline]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Begins again at the start of other bytes. Templates are kept.
    #[inline]
    pub fn restart(&mut self) {
        self.position = 0;
        self.pending = 0;
        self.frames.clear();
    }

    /// Expects an object of a type next; `offset` is where its type byte stands, for the error.
    ///
    /// # Errors
    /// [`DecodeError::UnknownType`] if the version has no such type, or none whose end can be found: a
    /// module's value from before Redis 4.0.
    #[inline]
    pub fn expect_object(
        &mut self,
        type_id: u8,
        version: Version,
        offset: u64,
    ) -> Result<(), DecodeError> {
        let Some(parts) = shape::object(type_id, version) else {
            return Err(DecodeError::UnknownType {
                offset,
                type_id,
                version: version.0,
            });
        };
        self.expect(parts);
        Ok(())
    }

    /// Expects parts next.
    #[inline]
    pub(crate) fn expect(&mut self, parts: &'static [Part]) {
        self.frames.push(Frame {
            parts,
            next: 0,
            rounds: 1,
        });
    }

    /// Passes a byte that is there, between two things.
    #[inline]
    pub(crate) const fn pass_byte(&mut self) {
        self.position += 1;
    }

    /// Makes known how many fields a hash template has, which later objects name by its number.
    pub(crate) fn learn_template(&mut self, id: u64, fields: u64) {
        self.templates.insert(id, fields);
    }

    /// Walks on over `bytes`, which begin where those of the calls before began and may be longer now.
    /// `base` is their offset, for errors.
    ///
    /// # Errors
    /// [`DecodeError`] for what is no length, or does not follow the shape. The end of the bytes is no
    /// error.
    pub fn advance(&mut self, bytes: &[u8], base: u64) -> Result<Progress, DecodeError> {
        loop {
            if self.pending > 0 {
                let there = (bytes.len() - self.position) as u64;
                if there < self.pending {
                    self.pending -= there;
                    self.position = bytes.len();
                    return Ok(Progress::More(self.pending));
                }
                self.position += usize::try_from(self.pending).expect("so many bytes are there");
                self.pending = 0;
            }
            let Some(frame) = self.frames.last_mut() else {
                return Ok(Progress::End(self.position));
            };
            let Some(part) = frame.parts.get(frame.next) else {
                if frame.rounds > 1 {
                    frame.rounds -= 1;
                    frame.next = 0;
                } else {
                    self.frames.pop();
                }
                continue;
            };
            let mut cursor = Cursor::new(&bytes[self.position..])
                .with_base(base.saturating_add(self.position as u64));
            let found = match part.read(&mut cursor, &self.templates) {
                Ok(found) => found,
                Err(DecodeError::Truncated { needed, .. }) => return Ok(Progress::More(needed)),
                Err(error) => return Err(error),
            };
            self.position += cursor.position();
            self.pending = found.pending;
            if !found.again {
                frame.next += 1;
            }
            if let Some((parts, rounds @ 1..)) = found.follow {
                self.frames.push(Frame {
                    parts,
                    next: 0,
                    rounds,
                });
            }
        }
    }
}

impl Part {
    /// Reads what tells how this part goes on. Takes nothing if the bytes end before that.
    #[inline]
    fn read(
        self,
        cursor: &mut Cursor<'_>,
        templates: &HashMap<u64, u64>,
    ) -> Result<Found, DecodeError> {
        Ok(match self {
            Self::String => Found::bytes(string_bytes(cursor)?),
            Self::Length => {
                read_count(cursor, "a length")?;
                Found::NOTHING
            }
            Self::Bytes(count) => Found::bytes(u64::from(count)),
            Self::Each(parts) => Found::parts(parts, read_count(cursor, "a count")?),
            Self::Flagged(parts) => Found::parts(parts, flag(cursor)?),
            Self::Score => match cursor.byte("a score")? {
                253.. => Found::NOTHING,
                length => Found::bytes(u64::from(length)),
            },
            Self::ModuleValue => module_value(cursor)?,
            Self::ArrayItems => {
                let count = read_count(cursor, "an array's count")?;
                if flag(cursor)? == 1 {
                    read_count(cursor, "an array's insert position")?;
                }
                Found::parts(&[Self::Length, Self::ArrayItem], count)
            }
            Self::ArrayItem => {
                let offset = cursor.offset();
                match read_count(cursor, "an array item's form")? {
                    1 | 2 => Found::bytes(8),
                    0 | 3 => Found::parts(&[Self::String], 1),
                    found => {
                        return Err(DecodeError::Unexpected {
                            offset,
                            expected: "an array item's form",
                            found,
                        });
                    }
                }
            }
            Self::TemplateValues => {
                let offset = cursor.offset();
                let id = read_count(cursor, "a hash template's number")?;
                let Some(fields) = templates.get(&id) else {
                    return Err(DecodeError::Unexpected {
                        offset,
                        expected: "the number of a hash template",
                        found: id,
                    });
                };
                Found::parts(&[Self::String], *fields)
            }
            Self::Command => Found::parts(&[Self::Argument], resp_count(cursor, b'*')?),
            Self::Argument => Found::bytes(resp_count(cursor, b'$')?.saturating_add(2)),
        })
    }
}

/// Reads the head of a string, and returns how many bytes follow it.
#[inline]
fn string_bytes(cursor: &mut Cursor<'_>) -> Result<u64, DecodeError> {
    Ok(match read_length(cursor, "a string")? {
        Length::Plain(length) => length,
        Length::Encoded(StringEncoding::Int8) => 1,
        Length::Encoded(StringEncoding::Int16) => 2,
        Length::Encoded(StringEncoding::Int32) => 4,
        Length::Encoded(StringEncoding::Lzf) => {
            let compressed = read_count(cursor, "a compressed string")?;
            read_count(cursor, "a compressed string")?;
            compressed
        }
    })
}

/// Reads a 0 or 1.
fn flag(cursor: &mut Cursor<'_>) -> Result<u64, DecodeError> {
    let offset = cursor.offset();
    match read_count(cursor, "a flag")? {
        flag @ 0..=1 => Ok(flag),
        found => Err(DecodeError::Unexpected {
            offset,
            expected: "a flag, 0 or 1",
            found,
        }),
    }
}

/// Reads one piece of a module's value: what form it has, and its head.
fn module_value(cursor: &mut Cursor<'_>) -> Result<Found, DecodeError> {
    let offset = cursor.offset();
    let pending = match read_count(cursor, "a module's value")? {
        0 => return Ok(Found::NOTHING),
        1 | 2 => {
            read_count(cursor, "a module's number")?;
            0
        }
        3 => 4,
        4 => 8,
        5 => string_bytes(cursor)?,
        found => {
            return Err(DecodeError::Unexpected {
                offset,
                expected: "the form of a module's value",
                found,
            });
        }
    };
    Ok(Found {
        again: true,
        ..Found::bytes(pending)
    })
}

/// Reads a line of the wire protocol that has a sign and a number.
fn resp_count(cursor: &mut Cursor<'_>, sign: u8) -> Result<u64, DecodeError> {
    const EXPECTED: &str = "a command";
    let malformed = cursor.malformed(EXPECTED);
    if cursor.byte(EXPECTED)? != sign {
        return Err(malformed);
    }
    let mut count = 0_u64;
    loop {
        match cursor.byte(EXPECTED)? {
            digit @ b'0'..=b'9' => {
                count = count
                    .checked_mul(10)
                    .and_then(|count| count.checked_add(u64::from(digit - b'0')))
                    .ok_or_else(|| malformed.clone())?;
            }
            b'\r' if cursor.byte(EXPECTED)? == b'\n' => return Ok(count),
            _ => return Err(malformed),
        }
    }
}

#[cfg(test)]
mod tests;

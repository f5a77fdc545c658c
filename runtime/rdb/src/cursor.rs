//! Bounds-checked reading out of bytes that are in memory.
//!
//! A cursor never panics on any input and never trusts a claimed length: what it hands out exists. Slices
//! of [`Bytes`] share the memory of their owner instead of copying it.

use bytes::Bytes;

use crate::error::DecodeError;

/// A position in bytes.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    position: usize,
    owner: Option<&'a Bytes>,
    base: u64,
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $from:ident;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name(&mut self, expected: &'static str) -> Result<$type, DecodeError> {
                self.array(expected).map(<$type>::$from)
            }
        )*
    };
}

impl<'a> Cursor<'a> {
    /// Stands at the start of `bytes`; [`Cursor::bytes`] will copy.
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            position: 0,
            owner: None,
            base: 0,
        }
    }

    /// Stands at the start of `owner`; [`Cursor::bytes`] will share its memory.
    #[inline]
    pub fn of(owner: &'a Bytes) -> Self {
        Self {
            bytes: owner,
            position: 0,
            owner: Some(owner),
            base: 0,
        }
    }

    /// Counts offsets in errors from `base`: where these bytes begin in those that hold them.
    #[must_use]
    pub const fn with_base(mut self, base: u64) -> Self {
        self.base = base;
        self
    }

    /// Returns how many bytes were read.
    #[inline]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Returns the offset that errors give for the next byte.
    #[inline]
    pub const fn offset(&self) -> u64 {
        self.base + self.position as u64
    }

    /// Returns how many bytes are left.
    #[inline]
    pub const fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// Says whether all bytes were read.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.remaining() == 0
    }

    /// Returns the bytes that are left, without reading them.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.position..]
    }

    /// Returns the next byte without reading it.
    #[inline]
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    /// Reads `count` bytes.
    #[inline]
    pub fn take(&mut self, count: usize, expected: &'static str) -> Result<&'a [u8], DecodeError> {
        let Some(taken) = self.rest().get(..count) else {
            return Err(self.truncated(count as u64, expected));
        };
        self.position += count;
        Ok(taken)
    }

    /// Reads as many bytes as a length says that was read from the input.
    #[inline]
    pub fn take_claimed(
        &mut self,
        claimed: u64,
        expected: &'static str,
    ) -> Result<&'a [u8], DecodeError> {
        match usize::try_from(claimed) {
            Ok(count) => self.take(count, expected),
            Err(_) => Err(self.truncated(claimed, expected)),
        }
    }

    /// Reads as many bytes as a length says that was read from the input; they share the owner's memory.
    #[inline]
    pub fn bytes(&mut self, claimed: u64, expected: &'static str) -> Result<Bytes, DecodeError> {
        let start = self.position;
        let taken = self.take_claimed(claimed, expected)?;
        Ok(match self.owner {
            Some(owner) => owner.slice(start..self.position),
            None => Bytes::copy_from_slice(taken),
        })
    }

    /// Reads one byte.
    #[inline]
    pub fn byte(&mut self, expected: &'static str) -> Result<u8, DecodeError> {
        let Some(byte) = self.peek() else {
            return Err(self.truncated(1, expected));
        };
        self.position += 1;
        Ok(byte)
    }

    /// Reads an array.
    #[inline]
    pub fn array<const N: usize>(
        &mut self,
        expected: &'static str,
    ) -> Result<[u8; N], DecodeError> {
        let Some(array) = self.rest().first_chunk::<N>() else {
            return Err(self.truncated(N as u64, expected));
        };
        self.position += N;
        Ok(*array)
    }

    numbers! {
        /// Reads a little-endian number of 2 bytes.
        u16_le: u16 = from_le_bytes;
        /// Reads a little-endian number of 4 bytes.
        u32_le: u32 = from_le_bytes;
        /// Reads a little-endian number of 8 bytes.
        u64_le: u64 = from_le_bytes;
        /// Reads a big-endian number of 4 bytes.
        u32_be: u32 = from_be_bytes;
        /// Reads a big-endian number of 8 bytes.
        u64_be: u64 = from_be_bytes;
        /// Reads a signed little-endian number of 2 bytes.
        i16_le: i16 = from_le_bytes;
        /// Reads a signed little-endian number of 4 bytes.
        i32_le: i32 = from_le_bytes;
        /// Reads a signed little-endian number of 8 bytes.
        i64_le: i64 = from_le_bytes;
        /// Reads a little-endian IEEE double.
        f64_le: f64 = from_le_bytes;
    }

    /// Checks a claimed number of items, of which each takes at least `least` bytes, against the bytes
    /// that are left. What it returns can be reserved.
    #[inline]
    pub fn count(
        &self,
        claimed: u64,
        least: usize,
        expected: &'static str,
    ) -> Result<usize, DecodeError> {
        let limit = self.remaining() / least.max(1);
        match usize::try_from(claimed) {
            Ok(count) if count <= limit => Ok(count),
            _ => Err(DecodeError::Claim {
                offset: self.offset(),
                expected,
                claimed,
                limit: limit as u64,
            }),
        }
    }

    /// Checks that all bytes were read.
    #[inline]
    pub fn end(&self) -> Result<(), DecodeError> {
        if self.is_empty() {
            return Ok(());
        }
        Err(DecodeError::Trailing {
            offset: self.offset(),
            count: self.remaining() as u64,
        })
    }

    /// Makes the error that says that what begins here is broken.
    #[cold]
    pub const fn malformed(&self, expected: &'static str) -> DecodeError {
        DecodeError::Malformed {
            offset: self.offset(),
            expected,
        }
    }

    #[cold]
    fn truncated(&self, needed: u64, expected: &'static str) -> DecodeError {
        DecodeError::Truncated {
            offset: self.offset(),
            expected,
            needed: needed.saturating_sub(self.remaining() as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_never_handed_out() {
        let mut cursor = Cursor::new(b"abc").with_base(10);
        assert_eq!(cursor.take(2, "two"), Ok(&b"ab"[..]));
        assert_eq!(
            cursor.take_claimed(u64::MAX, "much"),
            Err(DecodeError::Truncated {
                offset: 12,
                expected: "much",
                needed: u64::MAX - 1
            })
        );
        assert!(cursor.u64_le("a number").is_err());
        assert_eq!(cursor.byte("one"), Ok(b'c'));
        assert!(cursor.byte("none").is_err() && cursor.end().is_ok());
    }

    #[test]
    fn a_claimed_count_is_checked_against_the_bytes_left() {
        let cursor = Cursor::new(b"abcdef");
        assert_eq!(cursor.count(3, 2, "items"), Ok(3));
        let error = cursor
            .count(4, 2, "items")
            .expect_err("4 items take 8 bytes");
        assert_eq!(
            error.to_string(),
            "items at offset 0 claims 4, and at most 3 is possible"
        );
        assert_eq!(error.code(), "rdb-claim");
    }

    #[test]
    fn bytes_share_the_memory_of_their_owner() {
        let owner = Bytes::from(vec![7_u8; 64]);
        let mut cursor = Cursor::of(&owner);
        cursor.take(8, "a head").expect("64 bytes are there");
        let shared = cursor.bytes(16, "a body").expect("56 bytes are left");
        assert_eq!(shared.as_ptr(), owner[8..].as_ptr());
        let mut copying = Cursor::new(&owner);
        let copied = copying.bytes(16, "a body").expect("64 bytes are there");
        assert_ne!(copied.as_ptr(), owner.as_ptr());
        assert_eq!(copied, shared);
    }

    #[test]
    fn numbers_have_their_byte_order() {
        let bytes = [1, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff];
        let mut cursor = Cursor::new(&bytes);
        assert_eq!(cursor.u32_le("le"), Ok(1));
        assert_eq!(cursor.u32_be("be"), Ok(1));
        assert_eq!(cursor.i16_le("signed"), Ok(-1));
    }
}

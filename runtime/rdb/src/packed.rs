//! What listpacks and ziplists have in common: small elements in a row, each a text or a number.

use bytes::Bytes;

use crate::cursor::Cursor;
use crate::decimal;
use crate::error::DecodeError;

/// The largest size of a packed list that the server makes or extends.
pub(crate) const LARGEST: usize = 1 << 30;
/// A count in a header that says: too many for the header, walk and count.
pub(crate) const UNCOUNTED: u16 = u16::MAX;
/// The byte behind the last element.
pub(crate) const END: u8 = 0xff;

/// An element as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element<'a> {
    /// Bytes.
    Text(&'a [u8]),
    /// A number, which stands for its decimal text.
    Number(i64),
}

impl Element<'_> {
    /// Returns the element's bytes. A text shares the memory of `owner`, of which it must be a part.
    #[inline]
    pub(crate) fn to_bytes(self, owner: &Bytes) -> Bytes {
        match self {
            Self::Text(text) => owner.slice_ref(text),
            Self::Number(number) => decimal::text(number),
        }
    }

    /// Returns the element as a number, however it is stored.
    pub(crate) fn to_number(self) -> Option<i64> {
        match self {
            Self::Text(text) => decimal::parse(text),
            Self::Number(number) => Some(number),
        }
    }

    /// Returns the element as a score: a number, `inf`, `-inf` or `nan`.
    pub(crate) fn to_score(self) -> Option<f64> {
        match self {
            Self::Text(text) => std::str::from_utf8(text).ok()?.parse().ok(),
            #[allow(
                clippy::cast_precision_loss,
                reason = "the server rounds a whole number to a score in the same way"
            )]
            Self::Number(number) => Some(number as f64),
        }
    }
}

/// Reads a packed list from its first element to its end, and checks it on the way.
pub(crate) trait Unpack<'a>: Sized {
    /// What the list is called in errors.
    const NAME: &'static str;

    /// Reads the header. Offsets in errors count from `base`.
    fn open(bytes: &'a [u8], base: u64) -> Result<Self, DecodeError>;

    /// Reads the next element; nothing at the end, where the counts of the header are checked.
    fn next(&mut self) -> Result<Option<Element<'a>>, DecodeError>;

    /// Returns for how many elements memory may be reserved.
    fn capacity(&self) -> usize;

    /// Makes the error that says that the list is broken where it was read up to.
    fn malformed(&self, expected: &'static str) -> DecodeError;

    /// Reads an element that must be there.
    #[inline]
    fn require(&mut self, expected: &'static str) -> Result<Element<'a>, DecodeError> {
        match self.next()? {
            Some(element) => Ok(element),
            None => Err(self.malformed(expected)),
        }
    }
}

/// Writes a packed list at the end of a buffer.
pub(crate) trait Pack<'o>: Sized {
    /// Begins a list.
    fn begin(out: &'o mut Vec<u8>) -> Self;

    /// Adds a text, as a number if it is one.
    fn push(&mut self, text: &[u8]);

    /// Adds a number.
    fn push_number(&mut self, number: i64);

    /// Returns how many elements there are.
    fn count(&self) -> usize;

    /// Returns the size that the list would have if it ended here.
    fn size(&self) -> usize;

    /// Writes the end and the header.
    fn finish(self);
}

/// Counts elements against the header and says what the end must look like.
#[derive(Debug)]
pub(crate) struct Tally {
    claimed: u16,
    seen: usize,
}

impl Tally {
    pub(crate) const fn new(claimed: u16) -> Self {
        Self { claimed, seen: 0 }
    }

    #[inline]
    pub(crate) const fn count(&mut self) {
        self.seen += 1;
    }

    /// Returns for how many elements of at least two bytes each memory may be reserved.
    #[inline]
    pub(crate) fn capacity(&self, cursor: &Cursor<'_>) -> usize {
        usize::from(self.claimed).min(cursor.remaining() / 2)
    }

    /// Checks the number of elements and that nothing follows.
    #[inline]
    pub(crate) fn close(
        &self,
        cursor: &Cursor<'_>,
        expected: &'static str,
    ) -> Result<(), DecodeError> {
        if self.claimed != UNCOUNTED && usize::from(self.claimed) != self.seen {
            return Err(cursor.malformed(expected));
        }
        cursor.end()
    }

    /// Returns what a header says of `count` elements.
    pub(crate) fn header(count: usize) -> u16 {
        u16::try_from(count).unwrap_or(UNCOUNTED)
    }
}

/// Extends a number of `N` bytes in little-endian order to its sign.
#[inline]
pub(crate) fn signed<const N: usize>(bytes: [u8; N]) -> i64 {
    let mut wide = [0; 8];
    wide[8 - N..].copy_from_slice(&bytes);
    i64::from_le_bytes(wide) >> (64 - 8 * N)
}

//! Intsets: the compact form of sets of numbers (`intset.c`).
//!
//! The width of a number in bytes (2, 4 or 8) and the count, each in 4 bytes, then the numbers in
//! ascending order. Everything is little-endian.

use bytes::Bytes;

use crate::cursor::Cursor;
use crate::decimal;
use crate::error::DecodeError;

const NAME: &str = "an intset";

/// Reads an intset into the texts of its numbers. Offsets in errors count from `base`.
pub(crate) fn read(bytes: &[u8], base: u64) -> Result<Vec<Bytes>, DecodeError> {
    let mut cursor = Cursor::new(bytes).with_base(base);
    let width = cursor.u32_le(NAME)?;
    let number: fn(&mut Cursor<'_>) -> Result<i64, DecodeError> = match width {
        2 => |cursor| cursor.i16_le(NAME).map(i64::from),
        4 => |cursor| cursor.i32_le(NAME).map(i64::from),
        8 => |cursor| cursor.i64_le(NAME),
        _ => {
            return Err(DecodeError::Unexpected {
                offset: base,
                expected: "the width of an intset's numbers",
                found: width.into(),
            });
        }
    };
    let claimed = cursor.u32_le(NAME)?;
    let count = cursor.count(claimed.into(), width as usize, NAME)?;
    let mut members = Vec::with_capacity(count);
    let mut last = None;
    for _ in 0..count {
        let malformed = cursor.malformed("the order of an intset");
        let next = number(&mut cursor)?;
        if last.is_some_and(|last| last >= next) {
            return Err(malformed);
        }
        last = Some(next);
        members.push(decimal::text(next));
    }
    cursor.end()?;
    Ok(members)
}

/// Writes an intset at the end of `out`. The numbers are in ascending order and fewer than 2³².
pub(crate) fn write(out: &mut Vec<u8>, numbers: &[i64]) {
    let count = u32::try_from(numbers.len()).expect("the caller bounds the count");
    let fits = |least: i64, most: i64| {
        numbers.first().is_none_or(|first| *first >= least)
            && numbers.last().is_none_or(|last| *last <= most)
    };
    let width: u8 = if fits(i16::MIN.into(), i16::MAX.into()) {
        2
    } else if fits(i32::MIN.into(), i32::MAX.into()) {
        4
    } else {
        8
    };
    out.extend(u32::from(width).to_le_bytes());
    out.extend(count.to_le_bytes());
    out.reserve(numbers.len() * usize::from(width));
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes()[..usize::from(width)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: &[u8]) {
        let mut bytes = Vec::new();
        write(&mut bytes, numbers);
        assert_eq!(bytes, expected);
        let texts: Vec<Bytes> = numbers.iter().copied().map(decimal::text).collect();
        assert_eq!(read(&bytes, 0), Ok(texts));
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end], 0).is_err(), "{end}");
        }
    }

    #[test]
    fn the_width_is_that_of_the_widest_number() {
        check(&[], b"\x02\x00\x00\x00\x00\x00\x00\x00");
        check(
            &[-2, 1, 32767],
            b"\x02\x00\x00\x00\x03\x00\x00\x00\xfe\xff\x01\x00\xff\x7f",
        );
        check(
            &[1, 32768],
            b"\x04\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x00\x80\x00\x00",
        );
        check(
            &[i64::MIN, 0],
            b"\x08\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00",
        );
    }

    #[test]
    fn disorder_and_false_claims_are_refused() {
        let twice = [2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 1, 0];
        assert_eq!(
            read(&twice, 5).expect_err("1 stands there twice").code(),
            "rdb-malformed"
        );
        let many = [2, 0, 0, 0, 255, 255, 255, 255, 1, 0];
        assert_eq!(
            read(&many, 5).expect_err("there is one number").code(),
            "rdb-claim"
        );
        let wide = [3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0];
        assert!(matches!(
            read(&wide, 5),
            Err(DecodeError::Unexpected { offset: 5, .. })
        ));
        let more = [2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 9];
        assert_eq!(
            read(&more, 0).expect_err("a byte follows").code(),
            "rdb-trailing"
        );
    }
}

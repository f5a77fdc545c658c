//! Zipmaps: the compact form of hashes before Redis 2.6 (`zipmap.c`). They are read, never written.
//!
//! A count of one byte (254: too many, walk and count), then for each field the length and bytes of its
//! name, the length of its value, one byte that says how many unused bytes follow the value, and the
//! value; then an end byte. A length is one byte, or 254 and four bytes in little-endian order.

use bytes::Bytes;

use crate::cursor::Cursor;
use crate::error::DecodeError;

const NAME: &str = "a zipmap";
const END: u8 = 0xff;
const LONG: u8 = 0xfe;
const UNCOUNTED: u8 = 0xfe;

/// Reads a zipmap into names and values. Offsets in errors count from `base`.
pub(crate) fn read(zipmap: &Bytes, base: u64) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
    let mut cursor = Cursor::of(zipmap).with_base(base);
    let claimed = cursor.byte(NAME)?;
    let mut fields = Vec::with_capacity(usize::from(claimed).min(cursor.remaining() / 3));
    loop {
        let first = cursor.byte(NAME)?;
        if first == END {
            break;
        }
        let length = length(&mut cursor, first)?;
        let name = cursor.bytes(length, "a zipmap's field")?;
        let first = cursor.byte(NAME)?;
        if first == END {
            return Err(cursor.malformed("a zipmap's value"));
        }
        let length = self::length(&mut cursor, first)?;
        let unused = cursor.byte(NAME)?;
        let value = cursor.bytes(length, "a zipmap's value")?;
        cursor.take(unused.into(), "a zipmap's unused bytes")?;
        fields.push((name, value));
    }
    if claimed < UNCOUNTED && usize::from(claimed) != fields.len() {
        return Err(cursor.malformed(NAME));
    }
    cursor.end()?;
    Ok(fields)
}

fn length(cursor: &mut Cursor<'_>, first: u8) -> Result<u64, DecodeError> {
    if first == LONG {
        return cursor.u32_le("a zipmap's length").map(u64::from);
    }
    Ok(first.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `zipmap.c`: "foo" => "bar", "hello" => "world", with two unused bytes behind "bar".
    const EXAMPLE: &[u8] = b"\x02\x03foo\x03\x02bar__\x05hello\x05\x00world\xff";

    #[test]
    fn the_servers_example_is_read() {
        let fields = read(&Bytes::from_static(EXAMPLE), 0).expect("it is whole");
        assert_eq!(
            fields,
            [
                ("foo".into(), "bar".into()),
                ("hello".into(), "world".into())
            ]
        );
    }

    #[test]
    fn a_long_value_has_a_long_length() {
        let mut zipmap = b"\xfe\x01k\xfe\x2c\x01\x00\x00\x00".to_vec();
        zipmap.extend([b'x'; 300]);
        zipmap.push(END);
        let fields = read(&Bytes::from(zipmap), 0).expect("it is whole");
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].1.len(), 300);
    }

    #[test]
    fn what_is_cut_or_counted_wrongly_is_refused() {
        for end in 0..EXAMPLE.len() {
            assert!(
                read(&Bytes::from_static(&EXAMPLE[..end]), 0).is_err(),
                "{end}"
            );
        }
        let mut miscounted = EXAMPLE.to_vec();
        miscounted[0] = 3;
        assert_eq!(
            read(&Bytes::from(miscounted), 0)
                .expect_err("there are two")
                .code(),
            "rdb-malformed"
        );
    }
}

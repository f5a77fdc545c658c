//! Names as text: keys, fields of hashes, members of sorted sets.
//!
//! A name is UTF-8 as it stands, but for `\x` with two hexadecimal digits, which is a byte, and `\\`, which
//! is a backslash.

use std::fmt::Write as _;

use bytes::Bytes;

/// Reads a name; `None` where a backslash begins neither of the two escapes.
pub(super) fn read(text: &str) -> Option<Bytes> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        match (first, after) {
            (b'\\', [b'\\', after @ ..]) => {
                bytes.push(b'\\');
                rest = after;
            }
            (b'\\', [b'x', high, low, after @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                bytes.push(u8::try_from(digit(high)? * 16 + digit(low)?).ok()?);
                rest = after;
            }
            (b'\\', _) => return None,
            (byte, after) => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    Some(bytes.into())
}

/// Writes a name so that [`read`] gives it back.
pub(super) fn write(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        text.push_str(&chunk.valid().replace('\\', r"\\"));
        for byte in chunk.invalid() {
            let _ = write!(text, r"\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_stand_for_bytes() {
        assert_eq!(
            read(r"a\xff\\é").as_deref(),
            Some(b"a\xff\\\xc3\xa9".as_slice())
        );
        for wrong in [r"\", r"\n", r"\x", r"\xf", r"\xfg", r"\x+1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_written_name_is_read_back(name: Vec<u8>) {
            prop_assert_eq!(read(&write(&name)), Some(Bytes::from(name)));
        }
    }
}

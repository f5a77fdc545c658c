//! Lengths and strings, there and back, and hostile ones.

use super::*;

fn string_of(bytes: &[u8]) -> Result<Bytes, DecodeError> {
    let owner = Bytes::copy_from_slice(bytes);
    let mut cursor = Cursor::of(&owner);
    let string = read_string(&mut cursor, "a string")?;
    cursor.end()?;
    let mut skipping = Cursor::new(&owner);
    skip_string(&mut skipping, "a string")?;
    skipping.end()?;
    Ok(string)
}

#[test]
fn lengths_take_the_shortest_form_and_come_back() {
    for (length, size) in [
        (0, 1),
        (63, 1),
        (64, 2),
        (16_383, 2),
        (16_384, 5),
        (u64::from(u32::MAX), 5),
        (u64::from(u32::MAX) + 1, 9),
        (u64::MAX, 9),
    ] {
        let mut out = Vec::new();
        write_length(&mut out, length);
        assert_eq!(out.len(), size, "{length}");
        let mut cursor = Cursor::new(&out);
        assert_eq!(read_count(&mut cursor, "a length"), Ok(length));
        assert_eq!(cursor.end(), Ok(()));
    }
}

#[test]
fn every_first_byte_is_a_length_a_string_or_refused() {
    for first in 0..=u8::MAX {
        let bytes = [first, 0, 0, 0, 0, 0, 0, 0, 0];
        let known = !matches!(first, 0x82..=0xbf | 0xc4..);
        let length = read_length(&mut Cursor::new(&bytes), "a length");
        assert_eq!(length.is_ok(), known, "{first:#x}");
        let count = read_count(&mut Cursor::new(&bytes), "a length");
        assert_eq!(count.is_ok(), known && first < 0xc0, "{first:#x}");
    }
}

#[test]
fn numbers_are_written_as_numbers_only_if_their_text_comes_back() {
    for (text, size) in [
        ("0", 2),
        ("-1", 2),
        ("127", 2),
        ("-128", 2),
        ("128", 3),
        ("-32768", 3),
        ("32768", 5),
        ("2147483647", 5),
        ("-2147483648", 5),
        ("2147483648", 11),
        ("-2147483649", 12),
        ("99999999999", 12),
        ("-0", 3),
        ("01", 3),
        ("+1", 3),
        ("", 1),
        ("-", 2),
        (" 1", 3),
        ("1a", 3),
    ] {
        let mut out = Vec::new();
        write_string(&mut out, text.as_bytes(), true);
        assert_eq!(out.len(), size, "{text:?}");
        assert_eq!(string_of(&out).as_deref(), Ok(text.as_bytes()));
    }
}

#[test]
fn long_strings_are_compressed_if_asked_and_worth_it() {
    let repeated = b"0123456789".repeat(10);
    let mut out = Vec::new();
    write_string(&mut out, &repeated, true);
    assert!(out.len() < 30 && out[0] == 0xc3);
    assert_eq!(string_of(&out).as_deref(), Ok(&repeated[..]));
    out.clear();
    write_string(&mut out, &repeated, false);
    assert_eq!(out.len(), 2 + repeated.len());
    out.clear();
    write_string(&mut out, &[b'a'; 20], true);
    assert_eq!(out.len(), 21);
}

#[test]
fn broken_strings_name_their_place() {
    let mut huge = vec![0x81];
    huge.extend(u64::MAX.to_be_bytes());
    assert_eq!(
        string_of(&huge).expect_err("nothing follows").code(),
        "rdb-truncated"
    );
    let compressed = [0xc3, 2, 0x40, 200, 0, b'a'];
    assert_eq!(
        string_of(&compressed),
        Err(DecodeError::Claim {
            offset: 4,
            expected: "a string",
            claimed: 200,
            limit: 176
        })
    );
    assert!(string_of(&[0xc3, 0xc0, 1, 1]).is_err());
    assert!(string_of(&[5, b'a']).is_err());
}

//! Ziplists: bytes of every element's form, and what is refused.

use super::*;

fn written(elements: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut list = ZiplistWriter::begin(&mut bytes);
    for element in elements {
        list.push(element);
    }
    assert_eq!(list.count(), elements.len());
    let size = list.size();
    list.finish();
    assert_eq!(bytes.len(), size);
    bytes
}

fn read(bytes: &[u8]) -> Result<Vec<Element<'_>>, DecodeError> {
    let mut list = Ziplist::open(bytes, 0)?;
    let mut elements = Vec::new();
    while let Some(element) = list.next()? {
        elements.push(element);
    }
    Ok(elements)
}

/// Checks the bytes of one element behind the size of the one before it.
fn check(text: &[u8], expected: &[u8]) {
    let owner = bytes::Bytes::from(written(&[text]));
    assert_eq!(
        &owner[HEADER + 1..owner.len() - 1],
        expected,
        "{}",
        text.escape_ascii()
    );
    let elements = read(&owner).expect("it was written here");
    assert_eq!(elements[0].to_bytes(&owner), text);
}

#[test]
fn the_servers_example_is_written_and_read() {
    let example = b"\x0f\x00\x00\x00\x0c\x00\x00\x00\x02\x00\x00\xf3\x02\xf6\xff";
    assert_eq!(written(&[b"2", b"5"]), example);
    assert_eq!(
        read(example),
        Ok(vec![Element::Number(2), Element::Number(5)])
    );
    let empty = b"\x0b\x00\x00\x00\x0a\x00\x00\x00\x00\x00\xff";
    assert_eq!(written(&[]), empty);
    assert_eq!(read(empty), Ok(Vec::new()));
}

#[test]
fn numbers_take_the_narrowest_form() {
    check(b"0", b"\xf1");
    check(b"12", b"\xfd");
    check(b"13", b"\xfe\x0d");
    check(b"-1", b"\xfe\xff");
    check(b"-128", b"\xfe\x80");
    check(b"128", b"\xc0\x80\x00");
    check(b"-32769", b"\xf0\xff\x7f\xff");
    check(b"8388607", b"\xf0\xff\xff\x7f");
    check(b"8388608", b"\xd0\x00\x00\x80\x00");
    check(b"2147483648", b"\xe0\x00\x00\x00\x80\x00\x00\x00\x00");
}

#[test]
fn texts_have_big_endian_lengths() {
    check(b"", b"\x00");
    check(b"01", b"\x0201");
    let long = vec![b'x'; 300];
    check(&long, &[&b"\x41\x2c"[..], &long].concat());
    let longer = vec![b'x'; 0x4000];
    check(&longer, &[&b"\x80\x00\x00\x40\x00"[..], &longer].concat());
}

#[test]
fn a_long_element_before_has_a_long_size() {
    let long = vec![b'x'; 251];
    let longer = vec![b'x'; 252];
    // 251 bytes make an element of 254.
    let bytes = written(&[&long, b"b"]);
    assert_eq!(bytes[HEADER + 254..][..5], [0xfe, 254, 0, 0, 0]);
    let elements = read(&bytes).expect("it was written here");
    assert_eq!(elements, [Element::Text(&long), Element::Text(b"b")]);
    assert!(read(&written(&[&longer, b"b", b"c"])).is_ok());
    // The server may leave a short size in the long form.
    let wide = b"\x12\x00\x00\x00\x0b\x00\x00\x00\x02\x00\x00\xf3\xfe\x02\x00\x00\x00\xf6\xff";
    let mut wide = wide.to_vec();
    wide[0] = u8::try_from(wide.len()).expect("it is short");
    wide[4] = 12;
    assert_eq!(
        read(&wide),
        Ok(vec![Element::Number(2), Element::Number(5)])
    );
}

#[test]
fn what_contradicts_itself_is_refused() {
    let whole = written(&[b"name", b"12", b"-5000"]);
    assert!(read(&whole).is_ok());
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err(), "cut at {end}");
    }
    // Each byte of the frame: size, last element, count, sizes of elements before, end.
    let end = whole.len() - 1;
    for (position, byte) in [
        (0, 9),
        (4, 10),
        (8, 2),
        (8, 4),
        (10, 1),
        (16, 5),
        (18, 3),
        (end, 0),
    ] {
        let mut broken = whole.clone();
        broken[position] = byte;
        assert!(read(&broken).is_err(), "{byte} at {position}");
    }
    let mut unknown = whole;
    unknown[11] = 0xc1;
    assert_eq!(
        read(&unknown).map_err(|error| error.code()),
        Err("rdb-unexpected")
    );
}

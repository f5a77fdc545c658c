//! Listpacks: bytes of every element's form, and what is refused.

use super::*;

fn written(elements: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut list = ListpackWriter::begin(&mut bytes);
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
    let mut list = Listpack::open(bytes, 100)?;
    let mut elements = Vec::new();
    while let Some(element) = list.next()? {
        elements.push(element);
    }
    Ok(elements)
}

/// Checks the bytes of one element between the header and the end.
fn check(text: &[u8], expected: &[u8]) {
    let bytes = written(&[text]);
    assert_eq!(&bytes[HEADER..bytes.len() - 1], expected, "{text:?}");
    let elements = read(&bytes).expect("it was written here");
    let owner = bytes::Bytes::from(bytes.clone());
    let read_back = read(&owner).expect("it was written here");
    assert_eq!(elements, read_back);
    assert_eq!(read_back[0].to_bytes(&owner), text);
}

#[test]
fn an_empty_list_is_a_header_and_an_end() {
    assert_eq!(written(&[]), b"\x07\x00\x00\x00\x00\x00\xff");
    assert_eq!(read(b"\x07\x00\x00\x00\x00\x00\xff"), Ok(Vec::new()));
}

#[test]
fn numbers_take_the_narrowest_form() {
    check(b"0", b"\x00\x01");
    check(b"127", b"\x7f\x01");
    check(b"128", b"\xc0\x80\x02");
    check(b"-1", b"\xdf\xff\x02");
    check(b"-4096", b"\xd0\x00\x02");
    check(b"4095", b"\xcf\xff\x02");
    check(b"4096", b"\xf1\x00\x10\x03");
    check(b"-32768", b"\xf1\x00\x80\x03");
    check(b"32768", b"\xf2\x00\x80\x00\x04");
    check(b"-8388608", b"\xf2\x00\x00\x80\x04");
    check(b"8388608", b"\xf3\x00\x00\x80\x00\x05");
    check(b"2147483648", b"\xf4\x00\x00\x00\x80\x00\x00\x00\x00\x09");
    check(
        b"-9223372036854775808",
        b"\xf4\x00\x00\x00\x00\x00\x00\x00\x80\x09",
    );
}

#[test]
fn texts_keep_their_bytes() {
    check(b"", b"\x80\x01");
    check(b"a", b"\x81a\x02");
    check(b"007", b"\x83007\x04");
    check(b"-0", b"\x82-0\x03");
    let long = vec![b'x'; 64];
    check(&long, &[&b"\xe0\x40"[..], &long, b"\x42"].concat());
    let longer = vec![b'x'; 4096];
    check(
        &longer,
        &[&b"\xf0\x00\x10\x00\x00"[..], &longer, b"\x20\x85"].concat(),
    );
}

#[test]
fn lengths_behind_elements_follow_the_servers_bounds() {
    // 16383 would fit two bytes, and the server takes three.
    for (length, expected) in [
        (127, &b"\x7f"[..]),
        (128, b"\x01\x80"),
        (16_382, b"\x7f\xfe"),
        (16_383, b"\x00\xff\xff"),
        (2_097_150, b"\x7f\xff\xfe"),
        (2_097_151, b"\x00\xff\xff\xff"),
        (268_435_454, b"\x7f\xff\xff\xfe"),
        (268_435_455, b"\x00\xff\xff\xff\xff"),
    ] {
        let (back, size) = back_length(length);
        assert_eq!(&back[..size], expected, "{length}");
    }
    for length in [120, 125, 126, 127, 128, 16_378, 16_379, 16_380, 70_000] {
        let text = vec![b'y'; length];
        let bytes = written(&[&text, b"behind"]);
        let elements = read(&bytes).expect("it was written here");
        assert_eq!(
            elements,
            [Element::Text(&text), Element::Text(b"behind")],
            "{length}"
        );
    }
}

#[test]
fn more_elements_than_the_header_counts_are_counted_on_the_way() {
    let many = vec![&b"1"[..]; 70_000];
    let bytes = written(&many);
    assert_eq!(bytes[4..6], [0xff, 0xff]);
    assert_eq!(read(&bytes).map(|elements| elements.len()), Ok(70_000));
}

#[test]
fn what_contradicts_itself_is_refused() {
    let whole = written(&[b"name", b"12", b"-5000"]);
    assert!(read(&whole).is_ok());
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err(), "cut at {end}");
    }
    // Each byte of the frame: size, count, lengths behind elements, end.
    for (position, byte) in [(0, 9), (4, 2), (4, 4), (11, 4), (13, 2), (17, 2), (18, 0)] {
        let mut broken = whole.clone();
        broken[position] = byte;
        assert!(read(&broken).is_err(), "{byte} at {position}");
    }
    let mut unknown = whole.clone();
    unknown[6] = 0xf5;
    assert_eq!(
        read(&unknown),
        Err(DecodeError::Unexpected {
            offset: 106,
            expected: "the first byte of a listpack's element",
            found: 0xf5
        })
    );
    let mut followed = whole;
    followed.push(0);
    followed[0] += 1;
    assert_eq!(
        read(&followed).map_err(|error| error.code()),
        Err("rdb-trailing")
    );
}

#[test]
fn a_number_is_replaced_by_a_wider_one() {
    let mut bytes = Vec::new();
    let mut list = ListpackWriter::begin(&mut bytes);
    let position = list.position();
    list.push(b"1");
    list.push(b"behind");
    list.replace_number(position, 2, 5000);
    list.finish();
    assert_eq!(
        read(&bytes),
        Ok(vec![Element::Number(5000), Element::Text(b"behind")])
    );
}

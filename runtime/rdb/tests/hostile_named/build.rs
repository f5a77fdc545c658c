//! Makes payloads byte by byte, without the code under test.

use remold_rdb::checksum::checksum;

/// The version of the format of Redis 7.2.
const VERSION: u16 = 11;

/// Puts a type byte before an object, and version and checksum behind it.
pub(super) fn payload(type_id: u8, object: &[u8]) -> Vec<u8> {
    of_version(VERSION, type_id, object)
}

/// The same in another version of the format.
pub(super) fn of_version(version: u16, type_id: u8, object: &[u8]) -> Vec<u8> {
    sealed([&[type_id], object, &version.to_le_bytes()].concat())
}

/// Puts the checksum behind type byte, object and version.
pub(crate) fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend(checksum(&bytes).to_le_bytes());
    bytes
}

/// Writes `with` over the bytes of an object, from `at` on; offsets count as those of the payload do.
pub(super) fn over(object: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = object.to_vec();
    bytes[at - 1..at - 1 + with.len()].copy_from_slice(with);
    bytes
}

/// A string: its length in one byte, and its bytes.
pub(super) fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("it is short");
    assert!(length < 64, "the length has six bits");
    [&[length], bytes].concat()
}

/// A listpack of short texts and of numbers up to 127.
pub(super) fn listpack(elements: &[&str]) -> Vec<u8> {
    let mut body = Vec::new();
    for element in elements {
        match element.parse::<u8>() {
            Ok(number @ ..=127) => body.extend([number, 1]),
            _ => {
                let length = u8::try_from(element.len()).expect("it is short");
                body.push(0x80 | length);
                body.extend(element.as_bytes());
                body.push(length + 1);
            }
        }
    }
    let size = u32::try_from(body.len() + 7).expect("it is short");
    let count = u16::try_from(elements.len()).expect("there are few");
    [
        &size.to_le_bytes()[..],
        &count.to_le_bytes(),
        &body,
        b"\xff",
    ]
    .concat()
}

/// A ziplist of short texts.
pub(super) fn ziplist(elements: &[&str]) -> Vec<u8> {
    let (mut body, mut last, mut before) = (Vec::new(), 10, 0);
    for element in elements {
        last = 10 + body.len();
        let length = u8::try_from(element.len()).expect("it is short");
        body.extend([before, length]);
        body.extend(element.as_bytes());
        before = length + 2;
    }
    let short = |number: usize| u32::try_from(number).expect("it is short").to_le_bytes();
    let count = u16::try_from(elements.len()).expect("there are few");
    let size = short(body.len() + 11);
    [
        &size[..],
        &short(last),
        &count.to_le_bytes(),
        &body,
        b"\xff",
    ]
    .concat()
}

//! Listpacks: their frame, and their elements.

use remold_rdb::kinds::*;

use super::build::{over, payload, string};
use super::packed::pairs;
use super::{Case, refused, taken};

pub(super) fn cases() -> Vec<Case> {
    [listpacks(), elements()].into_iter().flatten().collect()
}

/// Type, length, size in 4 bytes, count in 2; the first element begins at 8 and ends before 11.
fn listpacks() -> Vec<Case> {
    let whole = pairs();
    let over = |at, with: &[u8]| payload(HASH_LISTPACK, &over(&whole, at, with));
    vec![
        refused(
            "a listpack's string that is longer",
            over(1, &[whole[0] + 1]),
            "rdb-truncated",
            2,
        ),
        refused(
            "a listpack's string that is shorter",
            over(1, &[whole[0] - 1]),
            "rdb-claim",
            2,
        ),
        refused(
            "a listpack's size that is larger",
            over(2, &[whole[1] + 1]),
            "rdb-claim",
            2,
        ),
        refused(
            "a listpack's size that is smaller",
            over(2, &[whole[1] - 1]),
            "rdb-claim",
            2,
        ),
        refused(
            "a listpack of more elements",
            over(6, b"\x06"),
            "rdb-malformed",
            19,
        ),
        refused(
            "a listpack of fewer elements",
            over(6, b"\x02"),
            "rdb-malformed",
            19,
        ),
        taken(
            "a listpack of elements that are not counted",
            over(6, b"\xff\xff"),
            "where they are too many to be counted, they are walked",
        ),
    ]
}

fn elements() -> Vec<Case> {
    let whole = pairs();
    let end = whole.len();
    let wrong = over(&whole, 8, b"\xf5");
    let over = |at, with: &[u8]| payload(HASH_LISTPACK, &over(&whole, at, with));
    vec![
        refused(
            "an element's length backwards that is wrong",
            over(10, b"\x03"),
            "rdb-malformed",
            11,
        ),
        refused(
            "an element that runs past the end",
            over(8, b"\xbf"),
            "rdb-truncated",
            9,
        ),
        refused(
            "an element of 12 bits that runs past the end",
            over(8, b"\xef\xff"),
            "rdb-truncated",
            10,
        ),
        refused(
            "an element of 32 bits that runs past the end",
            over(8, b"\xf0\xff\xff\xff\xff"),
            "rdb-truncated",
            13,
        ),
        refused(
            "a number that runs past the end",
            over(end - 2, b"\xf4"),
            "rdb-truncated",
            17,
        ),
        refused(
            "an element that is of no form",
            over(8, b"\xf5"),
            "rdb-unexpected",
            8,
        ),
        refused(
            "a listpack without an end",
            over(end, b"\0"),
            "rdb-truncated",
            19,
        ),
        refused(
            "a listpack that ends early",
            over(8, b"\xff"),
            "rdb-malformed",
            9,
        ),
        refused(
            "an element of no form in a compressed listpack",
            compressed(&wrong),
            "rdb-unexpected",
            6,
        ),
        refused(
            "a listpack of a header alone",
            payload(HASH_LISTPACK, &string(b"\x06\0\0\0\0\0")),
            "rdb-truncated",
            8,
        ),
        refused(
            "a listpack shorter than its header",
            payload(HASH_LISTPACK, &string(b"\x05\0\0\0\0")),
            "rdb-truncated",
            6,
        ),
        taken(
            "a number in more bytes than it needs, in a listpack",
            payload(SET_LISTPACK, &string(b"\x0b\0\0\0\x01\0\xf1\x07\0\x03\xff")),
            "any width may hold any number",
        ),
    ]
}

/// A hash in a listpack that is compressed as one literal run; the length that is before it is left out.
fn compressed(listpack: &[u8]) -> Vec<u8> {
    let length = listpack[0];
    let head = [0xc3, length + 1, length, length - 1];
    payload(HASH_LISTPACK, &[&head[..], &listpack[1..]].concat())
}

//! Encodings, told by their bytes.

use super::*;

#[track_caller]
fn check(bytes: &[u8], expect: Option<Content>) {
    let (packing, found) = examine(bytes, 1000);
    let content = match found {
        Found::Document(content, _) => Some(content),
        Found::Text(_) => Some(Content::Text),
        Found::Raw => Some(Content::Raw),
        Found::Unexamined => None,
    };
    assert_eq!(
        (packing, content),
        (None, expect),
        "{}",
        bytes.escape_ascii()
    );
}

#[test]
fn contents_are_told_by_their_bytes() {
    check(b"", Some(Content::Text));
    check(b"42", Some(Content::Text));
    check(b"true", Some(Content::Text));
    check(b"\"quoted\"", Some(Content::Json));
    check(b" \n{\"a\": 1}\n", Some(Content::Json));
    check(b"{\"a\": 1} and more", Some(Content::Text));
    check(b"[", Some(Content::Text));
    check("g\u{fc}nstig".as_bytes(), Some(Content::Text));
    check(b"a\0b", Some(Content::Raw));
    check(b"\xff", Some(Content::Raw));
    check(&[b'x'; 1001], None);
}

#[test]
fn messagepack_is_a_whole_document() {
    // {"a": 1}
    check(b"\x81\xa1a\x01", Some(Content::Msgpack));
    // ["a", {"b": nil}]
    check(b"\x92\xa1a\x81\xa1b\xc0", Some(Content::Msgpack));
    // With a byte behind it, without an end, of a name that is no text, with an extension type.
    check(b"\x81\xa1a\x01\x01", Some(Content::Raw));
    check(b"\x82\xa1a\x01", Some(Content::Raw));
    check(b"\x81\x01\x01", Some(Content::Raw));
    check(b"\x91\xd4\x01\x01", Some(Content::Raw));
    // Any byte alone.
    for byte in 0x80..=0xff {
        check(&[byte], Some(Content::Raw));
    }
    // An array that says it has four thousand million elements, and one that is nested as deep as it is long.
    check(b"\xdd\xff\xff\xff\xff", Some(Content::Raw));
    check(&[[0x91; 999].as_slice(), &[1]].concat(), Some(Content::Raw));
}

#[test]
fn messagepack_that_json_has_no_place_for_is_raw() {
    check(b"\x81\xa1a\xc4\x02\xff\xfe", Some(Content::Raw));
}

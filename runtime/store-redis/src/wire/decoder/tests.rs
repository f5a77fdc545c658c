//! Replies of every kind, cut everywhere; and what is none.

use super::*;

/// Puts bytes in portions of this size and returns every reply that came of them.
fn decoded(text: &[u8], portion: usize) -> Result<Vec<Reply>, Malformed> {
    let mut decoder = Decoder::default();
    let mut replies = Vec::new();
    for some in text.chunks(portion) {
        decoder.put(some);
        while let Some(reply) = decoder.next()? {
            replies.push(reply);
        }
    }
    Ok(replies)
}

fn bulk(text: &'static str) -> Reply {
    Reply::Bulk(Bytes::from_static(text.as_bytes()))
}

fn status(text: &'static str) -> Reply {
    Reply::Status(Bytes::from_static(text.as_bytes()))
}

fn refusal(code: &str, rest: &str) -> Reply {
    Reply::Error {
        code: code.into(),
        rest: rest.into(),
    }
}

/// Every kind of reply, and how it is written.
fn kinds() -> Vec<(&'static [u8], Reply)> {
    vec![
        (b"+OK\r\n", status("OK")),
        (b"+QUEUED\r\n", status("QUEUED")),
        (b"+\r\n", status("")),
        (b"+zset\r\n", status("zset")),
        (b"-ERR no such key\r\n", refusal("ERR", "no such key")),
        (b"-LOADING\r\n", refusal("LOADING", "")),
        (b":0\r\n", Reply::Integer(0)),
        (b":-2\r\n", Reply::Integer(-2)),
        (b":9223372036854775807\r\n", Reply::Integer(i64::MAX)),
        (b":-9223372036854775808\r\n", Reply::Integer(i64::MIN)),
        (b"$0\r\n\r\n", bulk("")),
        (b"$7\r\na\r\n$1\r\n\r\n", bulk("a\r\n$1\r\n")),
        (b"$-1\r\n", Reply::Nil),
        (b"*-1\r\n", Reply::Nil),
        (b"*0\r\n", Reply::Array(Vec::new())),
        (
            b"*4\r\n$1\r\n0\r\n*2\r\n$1\r\na\r\n$-1\r\n*1\r\n*0\r\n-NOPERM x\r\n",
            Reply::Array(vec![
                bulk("0"),
                Reply::Array(vec![bulk("a"), Reply::Nil]),
                Reply::Array(vec![Reply::Array(Vec::new())]),
                refusal("NOPERM", "x"),
            ]),
        ),
    ]
}

#[test]
fn every_kind_of_reply_is_read_wherever_it_is_cut() {
    for (text, expected) in kinds() {
        for cut in 0..text.len() {
            let mut decoder = Decoder::default();
            decoder.put(&text[..cut]);
            assert_eq!(decoder.next(), Ok(None), "{text:?} until {cut}");
            decoder.put(&text[cut..]);
            assert_eq!(
                decoder.next(),
                Ok(Some(expected.clone())),
                "{text:?} at {cut}"
            );
            assert_eq!(decoder.next(), Ok(None), "{text:?} at {cut}");
        }
    }
}

#[test]
fn replies_that_come_together_are_told_apart_in_portions_of_every_size() {
    let text: Vec<u8> = kinds().iter().flat_map(|(text, _)| text.to_vec()).collect();
    let expected: Vec<Reply> = kinds().into_iter().map(|(_, reply)| reply).collect();
    for portion in 1..=text.len() {
        assert_eq!(decoded(&text, portion).as_ref(), Ok(&expected), "{portion}");
    }
}

fn large(length: usize) -> (Vec<u8>, Vec<u8>) {
    let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
    let text = [format!("${length}\r\n").as_bytes(), &bytes, b"\r\n"].concat();
    (text, bytes)
}

#[test]
fn large_bytes_are_put_together_from_portions_among_other_replies() {
    for length in [LARGE - 1, LARGE, LARGE + 1, 3 * LARGE] {
        let (text, bytes) = large(length);
        let text = [b"*3\r\n:1\r\n", text.as_slice(), b"+OK\r\n:2\r\n"].concat();
        let expected = [
            Reply::Array(vec![
                Reply::Integer(1),
                Reply::Bulk(bytes.into()),
                status("OK"),
            ]),
            Reply::Integer(2),
        ];
        for portion in [1, 7, 1000, LARGE, LARGE + 1, 64 << 10, text.len()] {
            let replies = decoded(&text, portion).expect("they are replies");
            assert!(replies == expected, "{length} in portions of {portion}");
        }
    }
}

#[test]
fn large_bytes_keep_nothing_else_in_memory_and_leave_nothing_behind() {
    let (text, bytes) = large(40 << 20);
    let mut decoder = Decoder::default();
    let mut grown = 0;
    let mut capacity = 0;
    for some in text.chunks(64 << 10) {
        decoder.put(some);
        if let Some(large) = decoder
            .large
            .as_ref()
            .filter(|large| large.bytes.capacity() != capacity)
        {
            (grown, capacity) = (grown + 1, large.bytes.capacity());
        }
        if let Some(reply) = decoder.next().expect("it is a reply") {
            assert!(reply == Reply::Bulk(bytes.clone().into()));
        }
    }
    assert!(grown <= 3, "moved {grown} times");
    assert_eq!(capacity, bytes.len() + 2);
    assert!(decoder.large.is_none() && decoder.input.is_empty());
}

#[test]
fn what_is_announced_reserves_little() {
    for announced in [
        "$60000000000\r\nabc",
        "*4000000000\r\n:1\r\n",
        "*4000000000\r\n*4000000000\r\n",
    ] {
        let mut decoder = Decoder::default();
        decoder.put(announced.as_bytes());
        assert_eq!(decoder.next(), Ok(None), "{announced}");
        let bytes = decoder.large.iter().map(|large| large.bytes.capacity());
        assert!(bytes.sum::<usize>() <= RESERVED, "{announced}");
        let places = decoder.arrays.iter().map(|array| array.elements.capacity());
        assert!(places.sum::<usize>() <= 2 * PLACES, "{announced}");
    }
}

#[test]
fn what_is_no_reply_is_refused_as_what_it_is() {
    let cases: [(&[u8], Malformed); 18] = [
        (b"HTTP/1.1 400", Malformed::Kind(b'H')),
        (b"\x15\x03\x03", Malformed::Kind(0x15)),
        (b"%1\r\n", Malformed::Kind(b'%')),
        (b"$9223372036854775807\r\n", Malformed::Length(i64::MAX)),
        (b"*9223372036854775807\r\n", Malformed::Length(i64::MAX)),
        (b"$-2\r\n", Malformed::Length(-2)),
        (b"$9223372036854775808\r\n", Malformed::Number),
        (b":-9223372036854775809\r\n", Malformed::Number),
        (b":\r\n", Malformed::Number),
        (b":-\r\n", Malformed::Number),
        (b":1x\r\n", Malformed::Number),
        (b":+1\r\n", Malformed::Number),
        (b"$?\r\n", Malformed::Number),
        (b":1\rx", Malformed::Number),
        (b"$1\r\nabc", Malformed::End),
        (b"*1\r\n$0\r\n\n\r", Malformed::End),
        (b"+OK\n", Malformed::Line),
        (b"+\n", Malformed::Line),
    ];
    for (text, malformed) in cases {
        assert_eq!(decoded(text, text.len()), Err(malformed), "{text:?}");
        assert_eq!(decoded(text, 1), Err(malformed), "{text:?} byte by byte");
    }
    let endless = vec![b'-'; LONGEST_LINE + 1];
    assert_eq!(decoded(&endless, 4096), Err(Malformed::Line));
    let deep = b"*1\r\n".repeat(DEEPEST + 1);
    assert_eq!(decoded(&deep, deep.len()), Err(Malformed::Depth));
    let (mut text, _) = large(LARGE);
    *text.last_mut().expect("it has an end") = b'x';
    assert_eq!(decoded(&text, text.len()), Err(Malformed::End));
    assert_eq!(decoded(&text, 1000), Err(Malformed::End));
}

#[test]
fn arrays_may_be_nested_as_deeply_as_servers_do() {
    let text = [b"*1\r\n".repeat(DEEPEST), b":1\r\n".to_vec()].concat();
    let replies = decoded(&text, text.len()).expect("it is a reply");
    assert_eq!(replies.len(), 1);
}

#[test]
fn bytes_share_the_memory_in_which_they_were_received() {
    let mut decoder = Decoder::default();
    decoder.put(b"$1\r\na\r\n+string\r\n+OK\r\n");
    let memory = decoder.input.as_ptr_range();
    let mut next = || match decoder.next() {
        Ok(Some(Reply::Bulk(bytes) | Reply::Status(bytes))) => bytes,
        other => panic!("{other:?}"),
    };
    assert!(memory.contains(&next().as_ptr()));
    assert!(memory.contains(&next().as_ptr()));
    // A static text: thousands of these come in a batch.
    assert!(!memory.contains(&next().as_ptr()));
}

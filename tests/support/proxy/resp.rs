//! As much of the Redis protocol (RESP2 and RESP3) as tells where a request or a reply ends.

use super::rule::Request;

/// What stands at the beginning of a buffer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// A whole value of this many bytes.
    Whole(usize),
    /// The value goes on beyond the buffer.
    Partial,
    /// Not the Redis protocol.
    Foreign,
}

/// Finds the end of the value at the beginning of `bytes`.
pub(super) fn scan(bytes: &[u8]) -> Scan {
    let mut position = 0;
    let mut open = 1_u64; // values still to be read
    while open > 0 {
        let Some(&kind) = bytes.get(position) else {
            return Scan::Partial;
        };
        let Some(line) = line(&bytes[position..]) else {
            return Scan::Partial;
        };
        let after = position + line.len() + 2;
        let number = || std::str::from_utf8(&line[1..]).ok()?.parse::<i64>().ok();
        open -= 1;
        position = match kind {
            b'+' | b'-' | b':' | b'_' | b',' | b'#' | b'(' => after,
            b'$' | b'=' | b'!' => match number() {
                Some(-1) => after,
                Some(length) if length >= 0 => {
                    after + usize::try_from(length).unwrap_or(usize::MAX / 2) + 2
                }
                _ => return Scan::Foreign,
            },
            b'*' | b'~' | b'>' | b'%' | b'|' => {
                let Some(count) = number() else {
                    return Scan::Foreign;
                };
                let count = u64::try_from(count).unwrap_or(0); // -1 is the null array
                open += match kind {
                    b'%' => 2 * count,
                    b'|' => 2 * count + 1, // attributes stand before the value that they describe
                    _ => count,
                };
                after
            }
            _ => return Scan::Foreign,
        };
        if position > bytes.len() {
            return Scan::Partial;
        }
    }
    Scan::Whole(position)
}

/// Reads a whole request: an array of bulk strings, as every client library sends it.
pub(super) fn request(bytes: &[u8]) -> Option<Request> {
    let header = line(bytes)?;
    if header.first() != Some(&b'*') {
        return None;
    }
    let mut rest = &bytes[header.len() + 2..];
    let mut arguments = Vec::new();
    while !rest.is_empty() {
        let header = line(rest)?;
        let length: usize = std::str::from_utf8(header.get(1..)?).ok()?.parse().ok()?;
        let start = header.len() + 2;
        arguments.push(rest.get(start..start + length)?.to_vec());
        rest = rest.get(start + length + 2..)?;
    }
    Some(Request::new(arguments))
}

/// The bytes up to the first line end.
fn line(bytes: &[u8]) -> Option<&[u8]> {
    bytes
        .windows(2)
        .position(|pair| pair == b"\r\n")
        .map(|end| &bytes[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_end_of_every_kind_of_value() {
        for text in [
            "+OK\r\n",
            "-ERR no\r\n",
            ":12\r\n",
            "$-1\r\n",
            "$4\r\na\r\nb\r\n",
            "*0\r\n",
            "*-1\r\n",
            "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
            "%1\r\n+key\r\n~2\r\n#t\r\n_\r\n",
            "|1\r\n+ttl\r\n:3\r\n+value\r\n",
        ] {
            let bytes = [text.as_bytes(), b"+next\r\n"].concat();
            assert_eq!(scan(&bytes), Scan::Whole(text.len()), "{text:?}");
            for end in 0..text.len() {
                assert_eq!(scan(&bytes[..end]), Scan::Partial, "{:?}", &text[..end]);
            }
        }
        assert_eq!(scan(b"PING\r\n"), Scan::Foreign);
    }

    #[test]
    fn reads_a_request() {
        let request = request(b"*2\r\n$3\r\nget\r\n$4\r\nk\r\n1\r\n").expect("it is a request");
        assert!(request.is("GET"));
        assert!(request.mentions(b"k\r\n1"));
        assert!(!request.mentions(b"get"));
    }
}

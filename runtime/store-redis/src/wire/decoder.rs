//! Replies out of bytes, as they come: an element is taken as soon as it is complete, however many others its array still
//! lacks, so that nothing is looked at twice. Bytes are handed out as slices of what was received.
//!
//! A server is believed only as far as it has sent: what it announces reserves no memory beyond a limit.

use bytes::{Bytes, BytesMut};

use crate::reply::{self, Reply};

/// From this length on, bytes are gathered in memory of their own: they are put together without moving what came before,
/// and nothing else is kept in memory by them.
const LARGE: usize = 32 << 10;

/// How much memory an announced length reserves at once.
const RESERVED: usize = 16 << 20;

/// How many places an announced number of elements reserves at once.
const PLACES: usize = 4096;

/// A longer line is none.
const LONGEST_LINE: usize = 64 << 10;

/// More bytes in one piece than any server holds.
const MOST_BYTES: usize = 1 << 36;

/// More elements than any reply has.
const MOST_ELEMENTS: usize = 1 << 32;

/// How many arrays are within each other at most; the deepest reply that is asked for (`XINFO STREAM`) has five.
const DEEPEST: usize = 64;

/// What came is no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    /// No kind of reply begins so.
    #[error("an answer begins with the byte {0:#04x}, which none of Redis does")]
    Kind(u8),
    /// A number is none, or has more than 64 bits.
    #[error("a number in an answer is none")]
    Number,
    /// More is announced than any server holds.
    #[error("an answer of {0} bytes or parts is announced, which no server holds")]
    Length(i64),
    /// Bytes do not end where they should.
    #[error("an answer does not end where it should")]
    End,
    /// A line has no end.
    #[error("a line of an answer has no end")]
    Line,
    /// Arrays within arrays without an end.
    #[error("an answer is nested too deeply")]
    Depth,
}

/// Takes bytes and gives replies.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// What was received last, after what was left then.
    input: Bytes,
    /// How much of it was taken.
    taken: usize,
    /// Arrays of which elements are missing, the outermost first.
    arrays: Vec<Open>,
    large: Option<Large>,
}

/// An array that is not complete.
#[derive(Debug)]
struct Open {
    wanted: usize,
    elements: Vec<Reply>,
}

/// Bytes that are gathered, with the end of line behind them.
#[derive(Debug)]
struct Large {
    wanted: usize,
    bytes: Vec<u8>,
}

/// What stands at the front of the input.
enum Front {
    /// Too little.
    Part,
    Reply(Reply),
    /// An array of so many elements, which follow.
    Array(usize),
}

impl Decoder {
    /// Adds what was received.
    pub(super) fn put(&mut self, mut received: &[u8]) {
        if let Some(large) = &mut self.large {
            received = large.put(received);
        }
        let rest = &self.input[self.taken..];
        self.input = if rest.is_empty() {
            Bytes::copy_from_slice(received)
        } else {
            let mut joined = BytesMut::with_capacity(rest.len() + received.len());
            joined.extend_from_slice(rest);
            joined.extend_from_slice(received);
            joined.freeze()
        };
        self.taken = 0;
    }

    /// Returns what was put and not taken.
    pub(super) fn into_rest(self) -> Bytes {
        self.input.slice(self.taken..)
    }

    /// Returns the next reply; nothing if its end is still to come.
    pub(super) fn next(&mut self) -> Result<Option<Reply>, Malformed> {
        loop {
            let reply = match self.front()? {
                Front::Part => return Ok(None),
                Front::Array(wanted) if wanted > 0 => {
                    if self.arrays.len() == DEEPEST {
                        return Err(Malformed::Depth);
                    }
                    let elements = Vec::with_capacity(wanted.min(PLACES));
                    self.arrays.push(Open { wanted, elements });
                    continue;
                }
                Front::Array(_) => Reply::Array(Vec::new()),
                Front::Reply(reply) => reply,
            };
            if let Some(whole) = self.place(reply) {
                return Ok(Some(whole));
            }
        }
    }

    /// Puts an element where it belongs, and returns the outermost reply if that is complete with it.
    fn place(&mut self, mut reply: Reply) -> Option<Reply> {
        while let Some(array) = self.arrays.last_mut() {
            array.elements.push(reply);
            if array.elements.len() < array.wanted {
                return None;
            }
            reply = Reply::Array(std::mem::take(&mut array.elements));
            self.arrays.pop();
        }
        Some(reply)
    }

    fn front(&mut self) -> Result<Front, Malformed> {
        if let Some(large) = self.large.take_if(|large| large.is_complete()) {
            return Ok(Front::Reply(Reply::Bulk(large.finish()?)));
        }
        let Some((kind, rest)) = self.input[self.taken..].split_first() else {
            return Ok(Front::Part);
        };
        match kind {
            b':' | b'$' | b'*' => match number(rest)? {
                Some((number, line)) => self.counted(*kind, number, self.taken + 1 + line),
                None => Ok(Front::Part),
            },
            b'+' | b'-' => Ok(match line(rest)? {
                Some(text) => {
                    let from = self.taken + 1;
                    let text = from..from + text;
                    self.taken = text.end + 2;
                    Front::Reply(if *kind == b'+' {
                        status(&self.input, text)
                    } else {
                        reply::error(&self.input[text])
                    })
                }
                None => Front::Part,
            }),
            other => Err(Malformed::Kind(*other)),
        }
    }

    /// What begins with a number; `at` is where its line ends.
    fn counted(&mut self, kind: u8, number: i64, at: usize) -> Result<Front, Malformed> {
        if kind == b':' {
            self.taken = at;
            return Ok(Front::Reply(Reply::Integer(number)));
        }
        if number == -1 {
            self.taken = at;
            return Ok(Front::Reply(Reply::Nil));
        }
        let most = if kind == b'$' {
            MOST_BYTES
        } else {
            MOST_ELEMENTS
        };
        let length = usize::try_from(number)
            .ok()
            .filter(|length| *length <= most)
            .ok_or(Malformed::Length(number))?;
        if kind == b'*' {
            self.taken = at;
            return Ok(Front::Array(length));
        }
        let end = at + length;
        match self.input.get(end..end + 2) {
            Some(b"\r\n") => {
                self.taken = end + 2;
                Ok(Front::Reply(Reply::Bulk(self.input.slice(at..end))))
            }
            Some(_) => Err(Malformed::End),
            None if length < LARGE => Ok(Front::Part),
            None => {
                let mut large = Large::new(length);
                large.put(&self.input[at..]);
                self.input = Bytes::new();
                self.taken = 0;
                self.large = Some(large);
                Ok(Front::Part)
            }
        }
    }
}

impl Large {
    fn new(length: usize) -> Self {
        Self {
            wanted: length + 2,
            bytes: Vec::new(),
        }
    }

    /// Takes what belongs to it and returns the rest.
    fn put<'r>(&mut self, received: &'r [u8]) -> &'r [u8] {
        let missing = self.wanted - self.bytes.len();
        let (ours, rest) = received.split_at(missing.min(received.len()));
        if self.bytes.capacity() - self.bytes.len() < ours.len() {
            // Reserved exactly, so that no end is cut off by a copy; beyond the limit it doubles.
            let more = missing.min(self.bytes.len().max(RESERVED));
            self.bytes.reserve_exact(more);
        }
        self.bytes.extend_from_slice(ours);
        rest
    }

    fn is_complete(&self) -> bool {
        self.bytes.len() == self.wanted
    }

    fn finish(mut self) -> Result<Bytes, Malformed> {
        if !self.bytes.ends_with(b"\r\n") {
            return Err(Malformed::End);
        }
        self.bytes.truncate(self.wanted - 2);
        Ok(Bytes::from(self.bytes))
    }
}

/// A text without its end of line. Those that come by the thousand need no memory.
fn status(input: &Bytes, text: std::ops::Range<usize>) -> Reply {
    Reply::Status(match &input[text.clone()] {
        b"OK" => Bytes::from_static(b"OK"),
        b"QUEUED" => Bytes::from_static(b"QUEUED"),
        _ => input.slice(text),
    })
}

/// How long the text of a line is; nothing if the line's end is still to come.
fn line(rest: &[u8]) -> Result<Option<usize>, Malformed> {
    let seen = &rest[..rest.len().min(LONGEST_LINE)];
    match seen.iter().position(|byte| *byte == b'\n') {
        Some(end) if end > 0 && seen[end - 1] == b'\r' => Ok(Some(end - 1)),
        Some(_) => Err(Malformed::Line),
        None if seen.len() == LONGEST_LINE => Err(Malformed::Line),
        None => Ok(None),
    }
}

/// A number and the length of its line; nothing if the line's end is still to come.
fn number(rest: &[u8]) -> Result<Option<(i64, usize)>, Malformed> {
    let (sign, digits) = match rest.split_first() {
        Some((b'-', digits)) => (-1_i64, digits),
        _ => (1, rest),
    };
    let mut number = 0_i64;
    for (place, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                // Towards the sign: the smallest number has no opposite.
                let digit = sign * i64::from(byte - b'0');
                let more = number
                    .checked_mul(10)
                    .and_then(|ten| ten.checked_add(digit));
                number = more.ok_or(Malformed::Number)?;
            }
            b'\r' if place > 0 => {
                let line = rest.len() - digits.len() + place + 2;
                return match digits.get(place + 1) {
                    Some(b'\n') => Ok(Some((number, line))),
                    Some(_) => Err(Malformed::Number),
                    None => Ok(None),
                };
            }
            _ => return Err(Malformed::Number),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;

//! A client with nothing in it: commands are packed by hand, replies are parsed in place and share the buffer's memory.
//!
//! The bare loops are measured with it, so that they are as fast as a client can be.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};

use bytes::{Buf as _, Bytes, BytesMut};

use crate::error::Error;

/// How much is read at a time.
const CHUNK: usize = 256 << 10;

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// `+OK`, and refusals: `-ERR …`. With its first byte.
    Line(Bytes),
    /// A number.
    Integer(i64),
    /// Bytes.
    Bulk(Bytes),
    /// Nothing: no such key, a transaction that was not executed.
    Nil,
    /// Several answers in one.
    Array(Vec<Self>),
}

/// A connection.
pub(crate) struct Wire {
    stream: TcpStream,
    out: Vec<u8>,
    input: BytesMut,
    /// Where what was read lands first: clearing so much of the input anew for each read costs more than a copy.
    landing: Box<[u8]>,
}

impl Wire {
    /// Connects to a server on this machine.
    pub(crate) fn connect(port: u16) -> Result<Self, Error> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        let stream = stream.map_err(Error::io("connecting"))?;
        stream.set_nodelay(true).map_err(Error::io("connecting"))?;
        Ok(Self {
            stream,
            out: Vec::with_capacity(CHUNK),
            input: BytesMut::with_capacity(CHUNK),
            landing: vec![0; CHUNK].into_boxed_slice(),
        })
    }

    /// Packs a command; nothing is sent yet.
    pub(crate) fn put(&mut self, parts: &[&[u8]]) {
        self.put_head(parts.len());
        for part in parts {
            self.put_part(part);
        }
    }

    /// Packs the head of a command of so many parts, which follow by [`Wire::put_part`].
    pub(crate) fn put_head(&mut self, parts: usize) {
        self.put_length(b'*', parts);
    }

    /// Packs a part of a command.
    pub(crate) fn put_part(&mut self, part: &[u8]) {
        self.put_length(b'$', part.len());
        self.out.extend_from_slice(part);
        self.out.extend_from_slice(b"\r\n");
    }

    fn put_length(&mut self, kind: u8, length: usize) {
        self.out.push(kind);
        // By hand: formatting machinery takes as long as all the rest of a command.
        let mut digits = [0; 20];
        let mut first = digits.len();
        let mut rest = length;
        loop {
            first -= 1;
            digits[first] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.out.extend_from_slice(&digits[first..]);
        self.out.extend_from_slice(b"\r\n");
    }

    /// Sends what was packed.
    pub(crate) fn send(&mut self) -> Result<(), Error> {
        let sent = self.stream.write_all(&self.out);
        self.out.clear();
        sent.map_err(Error::io("sending"))
    }

    /// Waits for the next answer.
    pub(crate) fn take(&mut self) -> Result<Reply, Error> {
        loop {
            // What is not complete is looked at again from its beginning: large answers come in few chunks.
            let mut ahead = Ahead {
                input: &self.input,
                at: 0,
            };
            if let Some(shape) = ahead.shape() {
                return Ok(shape.cut(&mut self.input));
            }
            self.read()?;
        }
    }

    /// Sends a command and returns its answer, which must be no refusal.
    pub(crate) fn ask(&mut self, name: &'static str, parts: &[&[u8]]) -> Result<Reply, Error> {
        self.put(parts);
        self.send()?;
        self.take_good(name)
    }

    /// Waits for the next answer, which must be no refusal.
    pub(crate) fn take_good(&mut self, command: &'static str) -> Result<Reply, Error> {
        match self.take()? {
            Reply::Line(line) if line.first() == Some(&b'-') => Err(Error::Server {
                command,
                answer: String::from_utf8_lossy(&line).into_owned(),
            }),
            reply => Ok(reply),
        }
    }

    fn read(&mut self) -> Result<(), Error> {
        let read = self.stream.read(&mut self.landing);
        let read = read.map_err(Error::io("receiving"))?;
        self.input.extend_from_slice(&self.landing[..read]);
        if read == 0 {
            let closed = std::io::ErrorKind::UnexpectedEof;
            return Err(Error::io("receiving")(closed.into()));
        }
        Ok(())
    }
}

/// A look at what was received, to see whether an answer is complete.
struct Ahead<'a> {
    input: &'a [u8],
    at: usize,
}

/// A complete answer: how long its parts are.
enum Shape {
    Line(usize),
    Integer(usize, i64),
    Bulk(usize, usize),
    Nil(usize),
    Array(usize, Vec<Self>),
}

impl Ahead<'_> {
    /// Returns the shape of the answer that begins here; nothing if its end is still to come.
    fn shape(&mut self) -> Option<Shape> {
        let rest = self.input.get(self.at..)?;
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let line = &rest[..end.saturating_sub(1)];
        self.at += end + 1;
        let number = || line.get(1..).map_or(0, decimal);
        Some(match line.first() {
            Some(b':') => Shape::Integer(end + 1, number()),
            Some(b'$' | b'*') if number() < 0 => Shape::Nil(end + 1),
            Some(b'$') => {
                let length = usize::try_from(number()).ok()?;
                self.at += length + 2;
                if self.input.len() < self.at {
                    return None;
                }
                Shape::Bulk(end + 1, length)
            }
            Some(b'*') => {
                let parts = 0..number();
                let parts: Option<Vec<Shape>> = parts.map(|_| self.shape()).collect();
                Shape::Array(end + 1, parts?)
            }
            _ => Shape::Line(end + 1),
        })
    }
}

impl Shape {
    /// Takes the answer out of what was received.
    fn cut(self, input: &mut BytesMut) -> Reply {
        match self {
            Self::Line(length) => {
                let mut line = input.split_to(length).freeze();
                line.truncate(length.saturating_sub(2));
                Reply::Line(line)
            }
            Self::Integer(line, number) => {
                input.advance(line);
                Reply::Integer(number)
            }
            Self::Bulk(line, length) => {
                input.advance(line);
                let bulk = input.split_to(length).freeze();
                input.advance(2);
                Reply::Bulk(bulk)
            }
            Self::Nil(line) => {
                input.advance(line);
                Reply::Nil
            }
            Self::Array(line, parts) => {
                input.advance(line);
                Reply::Array(parts.into_iter().map(|part| part.cut(input)).collect())
            }
        }
    }
}

/// Reads a number as the server writes it.
fn decimal(text: &[u8]) -> i64 {
    let (negative, digits) = match text.split_first() {
        Some((b'-', digits)) => (true, digits),
        _ => (false, text),
    };
    let number = digits.iter().fold(0_i64, |number, digit| {
        number
            .wrapping_mul(10)
            .wrapping_add(i64::from(digit.wrapping_sub(b'0')))
    });
    if negative { -number } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &[u8]) -> Option<Reply> {
        let mut input = BytesMut::from(text);
        let mut ahead = Ahead { input: text, at: 0 };
        let reply = ahead.shape()?.cut(&mut input);
        assert!(input.is_empty(), "{text:?} leaves {input:?}");
        Some(reply)
    }

    #[test]
    fn every_answer_is_read_whole_or_not_at_all() {
        let text = b"*5\r\n+OK\r\n:-7\r\n$3\r\na\nb\r\n$-1\r\n*1\r\n$0\r\n\r\n";
        let expected = Reply::Array(vec![
            Reply::Line(Bytes::from_static(b"+OK")),
            Reply::Integer(-7),
            Reply::Bulk(Bytes::from_static(b"a\nb")),
            Reply::Nil,
            Reply::Array(vec![Reply::Bulk(Bytes::new())]),
        ]);
        assert_eq!(parse(text), Some(expected));
        for end in 0..text.len() {
            assert_eq!(parse(&text[..end]), None, "{end}");
        }
    }
}

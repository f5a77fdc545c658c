//! What comes behind `PSYNC`: lines, and then a file of a length that is announced, or up to a mark.

use std::io::{self, Read, Write};

use bytes::{Buf as _, Bytes};

/// How much is received at a time at most.
const RECEIVED: usize = 256 << 10;
/// The length of the mark that ends a file whose length was not known.
const MARK: usize = 40;
/// A longer line is none.
const LONGEST_LINE: usize = 4096;

/// Reads lines, then one file.
pub(super) struct Frames<S> {
    stream: S,
    /// What was received together with something else.
    rest: Bytes,
}

/// How a file's end is found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Announced {
    /// It has so many bytes.
    Bytes(u64),
    /// These bytes stand behind it.
    Mark([u8; MARK]),
}

impl Announced {
    /// Reads `$<length>` or `$EOF:<mark>`.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let line = line.strip_prefix(b"$")?;
        if let Some(mark) = line.strip_prefix(b"EOF:") {
            return mark.try_into().ok().map(Self::Mark);
        }
        std::str::from_utf8(line)
            .ok()?
            .parse()
            .ok()
            .map(Self::Bytes)
    }

    /// Returns the length, where it is known before.
    pub(super) const fn bytes(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(*bytes),
            Self::Mark(_) => None,
        }
    }
}

impl<S: Read + Write> Frames<S> {
    /// Takes a stream, and what was received from it already.
    pub(super) fn new((stream, rest): (S, Bytes)) -> Self {
        Self { stream, rest }
    }

    /// Sends a packed command.
    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// Reads a line without its end. An empty one is how a server says that it is still there.
    pub(super) fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            while self.rest.has_remaining() {
                match self.rest.get_u8() {
                    b'\n' => {
                        if line.last() == Some(&b'\r') {
                            line.pop();
                        }
                        return Ok(line);
                    }
                    _ if line.len() == LONGEST_LINE => {
                        let message = "a line of the answer has no end";
                        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                    }
                    byte => line.push(byte),
                }
            }
            let mut received = vec![0; LONGEST_LINE];
            let count = read(&mut self.stream, &mut received)?;
            received.truncate(count);
            self.rest = received.into();
        }
    }

    /// Goes on with the file.
    pub(super) fn body(&mut self, announced: Announced) -> Body<'_, S> {
        Body {
            stream: &mut self.stream,
            rest: std::mem::take(&mut self.rest),
            announced,
            buffer: vec![0; RECEIVED],
            held: 0,
            given: 0,
            received: 0,
            ended: false,
        }
    }
}

/// Reads a file in pieces.
pub(super) struct Body<'a, S> {
    stream: &'a mut S,
    rest: Bytes,
    announced: Announced,
    /// What is held back, for it may be the mark; behind it, what is received.
    buffer: Vec<u8>,
    held: usize,
    /// How much of the buffer's front was given out last.
    given: usize,
    received: u64,
    ended: bool,
}

impl<S: Read> Body<'_, S> {
    /// Returns how many bytes of the file were given out.
    pub(super) const fn received(&self) -> u64 {
        self.received
    }

    /// Waits for the next piece; nothing behind the end.
    pub(super) fn next_piece(&mut self) -> io::Result<Option<&[u8]>> {
        match self.announced {
            Announced::Bytes(bytes) => self.counted(bytes),
            Announced::Mark(mark) => self.marked(&mark),
        }
    }

    fn counted(&mut self, bytes: u64) -> io::Result<Option<&[u8]>> {
        let missing = bytes - self.received;
        if missing == 0 {
            return Ok(None);
        }
        let room = usize::try_from(missing).unwrap_or(RECEIVED).min(RECEIVED);
        let count = self.fill(0, room)?;
        self.received += count as u64;
        Ok(Some(&self.buffer[..count]))
    }

    fn marked(&mut self, mark: &[u8; MARK]) -> io::Result<Option<&[u8]>> {
        if self.ended {
            return Ok(None);
        }
        self.buffer
            .copy_within(self.given..self.given + self.held, 0);
        loop {
            // The server sends nothing behind the mark before it is answered, so that it stands at the end of what came.
            if self.buffer[..self.held].ends_with(mark) {
                self.ended = true;
                self.given = self.held - MARK;
                break;
            }
            if self.held > MARK {
                self.given = self.held - MARK;
                break;
            }
            self.held += self.fill(self.held, RECEIVED - self.held)?;
        }
        self.held -= self.given;
        self.received += self.given as u64;
        if self.ended && self.given == 0 {
            return Ok(None);
        }
        Ok(Some(&self.buffer[..self.given]))
    }

    /// Receives something into the buffer.
    fn fill(&mut self, at: usize, room: usize) -> io::Result<usize> {
        let into = &mut self.buffer[at..at + room];
        if self.rest.has_remaining() {
            let count = room.min(self.rest.len());
            self.rest.copy_to_slice(&mut into[..count]);
            return Ok(count);
        }
        read(self.stream, into)
    }
}

/// Receives something; that the stream is closed is an error here.
fn read(stream: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(into) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream that gives what was received in pieces of a size, and then ends.
    struct Pieces {
        bytes: Bytes,
        size: usize,
    }

    impl Read for Pieces {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.size.min(into.len()).min(self.bytes.len());
            self.bytes.copy_to_slice(&mut into[..count]);
            Ok(count)
        }
    }

    impl Write for Pieces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    // As a server draws it: no part of it is its beginning.
    const END: &[u8] = b"4f9c0b7d21e8a6530d1c8b2f7a94e6d35b08c1fe";

    fn file(sent: &[u8], size: usize) -> io::Result<Vec<u8>> {
        let bytes = Bytes::copy_from_slice(sent);
        let mut frames = Frames::new((Pieces { bytes, size }, Bytes::new()));
        let line = loop {
            let line = frames.line()?;
            if !line.is_empty() {
                break line;
            }
        };
        let announced = Announced::read(&line).expect("it is announced");
        let mut body = frames.body(announced);
        let mut file = Vec::new();
        while let Some(piece) = body.next_piece()? {
            file.extend_from_slice(piece);
        }
        assert_eq!(body.received(), file.len() as u64);
        Ok(file)
    }

    #[test]
    fn a_file_of_a_known_length_ends_there_however_it_comes() {
        for size in [1, 2, 7, 5000] {
            let file = file(b"\n\n\n$11\r\nREDIS0012\n\xffmore", size).expect("it is whole");
            assert_eq!(file, b"REDIS0012\n\xff", "{size}");
        }
    }

    #[test]
    fn a_file_up_to_a_mark_ends_before_it_however_it_comes() {
        let long = vec![b'x'; 2 * RECEIVED + 17];
        for content in [&b""[..], b"a", END[1..].as_ref(), &long] {
            for size in [1, 39, 40, 41, 5000, 1 << 20] {
                if content.len() > 1000 && size < 1000 {
                    continue;
                }
                let sent = [b"\n$EOF:", END, b"\r\n", content, END].concat();
                let file = file(&sent, size).expect("it is whole");
                assert_eq!(file.len(), content.len(), "{size}");
                assert_eq!(file, content, "{size}");
            }
        }
    }

    #[test]
    fn a_file_that_is_cut_off_is_an_error_at_every_place() {
        let counted = b"$11\r\nREDIS0012\n\xff";
        let marked = [b"$EOF:", END, b"\r\n", b"abc", END].concat();
        for whole in [&counted[..], &marked] {
            for end in 0..whole.len() {
                let error = file(&whole[..end], 3).expect_err("it is cut off");
                assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{end}");
            }
        }
    }

    #[test]
    fn what_announces_no_file_is_none() {
        for line in ["", "$", "$-1", "$EOF:short", "+CONTINUE", "$12x"] {
            assert_eq!(Announced::read(line.as_bytes()), None, "{line}");
        }
    }
}

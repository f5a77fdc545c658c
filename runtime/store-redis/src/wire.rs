//! The bytes on a connection: packed commands out, replies in.

mod decoder;

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use bytes::Bytes;

use self::decoder::Decoder;
pub(crate) use self::decoder::Malformed;
use super::reply::Reply;
use super::transport::Stream;

/// How much is received at a time at most.
const RECEIVED: usize = 64 << 10;

/// Why nothing more comes from a connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    /// The socket, or TLS on it.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What came is no reply.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// A stream that carries the protocol.
pub(crate) struct Wire<S> {
    stream: S,
    decoder: Decoder,
    /// Where bytes land first. What is received is then kept in memory of just its size.
    landing: Box<[u8]>,
    /// How long is waited when waiting was interrupted; otherwise the socket keeps the limit by itself.
    limit: Duration,
}

impl<S: Read + Write> Wire<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            decoder: Decoder::default(),
            landing: vec![0; RECEIVED].into_boxed_slice(),
            limit: Duration::MAX,
        }
    }

    /// Returns the stream, and what was received from it and not taken.
    pub(crate) fn into_parts(self) -> (S, Bytes) {
        (self.stream, self.decoder.into_rest())
    }

    /// Sends packed commands.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        self.stream.write_all(bytes)?;
        Ok(self.stream.flush()?)
    }

    /// Waits for the next reply.
    pub(crate) fn receive(&mut self) -> Result<Reply, WireError> {
        loop {
            if let Some(reply) = self.decoder.next()? {
                return Ok(reply);
            }
            let received = self.read()?;
            if received == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            self.decoder.put(&self.landing[..received]);
        }
    }

    /// Waits for bytes. A signal, or a process that was stopped and continued, interrupts the wait; that says nothing of
    /// the connection, so it is waited again: for as long as the limit is, however often that happens.
    fn read(&mut self) -> io::Result<usize> {
        let mut interrupted: Option<Instant> = None;
        loop {
            match self.stream.read(&mut self.landing) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    if interrupted.get_or_insert_with(Instant::now).elapsed() >= self.limit {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                }
                read => return read,
            }
        }
    }
}

impl Wire<Stream> {
    /// Limits how long is waited for the other side, each time.
    pub(crate) fn limit(&mut self, limit: Duration) -> io::Result<()> {
        self.limit = limit;
        self.stream.set_limit(limit)
    }
}

#[cfg(test)]
mod tests;

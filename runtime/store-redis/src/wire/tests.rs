//! Sending and receiving on a stream that does what it is told.

use super::*;

/// Answers each read with the next of these.
struct Scripted(Vec<io::Result<&'static [u8]>>);

impl Read for Scripted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Ok(0);
        }
        let bytes = self.0.remove(0)?;
        into[..bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }
}

impl Write for Scripted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn interrupted() -> io::Result<&'static [u8]> {
    Err(io::ErrorKind::Interrupted.into())
}

fn kind(received: Result<Reply, WireError>) -> io::ErrorKind {
    match received {
        Err(WireError::Io(error)) => error.kind(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_interrupted_wait_goes_on() {
    let reads = vec![
        interrupted(),
        Ok(&b":"[..]),
        interrupted(),
        interrupted(),
        Ok(&b"1\r\n"[..]),
    ];
    let mut wire = Wire::new(Scripted(reads));
    wire.limit = Duration::from_mins(1);
    assert_eq!(wire.receive().ok(), Some(Reply::Integer(1)));
}

#[test]
fn interruptions_do_not_put_off_the_limit_for_ever() {
    let mut wire = Wire::new(Scripted(vec![interrupted(), Ok(&b":1\r\n"[..])]));
    wire.limit = Duration::ZERO;
    assert_eq!(kind(wire.receive()), io::ErrorKind::TimedOut);
}

#[test]
fn a_stream_that_ends_within_a_reply_says_so() {
    let mut wire = Wire::new(Scripted(vec![Ok(&b":1\r\n:2"[..])]));
    assert_eq!(wire.receive().ok(), Some(Reply::Integer(1)));
    assert_eq!(kind(wire.receive()), io::ErrorKind::UnexpectedEof);
}

#[test]
fn what_is_no_reply_ends_the_connection() {
    let mut wire = Wire::new(Scripted(vec![Ok(&b"HTTP"[..])]));
    assert!(matches!(
        wire.receive(),
        Err(WireError::Malformed(Malformed::Kind(b'H')))
    ));
}

//! The part of a file that is in memory while it is read from its beginning to its end.

use std::io::{ErrorKind, Read};

use bytes::{Bytes, BytesMut};

use crate::checksum::Checksum;
use crate::file::error::FileError;

/// How much is read at once, at first.
const FIRST_CHUNK: usize = 8 * 1024;
/// How much is read at once in a file that goes on: twice as much each time, up to this.
const LARGEST_CHUNK: usize = 256 * 1024;

/// A window onto a source. It holds the current record, as far as it was read, and what was read behind
/// it. It is moved on by [`Window::consume`] and grown by [`Window::fill`].
#[derive(Debug)]
pub(super) struct Window<R> {
    source: R,
    ended: bool,
    chunk: Bytes,
    /// The chunk's offset in the file.
    base: u64,
    /// Where the current record begins in the chunk.
    position: usize,
    /// Up to where the chunk went into the checksum.
    summed: usize,
    checksum: Option<Checksum>,
    step: usize,
}

impl<R: Read> Window<R> {
    /// Begins where the source stands: at an offset in the file.
    pub(super) const fn new(source: R, offset: u64) -> Self {
        Self {
            source,
            ended: false,
            chunk: Bytes::new(),
            base: offset,
            position: 0,
            summed: 0,
            checksum: None,
            step: FIRST_CHUNK,
        }
    }

    /// Begins the checksum: with what was consumed so far, if that is in memory still.
    pub(super) fn begin_checksum(&mut self) {
        self.checksum = Some(Checksum::default());
    }

    /// Returns the checksum of what was consumed; nothing if it was not begun.
    pub(super) fn checksum(&mut self) -> Option<u64> {
        self.sum();
        self.checksum.as_ref().map(Checksum::value)
    }

    /// Returns the bytes from the current record on.
    #[inline]
    pub(super) fn rest(&self) -> &[u8] {
        &self.chunk[self.position..]
    }

    /// Returns the first bytes from the current record on; they share the window's memory.
    #[inline]
    pub(super) fn share(&self, length: usize) -> Bytes {
        self.chunk.slice(self.position..self.position + length)
    }

    /// Returns the offset of the current record in the file.
    #[inline]
    pub(super) const fn offset(&self) -> u64 {
        self.base + self.position as u64
    }

    /// Goes on to the record that begins so many bytes later.
    #[inline]
    pub(super) const fn consume(&mut self, length: usize) {
        self.position += length;
    }

    /// Reads on, and says whether there was more. At least `needed` bytes are missing, if what the record
    /// claims is true: the window grows to that, or by half where nothing is known, but never to more than
    /// twice what is really there.
    ///
    /// # Errors
    /// [`FileError::Read`].
    #[cold]
    pub(super) fn fill(&mut self, needed: u64) -> Result<bool, FileError> {
        self.sum();
        let rest = self.chunk.len() - self.position;
        let needed = usize::try_from(needed).unwrap_or(usize::MAX);
        let step = if needed < self.step {
            (rest / 2).max(self.step)
        } else {
            needed.min(rest.max(self.step))
        };
        self.step = LARGEST_CHUNK.min(self.step * 2);
        let mut chunk = self.take_rest(rest + step);
        let read = self.read_into(&mut chunk);
        self.chunk = chunk.freeze();
        read.map(|()| self.chunk.len() > rest)
    }

    /// Takes the bytes from the current record on into a buffer that has room for `capacity` bytes. If
    /// nobody holds an entry of the chunk any more, its memory is used again, unless it is that of a much
    /// larger record.
    fn take_rest(&mut self, capacity: usize) -> BytesMut {
        let start = std::mem::take(&mut self.position);
        self.base += start as u64;
        self.summed = 0;
        match std::mem::take(&mut self.chunk).try_into_mut() {
            Ok(mut own) if (capacity..=capacity.saturating_mul(4)).contains(&own.capacity()) => {
                own.copy_within(start.., 0);
                own.truncate(own.len() - start);
                own
            }
            Ok(own) => copy_with_room(&own[start..], capacity),
            Err(shared) => copy_with_room(&shared[start..], capacity),
        }
    }

    /// Fills the buffer's room, as far as the source goes.
    fn read_into(&mut self, chunk: &mut BytesMut) -> Result<(), FileError> {
        let mut filled = chunk.len();
        let mut failure = None;
        chunk.resize(chunk.capacity(), 0);
        while filled < chunk.len() && !self.ended {
            match self.source.read(&mut chunk[filled..]) {
                Ok(count) => {
                    filled = chunk.len().min(filled + count);
                    self.ended = count == 0;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(source) => {
                    let offset = self.base + filled as u64;
                    failure = Some(FileError::Read { offset, source });
                    break;
                }
            }
        }
        chunk.truncate(filled);
        failure.map_or(Ok(()), Err)
    }

    fn sum(&mut self) {
        if let Some(checksum) = &mut self.checksum {
            checksum.update(&self.chunk[self.summed..self.position]);
        }
        self.summed = self.position;
    }
}

fn copy_with_room(bytes: &[u8], capacity: usize) -> BytesMut {
    let mut copy = BytesMut::with_capacity(capacity);
    copy.extend_from_slice(bytes);
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_grows_by_what_is_there_and_not_by_what_is_claimed() {
        let source = vec![7; 100_000];
        let mut window = Window::new(&source[..], 0);
        let mut sizes = Vec::new();
        while window.fill(u64::MAX).expect("a slice can be read") {
            sizes.push(window.rest().len());
        }
        assert_eq!(sizes, [8192, 24_576, 57_344, 100_000]);
        assert!(window.chunk.len() <= 2 * source.len());
    }

    #[test]
    fn memory_is_used_again_when_nobody_shares_it() {
        let source = vec![7; 3_000_000];
        let mut window = Window::new(&source[..], 0);
        for _ in 0..6 {
            window.fill(1).expect("a slice can be read");
            window.consume(window.rest().len());
        }
        let before = window.chunk.as_ptr();
        window.fill(1).expect("a slice can be read");
        assert_eq!(window.chunk.as_ptr(), before);
        let kept = window.share(10);
        window.consume(window.rest().len());
        window.fill(1).expect("a slice can be read");
        assert_ne!(window.chunk.as_ptr(), before);
        assert_eq!(kept, [7; 10][..]);
    }

    #[test]
    fn a_failure_leaves_what_was_read() {
        struct Source(u8);
        impl Read for Source {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                self.0 += 1;
                match self.0 {
                    1 => Err(ErrorKind::Interrupted.into()),
                    2 => {
                        buffer[..3].copy_from_slice(b"abc");
                        Ok(3)
                    }
                    _ => Err(ErrorKind::BrokenPipe.into()),
                }
            }
        }
        let mut window = Window::new(Source(0), 100);
        let error = window.fill(9).expect_err("the pipe breaks");
        assert!(matches!(error, FileError::Read { offset: 103, .. }));
        assert_eq!(window.rest(), b"abc");
    }
}

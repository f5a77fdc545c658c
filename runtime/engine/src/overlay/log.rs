//! Bytes that are appended to a scratch file and read back: many small pieces in few system calls.

use std::io::{self, Read, Seek, SeekFrom, Write};

/// What a scratch file has to do: a temporary file, or memory for small keyspaces.
pub trait Scratch: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Scratch for T {}

/// How much is written, or read ahead, at a time. Larger pieces go past the buffers.
const CHUNK: usize = 1 << 16;

/// A scratch file with its end, and the part that was read last, in memory.
pub(super) struct Log {
    scratch: Box<dyn Scratch>,
    /// How much the file holds; what is pending comes behind.
    written: u64,
    pending: Vec<u8>,
    /// A part of the file, from an offset on. It stays true, for what was written never changes.
    window: (u64, Vec<u8>),
}

impl Log {
    pub(super) fn new(scratch: Box<dyn Scratch>) -> Self {
        Self {
            scratch,
            written: 0,
            pending: Vec::new(),
            window: (0, Vec::new()),
        }
    }

    /// Returns the offset behind everything.
    pub(super) fn end(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    /// Appends a piece, and returns its offset. Of a piece that fails nothing counts.
    pub(super) fn append(&mut self, parts: &[&[u8]]) -> io::Result<u64> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if self.pending.len() + length > CHUNK {
            self.settle()?;
        }
        let offset = self.end();
        if length > CHUNK {
            self.scratch.seek(SeekFrom::Start(offset))?;
            parts
                .iter()
                .try_for_each(|part| self.scratch.write_all(part))?;
            self.written += length as u64;
        } else {
            parts
                .iter()
                .for_each(|part| self.pending.extend_from_slice(part));
        }
        Ok(offset)
    }

    fn settle(&mut self) -> io::Result<()> {
        self.scratch.seek(SeekFrom::Start(self.written))?;
        self.scratch.write_all(&self.pending)?;
        self.written += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// Reads a part of one piece, as long as `into`.
    pub(super) fn read(&mut self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let length = into.len();
        if let Some(pending) = part(self.written, &self.pending, offset, length) {
            into.copy_from_slice(pending);
            return Ok(());
        }
        if let Some(known) = part(self.window.0, &self.window.1, offset, length) {
            into.copy_from_slice(known);
            return Ok(());
        }
        self.scratch.seek(SeekFrom::Start(offset))?;
        let ahead = usize::try_from(self.written.saturating_sub(offset)).unwrap_or(CHUNK);
        if length > CHUNK.min(ahead) {
            return self.scratch.read_exact(into);
        }
        let (at, window) = &mut self.window;
        window.resize(CHUNK.min(ahead), 0);
        // Until it is read it is a window on nothing.
        *at = u64::MAX;
        self.scratch.read_exact(window)?;
        *at = offset;
        into.copy_from_slice(&window[..length]);
        Ok(())
    }
}

/// Returns some of the bytes that stand at `start`, if all of them are there.
fn part(start: u64, bytes: &[u8], offset: u64, length: usize) -> Option<&[u8]> {
    let from = usize::try_from(offset.checked_sub(start)?).ok()?;
    bytes.get(from..from.checked_add(length)?)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Memory that counts how often it is called.
    struct Counting(Cursor<Vec<u8>>, Arc<AtomicUsize>);

    impl Counting {
        fn called(&mut self) -> &mut Cursor<Vec<u8>> {
            self.1.fetch_add(1, Ordering::Relaxed);
            &mut self.0
        }
    }

    impl Read for Counting {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.called().read(buffer)
        }
    }

    impl Write for Counting {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.called().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Counting {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.called().seek(to)
        }
    }

    fn read(log: &mut Log, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        log.read(offset, &mut bytes).map(|()| bytes)
    }

    #[test]
    fn pieces_of_all_sizes_come_back_in_any_order_by_few_calls() {
        let calls = Arc::new(AtomicUsize::new(0));
        let scratch = Counting(Cursor::new(Vec::new()), Arc::clone(&calls));
        let mut log = Log::new(Box::new(scratch));
        let sizes = [
            0,
            1,
            7,
            300,
            CHUNK - 1,
            CHUNK,
            CHUNK + 1,
            5,
            3 * CHUNK,
            0,
            2,
        ];
        let small = std::iter::repeat_n(200, 1000);
        let pieces: Vec<Vec<u8>> = sizes
            .into_iter()
            .chain(small)
            .enumerate()
            .map(|(number, size)| vec![u8::try_from(number % 251).expect("below 251"); size])
            .collect();
        let mut offsets = Vec::new();
        for piece in &pieces {
            let (head, tail) = piece.split_at(piece.len() / 2);
            offsets.push(log.append(&[head, tail]).expect("memory"));
            // What was appended last is there at once.
            let last = read(&mut log, offsets[offsets.len() - 1], piece.len());
            assert_eq!(&last.expect("memory"), piece);
        }
        let all: usize = pieces.iter().map(Vec::len).sum();
        assert_eq!(log.end(), all as u64);
        let mut places: Vec<usize> = (0..pieces.len()).collect();
        for _ in 0..2 {
            for place in &places {
                let piece = &pieces[*place];
                let found = read(&mut log, offsets[*place], piece.len());
                assert_eq!(&found.expect("memory"), piece, "{place}");
            }
            places.reverse();
        }
        calls.store(0, Ordering::Relaxed);
        for place in &places[sizes.len()..] {
            read(&mut log, offsets[*place], 200).expect("memory");
        }
        assert!(calls.load(Ordering::Relaxed) < 12, "{calls:?}");
    }

    #[test]
    fn nothing_is_read_behind_the_end() {
        let mut log = Log::new(Box::new(Cursor::new(Vec::new())));
        log.append(&[b"abc"]).expect("memory");
        assert!(read(&mut log, 0, 4).is_err());
        assert!(read(&mut log, 4, 1).is_err());
        assert_eq!(read(&mut log, 1, 2).expect("memory"), b"bc");
    }
}

//! The end of a journal, where groups of frames are written. Used by one thread at a time.
//!
//! The file is made longer than it is filled, some megabytes at a time: a sync that need not make a new length
//! durable does not wait for the file system's own journal, and so not for what others write. A reader takes
//! the zeros behind the last frame for what they are, and they are cut off when the file is let go.

use std::fs::{File, OpenOptions};
use std::io::{self, IoSlice, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::frame::Frame;
use crate::segment::Segment;

/// By how much a file is made longer at a time.
const ROOM_BYTES: u64 = 4 << 20;

/// Where a write failed, and how.
pub(crate) type Failure = (PathBuf, io::Error);

/// The newest segment, open for writing.
#[derive(Debug)]
pub(crate) struct Tail {
    file: File,
    segment: Segment,
    /// Up to where the file was made long enough.
    room: u64,
    /// A segment that has this many bytes is followed by a new one.
    segment_bytes: u64,
}

impl Tail {
    /// Creates a journal's first segment.
    pub(crate) fn create(directory: &Path, run: &str, segment_bytes: u64) -> Result<Self, Failure> {
        let segment = Segment::new(directory, run, 1, 0, now_ms());
        let file = create(&segment).map_err(|error| (segment.path.clone(), error))?;
        Ok(Self {
            file,
            segment,
            room: 0,
            segment_bytes,
        })
    }

    /// Opens a segment to go on behind its end; what is behind that is cut off. All before it is durable
    /// afterwards.
    pub(crate) fn open(segment: Segment, segment_bytes: u64) -> Result<Self, Failure> {
        let open = || {
            let mut file = OpenOptions::new().write(true).open(&segment.path)?;
            file.set_len(segment.offset(segment.end))?;
            file.sync_all()?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = open().map_err(|error| (segment.path.clone(), error))?;
        Ok(Self {
            file,
            segment,
            room: 0,
            segment_bytes,
        })
    }

    /// Pretends that a segment is on a disk that is full.
    #[cfg(test)]
    pub(crate) fn on_full_device(segment: Segment) -> Self {
        let file = OpenOptions::new().write(true).open("/dev/full");
        Self {
            file: file.expect("this system has /dev/full"),
            segment,
            room: 0,
            segment_bytes: u64::MAX,
        }
    }

    /// Returns the newest segment, up to where it is durable.
    pub(crate) fn segment(&self) -> &Segment {
        &self.segment
    }

    /// Returns the position behind the last durable frame.
    pub(crate) fn position(&self) -> u64 {
        self.segment.end
    }

    /// Writes a group with one write and one sync, and says whether that began a new segment.
    pub(crate) fn write(&mut self, group: &mut [Frame]) -> Result<bool, Failure> {
        let full = self.segment.offset(self.segment.end) >= self.segment_bytes;
        if full {
            self.rotate()?;
        }
        let start = self.segment.end;
        let salt = self.segment.salt();
        let mut end = start;
        let mut slices: Vec<_> = group
            .iter_mut()
            .map(|frame| {
                let position = end;
                end += frame.len();
                IoSlice::new(frame.place(salt, start, position))
            })
            .collect();
        let needed = self.segment.offset(end);
        if needed > self.room {
            self.room = needed + ROOM_BYTES;
            // Where that is not possible, the write itself makes the file longer, or says why it cannot.
            let _ = self.file.set_len(self.room);
        }
        write_all(&mut self.file, &mut slices)
            .and_then(|()| self.file.sync_data())
            .map_err(|error| (self.segment.path.clone(), error))?;
        self.segment.end = end;
        Ok(full)
    }

    /// Ends the segment and begins the next one. A segment that another one follows has nothing behind its
    /// last frame.
    fn rotate(&mut self) -> Result<(), Failure> {
        self.trim()
            .and_then(|()| self.file.sync_all())
            .map_err(|error| (self.segment.path.clone(), error))?;
        let directory = self.segment.path.parent().unwrap_or(Path::new(""));
        let number = self.segment.number + 1;
        let next = Segment::new(
            directory,
            &self.segment.run,
            number,
            self.segment.end,
            now_ms(),
        );
        self.file = create(&next).map_err(|error| (next.path.clone(), error))?;
        self.segment = next;
        self.room = 0;
        Ok(())
    }

    /// Cuts off what is behind the last durable frame.
    fn trim(&self) -> io::Result<()> {
        self.file.set_len(self.segment.offset(self.segment.end))
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        // It only saves space; whoever opens the segment next cuts it off otherwise.
        let _ = self.trim();
    }
}

/// Creates a segment's file with its header, durable.
fn create(segment: &Segment) -> io::Result<File> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&segment.path)?;
    file.write_all(&segment.header())?;
    file.sync_all()?;
    segment.path.parent().map_or(Ok(()), sync_directory)?;
    Ok(file)
}

/// Makes the names in a directory durable, where the system has a way to.
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

fn write_all(file: &mut File, mut slices: &mut [IoSlice<'_>]) -> io::Result<()> {
    while !slices.is_empty() {
        match file.write_vectored(slices) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut slices, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

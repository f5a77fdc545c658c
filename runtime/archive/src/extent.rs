//! What there is to read of a journal: its segments in order, and where the last one ends.
//!
//! The last segment may end in a torn group of frames: written when the process or the machine stopped, and
//! never reported durable. The end is then before its first broken frame. If a frame behind the broken one
//! proves that the broken one was durable ([`crate::frame`]), or if it is in an earlier segment, the journal
//! is damaged and that is an error: nothing that was durable is skipped.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use remold_engine::port::JournalError;
use remold_engine::record::JournalRecord;

use crate::error::{corrupt, not_found};
use crate::frame::{FrameHeader, HEADER_BYTES, MAGIC};
use crate::reader::{Broken, FrameReader};
use crate::segment::{self, Segment};

/// The segments of a journal as of some moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Extent {
    /// At least one, in order, without gaps.
    pub(crate) segments: Vec<Segment>,
    /// The file of a segment that was being created when its writer stopped.
    pub(crate) unfinished: Option<PathBuf>,
}

impl Extent {
    /// Looks at a journal's directory.
    pub(crate) fn load(directory: &Path) -> Result<Self, JournalError> {
        let mut extent = Self::default();
        let files = segment_files(directory)?;
        let last = files.len();
        for (index, (number, path)) in files.into_iter().enumerate() {
            let expected = index as u64 + 1;
            if number != expected {
                let message = format!("segment {expected} is missing before this one");
                return Err(corrupt(&path, 0, message));
            }
            match Segment::open(path.clone())? {
                Some((segment, _)) => extent.push(segment)?,
                None if number == last as u64 => extent.unfinished = Some(path),
                None => return Err(corrupt(&path, 0, "the segment's header is incomplete")),
            }
        }
        let Some(newest) = extent.segments.last_mut() else {
            return Err(JournalError::NotFound {
                path: directory.display().to_string(),
                message: "no journal was begun here".to_owned(),
            });
        };
        newest.end = whole_end(newest, extent.unfinished.is_some())?;
        Ok(extent)
    }

    fn push(&mut self, segment: Segment) -> Result<(), JournalError> {
        let number = self.segments.len() as u64 + 1;
        let fits = self.segments.last().map_or(segment.base == 0, |before| {
            before.end == segment.base && before.run == segment.run
        });
        if !fits || segment.number != number {
            let message = "the segment does not continue the one before it";
            return Err(corrupt(&segment.path, 0, message));
        }
        self.segments.push(segment);
        Ok(())
    }

    /// Finds the newest record that `wanted` accepts, among the frames that have `flag`.
    pub(crate) fn newest<T>(
        &self,
        flag: u32,
        wanted: impl Fn(JournalRecord) -> Option<T>,
    ) -> Result<Option<T>, JournalError> {
        for segment in self.segments.iter().rev() {
            let mut reader = FrameReader::open(segment.clone())?;
            let mut last = None;
            loop {
                let position = reader.position();
                match reader.skip_frame() {
                    Ok(Some(header)) if header.flags & flag != 0 => last = Some(position),
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(broken) => return Err(reader.describe(broken)),
                }
            }
            let Some(position) = last else { continue };
            reader.seek(position)?;
            if let Some(found) = reader
                .next_records()?
                .into_iter()
                .flatten()
                .filter_map(&wanted)
                .last()
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// Removes all segments of a journal.
pub(crate) fn remove_segments(directory: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().and_then(segment::file_number).is_some() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Lists the segments' files by number.
fn segment_files(directory: &Path) -> Result<Vec<(u64, PathBuf)>, JournalError> {
    let unreadable = |error| not_found(directory, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        if let Some(number) = name.to_str().and_then(segment::file_number) {
            files.push((number, entry.path()));
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// Returns the position behind a segment's last whole frame. With `complete`, all of it was durable.
fn whole_end(segment: &Segment, complete: bool) -> Result<u64, JournalError> {
    let mut reader = FrameReader::open(segment.clone())?;
    let mut read_again = None;
    loop {
        match reader.next_frame() {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(reader.position()),
            Err(broken @ Broken::System(_)) => return Err(reader.describe(broken)),
            Err(broken) => {
                let end = reader.position();
                if !complete && !durable_behind(segment, end)? {
                    return Ok(end);
                }
                if read_again == Some(end) {
                    return Err(reader.describe(broken));
                }
                // Its writer may have finished it, and what is behind it, since it was read.
                read_again = Some(end);
                reader.seek(end)?;
            }
        }
    }
}

/// Says whether a frame behind `broken` proves that the frame at `broken` was durable.
fn durable_behind(segment: &Segment, broken: u64) -> Result<bool, JournalError> {
    const CHUNK: usize = 1 << 20;
    let offset = segment.offset(broken);
    let failed = |error: std::io::Error| corrupt(&segment.path, offset, error.to_string());
    let mut file = fs::File::open(&segment.path).map_err(failed)?;
    file.seek(SeekFrom::Start(offset)).map_err(failed)?;
    let mut file = file.take(segment.end - broken);
    let salt = segment.salt();
    let (mut window, mut start) = (Vec::new(), broken);
    loop {
        let read = Read::by_ref(&mut file)
            .take(CHUNK as u64)
            .read_to_end(&mut window)
            .map_err(failed)?;
        let mut blocks = (0..window.len()).step_by(BLOCK);
        if blocks.any(|block| proof_in(&window[block..], start + block as u64, salt, broken)) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        let seen = window.len().saturating_sub(HEADER_BYTES - 1);
        window.drain(..seen);
        start += seen as u64;
    }
}

/// How far [`proof_in`] looks.
const BLOCK: usize = 4096;

/// Says whether a frame that begins in the first block of `bytes`, which are at `position`, proves that the
/// frame at `broken` was durable. Room that was never written is passed over quickly.
fn proof_in(bytes: &[u8], position: u64, salt: u64, broken: u64) -> bool {
    let block = &bytes[..bytes.len().min(BLOCK)];
    if *block == [0; BLOCK][..block.len()] {
        return false;
    }
    let reach = bytes.len().min(BLOCK + HEADER_BYTES - 1);
    let headers = bytes[..reach].array_windows::<HEADER_BYTES>().enumerate();
    headers
        .filter(|(_, header)| header.starts_with(&MAGIC))
        .any(|(index, header)| {
            FrameHeader::parse(header, salt, position + index as u64)
                .is_some_and(|header| header.group > broken)
        })
}

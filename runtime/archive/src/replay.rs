//! Walks over a journal's records, forwards and backwards.
//!
//! Forwards, one frame is in memory at a time; backwards, one frame and the places of the frames of one
//! segment.

use remold_engine::port::{JournalError, Records};
use remold_engine::record::JournalRecord;

use crate::extent::Extent;
use crate::reader::FrameReader;
use crate::segment::Segment;

/// Walks from the first record to the newest.
pub(crate) fn forwards(extent: Extent) -> Records<'static> {
    let mut segments = extent.segments.into_iter();
    let mut reader = None;
    frames_to_records(move || {
        loop {
            if reader.is_none() {
                let Some(segment) = segments.next() else {
                    return Ok(None);
                };
                reader = Some(FrameReader::open(segment)?);
            }
            match reader.as_mut().map(FrameReader::next_records) {
                Some(Ok(None)) | None => reader = None,
                Some(records) => return records,
            }
        }
    })
}

/// Walks from the newest record to the first.
pub(crate) fn backwards(extent: Extent) -> Records<'static> {
    let mut segments = extent.segments.into_iter().rev();
    let mut current: Option<(FrameReader, Vec<u64>)> = None;
    frames_to_records(move || {
        loop {
            if let Some((reader, positions)) = &mut current
                && let Some(position) = positions.pop()
            {
                reader.seek(position)?;
                let records = reader.next_records()?;
                return Ok(records.map(|records| records.into_iter().rev().collect()));
            }
            match segments.next() {
                Some(segment) => current = Some(frame_positions(segment)?),
                None => return Ok(None),
            }
        }
    })
}

/// Opens a segment and lists where its frames begin.
fn frame_positions(segment: Segment) -> Result<(FrameReader, Vec<u64>), JournalError> {
    let mut reader = FrameReader::open(segment)?;
    let mut positions = Vec::new();
    loop {
        let position = reader.position();
        match reader.skip_frame() {
            Ok(Some(_)) => positions.push(position),
            Ok(None) => return Ok((reader, positions)),
            Err(broken) => return Err(reader.describe(broken)),
        }
    }
}

/// Walks the records of frame after frame, and ends at the first error.
pub(crate) fn frames_to_records(
    mut next_frame: impl FnMut() -> Result<Option<Vec<JournalRecord>>, JournalError> + Send + 'static,
) -> Records<'static> {
    let mut ended = false;
    let frames = std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let frame = next_frame().transpose();
        ended = !matches!(frame, Some(Ok(_)));
        frame
    });
    Box::new(frames.flat_map(|frame| match frame {
        Ok(records) => Frame::Records(records.into_iter()),
        Err(error) => Frame::Failed(Some(error)),
    }))
}

/// The records of a frame, or why there are none.
enum Frame {
    Records(std::vec::IntoIter<JournalRecord>),
    Failed(Option<JournalError>),
}

impl Iterator for Frame {
    type Item = Result<JournalRecord, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Records(records) => records.next().map(Ok),
            Self::Failed(error) => error.take().map(Err),
        }
    }
}

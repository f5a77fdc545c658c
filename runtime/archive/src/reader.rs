//! Reads the frames of one segment. Within a segment's bounds everything must be whole; what that means
//! for a tail is said in [`crate::extent`].

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use remold_engine::port::JournalError;
use remold_engine::record::JournalRecord;

use crate::encoding;
use crate::error::{corrupt, not_found};
use crate::frame::{FrameHeader, HEADER_BYTES};
use crate::segment::Segment;

const BUFFER_BYTES: usize = 1 << 16;

/// Why a frame could not be read.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The bytes are no whole frame.
    Bytes(&'static str),
    /// The system refused.
    System(io::Error),
}

/// Reads a segment's frames, from any position.
#[derive(Debug)]
pub(crate) struct FrameReader {
    segment: Segment,
    salt: u64,
    file: BufReader<File>,
    position: u64,
}

impl FrameReader {
    /// Opens a segment at its first frame.
    pub(crate) fn open(segment: Segment) -> Result<Self, JournalError> {
        let file = File::open(&segment.path).map_err(|error| not_found(&segment.path, &error))?;
        let mut reader = Self {
            position: segment.base,
            salt: segment.salt(),
            file: BufReader::with_capacity(BUFFER_BYTES, file),
            segment,
        };
        reader.seek(reader.segment.base)?;
        Ok(reader)
    }

    /// Returns the position of the next frame.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Goes to the frame at `position`.
    pub(crate) fn seek(&mut self, position: u64) -> Result<(), JournalError> {
        self.position = position;
        let offset = SeekFrom::Start(self.segment.offset(position));
        match self.file.seek(offset) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.describe(Broken::System(error))),
        }
    }

    /// Reads the next frame and checks it, still packed; `None` at the segment's end.
    pub(crate) fn next_frame(&mut self) -> Result<Option<(FrameHeader, Vec<u8>)>, Broken> {
        let Some(header) = self.next_header()? else {
            return Ok(None);
        };
        let length = usize::try_from(header.stored)
            .map_err(|_| Broken::Bytes("the frame is larger than this machine's memory"))?;
        let mut content = vec![0; length];
        self.file.read_exact(&mut content).map_err(Broken::System)?;
        if !header.matches(&content) {
            return Err(Broken::Bytes(
                "the frame's content does not match its checksum",
            ));
        }
        self.position += header.frame_bytes();
        Ok(Some((header, content)))
    }

    /// Reads the next frame's records; `None` at the segment's end.
    pub(crate) fn next_records(&mut self) -> Result<Option<Vec<JournalRecord>>, JournalError> {
        let offset = self.segment.offset(self.position);
        let (header, content) = match self.next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) => return Ok(None),
            Err(broken) => return Err(self.describe(broken)),
        };
        let broken = |message: String| corrupt(&self.segment.path, offset, message);
        let mut content = header
            .unpack(content)
            .ok_or_else(|| broken("the frame's content cannot be unpacked".to_owned()))?;
        let mut records = Vec::new();
        while !content.is_empty() {
            let record = encoding::decode(&mut content);
            records.push(record.map_err(|malformed| broken(malformed.to_string()))?);
        }
        Ok(Some(records))
    }

    /// Reads the next frame's header and skips its content, unseen; `None` at the segment's end.
    pub(crate) fn skip_frame(&mut self) -> Result<Option<FrameHeader>, Broken> {
        let Some(header) = self.next_header()? else {
            return Ok(None);
        };
        let content = i64::try_from(header.stored).expect("the content is within a file");
        self.file.seek_relative(content).map_err(Broken::System)?;
        self.position += header.frame_bytes();
        Ok(Some(header))
    }

    /// Reads the next frame's header, and leaves the position at the frame's beginning.
    fn next_header(&mut self) -> Result<Option<FrameHeader>, Broken> {
        let left = self.segment.end - self.position;
        if left == 0 {
            return Ok(None);
        }
        if left < HEADER_BYTES as u64 {
            return Err(Broken::Bytes("the file ends within a frame's header"));
        }
        let mut bytes = [0; HEADER_BYTES];
        self.file.read_exact(&mut bytes).map_err(Broken::System)?;
        let header = FrameHeader::parse(&bytes, self.salt, self.position)
            .ok_or(Broken::Bytes("the frame's header is broken"))?;
        if header.frame_bytes() > left {
            return Err(Broken::Bytes("the file ends within a frame"));
        }
        Ok(Some(header))
    }

    /// Makes the port's error of what was found at the current position.
    pub(crate) fn describe(&self, broken: Broken) -> JournalError {
        let message = match broken {
            Broken::Bytes(what) => what.to_owned(),
            Broken::System(error) => error.to_string(),
        };
        let offset = self.segment.offset(self.position);
        corrupt(&self.segment.path, offset, message)
    }
}

//! Frames: what is appended at once, with length, checksums and its place in the journal.
//!
//! ```text
//! 0   magic          4    "RJf1"
//! 4   flags          4    see below
//! 8   group          8    the position where the frame's commit group begins
//! 16  stored         8    bytes of content that follow
//! 24  raw            8    bytes of content once unpacked
//! 32  content check  8    XXH3 of the stored content
//! 40  header check   8    XXH3 of the 40 bytes before, seeded with segment and position
//! 48  content
//! ```
//!
//! A commit group is written with one write and one sync, and only after the sync of the group before it.
//! So a frame whose `group` is above a position proves that everything below was durable: that is how a
//! torn tail is told from damage. The seed ties a frame to its place, so that neither a frame of another
//! segment nor a journal inside a value can pass for one.

use std::cell::RefCell;

use bytes::Bytes;
use remold_engine::record::JournalRecord;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::encoding;

/// Bytes in front of a frame's content.
pub(crate) const HEADER_BYTES: usize = 48;
/// How every frame begins.
pub(crate) const MAGIC: [u8; 4] = *b"RJf1";

/// The content is LZ4-compressed.
pub(crate) const COMPRESSED: u32 = 1;
/// The content holds an epoch.
pub(crate) const HAS_EPOCH: u32 = 1 << 1;
/// The content holds a mark.
pub(crate) const HAS_MARK: u32 = 1 << 2;

/// A frame is closed when its content passes this many bytes; one larger record makes it larger.
const CONTENT_BYTES: usize = 1 << 20;
/// Below it compression gains nothing; above it the compressor's tables are not made for it.
const WORTH_COMPRESSING: std::ops::Range<usize> = 128..1 << 28;

/// How much memory a thread keeps to compress in: what an ordinary frame takes.
const KEPT: usize = 2 * CONTENT_BYTES;

/// What stands in front of a frame's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub(crate) flags: u32,
    pub(crate) group: u64,
    pub(crate) stored: u64,
    pub(crate) raw: u64,
    content_check: u64,
}

impl FrameHeader {
    /// Reads the header of the frame at `position`; `None` if there is none.
    pub(crate) fn parse(bytes: &[u8; HEADER_BYTES], salt: u64, position: u64) -> Option<Self> {
        let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|index| bytes[at + index]));
        if !bytes.starts_with(&MAGIC) || number(40) != header_check(bytes, salt, position) {
            return None;
        }
        Some(Self {
            flags: u32::from_le_bytes(std::array::from_fn(|index| bytes[4 + index])),
            group: number(8),
            stored: number(16),
            raw: number(24),
            content_check: number(32),
        })
    }

    /// Returns the bytes of the whole frame.
    pub(crate) fn frame_bytes(&self) -> u64 {
        self.stored.saturating_add(HEADER_BYTES as u64)
    }

    /// Says whether these are the bytes that were stored.
    pub(crate) fn matches(&self, content: &[u8]) -> bool {
        xxh3_64(content) == self.content_check
    }

    /// Returns the content unpacked; `None` if it cannot be.
    pub(crate) fn unpack(&self, content: Vec<u8>) -> Option<Bytes> {
        if self.flags & COMPRESSED == 0 {
            return Some(content.into());
        }
        let mut raw = vec![0; usize::try_from(self.raw).ok()?];
        let size = lz4_flex::block::decompress_into(&content, &mut raw).ok()?;
        (size == raw.len()).then(|| raw.into())
    }
}

fn header_check(bytes: &[u8; HEADER_BYTES], salt: u64, position: u64) -> u64 {
    xxh3_64_with_seed(&bytes[..40], salt.wrapping_add(position))
}

/// A frame that waits to be written: all but its place is settled.
#[derive(Debug)]
pub(crate) struct Frame {
    bytes: Vec<u8>,
}

impl Frame {
    /// Packs records into frames, in order.
    pub(crate) fn pack(records: &[JournalRecord]) -> Vec<Self> {
        let mut frames = Vec::with_capacity(1);
        let hint = records.iter().map(encoding::size_hint).sum::<usize>();
        let mut buffer = empty(hint.min(CONTENT_BYTES));
        let mut flags = 0;
        for record in records {
            encoding::encode(record, &mut buffer);
            flags |= match record {
                JournalRecord::Epoch(_) => HAS_EPOCH,
                JournalRecord::Mark(_) => HAS_MARK,
                _ => 0,
            };
            if buffer.len() > CONTENT_BYTES {
                let full = std::mem::replace(&mut buffer, empty(0));
                frames.push(Self::new(full, flags));
                flags = 0;
            }
        }
        if buffer.len() > HEADER_BYTES {
            frames.push(Self::new(buffer, flags));
        }
        frames
    }

    /// Makes a frame without content: it proves that what is before it was durable.
    pub(crate) fn closing() -> Self {
        Self::new(empty(0), 0)
    }

    /// Makes a frame of a buffer that has room for the header in front.
    fn new(buffer: Vec<u8>, mut flags: u32) -> Self {
        let raw = buffer.len() - HEADER_BYTES;
        let mut bytes = buffer;
        if let Some(compressed) = compress(&bytes[HEADER_BYTES..]) {
            flags |= COMPRESSED;
            bytes = compressed;
        }
        let stored = bytes.len() - HEADER_BYTES;
        let check = xxh3_64(&bytes[HEADER_BYTES..]);
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4..8].copy_from_slice(&flags.to_le_bytes());
        bytes[16..24].copy_from_slice(&(stored as u64).to_le_bytes());
        bytes[24..32].copy_from_slice(&(raw as u64).to_le_bytes());
        bytes[32..40].copy_from_slice(&check.to_le_bytes());
        Self { bytes }
    }

    /// Returns the bytes of the whole frame.
    pub(crate) fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Settles the frame's place and returns what is to be written there.
    pub(crate) fn place(&mut self, salt: u64, group: u64, position: u64) -> &[u8] {
        self.bytes[8..16].copy_from_slice(&group.to_le_bytes());
        let header = self
            .bytes
            .first_chunk()
            .expect("a frame begins with its header");
        let check = header_check(header, salt, position);
        self.bytes[40..48].copy_from_slice(&check.to_le_bytes());
        &self.bytes
    }
}

fn empty(content: usize) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(HEADER_BYTES + content);
    buffer.resize(HEADER_BYTES, 0);
    buffer
}

thread_local! {
    /// Where the thread compresses: memory that would otherwise be reserved and zeroed for each frame.
    static SPACE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Compresses content behind room for a header; `None` if less than an eighth is gained.
fn compress(content: &[u8]) -> Option<Vec<u8>> {
    if !WORTH_COMPRESSING.contains(&content.len()) {
        return None;
    }
    SPACE.with_borrow_mut(|space| {
        let most = lz4_flex::block::get_maximum_output_size(content.len());
        if space.len() < most {
            space.resize(most, 0);
        }
        let size = lz4_flex::block::compress_into(content, space).ok();
        let gained = size.filter(|size| *size <= content.len() - content.len() / 8);
        let frame = gained.map(|size| {
            let mut bytes = empty(size);
            bytes.extend_from_slice(&space[..size]);
            bytes
        });
        if most > KEPT {
            *space = Vec::new();
        }
        frame
    })
}

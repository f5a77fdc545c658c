//! Segments: the files of a journal, `segment-00000001.journal` and so on.
//!
//! ```text
//! 0    magic       8    "remoldJR"
//! 8    format      4    [`FORMAT`]
//! 12   unused      4
//! 16   number      8    of the segment, from 1
//! 24   base        8    the position of its first frame
//! 32   created     8    Unix milliseconds
//! 40   run       144    length (1), then the run's id
//! 184  check       8    XXH3 of the 184 bytes before
//! 192  frames
//! ```
//!
//! All numbers are little endian. A position counts the bytes of all frames since the journal's beginning,
//! without the segments' headers. A segment's header is durable before its first frame is written.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use remold_engine::port::JournalError;
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{corrupt, not_found};

/// The version of the journal's format that is written and read.
pub(crate) const FORMAT: u32 = 1;
/// Bytes in front of a segment's first frame.
pub(crate) const HEADER_BYTES: usize = 192;
/// The longest run id.
pub(crate) const RUN_BYTES: usize = 120;

const MAGIC: [u8; 8] = *b"remoldJR";
const CHECKED: usize = HEADER_BYTES - 8;

/// A segment, and up to where it is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) path: PathBuf,
    pub(crate) run: String,
    pub(crate) number: u64,
    pub(crate) created_ms: u64,
    /// The position of the first frame.
    pub(crate) base: u64,
    /// The position behind the last frame.
    pub(crate) end: u64,
}

impl Segment {
    /// Describes an empty segment that is yet to be created.
    pub(crate) fn new(
        directory: &Path,
        run: &str,
        number: u64,
        base: u64,
        created_ms: u64,
    ) -> Self {
        Self {
            path: directory.join(file_name(number)),
            run: run.to_owned(),
            number,
            created_ms,
            base,
            end: base,
        }
    }

    /// Returns the seed that ties frames to this segment.
    pub(crate) fn salt(&self) -> u64 {
        let mut identity = self.run.clone().into_bytes();
        identity.extend(self.number.to_le_bytes());
        xxh3_64(&identity)
    }

    /// Returns where a position is in the file.
    pub(crate) fn offset(&self, position: u64) -> u64 {
        HEADER_BYTES as u64 + (position - self.base)
    }

    /// Returns the header's bytes.
    pub(crate) fn header(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let run = &self.run.as_bytes()[..self.run.len().min(RUN_BYTES)];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.number.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.base.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.created_ms.to_le_bytes());
        bytes[40] = u8::try_from(run.len()).expect("a run's id has at most 120 bytes");
        bytes[41..41 + run.len()].copy_from_slice(run);
        let check = xxh3_64(&bytes[..CHECKED]);
        bytes[CHECKED..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// Opens a segment's file and reads its header; `end` is where the file ends. `None` if the segment
    /// was still being created when its writer stopped: nothing in it was ever durable.
    pub(crate) fn open(path: PathBuf) -> Result<Option<(Self, File)>, JournalError> {
        let mut file = File::open(&path).map_err(|error| not_found(&path, &error))?;
        let length = file
            .metadata()
            .map_err(|error| not_found(&path, &error))?
            .len();
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        Read::by_ref(&mut file)
            .take(HEADER_BYTES as u64)
            .read_to_end(&mut bytes)
            .map_err(|error| corrupt(&path, 0, error.to_string()))?;
        let Ok(bytes) = <[u8; HEADER_BYTES]>::try_from(bytes) else {
            return Ok(None);
        };
        let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|index| bytes[at + index]));
        let found = u32::from_le_bytes(std::array::from_fn(|index| bytes[8 + index]));
        if bytes.starts_with(&MAGIC) && found != FORMAT {
            return Err(JournalError::Format {
                path: path.display().to_string(),
                found,
                known: FORMAT,
            });
        }
        let run = bytes[41..CHECKED].get(..usize::from(bytes[40]));
        let run = run.and_then(|run| std::str::from_utf8(run).ok());
        let whole = bytes.starts_with(&MAGIC) && xxh3_64(&bytes[..CHECKED]) == number(CHECKED);
        match (whole, run) {
            (true, Some(run)) => {
                let segment = Self {
                    run: run.to_owned(),
                    number: number(16),
                    created_ms: number(32),
                    base: number(24),
                    end: number(24) + (length - HEADER_BYTES as u64),
                    path,
                };
                Ok(Some((segment, file)))
            }
            _ if length == HEADER_BYTES as u64 => Ok(None),
            _ => Err(corrupt(&path, 0, "the segment's header is broken")),
        }
    }
}

/// Returns the name of a segment's file.
fn file_name(number: u64) -> String {
    format!("segment-{number:08}.journal")
}

/// Returns the number in the name of a segment's file; `None` if it is another file's name.
pub(crate) fn file_number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("segment-")?.strip_suffix(".journal")?;
    let number = digits.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

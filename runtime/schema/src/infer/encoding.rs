//! How the value of a string is encoded: JSON, MessagePack, text or neither, perhaps compressed.

use std::fmt;
use std::io::Read;

use serde_json::Value as Json;

/// A compression around a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Packing {
    /// gzip (RFC 1952).
    Gzip,
    /// zlib (RFC 1950).
    Zlib,
    /// A Zstandard frame (RFC 8878).
    Zstd,
    /// An LZ4 frame.
    Lz4,
}

/// What a value is once it is unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Content {
    /// A JSON document.
    Json,
    /// A MessagePack document.
    Msgpack,
    /// A decimal integer.
    Integer,
    /// UTF-8 without control characters.
    Text,
    /// Other bytes.
    Raw,
}

/// How a string is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Encoding {
    /// The compression, if there is one.
    pub packing: Option<Packing>,
    /// What is inside.
    pub content: Content,
}

impl fmt::Display for Encoding {
    /// Writes it as in a schema: `json`, `gzip+json`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let packing = match self.packing {
            Some(Packing::Gzip) => "gzip+",
            Some(Packing::Zlib) => "zlib+",
            Some(Packing::Zstd) => "zstd+",
            Some(Packing::Lz4) => "lz4+",
            None => "",
        };
        let content = match self.content {
            Content::Json => "json",
            Content::Msgpack => "msgpack",
            Content::Integer => "integer",
            Content::Text => "text",
            Content::Raw => "raw",
        };
        write!(f, "{packing}{content}")
    }
}

/// What a string was found to hold.
#[derive(Debug)]
pub(crate) enum Found {
    /// A document, of JSON or MessagePack.
    Document(Content, Json),
    /// A text: it may stand for a number.
    Text(Vec<u8>),
    /// Bytes that are neither,
    Raw,
    /// More than may be looked into.
    Unexamined,
}

/// Looks into a string of at most `most` bytes, packed and unpacked.
pub(crate) fn examine(bytes: &[u8], most: usize) -> (Option<Packing>, Found) {
    if bytes.len() > most {
        return (None, Found::Unexamined);
    }
    if is_text(bytes) {
        return (None, open(bytes));
    }
    if let Some(packing) = packing_of(bytes) {
        match unpack(packing, bytes, most) {
            Unpacked::Whole(inside) => return (Some(packing), open(&inside)),
            Unpacked::TooLarge => return (Some(packing), Found::Unexamined),
            Unpacked::Damaged => {}
        }
    }
    (None, open(bytes))
}

/// Finds what unpacked bytes are.
fn open(bytes: &[u8]) -> Found {
    if is_text(bytes) {
        let begin = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        // A number or a word alone is a text until its neighbours say that they are documents.
        if matches!(begin, Some(b'{' | b'[' | b'"'))
            && let Ok(document) = serde_json::from_slice(bytes)
        {
            return Found::Document(Content::Json, document);
        }
        return Found::Text(bytes.to_vec());
    }
    match msgpack(bytes) {
        Some(document) => Found::Document(Content::Msgpack, document),
        None => Found::Raw,
    }
}

/// Says whether bytes are UTF-8 without control characters other than white space.
fn is_text(bytes: &[u8]) -> bool {
    let control = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1f | 0x7f);
    !bytes.iter().any(control) && std::str::from_utf8(bytes).is_ok()
}

/// Finds a compression by the bytes that its streams begin with.
fn packing_of(bytes: &[u8]) -> Option<Packing> {
    match bytes {
        [0x1f, 0x8b, 0x08, ..] => Some(Packing::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Packing::Zstd),
        [0x04, 0x22, 0x4d, 0x18, ..] => Some(Packing::Lz4),
        // RFC 1950: deflate with a window of 32 KiB, and a check of both bytes.
        [0x78, flags, ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31) => Some(Packing::Zlib),
        _ => None,
    }
}

enum Unpacked {
    Whole(Vec<u8>),
    TooLarge,
    Damaged,
}

fn unpack(packing: Packing, bytes: &[u8], most: usize) -> Unpacked {
    /// A frame may not ask for a window of more than 8 MiB.
    const WINDOW_LOG: u32 = 23;
    match packing {
        Packing::Gzip => read(flate2::read::MultiGzDecoder::new(bytes), most),
        Packing::Zlib => {
            let mut decoder = flate2::read::ZlibDecoder::new(bytes);
            let unpacked = read(&mut decoder, most);
            let whole = decoder.total_in() == bytes.len() as u64;
            if whole || matches!(unpacked, Unpacked::TooLarge) {
                unpacked
            } else {
                Unpacked::Damaged
            }
        }
        Packing::Zstd => {
            let Ok(mut decoder) = zstd::Decoder::new(bytes) else {
                return Unpacked::Damaged;
            };
            match decoder.window_log_max(WINDOW_LOG) {
                Ok(()) => read(decoder, most),
                Err(_) => Unpacked::Damaged,
            }
        }
        Packing::Lz4 => read(lz4_flex::frame::FrameDecoder::new(bytes), most),
    }
}

fn read(packed: impl Read, most: usize) -> Unpacked {
    let mut unpacked = Vec::new();
    match packed.take(most as u64 + 1).read_to_end(&mut unpacked) {
        Ok(length) if length > most => Unpacked::TooLarge,
        Ok(_) => Unpacked::Whole(unpacked),
        Err(_) => Unpacked::Damaged,
    }
}

/// Reads a MessagePack document that is a map or an array and not empty, for almost any byte alone is one too.
fn msgpack(bytes: &[u8]) -> Option<Json> {
    if !matches!(bytes.first(), Some(0x81..=0x8f | 0x91..=0x9f | 0xdc..=0xdf)) {
        return None;
    }
    crate::decode::msgpack(bytes).ok()
}

#[cfg(test)]
mod tests;

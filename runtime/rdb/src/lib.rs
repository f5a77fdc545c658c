//! Codec of Redis' serialised values and RDB files.

pub mod checksum;
pub mod cursor;
mod decimal;
pub mod decode;
pub mod encode;
pub mod error;
pub mod file;
mod intset;
pub mod kinds;
pub mod length;
mod listpack;
pub mod lzf;
mod packed;
mod payload;
pub mod skip;
mod streams;
pub mod target;
mod ziplist;
mod zipmap;

pub use decode::{Decoded, decode, decode_object};
pub use encode::{encode, encode_object};
pub use error::{DecodeError, EncodeError};
pub use file::{FileEntry, FileError, Header, Item, Reader, Section, SectionKind, Writer};
pub use target::{Family, Target, Thresholds, Version};

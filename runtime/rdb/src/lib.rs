//! Codec of Redis' serialised values and RDB files.

pub mod checksum;
pub mod cursor;
pub mod error;
pub mod length;
pub mod lzf;
pub mod target;

pub use error::{DecodeError, EncodeError};
pub use target::{Family, Target, Thresholds, Version};

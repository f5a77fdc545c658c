//! How a value is written: `json`, `gzip+json`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// What the bytes of a value are, once they are unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Content {
    /// A JSON document (RFC 8259).
    Json,
    /// A `MessagePack` document.
    Msgpack,
    /// UTF-8 text.
    #[default]
    Text,
    /// A whole number in decimal digits, as `INCR` takes it.
    Integer,
    /// Any bytes; nothing is said of them.
    Raw,
}

impl Content {
    /// Every content, in the order of the documentation.
    pub const ALL: [Self; 5] = [
        Self::Json,
        Self::Msgpack,
        Self::Text,
        Self::Integer,
        Self::Raw,
    ];

    /// Returns the word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Msgpack => "msgpack",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Raw => "raw",
        }
    }
}

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// zlib (RFC 1950).
    Zlib,
    /// Zstandard (RFC 8878).
    Zstd,
    /// The frame format of LZ4.
    Lz4,
}

impl Compression {
    /// Every compression, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Gzip, Self::Zlib, Self::Zstd, Self::Lz4];

    /// Returns the word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
        }
    }
}

/// How a value is written: what its bytes are, and how they are packed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Encoding {
    /// How the bytes are packed; `None` if they are not.
    pub compression: Option<Compression>,
    /// What they are.
    pub content: Content,
}

/// A text that names no encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected `json`, `msgpack`, `text`, `integer` or `raw`, perhaps with `gzip+`, `zlib+`, `zstd+` or `lz4+` before it"
)]
pub struct InvalidEncoding;

impl Encoding {
    /// Lists the words of all encodings.
    pub fn words() -> Vec<String> {
        let packed = Compression::ALL.map(Some);
        let compressions = [None].into_iter().chain(packed);
        let all = compressions.flat_map(|compression| {
            Content::ALL.map(|content| Self {
                compression,
                content,
            })
        });
        all.map(|encoding| encoding.to_string()).collect()
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(compression) = self.compression {
            write!(f, "{}+", compression.name())?;
        }
        f.write_str(self.content.name())
    }
}

impl FromStr for Encoding {
    type Err = InvalidEncoding;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (compression, content) = match text.split_once('+') {
            Some((compression, content)) => (Some(compression), content),
            None => (None, text),
        };
        let compression = compression
            .map(|word| {
                let found = Compression::ALL
                    .into_iter()
                    .find(|known| known.name() == word);
                found.ok_or(InvalidEncoding)
            })
            .transpose()?;
        let content = Content::ALL
            .into_iter()
            .find(|known| known.name() == content);
        Ok(Self {
            compression,
            content: content.ok_or(InvalidEncoding)?,
        })
    }
}

impl TryFrom<String> for Encoding {
    type Error = InvalidEncoding;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Encoding> for String {
    fn from(encoding: Encoding) -> Self {
        encoding.to_string()
    }
}

impl JsonSchema for Encoding {
    fn schema_name() -> Cow<'static, str> {
        "Encoding".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Self::words() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        let words = Encoding::words();
        assert_eq!(words.len(), 25);
        for word in words {
            let read: Encoding = word.parse().expect("it is a word");
            assert_eq!(read.to_string(), word);
        }
        for bad in ["", "jsn", "gzip", "gzip+", "+json", "gzip+gzip+json"] {
            assert!(bad.parse::<Encoding>().is_err(), "{bad}");
        }
    }
}

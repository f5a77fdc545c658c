//! Bytes as text that a person can read and that can be read back: `\\`, `\xNN`, everything else as it is.

use remold_host_api::Bytes;

/// Writes bytes as text: printable UTF-8 as it is, a backslash doubled, all else as `\xNN`.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                character if character.is_control() => {
                    let mut buffer = [0; 4];
                    character
                        .encode_utf8(&mut buffer)
                        .bytes()
                        .for_each(|byte| push_hex(&mut text, byte));
                }
                character => text.push(character),
            }
        }
        chunk
            .invalid()
            .iter()
            .for_each(|byte| push_hex(&mut text, *byte));
    }
    text
}

fn push_hex(text: &mut String, byte: u8) {
    use std::fmt::Write;
    write!(text, "\\x{byte:02x}").expect("writing to a String cannot fail");
}

/// Reads what [`escape`] wrote; `None` if a backslash is followed by something else.
pub fn unescape(text: &str) -> Option<Bytes> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'\\' {
            bytes.push(first);
            continue;
        }
        match rest {
            [b'\\', after @ ..] => {
                bytes.push(b'\\');
                rest = after;
            }
            [b'x', high, low, after @ ..] => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
                rest = after;
            }
            _ => return None,
        }
    }
    Some(bytes.into())
}

/// Serde of bytes as escaped text.
pub mod escaped {
    use remold_host_api::Bytes;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes bytes as escaped text.
    pub fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::escape(bytes))
    }

    /// Reads escaped text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::unescape(&text).ok_or_else(|| {
            serde::de::Error::custom("a backslash must be followed by x and two hex digits")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_string_survives_the_way_there_and_back() {
        let all: Vec<u8> = (0..=255).chain("grüße \\x41".bytes()).collect();
        assert_eq!(unescape(&escape(&all)).as_deref(), Some(&all[..]));
        assert_eq!(escape("a\\b\n\u{e9}".as_bytes()), "a\\\\b\\x0a\u{e9}");
        assert_eq!(unescape("\\q"), None);
    }
}

//! From the bytes of a value, or of an element of one, to what its encoding says they are.

use std::borrow::Cow;
use std::io::Read;

use remold_manifest::redis_schema::{Compression, Content, Encoding};
use rmpv::Value as Msgpack;
use serde_json::{Map, Number, Value};

/// Unpacked, a value may have so many bytes.
pub(crate) const MAX_UNPACKED: usize = 64 << 20;

/// So deep documents may be nested.
const MAX_DEPTH: usize = 128;

/// A zstd frame may not ask for a window of more than 8 MiB.
const ZSTD_WINDOW_LOG: u32 = 23;

/// What bytes turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Decoded<'a> {
    /// A document.
    Document(Value),
    /// A text.
    Text(Cow<'a, str>),
    /// The digits of a whole number.
    Integer(Cow<'a, str>),
    /// Bytes of which nothing is said.
    Raw,
}

/// Bytes that are not what their encoding says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not {expected}: {message}")]
pub(crate) struct Undecodable {
    /// What they should be.
    pub(crate) expected: &'static str,
    /// Why they are not.
    pub(crate) message: String,
}

/// Decodes bytes.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> Result<Decoded<'_>, Undecodable> {
    let bytes = match encoding.compression {
        None => Cow::Borrowed(bytes),
        Some(compression) => Cow::Owned(unpack(bytes, compression)?),
    };
    match encoding.content {
        Content::Raw => Ok(Decoded::Raw),
        Content::Text => text(bytes).map(Decoded::Text),
        Content::Integer => {
            let digits = text(bytes)?;
            if is_whole_number(&digits) {
                return Ok(Decoded::Integer(digits));
            }
            Err(undecodable(
                "a whole number",
                "it has other characters than digits",
            ))
        }
        Content::Json => {
            let parsed = serde_json::from_slice(&bytes);
            parsed
                .map(Decoded::Document)
                .map_err(|error| undecodable("JSON", error.to_string()))
        }
        Content::Msgpack => msgpack(&bytes).map(Decoded::Document),
    }
}

/// Unpacks bytes, up to [`MAX_UNPACKED`].
pub(crate) fn unpack(bytes: &[u8], compression: Compression) -> Result<Vec<u8>, Undecodable> {
    let name = compression.name();
    let failed = |error: std::io::Error| undecodable(name, error.to_string());
    let mut unpacked = Vec::new();
    let limit = MAX_UNPACKED as u64 + 1;
    let read = match compression {
        Compression::Gzip => flate2::read::MultiGzDecoder::new(bytes)
            .take(limit)
            .read_to_end(&mut unpacked),
        Compression::Zlib => flate2::read::ZlibDecoder::new(bytes)
            .take(limit)
            .read_to_end(&mut unpacked),
        Compression::Zstd => {
            let mut decoder = zstd::Decoder::new(bytes).map_err(failed)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(failed)?;
            decoder.take(limit).read_to_end(&mut unpacked)
        }
        Compression::Lz4 => lz4_flex::frame::FrameDecoder::new(bytes)
            .take(limit)
            .read_to_end(&mut unpacked),
    };
    read.map_err(failed)?;
    if unpacked.len() > MAX_UNPACKED {
        let message = format!("it unpacks to more than {MAX_UNPACKED} bytes");
        return Err(undecodable(name, message));
    }
    Ok(unpacked)
}

/// Reads a `MessagePack` document as JSON.
pub(crate) fn msgpack(bytes: &[u8]) -> Result<Value, Undecodable> {
    let failed = |message: String| undecodable("MessagePack", message);
    let mut rest = bytes;
    let value = rmpv::decode::read_value_with_max_depth(&mut rest, MAX_DEPTH)
        .map_err(|error| failed(error.to_string()))?;
    if !rest.is_empty() {
        return Err(failed(format!("{} bytes follow the value", rest.len())));
    }
    json_of(value).map_err(|message| failed(message.to_owned()))
}

fn json_of(value: Msgpack) -> Result<Value, &'static str> {
    let float = |float: f64| {
        let number = Number::from_f64(float).ok_or("JSON has no number for a float in it")?;
        Ok(Value::Number(number))
    };
    let text = |text: rmpv::Utf8String| text.into_str().ok_or("a text in it is not UTF-8");
    match value {
        Msgpack::Nil => Ok(Value::Null),
        Msgpack::Boolean(value) => Ok(Value::Bool(value)),
        Msgpack::Integer(integer) => match (integer.as_i64(), integer.as_u64()) {
            (Some(integer), _) => Ok(Value::from(integer)),
            (None, Some(integer)) => Ok(Value::from(integer)),
            (None, None) => Err("an integer in it is too large"),
        },
        Msgpack::F32(value) => float(f64::from(value)),
        Msgpack::F64(value) => float(value),
        Msgpack::String(value) => text(value).map(Value::String),
        Msgpack::Array(items) => items.into_iter().map(json_of).collect(),
        Msgpack::Map(members) => {
            let mut object = Map::with_capacity(members.len());
            for (name, member) in members {
                let Msgpack::String(name) = name else {
                    return Err("a name in it is no text, and JSON has no other names");
                };
                if object.insert(text(name)?, json_of(member)?).is_some() {
                    return Err("a name in it occurs twice");
                }
            }
            Ok(Value::Object(object))
        }
        Msgpack::Binary(_) => Err("JSON has nothing for the bytes in it"),
        Msgpack::Ext(..) => Err("JSON has nothing for an extension in it"),
    }
}

fn text(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, Undecodable> {
    let invalid = |at: usize| undecodable("text", format!("byte {at} of it is not UTF-8"));
    match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|error| invalid(error.valid_up_to())),
        Cow::Owned(bytes) => String::from_utf8(bytes)
            .map(Cow::Owned)
            .map_err(|error| invalid(error.utf8_error().valid_up_to())),
    }
}

/// Says whether a text is a whole number as JSON and `INCR` write it.
fn is_whole_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
        && text != "-0"
}

fn undecodable(expected: &'static str, message: impl Into<String>) -> Undecodable {
    Undecodable {
        expected,
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn encoding(text: &str) -> Encoding {
        text.parse().expect("it is an encoding")
    }

    #[test]
    fn packed_documents_are_unpacked() {
        use std::io::Write as _;
        let document = br#"{"a":[1,2.50]}"#;
        let level = flate2::Compression::default();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), level);
        gzip.write_all(document).expect("memory takes it");
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), level);
        zlib.write_all(document).expect("memory takes it");
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        lz4.write_all(document).expect("memory takes it");
        for (word, packed) in [
            ("gzip+json", gzip.finish().expect("memory takes it")),
            ("zlib+json", zlib.finish().expect("memory takes it")),
            (
                "zstd+json",
                zstd::bulk::compress(document, 3).expect("it packs"),
            ),
            ("lz4+json", lz4.finish().expect("memory takes it")),
        ] {
            let expected: Value = serde_json::from_slice(document).expect("it is JSON");
            assert_eq!(
                decode(&packed, encoding(word)),
                Ok(Decoded::Document(expected)),
                "{word}"
            );
            assert!(decode(document, encoding(word)).is_err(), "{word}");
        }
    }

    #[test]
    fn what_unpacks_to_too_much_ends() {
        let bomb = zstd::bulk::compress(&vec![0; MAX_UNPACKED + 1], 3).expect("it packs");
        let error = decode(&bomb, encoding("zstd+raw")).expect_err("it is too large");
        assert!(error.message.contains("more than"), "{error}");
    }

    #[test]
    fn msgpack_is_json_where_it_can_be() {
        let read = msgpack(b"\x82\xa1a\x01\xa1b\x93\xc0\xc3\xcb\x3f\xf8\0\0\0\0\0\0");
        assert_eq!(read, Ok(json!({"a": 1, "b": [null, true, 1.5]})));
        for bad in [
            &b"\x81\x01\x02"[..],
            b"\xc4\x01a",
            b"\x01\x02",
            b"",
            b"\x92\x01",
        ] {
            assert!(msgpack(bad).is_err(), "{bad:?}");
        }
        let deep = vec![0x91; 100_000];
        assert!(msgpack(&deep).is_err());
    }

    #[test]
    fn whole_numbers_have_one_form() {
        for good in ["0", "-1", "42", "123456789012345678901234567890"] {
            assert!(
                decode(good.as_bytes(), encoding("integer")).is_ok(),
                "{good}"
            );
        }
        for bad in ["", "-", "+1", "01", "-0", "1.0", " 1", "1e3", "x"] {
            assert!(
                decode(bad.as_bytes(), encoding("integer")).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn deep_json_ends() {
        let deep = "[".repeat(1_000_000);
        assert!(decode(deep.as_bytes(), encoding("json")).is_err());
    }
}

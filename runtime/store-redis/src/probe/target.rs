//! What values are encoded for: the version that the server itself writes, and its thresholds.

use remold_engine::port::StoreError;
use remold_host_api::Bytes;
use remold_rdb::{Target, Thresholds, Version};

use super::super::connection::Connection;
use super::super::info::Info;
use super::super::names::Names;
use super::super::reply::{self, Reply};
use super::super::request::{Request, Sink as _};

const DOING: &str = "asking the server how it stores values";

/// How many keys are drawn to find one that is small enough to be read for its version.
const DRAWN: usize = 5;

/// Above this a key is not read for its version.
const SMALL: i64 = 64 << 10;

pub(super) fn find(
    connection: &mut Connection,
    names: &Names,
    info: &Info,
    memory_usage: bool,
    notes: &mut Vec<String>,
) -> Result<Target, StoreError> {
    let mut request = Request::default();
    request.command(&[b"CONFIG", b"GET", b"*-max-*"]);
    request.command(&[b"DUMP", names.epoch().as_bytes()]);
    for _ in 0..DRAWN {
        request.command(&[b"RANDOMKEY"]);
    }
    let mut replies = connection.exchange(DOING, &request)?.into_iter();
    let (sizes, epoch) = (replies.next(), replies.next());
    let settings = sizes
        .filter(|sizes| reply::refusal(sizes).is_none())
        .map(reply::pairs);
    if settings.is_none() {
        notes.push(
            "CONFIG GET is not permitted: values are written in the compact form up to the usual limits".to_owned(),
        );
    }
    let settings = settings.unwrap_or_default();
    let version = match epoch.as_ref().and_then(footer) {
        Some(version) => Some(version),
        None if memory_usage => of_a_key(
            connection,
            &replies.filter_map(reply::bytes).collect::<Vec<_>>(),
        )?,
        None => None,
    };
    let version = version.unwrap_or_else(|| {
        let assumed = of_product(info);
        notes.push(format!(
            "the format of values is taken from the server's version (RDB {})",
            assumed.0
        ));
        assumed
    });
    Ok(Target {
        version,
        thresholds: Thresholds::from_config(
            settings
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        ),
        // The server would only unpack it again, in the thread that everybody waits for.
        compress: false,
        checksum: true,
    })
}

/// Reads the smallest of some keys.
fn of_a_key(connection: &mut Connection, keys: &[Bytes]) -> Result<Option<Version>, StoreError> {
    let mut request = Request::default();
    for key in keys {
        request.command(&[b"MEMORY", b"USAGE", key]);
    }
    let sizes = connection.exchange(DOING, &request)?;
    let with_size = keys
        .iter()
        .zip(&sizes)
        .filter_map(|(key, size)| Some((reply::integer(size)?, key)));
    let Some((_, key)) = with_size.filter(|(size, _)| *size <= SMALL).min() else {
        return Ok(None);
    };
    request.clear();
    request.command(&[b"DUMP", key]);
    let replies = connection.exchange(DOING, &request)?;
    Ok(replies.first().and_then(footer))
}

/// The version in a payload's footer: two bytes, little-endian, before the eight of the checksum.
fn footer(reply: &Reply) -> Option<Version> {
    let Reply::Bulk(payload) = reply else {
        return None;
    };
    let at = payload.len().checked_sub(10)?;
    Some(Version(u16::from_le_bytes([payload[at], payload[at + 1]])))
}

/// The newest version that a server surely reads, by what it says it is.
fn of_product(info: &Info) -> Version {
    let (product, version) = info.product();
    let mut parts = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or_default());
    let version = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    Version(match (product, version) {
        ("valkey", (9.., _)) => 80,
        ("valkey", _) => 11,
        (_, (7, 4..) | (8.., _)) => 12,
        (_, (7, 2..)) => 11,
        (_, (7, _)) => 10,
        _ => 9,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(text: &str) -> u16 {
        let mut info = Info::default();
        info.add(text);
        of_product(&info).0
    }

    #[test]
    fn versions_are_assumed_on_the_safe_side() {
        assert_eq!(product("redis_version:6.2.14"), 9);
        assert_eq!(product("redis_version:7.0.15"), 10);
        assert_eq!(product("redis_version:7.2.4"), 11);
        assert_eq!(product("redis_version:7.4.1"), 12);
        assert_eq!(product("redis_version:8.2.3"), 12);
        assert_eq!(product("redis_version:7.2.4\nvalkey_version:8.1.0"), 11);
        assert_eq!(product("redis_version:7.2.4\nvalkey_version:9.0.0"), 80);
        assert_eq!(product(""), 9);
    }

    #[test]
    fn a_payloads_footer_tells_its_version() {
        let payload = [&[0_u8, 1, b'x'][..], &[80, 0], &[0; 8]].concat();
        assert_eq!(footer(&Reply::Bulk(payload.into())), Some(Version(80)));
        assert_eq!(footer(&Reply::Bulk(vec![1; 9].into())), None);
        assert_eq!(footer(&Reply::Nil), None);
    }
}

//! Formats of texts, told by their look.
//!
//! Each is told more strictly than a validator of JSON Schema checks the format of the same name, so that a draft never
//! refuses what was taken for an instance of it. What is no format for certain is plain text.

use core::net::{Ipv4Addr, Ipv6Addr};

/// The formats that are told, by their names in JSON Schema, in the order of [`of`]'s results.
pub(crate) const NAMES: [&str; 8] = [
    "uuid",
    "date-time",
    "date",
    "time",
    "email",
    "ipv4",
    "ipv6",
    "uri",
];

/// Finds the format of a text: its place in [`NAMES`].
pub(crate) fn of(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // Most texts are none: what no format begins or goes on with is found first.
    let first = *bytes.first()?;
    if bytes.len() < 2 || bytes.len() > 2048 || !(first.is_ascii_alphanumeric() || first == b':') {
        return None;
    }
    let has = |byte: u8| bytes.contains(&byte);
    if first.is_ascii_digit() {
        if is_date(text) {
            return Some(2);
        }
        if bytes.len() >= 20 && is_date_time(text) {
            return Some(1);
        }
        if is_time(text) {
            return Some(3);
        }
        if bytes.len() <= 15 && text.parse::<Ipv4Addr>().is_ok() {
            return Some(5);
        }
    }
    if is_uuid(text) {
        return Some(0);
    }
    if has(b'@') && is_email(text) {
        return Some(4);
    }
    if has(b':') {
        if bytes.len() <= 39 && text.parse::<Ipv6Addr>().is_ok() {
            return Some(6);
        }
        if is_uri(text) {
            return Some(7);
        }
    }
    None
}

/// Says whether a text is a UUID with hyphens.
pub(crate) fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Says whether a text is a full date of RFC 3339 that is in the calendar.
pub(crate) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (
        number(&bytes[..4]),
        number(&bytes[5..7]),
        number(&bytes[8..]),
    ) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn number(digits: &[u8]) -> Option<u32> {
    let digit = |sum: u32, byte: &u8| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + u32::from(byte - b'0'))
    };
    digits.iter().try_fold(0, digit)
}

fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(10) == Some(&b'T') && text.is_ascii() && is_date(&text[..10]) && is_time(&text[11..])
}

/// A full time of RFC 3339. Leap seconds are left out: which are valid depends on the offset.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 9 || bytes[2] != b':' || bytes[5] != b':' {
        return false;
    }
    let within = |digits: &[u8], most: u32| number(digits).is_some_and(|number| number <= most);
    if !within(&bytes[..2], 23) || !within(&bytes[3..5], 59) || !within(&bytes[6..8], 59) {
        return false;
    }
    let mut rest = &bytes[8..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    match rest {
        b"Z" => true,
        [b'+' | b'-', offset @ ..] => {
            offset.len() == 5
                && offset[2] == b':'
                && within(&offset[..2], 23)
                && within(&offset[3..], 59)
        }
        _ => false,
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"_%+-".contains(&byte);
    let part = |part: &str| !part.is_empty() && part.bytes().all(sign);
    local.len() <= 64 && local.split('.').all(part) && is_domain(domain)
}

/// A host name of at least two labels whose last is letters alone.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        let bytes = label.as_bytes();
        (1..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && bytes[0] != b'-'
            && bytes[bytes.len() - 1] != b'-'
            // `xn--` and its like have rules of their own.
            && bytes.get(2..4) != Some(b"--")
    };
    let top = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 190
        && text.contains('.')
        && text.split('.').all(label)
        && top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// An absolute URI with an authority; a subset of RFC 3986 that has no brackets.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
    if !scheme.starts_with(|first: char| first.is_ascii_alphabetic()) || !scheme.bytes().all(letter)
    {
        return false;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let host_is = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let port_is =
        !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    if host.is_empty() || !host.bytes().all(host_is) || !port_is {
        return false;
    }
    let mut bytes = path.bytes();
    let mut fragments = 0;
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => {
                let mut hex = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
                hex() && hex()
            }
            b'#' => {
                fragments += 1;
                fragments == 1
            }
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests;

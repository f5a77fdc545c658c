//! What a variable part of a key's name consists of.

use core::net::Ipv4Addr;

use super::formats;

/// What the values of a capture look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CaptureKind {
    /// Decimal digits without a leading zero, within 64 bits: `42`.
    Integer,
    /// Decimal digits, some with leading zeros or too many for 64 bits: `007`.
    Digits,
    /// A UUID with hyphens: `7c9e6679-7425-40de-944b-e07fc1f90ae7`.
    Uuid,
    /// A date: `2024-01-05`.
    Date,
    /// At least eight hexadecimal digits, letters and figures: `9f86d081`.
    Hex,
    /// Small letters and figures with single hyphens between: `black-t-shirt`.
    Slug,
    /// Small letters and figures.
    Word,
    /// Anything without the separator.
    Text,
    /// All that is left of a name with very many segments, separators included.
    Rest,
}

impl CaptureKind {
    /// Returns the word that stands behind the name in a pattern, `{id:uuid}`; `None` where a pattern says nothing.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Integer => Some("integer"),
            Self::Uuid => Some("uuid"),
            Self::Date => Some("date"),
            Self::Slug => Some("slug"),
            Self::Rest => Some("any"),
            Self::Digits => Some("integer"),
            Self::Hex => Some("hex"),
            Self::Word | Self::Text => None,
        }
    }

    /// Finds the kind of a segment that can be nothing but variable; `None` for what may be a word of the program.
    pub(crate) fn of_variable(segment: &[u8]) -> Option<Self> {
        /// A token that is longer than a word and mixes what words do not.
        const TOKEN: usize = 16;
        /// Nobody calls anything by so long a word.
        const LONG: usize = 96;
        // Many separators in a row are not taken apart.
        if segment.contains(&b':') {
            return Some(Self::Rest);
        }
        let text = match std::str::from_utf8(segment) {
            Ok(text) if !text.chars().any(char::is_control) => text,
            _ => return Some(Self::Text),
        };
        if is_integer(text) {
            return Some(Self::Integer);
        }
        if formats::is_uuid(text) {
            return Some(Self::Uuid);
        }
        if formats::is_date(text) {
            return Some(Self::Date);
        }
        if is_hex(text) {
            return Some(Self::Hex);
        }
        if is_figures(segment) {
            return Some(Self::Digits);
        }
        let is_token = segment.len() >= TOKEN && is_token(segment);
        let is_moment = is_moment(text) || text.parse::<Ipv4Addr>().is_ok();
        (is_token || is_moment || segment.len() > LONG).then_some(Self::Text)
    }

    /// Finds the kind of any segment.
    pub(crate) fn of(segment: &[u8]) -> Self {
        if let Some(kind) = Self::of_variable(segment) {
            return kind;
        }
        let small = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if !segment.is_empty() && segment.iter().all(small) {
            return Self::Word;
        }
        let words = segment
            .split(|byte| *byte == b'-')
            .all(|word| !word.is_empty() && word.iter().all(small));
        if words { Self::Slug } else { Self::Text }
    }

    /// Finds the narrowest kind that has the values of both.
    pub(crate) fn join(self, other: Self) -> Self {
        let (low, high) = (self.min(other), self.max(other));
        match (low, high) {
            _ if low == high => low,
            (_, Self::Rest) => Self::Rest,
            (Self::Integer, Self::Digits) => Self::Digits,
            (Self::Integer | Self::Digits, Self::Hex) => Self::Hex,
            (Self::Integer | Self::Digits, Self::Slug) | (Self::Slug, Self::Word) => Self::Slug,
            (Self::Integer | Self::Digits, Self::Word) => Self::Word,
            _ => Self::Text,
        }
    }
}

/// Figures that are no integer, because they begin with a zero or are too many.
fn is_figures(segment: &[u8]) -> bool {
    segment.len() >= 2 && segment.iter().all(u8::is_ascii_digit)
}

/// Letters of both cases and figures, or many figures among letters.
fn is_token(segment: &[u8]) -> bool {
    const LONG: usize = 20;
    const MANY: usize = 4;
    let has = |class: fn(&u8) -> bool| segment.iter().any(class);
    let figures = segment.iter().filter(|byte| byte.is_ascii_digit()).count();
    let mixed = figures > 0 && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let is_id =
        segment.len() >= LONG && figures >= MANY && segment.iter().all(u8::is_ascii_alphanumeric);
    mixed && !segment.contains(&b' ') || is_id
}

/// A month, `2024-01`, or a date with a time.
fn is_moment(text: &str) -> bool {
    if text.len() == 7 && text.is_ascii() {
        return formats::is_date(&format!("{text}-01"));
    }
    let (Some(date), Some(time)) = (text.get(..10), text.get(10..)) else {
        return false;
    };
    let of_time = |byte: u8| byte.is_ascii_digit() || b"-:.Z+".contains(&byte);
    let time = time.strip_prefix(['T', ' ']);
    formats::is_date(date) && time.is_some_and(|time| !time.is_empty() && time.bytes().all(of_time))
}

fn is_integer(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain && (text == "0" || !text.starts_with('0')) && text.parse::<i64>().is_ok()
}

fn is_hex(text: &str) -> bool {
    let bytes = text.as_bytes();
    let case = |upper: bool| {
        let wrong = |byte: &u8| {
            if upper {
                byte.is_ascii_lowercase()
            } else {
                byte.is_ascii_uppercase()
            }
        };
        !bytes.iter().any(wrong)
    };
    bytes.len() >= 8
        && bytes.iter().all(u8::is_ascii_hexdigit)
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().any(u8::is_ascii_alphabetic)
        && (case(true) || case(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_told_apart() {
        let check = |segment: &str, expect| {
            assert_eq!(CaptureKind::of(segment.as_bytes()), expect, "{segment}");
        };
        check("42", CaptureKind::Integer);
        check("007", CaptureKind::Digits);
        check("10.0.0.7", CaptureKind::Text);
        check("99999999999999999999", CaptureKind::Digits);
        check("7c9e6679-7425-40de-944b-e07fc1f90ae7", CaptureKind::Uuid);
        check("2024-02-29", CaptureKind::Date);
        check("2023-02-29", CaptureKind::Slug);
        check("9f86d081", CaptureKind::Hex);
        check("deadbeef", CaptureKind::Word);
        check("9F86d081", CaptureKind::Text);
        check("black-t-shirt", CaptureKind::Slug);
        check("Alice", CaptureKind::Text);
        check("2024-01", CaptureKind::Text);
        check("2024-01-05T10", CaptureKind::Text);
        check("01arz3ndektsv4rrffq69g5fav", CaptureKind::Text);
        check("registrationquestion1", CaptureKind::Word);
        check("aB3dE5fG7hI9jK1l", CaptureKind::Text);
        assert_eq!(CaptureKind::of(b"\xff\x00"), CaptureKind::Text);
        for variable in [
            "10.0.0.7",
            "2024-01",
            "2024-01-05T10",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        ] {
            let kind = CaptureKind::of_variable(variable.as_bytes());
            assert_eq!(kind, Some(CaptureKind::Text), "{variable}");
        }
        assert_eq!(CaptureKind::of_variable(b"2024-13"), None);
        assert_eq!(CaptureKind::of_variable(b"profile"), None);
        assert_eq!(CaptureKind::of_variable(b"black-t-shirt"), None);
    }

    #[test]
    fn joining_is_commutative_and_never_narrower() {
        use CaptureKind::{Date, Digits, Hex, Integer, Rest, Slug, Text, Uuid, Word};
        let all = [Integer, Digits, Uuid, Date, Hex, Slug, Word, Text, Rest];
        for one in all {
            for other in all {
                assert_eq!(one.join(other), other.join(one));
                assert_eq!(one.join(other).join(other), one.join(other));
            }
        }
        assert_eq!(Integer.join(Hex), Hex);
        assert_eq!(Uuid.join(Integer), Text);
    }
}

//! Quantities with a unit, written as text: `250ms`, `64MiB`, `10%`.
//!
//! Each is a whole number of its smallest unit, so that reading, comparing and writing back are exact.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is no quantity: what is accepted instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQuantity {
    /// No length of time.
    #[error("expected a length of time such as `250ms`, `5s`, `2m`, `12h` or `30d`")]
    Period,
    /// No amount of memory.
    #[error(
        "expected a size such as `512KiB`, `64MiB` or `1GiB` (or `KB`, `MB`, `GB` for powers of 1000)"
    )]
    Size,
    /// No share.
    #[error("expected a percentage such as `1%` or `0.5%`, of at most 100% and four decimals")]
    Percentage,
    /// The unit is right and the number is too large.
    #[error("the number is too large")]
    TooLarge,
}

/// A length of time in whole milliseconds, written as a whole number and `ms`, `s`, `m`, `h` or `d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    milliseconds: u64,
}

const PERIOD_UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

impl Period {
    /// Makes a period of this many milliseconds.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self { milliseconds }
    }

    /// Returns the period in milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.milliseconds
    }

    /// Returns the period as the standard library's type.
    pub const fn to_duration(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.milliseconds)
    }

    /// Says whether the period has no length.
    pub const fn is_zero(self) -> bool {
        self.milliseconds == 0
    }
}

impl FromStr for Period {
    type Err = InvalidQuantity;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let milliseconds = whole_with_unit(text, &PERIOD_UNITS, InvalidQuantity::Period)?;
        Ok(Self { milliseconds })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.milliseconds == 0 {
            return f.write_str("0s");
        }
        write_in_largest_unit(f, self.milliseconds, &PERIOD_UNITS)
    }
}

/// An amount of bytes, written as a whole number and `B`, `KiB`, `MiB`, `GiB`, `KB`, `MB` or `GB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Size {
    bytes: u64,
}

const SIZE_UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("KB", 1000),
    ("B", 1),
];

impl Size {
    /// Makes a size of this many bytes.
    pub const fn from_bytes(bytes: u64) -> Self {
        Self { bytes }
    }

    /// Returns the size in bytes.
    pub const fn as_bytes(self) -> u64 {
        self.bytes
    }

    /// Returns the size in bytes for use in memory; the largest `usize` where it does not fit.
    pub fn to_usize(self) -> usize {
        usize::try_from(self.bytes).unwrap_or(usize::MAX)
    }
}

impl FromStr for Size {
    type Err = InvalidQuantity;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = whole_with_unit(text, &SIZE_UNITS, InvalidQuantity::Size)?;
        Ok(Self { bytes })
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bytes == 0 {
            return f.write_str("0B");
        }
        write_in_largest_unit(f, self.bytes, &SIZE_UNITS)
    }
}

/// A share of at most 100 %, written `1%` or `0.5%`, in steps of 0.0001 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percentage {
    parts_per_million: u32,
}

impl Percentage {
    /// Everything.
    pub const ALL: Self = Self {
        parts_per_million: 1_000_000,
    };

    /// Returns the share in parts per million: 10 000 for 1 %.
    pub const fn parts_per_million(self) -> u32 {
        self.parts_per_million
    }

    /// Returns this share of `whole`, rounded down.
    pub fn of(self, whole: u64) -> u64 {
        let share = u128::from(whole) * u128::from(self.parts_per_million) / 1_000_000;
        u64::try_from(share).expect("a share is at most the whole")
    }
}

impl FromStr for Percentage {
    type Err = InvalidQuantity;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = InvalidQuantity::Percentage;
        let number = text.strip_suffix('%').ok_or(invalid)?;
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        if !is_digits(whole) || !is_digits(decimals) || whole.len() > 3 || decimals.len() > 4 {
            return Err(invalid);
        }
        let whole: u32 = whole.parse().map_err(|_| invalid)?;
        let decimals: u32 = format!("{decimals:0<4}").parse().map_err(|_| invalid)?;
        let parts_per_million = whole * 10_000 + decimals;
        if parts_per_million > Self::ALL.parts_per_million {
            return Err(invalid);
        }
        Ok(Self { parts_per_million })
    }
}

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (
            self.parts_per_million / 10_000,
            self.parts_per_million % 10_000,
        );
        if decimals == 0 {
            return write!(f, "{whole}%");
        }
        let decimals = format!("{decimals:04}");
        write!(f, "{whole}.{}%", decimals.trim_end_matches('0'))
    }
}

macro_rules! as_text {
    ($($quantity:ty),*) => {$(
        impl TryFrom<String> for $quantity {
            type Error = InvalidQuantity;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
        impl From<$quantity> for String {
            fn from(quantity: $quantity) -> Self {
                quantity.to_string()
            }
        }
    )*};
}
as_text!(Period, Size, Percentage);

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn whole_with_unit(
    text: &str,
    units: &[(&str, u64)],
    invalid: InvalidQuantity,
) -> Result<u64, InvalidQuantity> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    let (_, factor) = units
        .iter()
        .find(|(name, _)| *name == unit)
        .ok_or(invalid)?;
    if number.is_empty() {
        return Err(invalid);
    }
    let number: u64 = number.parse().map_err(|_| InvalidQuantity::TooLarge)?;
    number.checked_mul(*factor).ok_or(InvalidQuantity::TooLarge)
}

/// Writes the number in the largest unit that divides it.
fn write_in_largest_unit(
    f: &mut fmt::Formatter<'_>,
    number: u64,
    units: &[(&str, u64)],
) -> fmt::Result {
    let divides = |(_, factor): &&(&str, u64)| number.is_multiple_of(*factor);
    let (unit, factor) = units
        .iter()
        .find(divides)
        .expect("the smallest unit is one");
    write!(f, "{}{unit}", number / factor)
}

#[cfg(test)]
mod tests;

//! How the server spells scores in packed lists: whole numbers as such, others as the decimal text that
//! its version makes. The texts read back as the same doubles.

use std::fmt::{self, Write as _};

use crate::target::Version;

/// How a version spells scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Whole numbers of up to 52 bits, others with 17 digits less zeros at the end (`%.17g`): before 7.0.
    Redis6,
    /// Whole numbers of up to 62 bits, others with 17 digits less zeros at the end: Redis 7.0.
    Redis7,
    /// Whole numbers of up to 62 bits, others with as few digits as identify them: from Redis 7.2 on.
    Shortest,
}

impl Spelling {
    pub(super) const fn of(version: Version) -> Self {
        match version.0 {
            0..=9 => Self::Redis6,
            10 => Self::Redis7,
            _ => Self::Shortest,
        }
    }

    /// Returns the bound of whole numbers.
    const fn whole_below(self) -> f64 {
        match self {
            Self::Redis6 => 4_503_599_627_370_496.0,
            Self::Redis7 | Self::Shortest => 4_611_686_018_427_387_904.0,
        }
    }
}

/// A score as it is spelled.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Score {
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(Spelled),
}

impl Score {
    /// Spells a score that is not NaN.
    pub(super) fn new(score: f64, spelling: Spelling) -> Self {
        if score.abs() < spelling.whole_below() && score.fract() == 0.0 {
            #[allow(
                clippy::cast_possible_truncation,
                reason = "it is whole and within 64 bits"
            )]
            return match score as i64 {
                // The server itself forgets the sign; the text keeps it.
                0 if score.is_sign_negative() => Self::Text(Spelled::of(format_args!("-0"))),
                whole => Self::Whole(whole),
            };
        }
        if score.is_infinite() {
            let text = if score > 0.0 { "inf" } else { "-inf" };
            return Self::Text(Spelled::of(format_args!("{text}")));
        }
        Self::Text(match spelling {
            Spelling::Redis6 | Spelling::Redis7 => {
                let scientific = Spelled::of(format_args!("{score:.16e}"));
                spell(scientific.as_str(), 2, |exponent, _| {
                    (-4..17).contains(&exponent)
                })
            }
            // The rule of the server's own printer.
            Spelling::Shortest => {
                let scientific = Spelled::of(format_args!("{score:e}"));
                spell(scientific.as_str(), 1, |exponent, digits| {
                    let last = exponent + 1 - digits;
                    if last >= 0 {
                        exponent < digits + 7
                    } else {
                        last > -7 || exponent.abs() < 4
                    }
                })
            }
        })
    }
}

/// A short text that needs no memory of its own.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Spelled {
    text: [u8; 32],
    length: usize,
}

impl Spelled {
    fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut spelled = Self {
            text: [0; 32],
            length: 0,
        };
        spelled
            .write_fmt(arguments)
            .expect("a score has at most 27 characters");
        spelled
    }

    /// Returns the text.
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..self.length]).unwrap_or_default()
    }
}

impl fmt::Write for Spelled {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let room = self.text.get_mut(self.length..end).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

impl fmt::Debug for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// Respells `d.ddde±x` without needless zeros: plain if `plain` says so for the exponent and the number of
/// digits, otherwise with an exponent of at least `width` digits.
fn spell(scientific: &str, width: usize, plain: impl Fn(i32, i32) -> bool) -> Spelled {
    const ZEROS: &str = "00000000000000000000000000000000";
    let (sign, rest) = match scientific.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", scientific),
    };
    let (mantissa, exponent) = rest.split_once('e').unwrap_or((rest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let (first, others) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let others = others.trim_end_matches('0');
    let count = 1 + i32::try_from(others.len()).unwrap_or(i32::MAX - 1);
    if !plain(exponent, count) {
        let point = if others.is_empty() { "" } else { "." };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        let exponent = exponent.abs();
        return Spelled::of(format_args!(
            "{sign}{first}{point}{others}e{exponent_sign}{exponent:0width$}"
        ));
    }
    let zeros = |count: i32| &ZEROS[..usize::try_from(count).unwrap_or_default()];
    if exponent < 0 {
        let zeros = zeros(-exponent - 1);
        return Spelled::of(format_args!("{sign}0.{zeros}{first}{others}"));
    }
    if exponent + 1 >= count {
        let zeros = zeros(exponent + 1 - count);
        return Spelled::of(format_args!("{sign}{first}{others}{zeros}"));
    }
    let (whole, fraction) = others.split_at(usize::try_from(exponent).unwrap_or_default());
    Spelled::of(format_args!("{sign}{first}{whole}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(score: f64, seventeen: &str, shortest: &str) {
        for (spelling, expected) in [
            (Spelling::Redis7, seventeen),
            (Spelling::Shortest, shortest),
        ] {
            let spelled = match Score::new(score, spelling) {
                Score::Whole(number) => number.to_string(),
                Score::Text(text) => text.as_str().to_owned(),
            };
            assert_eq!(spelled, expected, "{spelling:?}");
            let read: f64 = spelled.parse().expect("it is a number");
            assert_eq!(read.to_bits(), score.to_bits(), "{spelled}");
        }
    }

    #[test]
    fn scores_are_spelled_as_the_server_does() {
        check(0.0, "0", "0");
        check(-0.0, "-0", "-0");
        check(3.0, "3", "3");
        check(-12.5, "-12.5", "-12.5");
        check(0.1, "0.10000000000000001", "0.1");
        check(1e17, "100000000000000000", "100000000000000000");
        check(1e19, "1e+19", "1e+19");
        check(
            1.234_567_890_123_456_7e19,
            "1.2345678901234567e+19",
            "12345678901234567000",
        );
        check(1e300, "1.0000000000000001e+300", "1e+300");
        check(1.5e-9, "1.5e-09", "1.5e-9");
        check(f64::INFINITY, "inf", "inf");
        check(f64::NEG_INFINITY, "-inf", "-inf");
        check(
            f64::MAX,
            "1.7976931348623157e+308",
            "1.7976931348623157e+308",
        );
        check(5e-324, "4.9406564584124654e-324", "5e-324");
    }

    #[test]
    fn an_old_server_spells_long_whole_numbers_as_text() {
        assert_eq!(
            Score::new(1e15, Spelling::Redis6),
            Score::Whole(1_000_000_000_000_000)
        );
        assert_eq!(
            Score::new(1e18, Spelling::Redis6),
            Score::Text(Spelled::of(format_args!("1e+18")))
        );
    }
}

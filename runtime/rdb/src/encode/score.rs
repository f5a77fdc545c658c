//! How the server spells scores in packed lists: whole numbers as such, others as the decimal text that
//! its version makes. The texts read back as the same doubles.

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
    Text(String),
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
                0 if score.is_sign_negative() => Self::Text("-0".to_owned()),
                whole => Self::Whole(whole),
            };
        }
        if score.is_infinite() {
            return Self::Text(if score > 0.0 { "inf" } else { "-inf" }.to_owned());
        }
        Self::Text(match spelling {
            Spelling::Redis6 | Spelling::Redis7 => {
                spell(&format!("{score:.16e}"), 2, |exponent, _| {
                    (-4..17).contains(&exponent)
                })
            }
            // The rule of the server's own printer.
            Spelling::Shortest => spell(&format!("{score:e}"), 1, |exponent, digits| {
                let last = exponent + 1 - digits;
                if last >= 0 {
                    exponent < digits + 7
                } else {
                    last > -7 || exponent.abs() < 4
                }
            }),
        })
    }
}

/// Respells `d.ddde±x` without needless zeros: plain if `plain` says so for the exponent and the number of
/// digits, otherwise with an exponent of at least `width` digits.
fn spell(scientific: &str, width: usize, plain: impl Fn(i32, i32) -> bool) -> String {
    let (sign, rest) = match scientific.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", scientific),
    };
    let (mantissa, exponent) = rest.split_once('e').unwrap_or((rest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let digits: String = mantissa.chars().filter(|letter| *letter != '.').collect();
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    if !plain(exponent, count) {
        let (first, others) = digits.split_at(1);
        let point = if others.is_empty() { "" } else { "." };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        return format!(
            "{sign}{first}{point}{others}e{exponent_sign}{:0width$}",
            exponent.abs()
        );
    }
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", zeros(-exponent - 1));
    }
    if exponent + 1 >= count {
        return format!("{sign}{digits}{}", zeros(exponent + 1 - count));
    }
    let (whole, fraction) = digits.split_at(usize::try_from(exponent + 1).unwrap_or_default());
    format!("{sign}{whole}.{fraction}")
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
                Score::Text(text) => text,
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
            Score::Text("1e+18".to_owned())
        );
    }
}

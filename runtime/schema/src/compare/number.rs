//! Numbers of schemas and documents: exact, of bounded size, and the numbers that satisfy a set of constraints.
//!
//! JSON numbers are decimals, so every bound and divisor is a rational number and no comparison rounds. A number with more
//! than [`MOST_DIGITS`] digits, written out, is not read: it would cost memory out of proportion to its text.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_rational::BigRational;
use num_traits::{One as _, Signed as _, Zero as _};
use serde_json::Number;

/// The most digits that a number may have when it is written without an exponent.
pub(crate) const MOST_DIGITS: usize = 400;

/// How many divisions are made for the multiples of a divisor, tried one after the other, before the search is given up.
const MOST_DIVISIONS: usize = 20_000;

/// Reads a number exactly; none if it has too many digits.
pub(crate) fn read(number: &Number) -> Option<BigRational> {
    let text = number.to_string();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text.as_str(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let most = i64::try_from(MOST_DIGITS).expect("a small constant");
    if mantissa.len() > MOST_DIGITS || exponent.abs() > most {
        return None;
    }
    let digits: BigInt = format!("{whole}{fraction}").parse().ok()?;
    let shift = exponent - i64::try_from(fraction.len()).ok()?;
    let power = BigInt::from(10).pow(u32::try_from(shift.unsigned_abs()).ok()?);
    Some(if shift < 0 {
        BigRational::new(digits, power)
    } else {
        BigRational::from_integer(digits * power)
    })
}

/// Writes a number as a decimal; none if it has no finite one or one with too many digits.
pub(crate) fn write(number: &BigRational) -> Option<String> {
    let ten = BigInt::from(10);
    let mut scaled = number.clone();
    let mut places = 0;
    while !scaled.is_integer() {
        if places > 2 * MOST_DIGITS {
            return None;
        }
        scaled *= ten.clone();
        places += 1;
    }
    let digits = scaled.numer().abs().to_string();
    let sign = if number.is_negative() { "-" } else { "" };
    if places == 0 {
        return Some(format!("{sign}{digits}"));
    }
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    Some(format!("{sign}{whole}.{fraction}"))
}

/// Turns a number into that of a document.
pub(crate) fn value(number: &BigRational) -> Option<serde_json::Value> {
    serde_json::from_str(&write(number)?).ok()
}

/// The constraints on one number.
#[derive(Debug, Default, Clone)]
pub(crate) struct Range {
    /// The greatest lower bound, and whether the bound itself is out.
    pub(crate) low: Option<(BigRational, bool)>,
    /// The least upper bound, and whether the bound itself is out.
    pub(crate) high: Option<(BigRational, bool)>,
    /// The least common multiple of all divisors.
    pub(crate) divisor: Option<BigRational>,
    /// What the number is no multiple of.
    pub(crate) not_divisors: Vec<BigRational>,
    /// What the number is not.
    pub(crate) excluded: Vec<BigRational>,
}

/// What is known of the numbers of a range.
#[derive(Debug)]
pub(crate) enum Found {
    /// There is none.
    Empty,
    /// This is one.
    Number(BigRational),
    /// Neither was found out.
    Unknown,
}

impl Range {
    /// Raises the lower bound.
    pub(crate) fn at_least(&mut self, bound: &BigRational, out: bool) {
        let raised = match &self.low {
            Some((low, low_out)) => bound > low || (bound == low && out && !low_out),
            None => true,
        };
        if raised {
            self.low = Some((bound.clone(), out));
        }
    }

    /// Lowers the upper bound.
    pub(crate) fn at_most(&mut self, bound: &BigRational, out: bool) {
        let lowered = match &self.high {
            Some((high, high_out)) => bound < high || (bound == high && out && !high_out),
            None => true,
        };
        if lowered {
            self.high = Some((bound.clone(), out));
        }
    }

    /// Adds a divisor.
    pub(crate) fn multiple_of(&mut self, divisor: &BigRational) {
        self.divisor = Some(match &self.divisor {
            Some(old) => least_common_multiple(old, divisor),
            None => divisor.clone(),
        });
    }

    /// Finds a number, or that there is none.
    pub(crate) fn find(&self) -> Found {
        if let (Some((low, low_out)), Some((high, high_out))) = (&self.low, &self.high)
            && (low > high || (low == high && (*low_out || *high_out)))
        {
            return Found::Empty;
        }
        match &self.divisor {
            Some(divisor) => self.find_multiple(divisor),
            None => self.find_any(),
        }
    }

    fn admits(&self, number: &BigRational) -> bool {
        let above = self
            .low
            .as_ref()
            .is_none_or(|(low, out)| number > low || (!out && number == low));
        let below = self
            .high
            .as_ref()
            .is_none_or(|(high, out)| number < high || (!out && number == high));
        let divided = self
            .divisor
            .as_ref()
            .is_none_or(|divisor| (number / divisor).is_integer());
        above
            && below
            && divided
            && !self
                .not_divisors
                .iter()
                .any(|divisor| (number / divisor).is_integer())
            && !self.excluded.contains(number)
    }

    /// The multiples of a divisor can be counted: from zero or the bound next to it, outwards.
    fn find_multiple(&self, divisor: &BigRational) -> Found {
        if self
            .not_divisors
            .iter()
            .any(|not| (divisor / not).is_integer())
        {
            return Found::Empty;
        }
        let first = self
            .low
            .as_ref()
            .map(|(low, _)| (low / divisor).ceil().to_integer());
        let last = self
            .high
            .as_ref()
            .map(|(high, _)| (high / divisor).floor().to_integer());
        let most = MOST_DIVISIONS / (1 + self.not_divisors.len()) + self.excluded.len();
        let (start, step) = match (&first, &last) {
            (Some(first), _) if first.is_positive() => (first.clone(), BigInt::one()),
            (_, Some(last)) if last.is_negative() => (last.clone(), -BigInt::one()),
            (Some(first), Some(_)) => (first.clone(), BigInt::one()),
            (_, None) => (BigInt::zero(), BigInt::one()),
            (None, Some(_)) => (BigInt::zero(), -BigInt::one()),
        };
        let mut factor = start;
        for _ in 0..most {
            let beyond = last.as_ref().is_some_and(|last| factor > *last)
                || first.as_ref().is_some_and(|first| factor < *first);
            if beyond {
                // A walk that started at zero has seen one half only.
                let whole = first.is_some() && last.is_some();
                return if whole { Found::Empty } else { Found::Unknown };
            }
            let number = divisor * &factor;
            if self.admits(&number) {
                return Found::Number(number);
            }
            factor += &step;
        }
        Found::Unknown
    }

    /// A range without a divisor is a point or holds infinitely many decimals.
    fn find_any(&self) -> Found {
        if let (Some((low, _)), Some((high, _))) = (&self.low, &self.high)
            && low == high
        {
            return if self.admits(low) {
                Found::Number(low.clone())
            } else {
                Found::Empty
            };
        }
        let ten = BigRational::from_integer(BigInt::from(10));
        let one = BigRational::one();
        let (base, sign) = match (&self.low, &self.high) {
            (Some((low, _)), _) => (low.clone(), one.clone()),
            (None, Some((high, _))) => (high.clone(), -one.clone()),
            (None, None) => (BigRational::zero(), one.clone()),
        };
        let zero = BigRational::zero();
        if self.admits(&zero) {
            return Found::Number(zero);
        }
        let mut step = one;
        if let (Some((low, _)), Some((high, _))) = (&self.low, &self.high) {
            while high - low <= step {
                step /= ten.clone();
            }
        }
        // Steps of all sizes: a divisor that is excluded cannot hit them all.
        for _ in 0..32 {
            for times in 0..=(self.excluded.len() + 3) {
                let number = &base + &step * &sign * BigRational::from_integer(BigInt::from(times));
                if self.admits(&number) {
                    return Found::Number(number);
                }
            }
            step /= ten.clone();
        }
        Found::Unknown
    }
}

fn least_common_multiple(one: &BigRational, other: &BigRational) -> BigRational {
    let denominator = one.denom().lcm(other.denom());
    let scaled = |number: &BigRational| number.numer() * (&denominator / number.denom());
    BigRational::new(scaled(one).lcm(&scaled(other)), denominator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> BigRational {
        read(&serde_json::from_str(text).expect("a number")).expect("not too long")
    }

    #[test]
    fn numbers_are_read_and_written_exactly() {
        for (text, written) in [
            ("1", "1"),
            ("1.0", "1"),
            ("-0.125", "-0.125"),
            ("1e3", "1000"),
            ("25e-3", "0.025"),
            (
                "123456789012345678901234567890.5",
                "123456789012345678901234567890.5",
            ),
        ] {
            assert_eq!(write(&number(text)).as_deref(), Some(written), "{text}");
        }
        let third = BigRational::new(BigInt::one(), BigInt::from(3));
        assert_eq!(write(&third), None);
        assert!(read(&serde_json::from_str("1e100000000").expect("a number")).is_none());
    }

    #[test]
    fn a_range_holds_a_number_or_is_known_to_be_empty() {
        let mut range = Range::default();
        range.at_least(&number("0"), true);
        range.at_most(&number("1"), true);
        assert!(matches!(range.find(), Found::Number(_)));
        range.multiple_of(&number("1"));
        assert!(matches!(range.find(), Found::Empty));
        let mut sixes = Range::default();
        sixes.multiple_of(&number("2"));
        sixes.multiple_of(&number("0.3"));
        sixes.at_least(&number("1"), false);
        let Found::Number(found) = sixes.find() else {
            panic!("6 is one")
        };
        assert_eq!(found, number("6"));
        sixes.not_divisors.push(number("3"));
        assert!(matches!(sixes.find(), Found::Empty));
    }
}

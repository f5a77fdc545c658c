//! Whole numbers as decimal text, in the only spelling that the server takes for a number: no sign but a
//! minus, no leading zero, no space, within 64 bits.

use bytes::Bytes;

/// The longest text: `-9223372036854775808`.
const LONGEST: usize = 20;

/// Returns the number whose text is exactly `text`.
#[inline]
pub(crate) fn parse(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'0'] => return Some(0),
        [b'1'..=b'9', ..] => (false, text),
        [b'-', digits @ ..] if matches!(digits, [b'1'..=b'9', ..]) => (true, digits),
        _ => return None,
    };
    if text.len() > LONGEST {
        return None;
    }
    let mut magnitude = 0_u64;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        magnitude = magnitude.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    if negative {
        0_i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    }
}

/// A number's text, without an allocation.
pub(crate) struct Decimal {
    text: [u8; LONGEST],
    start: usize,
}

impl Decimal {
    /// Spells `number`.
    #[inline]
    pub(crate) fn new(number: i64) -> Self {
        let mut text = [0; LONGEST];
        let mut start = LONGEST;
        let mut rest = number.unsigned_abs();
        loop {
            start -= 1;
            text[start] = b'0' + u8::try_from(rest % 10).expect("a remainder of ten is one digit");
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            start -= 1;
            text[start] = b'-';
        }
        Self { text, start }
    }

    /// Returns the text.
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text[self.start..]
    }
}

/// The numbers below 1000 with three digits each: small numbers are common, and their texts need no memory
/// of their own.
static SMALL: [u8; 3000] = {
    let mut table = [0; 3000];
    let mut number = 0;
    while number < 1000 {
        let digits = [number / 100, number / 10 % 10, number % 10];
        let mut place = 0;
        while place < 3 {
            table[3 * number + place] = b"0123456789"[digits[place]];
            place += 1;
        }
        number += 1;
    }
    table
};

/// Returns a number's text.
#[inline]
pub(crate) fn text(number: i64) -> Bytes {
    match usize::try_from(number) {
        Ok(small @ ..1000) => {
            let zeros = usize::from(small < 100) + usize::from(small < 10);
            Bytes::from_static(&SMALL[3 * small + zeros..3 * small + 3])
        }
        _ => Bytes::copy_from_slice(Decimal::new(number).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_number_is_that_number() {
        for number in [0, 7, -1, 10, -4096, i64::from(i32::MAX), i64::MAX, i64::MIN] {
            assert_eq!(text(number), number.to_string());
            assert_eq!(parse(&text(number)), Some(number));
        }
    }

    #[test]
    fn other_spellings_are_no_numbers() {
        for text in [
            "",
            "-",
            "-0",
            "+1",
            "01",
            " 1",
            "1 ",
            "1.0",
            "1e3",
            "0x1",
            "9223372036854775808",
            "-9223372036854775809",
            "100000000000000000000",
            "184467440737095516160",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text:?}");
        }
    }
}

//! Amounts of money as decimal texts and as numbers of the smallest unit.

use remold_transform::{Result, fail};

/// Takes a decimal number without a sign apart: the digits before the point and behind it. Nothing else is an amount.
pub fn parts(amount: &str) -> Option<(&str, &str)> {
    let (whole, fraction) = match amount.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (amount, None),
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_amount = is_number(whole) && fraction.is_none_or(is_number);
    is_amount.then_some((whole, fraction.unwrap_or_default()))
}

/// Returns an amount in its smallest unit, of which so many digits are behind the point. Fails if it has more.
pub fn to_minor(whole: &str, fraction: &str, digits: usize) -> Result<i64> {
    let cut = fraction.len().min(digits);
    let (fraction, rest) = fraction.split_at(cut);
    if rest.bytes().any(|digit| digit != b'0') {
        return fail(format!("more than {digits} digits are behind the point"));
    }
    Ok(format!("{whole}{fraction:0<digits$}").parse()?)
}

/// Returns the amount of a number of smallest units.
pub fn from_minor(minor: i64, digits: usize) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let number = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = number.split_at(number.len() - digits);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

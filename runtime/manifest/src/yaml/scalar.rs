//! What a plain scalar means: the core schema of YAML 1.2 (chapter 10.3.2).

use serde_json::Number;

use super::Meaning;

/// Resolves a plain scalar.
pub(super) fn resolve(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Meaning::Null,
        "true" | "True" | "TRUE" => return Meaning::Bool(true),
        "false" | "False" | "FALSE" => return Meaning::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Meaning::NotFinite(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Meaning::NotFinite(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Meaning::NotFinite(f64::NAN),
        _ => {}
    }
    number(text).map_or(Meaning::Text, Meaning::Number)
}

/// Reads a number; its digits are kept as they are written wherever JSON allows.
fn number(text: &str) -> Option<Number> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let unsigned = digits.starts_with(|c: char| c.is_ascii_hexdigit());
            return unsigned.then(|| u64::from_str_radix(digits, radix).ok().map(Number::from))?;
        }
    }
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, decimals) = match mantissa.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals.unwrap_or_default()) {
        return None;
    }
    if whole.is_empty() && decimals.unwrap_or_default().is_empty() {
        return None;
    }
    if let Some(exponent) = exponent {
        let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if power.is_empty() || !digits(power) {
            return None;
        }
    }
    // JSON knows neither leading zeros nor a point without digits on both sides.
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let mut written = format!("{sign}{whole}");
    if let Some(decimals) = decimals.filter(|decimals| !decimals.is_empty()) {
        written.push('.');
        written.push_str(decimals);
    }
    if let Some(exponent) = exponent {
        written.push('e');
        written.push_str(exponent);
    }
    written.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_mean_what_the_core_schema_says() {
        let number = |text: &str| Meaning::Number(text.parse().expect("a JSON number"));
        for (text, meaning) in [
            ("", Meaning::Null),
            ("~", Meaning::Null),
            ("nULL", Meaning::Text),
            ("true", Meaning::Bool(true)),
            ("FALSE", Meaning::Bool(false)),
            ("yes", Meaning::Text),
            ("on", Meaning::Text),
            ("12", number("12")),
            ("+12", number("12")),
            ("-12", number("-12")),
            ("007", number("7")),
            ("-0", number("-0")),
            ("0x1F", number("31")),
            ("0o17", number("15")),
            ("12.30", number("12.30")),
            (".5", number("0.5")),
            ("5.", number("5")),
            ("1e3", number("1e3")),
            ("1.5E-3", number("1.5e-3")),
            ("18446744073709551616", number("18446744073709551616")),
            ("-.INF", Meaning::NotFinite(f64::NEG_INFINITY)),
            (".", Meaning::Text),
            ("-", Meaning::Text),
            ("+", Meaning::Text),
            ("e5", Meaning::Text),
            ("1e", Meaning::Text),
            ("0x", Meaning::Text),
            ("0x+1", Meaning::Text),
            ("1_000", Meaning::Text),
            ("1.2.3", Meaning::Text),
            ("10%", Meaning::Text),
            ("2026-01-01", Meaning::Text),
        ] {
            assert_eq!(resolve(text), meaning, "{text:?}");
        }
    }
}

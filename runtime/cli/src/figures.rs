//! Numbers, sizes, spans and points of time as people read them.

use std::time::Duration;

/// Writes a number with separators: `1,234,567`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a number with its noun: `1 key`, `2 keys`, `2 batches`.
pub(crate) fn count(amount: u64, noun: &str) -> String {
    let ending = match amount {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{} {noun}{ending}", number(amount))
}

/// Writes a size: `12.3 MiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return count(bytes, "byte");
    }
    let mut size = to_float(bytes) / 1024.0;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

/// Writes a span of time: `340 ms`, `12.3 s`, `3 min 20 s`, `2 h 5 min`.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    if seconds == 0 {
        return format!("{} ms", span.as_millis());
    }
    match (
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
    ) {
        (0, 0, 0, _) => format!("{:.1} s", span.as_secs_f64()),
        (0, 0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (0, hours, minutes, _) => format!("{hours} h {minutes} min"),
        (days, hours, ..) => format!("{days} d {hours} h"),
    }
}

/// Writes a point of time: `2026-01-31 12:00:00 UTC`; as a number if no calendar has it.
pub(crate) fn time(unix_ms: u64) -> String {
    let stamp = i64::try_from(unix_ms)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    stamp.map_or_else(
        || format!("{unix_ms} ms"),
        |stamp| stamp.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// Returns how many keys there were in a second.
pub(crate) fn rate(keys: u64, elapsed: Duration) -> f64 {
    if elapsed.is_zero() {
        0.0
    } else {
        to_float(keys) / elapsed.as_secs_f64()
    }
}

/// Writes keys per second: `12,345 keys/s`.
pub(crate) fn pace(keys: u64, elapsed: Duration) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate of keys is not negative and fits"
    )]
    let whole = rate(keys, elapsed).round() as u64;
    format!("{} keys/s", number(whole))
}

/// Writes a part of a whole so that only all of it is 100 %: `12.3%`, `<0.1%`.
pub(crate) fn share(part: u64, all: u64) -> String {
    percent(to_float(part) / to_float(all.max(1)))
}

/// Writes a share, 0 to 1, so that only 1 is 100 %.
pub(crate) fn percent(share: f64) -> String {
    // What is a whole tenth of a percent comes out of the division a little less.
    let tenths = (share * 1000.0 + 1e-9).floor() / 10.0;
    if share > 0.0 && tenths < 0.1 {
        return "<0.1%".to_owned();
    }
    format!("{tenths}%")
}

#[allow(
    clippy::cast_precision_loss,
    reason = "for people, who do not read 52 bits"
)]
fn to_float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_readable() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(number),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [1, 1023, 1536, 5 << 30].map(bytes),
            ["1 byte", "1,023 bytes", "1.5 KiB", "5.0 GiB"]
        );
        let spans = [340, 12_300, 200_000, 7_500_000, 200_000_000]
            .map(|ms| span(Duration::from_millis(ms)));
        assert_eq!(
            spans,
            ["340 ms", "12.3 s", "3 min 20 s", "2 h 5 min", "2 d 7 h"]
        );
        assert_eq!(time(1_767_225_600_000), "2026-01-01 00:00:00 UTC");
        assert_eq!(time(u64::MAX), "18446744073709551615 ms");
        assert_eq!(pace(10, Duration::from_millis(500)), "20 keys/s");
        assert_eq!(pace(10, Duration::ZERO), "0 keys/s");
        let shares = [(0, 5), (1, 2000), (3, 1000), (2999, 3000), (5, 5), (0, 0)];
        let shares = shares.map(|(part, all)| share(part, all));
        assert_eq!(shares, ["0%", "<0.1%", "0.3%", "99.9%", "100%", "0%"]);
    }
}

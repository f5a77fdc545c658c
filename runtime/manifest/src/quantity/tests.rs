//! Quantities are read and written.

use proptest::prelude::*;

use super::*;

#[test]
fn periods_are_read_in_every_unit_and_written_in_the_largest_that_fits() {
    for (text, milliseconds, written) in [
        ("250ms", 250, "250ms"),
        ("5s", 5000, "5s"),
        ("5000ms", 5000, "5s"),
        ("2m", 120_000, "2m"),
        ("36h", 129_600_000, "36h"),
        ("7 d", 604_800_000, "7d"),
        ("0ms", 0, "0s"),
    ] {
        let period: Period = text.parse().expect(text);
        assert_eq!(period.as_millis(), milliseconds, "{text}");
        assert_eq!(period.to_string(), written, "{text}");
    }
}

#[test]
fn sizes_are_read_in_every_unit_and_written_in_the_largest_that_fits() {
    for (text, bytes, written) in [
        ("64MiB", 64 << 20, "64MiB"),
        ("1KB", 1000, "1KB"),
        ("8192B", 8192, "8KiB"),
        ("1GB", 1_000_000_000, "1GB"),
        ("3B", 3, "3B"),
        ("0B", 0, "0B"),
    ] {
        let size: Size = text.parse().expect(text);
        assert_eq!(size.as_bytes(), bytes, "{text}");
        assert_eq!(size.to_string(), written, "{text}");
    }
}

#[test]
fn percentages_keep_four_decimals_and_end_at_a_hundred() {
    for (text, parts, written) in [
        ("1%", 10_000, "1%"),
        ("0.5%", 5000, "0.5%"),
        ("0.0001%", 1, "0.0001%"),
        ("10.50%", 105_000, "10.5%"),
        ("100%", 1_000_000, "100%"),
    ] {
        let share: Percentage = text.parse().expect(text);
        assert_eq!(share.parts_per_million(), parts, "{text}");
        assert_eq!(share.to_string(), written, "{text}");
    }
    let half: Percentage = "0.5%".parse().expect("a percentage");
    assert_eq!(half.of(1000), 5);
    assert_eq!(Percentage::ALL.of(u64::MAX), u64::MAX);
}

#[test]
fn what_is_no_quantity_is_refused_with_what_is_accepted() {
    for text in ["", "5", "s", "-5s", "5 minutes", "1.5s", "５s", "5S", "5s "] {
        assert_eq!(
            text.parse::<Period>(),
            Err(InvalidQuantity::Period),
            "{text}"
        );
    }
    for text in ["", "64", "64M", "MiB", "64 mib", "1e3B", "-1B"] {
        assert_eq!(text.parse::<Size>(), Err(InvalidQuantity::Size), "{text}");
    }
    for text in [
        "",
        "1",
        "%",
        ".5%",
        "5.%",
        "101%",
        "100.0001%",
        "1.00001%",
        "-1%",
        "9999%",
    ] {
        assert_eq!(
            text.parse::<Percentage>(),
            Err(InvalidQuantity::Percentage),
            "{text}"
        );
    }
}

#[test]
fn numbers_that_overflow_are_refused() {
    for text in ["18446744073709551615d", "99999999999999999999ms"] {
        assert_eq!(
            text.parse::<Period>(),
            Err(InvalidQuantity::TooLarge),
            "{text}"
        );
    }
    assert_eq!(
        "17179869184GiB".parse::<Size>(),
        Err(InvalidQuantity::TooLarge)
    );
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(milliseconds: u64, bytes: u64, parts in 0u32..=1_000_000) {
        let period = Period::from_millis(milliseconds);
        prop_assert_eq!(period.to_string().parse(), Ok(period));
        let size = Size::from_bytes(bytes);
        prop_assert_eq!(size.to_string().parse(), Ok(size));
        let share = Percentage { parts_per_million: parts };
        prop_assert_eq!(share.to_string().parse(), Ok(share));
    }

    #[test]
    fn any_text_is_answered(text in ".{0,12}") {
        let _ = (text.parse::<Period>(), text.parse::<Size>(), text.parse::<Percentage>());
    }
}
